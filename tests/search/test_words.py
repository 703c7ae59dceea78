"""The word list: shapes, one direction, lower weights; and the shipped list itself."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from search.query import parse
from search.tokens import stem
from search.words import MOST_SYNONYMS, NO_WORDS, SYNONYM_WEIGHT, words_from

SHIPPED = Path(__file__).parents[2] / "content" / "words.yaml"


@pytest.fixture(scope="module")
def shipped():
    rows = YAML(typ="safe").load(SHIPPED.read_text(encoding="utf-8"))["words"]
    return rows, words_from(rows)


def test_what_was_typed_counts_one_and_what_it_means_counts_less():
    words = words_from([{"say": ["frozen"], "means": ["hang"]}])
    assert words.expand(parse("frozen screen")) == {"frozen": 1.0, "screen": 1.0, "hang": SYNONYM_WEIGHT}


def test_a_meaning_of_several_words_is_shared_out():
    words = words_from([{"say": ["toner"], "means": ["printer supplies"]}])
    assert words.expand(parse("toner"))["printer"] == SYNONYM_WEIGHT / 2


def test_a_saying_of_several_words_needs_all_of_them_in_order():
    words = words_from([{"say": ["turn off and on"], "means": ["restart"]}])
    assert stem("restart") in words.expand(parse("turn off and on again"))
    assert stem("restart") not in words.expand(parse("on and off"))


def test_reading_goes_one_way():
    words = words_from([{"say": ["frozen"], "means": ["hang"]}])
    assert words.expand(parse("hang")) == {"hang": 1.0}


def test_a_typed_word_keeps_its_weight_when_it_is_also_a_meaning():
    words = words_from([{"say": ["labels"], "means": ["label sheet"]}])
    assert words.expand(parse("labels"))["label"] == 1.0


@pytest.mark.parametrize("said", ["it", "E+", "the", "x"])
def test_a_saying_that_would_match_everything_is_left_out(said):
    assert set(words_from([{"say": [said], "means": ["restart"]}]).expand(parse(f"{said} print"))) <= {
        "print",
        said,
        "e",
    }


def test_no_more_than_so_many_meanings_are_added():
    rows = [{"say": ["thing"], "means": [f"meaning{number}" for number in range(100)]}]
    assert len(words_from(rows).expand(parse("thing"))) == 1 + MOST_SYNONYMS


def test_notes_are_given_for_what_was_typed():
    words = words_from([{"say": ["ink"], "means": ["toner"], "note": "thermal printers have none"}])
    assert [row.note for row in words.notes(parse("no ink"))] == ["thermal printers have none"]
    assert words.notes(parse("paper")) == ()


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"say": "a", "means": ["b"]},
        {"say": ["a"]},
        {"say": [1], "means": ["b"]},
        {"say": ["a"], "means": ["b"], "note": 3},
    ],
)
def test_a_row_of_another_shape_is_refused_by_its_number(row):
    with pytest.raises(ValueError, match="row 2"):
        words_from([{"say": ["a"], "means": ["b"]}, row])


def test_no_words_change_nothing():
    assert NO_WORDS.expand(parse("printer")) == {"printer": 1.0}


def test_the_shipped_list_is_well_formed_and_complete(shipped):
    rows, words = shipped
    assert len(rows) == len(words.rows) >= 137
    assert all(set(row) <= {"say", "means", "note"} and row["say"] and row["means"] for row in rows)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sytrix", "citrix"),
        ("hour glass", "unresponsive"),
        ("thumb drive", "usb"),
        ("lables", "labels"),
        ("my card got deceased", "match"),
        ("uocava", "voter"),
        ("tabulater broken", "tabulator"),
        ("logon", "signin"),
    ],
)
def test_the_shipped_list_reads_clerks_words(shipped, typed, meant):
    assert stem(meant) in shipped[1].expand(parse(typed))


def test_the_shipped_list_adds_nothing_to_words_that_match_everything(shipped):
    for typed in ("it", "card it", "the box"):
        assert stem("desk") not in shipped[1].expand(parse(typed))
