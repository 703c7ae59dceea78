"""Which texts ask the same: by their words alone, by vectors, and always the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from search.grouping import grouped, key_of
from search.meaning import load

MEANING = load()


class Rows(list[list[float]]):
    """As much of a table of vectors as grouping asks for."""

    def __matmul__(self, vector: list[float]) -> Any:
        return Cosines(sum(a * b for a, b in zip(row, vector, strict=True)) for row in self)


class Cosines(list[float]):
    """The result of a product."""

    def tolist(self) -> list[float]:
        return list(self)


class Known:
    """Meaning with vectors that a test chooses."""

    def __init__(self, **vectors: list[float]) -> None:
        self.known = vectors

    def vectors(self, texts: Sequence[str]) -> Rows:
        return Rows(self.known[text] for text in texts)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The signature pad is not working", "signature pads not working?"),
        ("PRINT envelopes", "print the envelope"),
        ("how do I print envelopes", "envelopes print"),
    ],
)
def test_endings_order_and_small_words_do_not_make_another_question(one: str, two: str) -> None:
    assert key_of(one) == key_of(two)


def test_a_text_without_a_telling_word_keeps_its_letters() -> None:
    assert key_of(" ?? ") == "??" != key_of("!!")


def test_questions_that_share_most_of_their_words_are_one() -> None:
    texts = ["signature pad not working", "signature pad stopped working", "signature pad not working today"]
    assert grouped([texts[0], texts[2], "laminator jammed"]) == [(0, 1), (2,)]


def test_one_common_word_is_not_enough() -> None:
    assert grouped(["printer", "label printer", "poll book printer jams"]) == [(0,), (1,), (2,)]


def test_other_words_with_the_same_meaning_are_one() -> None:
    meaning = Known(**{"second screen black": [1.0, 0.0], "monitor dark": [0.8, 0.6], "no heat": [0.0, 1.0]})
    texts = ["second screen black", "monitor dark", "no heat"]
    assert grouped(texts, meaning) == [(0, 1), (2,)]
    assert grouped(texts) == [(0,), (1,), (2,)]


def test_small_steps_never_make_one_large_group() -> None:
    meaning = Known(a=[1.0, 0.0], b=[0.78, 0.626], c=[0.217, 0.976])
    assert grouped(["a", "b", "c"], meaning) == [(0, 1), (2,)]


def test_nothing_is_no_group() -> None:
    assert grouped([]) == []


words = some.lists(
    some.sampled_from(["pad", "pen", "screen", "black", "print", "jam", "label", "list"]), max_size=4
)


@given(some.lists(words.map(" ".join), max_size=25))
def test_every_text_is_in_one_group_whose_leader_comes_first(texts: list[str]) -> None:
    groups = grouped(texts)
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    assert all(list(group) == sorted(group) for group in groups)
    assert grouped(texts) == groups


@given(some.lists(some.text(max_size=30), max_size=8))
def test_no_text_is_too_odd(texts: list[str]) -> None:
    assert sum(map(len, grouped(texts, MEANING))) == len(texts)


def test_real_vectors_bring_two_ways_of_saying_it_together() -> None:
    if MEANING is None:
        pytest.skip("The extra that knows meaning is not installed.")
    texts = ["excel dropped the zeros", "lost zeros in excel", "signature pad not working"]
    assert grouped(texts, MEANING) == [(0, 1), (2,)]
