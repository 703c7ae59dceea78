"""Whatever is typed is words: nothing raises, nothing is slow, nothing is an operator."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query import MOST_LETTERS, MOST_WORDS, parse
from search.words import NO_WORDS, words_from

from .conftest import KINDS, PAGES, PUBLIC, index_of

LONGEST_SECONDS = 0.3
NASTY = [
    "'a ANDMAYBE '*20+'b'" * 11,
    "'a ANDMAYBE " * 20 + "b",
    "(" * 5000,
    "[" * 5000 + "]" * 5000,
    "a* b? c~2 d^5 e:f -g +h NOT i AND j OR k TO l",
    "*",
    "?" * 256,
    '"' * 257,
    '"unclosed phrase',
    '"" "" ""',
    "\ud800\udfff\ud800",
    "\x00\x01\x1f\x7f",
    "e" + "\u0301" * 100_000,
    "\ufdfa" * 1000,
    "ﷺ" * 300,
    "\u202e\u200b\u200d\ufeff",
    "a" * 1_000_000,
    "a " * 500_000,
    "-./&" * 1000,
    "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t",
    "ab" * 100 + " " + "ba" * 100,
    "\n\r\t\x85\u2028\u2029",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7*7 }} %s %d {0}",
    "İıſßŁøŒﬃ",
    "𝓅𝓇𝒾𝓃𝓉 🖨️ 👩‍👩‍👧",
    "ن" * 300,
    "中文打印机 プリンター",
]


@pytest.fixture(scope="module", params=KINDS)
def index(request, tmp_path_factory):
    index = index_of(request.param, request, tmp_path_factory.mktemp("fuzz"))
    with index.edit() as edit:
        for one in PAGES:
            edit.put(one)
    return index


def test_words_are_folded_and_kept_in_order():
    assert parse("The  PRINTER won't Print").words == ("the", "printer", "wont", "print")


def test_stop_words_are_dropped_only_when_something_remains():
    assert parse("how do I print").terms == ("print",)
    assert parse("how do i").terms == ("how", "do", "i")


def test_codes_and_acronyms_stay_whole():
    assert parse("0x80070005 PDF ENR").terms == ("0x80070005", "pdf", "enr")


def test_width_and_ligatures_are_normalised():
    assert parse("ＰＤＦ ﬁle").terms == ("pdf", "file")


def test_a_contraction_is_not_taken_for_an_id():
    assert "id" not in parse("I'd like to print").terms
    assert "id" in parse("voter ID").terms


def test_quotes_are_phrases_of_two_words_or_more():
    assert parse('"print queue" labels').phrases == (("print", "queue"),)
    assert parse("“print queue”").phrases == (("print", "queue"),)
    assert parse('"queue"').phrases == () and parse('print " queue').phrases == ()


def test_words_in_parts_are_also_one_word():
    assert parse("wi-fi").joins == ("wifi",)


def test_no_more_than_so_many_letters_and_words_are_used():
    query = parse("word " * 1000)
    assert len(query.text) <= MOST_LETTERS and len(query.words) <= MOST_WORDS


def test_control_letters_are_not_part_of_a_query():
    assert parse("print\x00er\u200b \ud800").text == "print er"


def test_an_operator_is_a_word_like_any_other():
    assert parse("print AND NOT labels OR title:x*").terms == ("print", "not", "labels", "title", "x")


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_parse_takes_any_text(text):
    query = parse(text)
    assert len(query.text) <= MOST_LETTERS
    assert len(query.words) <= MOST_WORDS and set(query.terms) <= set(query.words)
    assert parse(query.text).terms == query.terms


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_input_is_slow_or_fails(index, text):
    words = words_from([{"say": ["a"], "means": ["print label"]}])
    for asked in (text, text + " account"):
        start = time.process_time()
        index.find(parse(asked), PUBLIC, words=words)
        index.find(parse(asked), PUBLIC, words=NO_WORDS, exact=True)
        index.suggest(asked, PUBLIC)
        assert time.process_time() - start < LONGEST_SECONDS


def test_thousands_of_made_up_inputs_neither_fail_nor_take_long(index):
    chance = random.Random(20260101)
    pieces = [
        "print",
        "labl",
        "account",
        " ",
        " ",
        '"',
        "(",
        ")",
        "*",
        "?",
        "~",
        "^",
        ":",
        "-",
        "AND",
        "OR",
        "NOT",
        "[",
        "]",
    ]
    pieces += [
        "\ud83d",
        "\u0301",
        "\u200b",
        "é",
        "0x8007",
        "'",
        "ANDMAYBE ",
        "log in",
        "a.b/c",
        "\x00",
        "中",
        "\ufdfa",
    ]
    slowest = 0.0
    for _ in range(5_000):
        text = "".join(chance.choice(pieces) for _ in range(chance.randrange(1, 30)))
        start = time.process_time()
        index.find(parse(text), PUBLIC, words=NO_WORDS)
        index.suggest(text, PUBLIC)
        slowest = max(slowest, time.process_time() - start)
    assert slowest < LONGEST_SECONDS
