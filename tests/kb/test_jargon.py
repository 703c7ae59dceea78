"""Words an office avoids: found whole, in any case, over a line's end, and never inside another word."""

from __future__ import annotations

import pytest

from kb.jargon import jargon_in
from kb.proofing import Known, proof

AVOID = {"utilize": "use", "log on": "sign in", "log on to": "open", "simply": ""}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Utilize the tray.", ["Utilize"]),
        ("Now log  on to the system.", ["log  on to"]),
        ("Log on, then wait.", ["Log on"]),
        ("Simply press it.", ["Simply"]),
        ("The log only grows. It is utilized.", []),
        ("A re-utilize-me label", []),
        ("", []),
    ],
)
def test_whole_words_are_found_as_they_are_written(text: str, words: list[str]) -> None:
    assert [word for word, _ in jargon_in(text, AVOID)] == words


def test_the_sentence_names_the_plain_word_or_says_to_leave_it_out() -> None:
    assert [said for _, said in jargon_in("Simply utilize it.", AVOID)] == [
        "Leave out “Simply”.",
        "Say “use” instead of “utilize”.",
    ]


def test_an_office_without_a_list_hears_nothing() -> None:
    assert list(jargon_in("Utilize it.", {})) == []


def test_signs_in_the_list_are_signs_and_no_pattern() -> None:
    assert [word for word, _ in jargon_in("Press a.b now, not acb.", {"a.b": "the key"})] == ["a.b"]


def test_a_guide_is_warned_on_the_line_and_technicians_are_not() -> None:
    source = "Press the button.\n\nThen utilize the tray.\n\n::: technician\nUtilize the tray.\n:::\n"
    found = [each for each in proof({}, source, known=Known(avoid=AVOID)) if each.rule == "jargon"]
    assert [(each.line, each.level, each.message) for each in found] == [
        (3, "warning", "Say “use” instead of “utilize”.")
    ]
