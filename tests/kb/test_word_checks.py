"""What may stand in a row of the word list: each refusal beside what is accepted, and notes that stop nothing."""

from __future__ import annotations

import pytest

from kb.word_checks import MOST_MEANINGS, MOST_SAYINGS, notes_on, problems_of, row_from, texts_of
from kb.words import Synonym
from search.query import MOST_WORDS


def other(say: list[str], means: list[str]) -> Synonym:
    return Synonym(key=say[0], say=say, means=means)


def test_an_ordinary_row_has_no_problem_and_no_note() -> None:
    assert problems_of(["clicker", "beeper gun"], ["barcode reader"], "hand held") == {}
    assert notes_on(row_from(["clicker"], ["barcode reader"], ""), [other(["ink"], ["toner"])]) == []


def test_lines_become_texts_without_spare_spaces_and_empty_lines() -> None:
    assert texts_of("  chrome   book \r\n\n laptop ") == ["chrome book", "laptop"]
    assert row_from(["a b"], ["c"], "  x  y ") == {"say": ["a b"], "means": ["c"], "note": "x y"}
    assert "note" not in row_from(["a b"], ["c"], "  ")


@pytest.mark.parametrize(
    ("say", "means", "field", "sentence"),
    [
        ([], ["toner"], "say", "Type what clerks say, one a line"),
        (["ink"], [], "means", "Type what it means, one a line, in words that guides use"),
        (["ink", "Ink"], ["toner"], "say", "Keep “Ink” once. It stands there twice."),
        (["ink"], ["toner", "toner"], "means", "Keep “toner” once. It stands there twice."),
        (["toner"], ["Toner"], "means", "“Toner” means itself. Type other words that guides use."),
        (["toners"], ["toner"], "means", "“toner” means itself. Type other words that guides use."),
        (["it"], ["toner"], "say", "Add a word that says more: “it” has only common words"),
        (["x"], ["toner"], "say", "Add a word that says more: “x” has only common words"),
        (["ink"], ["the"], "means", "Use other words than “the”: it has only common words"),
        (["!!!"], ["toner"], "say", "Type words: search finds no letters or digits in “!!!”."),
        (["a" * 161], ["toner"], "say", "a line can have 160 letters, and this has 161"),
        (
            [" ".join(["in"] * MOST_WORDS + ["ink"])],
            ["toner"],
            "say",
            f"search reads the first {MOST_WORDS} words",
        ),
    ],
)
def test_what_cannot_be_a_row_has_a_sentence_at_its_field(
    say: list[str], means: list[str], field: str, sentence: str
) -> None:
    found = problems_of(say, means)
    assert list(found) == [field]
    assert sentence in found[field]


def test_too_many_lines_are_two_rows() -> None:
    say = [f"thing{number}" for number in range(MOST_SAYINGS + 1)]
    assert f"Keep at most {MOST_SAYINGS} sayings in a row." in problems_of(say, ["toner"])["say"]
    assert problems_of(say[:-1], ["toner"]) == {}
    means = [f"meaning{number}" for number in range(MOST_MEANINGS + 1)]
    assert f"Keep at most {MOST_MEANINGS} meanings in a row." in problems_of(["ink"], means)["means"]
    assert problems_of(["ink"], means[:-1]) == {}


def test_more_words_than_search_adds_are_too_many() -> None:
    means = [" ".join(f"word{part}{line}" for part in "abc") for line in range(9)]
    assert problems_of(["ink"], means)["means"] == (
        "Leave some out: these are 27 words, and search adds 24 at most."
    )
    assert problems_of(["ink"], means[:8]) == {}


def test_a_note_can_be_too_long() -> None:
    assert problems_of(["ink"], ["toner"], "x" * 501)["note"] == "Use at most 500 letters. This has 501."
    assert problems_of(["ink"], ["toner"], "x" * 500) == {}


def test_a_word_that_means_itself_among_others_is_only_a_note() -> None:
    row = row_from(["toner", "ink"], ["toner"], "")
    assert problems_of(row["say"], row["means"]) == {}
    assert notes_on(row, []) == ["“toner” also means itself here. That changes nothing."]


def test_a_common_word_among_others_is_only_a_note() -> None:
    row = row_from(["ink", "it"], ["toner"], "")
    assert problems_of(row["say"], row["means"]) == {}
    assert notes_on(row, []) == [
        "“it” has only common words or single letters. Search leaves it out; the rest of the row works."
    ]


def test_two_spellings_that_search_reads_as_one_are_a_note() -> None:
    assert notes_on(row_from(["labels", "label"], ["stickers"], ""), []) == [
        "“labels” and “label” are one word to search. One of them is enough."
    ]


def test_a_word_of_another_row_is_a_note_that_names_the_row() -> None:
    assert notes_on(row_from(["Wand"], ["toner"], ""), [other(["gun", "wand"], ["scanner"])]) == [
        "“Wand” also stands in the row “gun”. Who types it finds what both rows mean."
    ]


def test_a_circle_is_no_harm_and_says_so() -> None:
    notes = notes_on(row_from(["ink"], ["toner"], ""), [other(["toner"], ["ink"])])
    assert notes == [
        "The row “toner” leads back to this one. That is no harm: "
        "search looks up each row once, and only for what was typed."
    ]
    assert notes_on(row_from(["ink"], ["toner"], ""), [other(["toner"], ["cartridge"])]) == []


def test_a_test_question_word_for_word_is_a_note() -> None:
    row = row_from(["cant print today"], ["printer"], "")
    assert notes_on(row, [], questions=["Can't print, today"]) == [
        "“cant print today” is a test question, word for word. It tests nothing once search is told it."
    ]
    assert notes_on(row, [], questions=["cant print"]) == []
