"""Slips are repaired with words of the reader's own pages, the likely slip before the unlikely one."""

import csv
import os
import time
from pathlib import Path

import pytest

from search.spelling import Lexicon, Shelf, slips

WORDS = {
    "printer": 30, "print": 40, "label": 25, "labels": 12, "password": 20, "signature": 9, "absentee": 15,
    "ballot": 30, "scanner": 8, "queue": 6, "account": 22, "precinct": 7, "tabulator": 3, "painter": 1, "log": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon([Shelf(WORDS)], lambda word: WORDS.get(word, 0))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("prnter", "printer"),
        ("pritner", "printer"),
        ("rpinter", "printer"),
        ("prinetr", "printer"),
        ("pronter", "printer"),
        ("lable", "label"),
        ("lables", "labels"),
        ("pasword", "password"),
        ("passwrod", "password"),
        ("signiture", "signature"),
        ("siganture", "signature"),
        ("absentie", "absentee"),
        ("abcentee", "absentee"),
        ("ballott", "ballot"),
        ("skanner", "scanner"),
        ("acount", "account"),
        ("tabulater", "tabulator"),
        ("printqueue", "print queue"),
    ],
)
def test_a_slip_is_repaired(lexicon, typed, meant):
    assert lexicon.nearest(typed) == meant


@pytest.mark.parametrize(
    "typed", ["cat", "xyz", "montana", "elephant", "0x80070005", "ab", "", "é", "qqqqqqqqqqqq"]
)
def test_another_word_is_left_alone(lexicon, typed):
    assert lexicon.nearest(typed) is None


def test_keys_that_touch_and_letters_changed_round_cost_less():
    assert slips("pronter", "printer") < slips("prxnter", "printer")
    assert slips("pritner", "printer") < slips("prikner", "printer")
    assert slips("scannner", "scanner") < slips("scanxner", "scanner")
    assert slips("print", "print") == 0


def test_the_word_of_more_pages_wins_among_equals():
    pages = {"bolt": 1, "belt": 50}
    assert Lexicon([Shelf(pages)], pages.__getitem__).nearest("balt") == "belt"


def test_a_word_in_no_page_of_the_reader_is_not_given(lexicon):
    assert Lexicon([Shelf(WORDS)], lambda word: 0).nearest("prnter") is None


def test_a_large_lexicon_answers_quickly():
    words = [f"{a}{b}{c}{d}er" for a in "bcdfgp" for b in ("ri", "ra", "lo", "le", "u") for c in "mnprst" * 3 for d in
             ("an", "en", "in", "on", "ust", "ock", "ent", "ill", "ard", "ave", "ing", "o")]  # fmt: skip
    lexicon = Lexicon([Shelf(words * 3)], lambda word: 3)
    start = time.process_time()
    for typed in ("priinterr", "grantenr", "zzzzzzzzzz", "prastonor"):
        lexicon.nearest(typed)
    assert time.process_time() - start < 0.6


@pytest.mark.outside("SIGNPOST_JUDGED_SETS")
def test_real_slips_are_mostly_repaired_and_right_words_are_left_alone():
    with (Path(os.environ["SIGNPOST_JUDGED_SETS"]) / "spelling" / "wikipedia-common.tsv").open(
        encoding="utf-8"
    ) as lines:
        pairs = [row[:2] for row in csv.reader(lines, delimiter="\t") if len(row) > 1][1:]
    pairs = [(wrong, right) for wrong, right in pairs if wrong.isalpha() and right.isalpha()]
    right_words = {right for _, right in pairs}
    lexicon = Lexicon([Shelf(right_words)], lambda word: 1)
    sample = [pair for pair in pairs if pair[0] not in right_words][::5]
    repaired = sum(lexicon.nearest(wrong) == right for wrong, right in sample)
    assert repaired / len(sample) > 0.85
