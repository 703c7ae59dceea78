"""The effect of a change before it is saved: exact, and asked only where the change can touch anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.questions import Question
from kb.standings import Standing
from kb.word_effect import Find, effect_on_questions, effect_on_texts, is_untouched
from search.index import Document, Section
from search.memory_index import MemoryIndex
from search.query import parse
from search.words import Words, words_from

PUBLIC = frozenset({"public"})
PAGES = {
    "labels": ("Labels come out blank", "Turn the roll over and print one label."),
    "scanner": ("The barcode reader beeps", "Point the reader at the barcode."),
    "toner": ("The toner is low", "Shake the toner cartridge."),
}


@pytest.fixture
def index() -> MemoryIndex:
    filled = MemoryIndex()
    with filled.edit() as edit:
        for slug, (title, text) in PAGES.items():
            edit.put(
                Document(slug, "1", "guide", title, "printing", "public", (), (), (Section("", "", text),))
            )
    return filled


class Counting:
    """A search that remembers what it was asked."""

    def __init__(self, index: MemoryIndex) -> None:
        self.asked: list[str] = []
        self._index = index

    def __call__(self, text: str, words: Words) -> tuple[tuple[str, ...], str]:
        self.asked.append(text)
        found = self._index.find(parse(text), PUBLIC, words=words)
        return tuple(hit.slug for hit in found.hits), found.corrected or ""


def standing(index: MemoryIndex, ask: str, answer: str, words: Words) -> Standing:
    found, corrected = Counting(index)(ask, words)
    return Standing(Question(ask, (answer,)), found, corrected)


QUESTIONS = {
    "clicker wont beep": "scanner",
    "clicker": "scanner",
    "low toner": "toner",
    "blank labels": "labels",
}
BEFORE = words_from([{"say": ["sticker"], "means": ["label"]}])
AFTER = words_from(
    [{"say": ["sticker"], "means": ["label"]}, {"say": ["clicker"], "means": ["barcode reader"]}]
)


def as_find(find: Find) -> Callable[[Standing], Find]:
    return lambda _standing: find


def test_a_question_is_won_and_the_figures_say_so(index: MemoryIndex) -> None:
    standings = [standing(index, ask, answer, BEFORE) for ask, answer in QUESTIONS.items()]
    effect = effect_on_questions(standings, BEFORE, AFTER, as_find(Counting(index)))
    assert [(one.text, one.before, one.after, one.kind) for one in effect.changed] == [
        ("clicker", (), ("scanner",), "won")
    ]
    assert (effect.before.success_1, effect.after.success_1) == (0.75, 1.0)
    assert (effect.before.success_3, effect.after.success_3) == (0.75, 1.0)


def test_taking_the_row_out_loses_it_again(index: MemoryIndex) -> None:
    standings = [standing(index, ask, answer, AFTER) for ask, answer in QUESTIONS.items()]
    effect = effect_on_questions(standings, AFTER, BEFORE, as_find(Counting(index)))
    assert [one.text for one in effect.of_kind("lost")] == ["clicker"]


def test_only_questions_that_the_change_can_touch_are_asked(index: MemoryIndex) -> None:
    standings = [standing(index, ask, answer, BEFORE) for ask, answer in QUESTIONS.items()]
    find = Counting(index)
    effect = effect_on_questions(standings, BEFORE, AFTER, as_find(find))
    assert find.asked == ["clicker wont beep", "clicker wont beep", "clicker", "clicker"]
    assert effect.asked_again == 2


def test_the_effect_is_the_same_as_asking_everything_twice(index: MemoryIndex) -> None:
    standings = [standing(index, ask, answer, BEFORE) for ask, answer in QUESTIONS.items()]
    effect = effect_on_questions(standings, BEFORE, AFTER, as_find(Counting(index)))
    whole = [standing(index, ask, answer, AFTER) for ask, answer in QUESTIONS.items()]
    differ = {
        new.question.ask for old, new in zip(standings, whole, strict=True) if old.found[:3] != new.found[:3]
    }
    assert {one.text for one in effect.changed} == differ


def test_a_question_that_was_corrected_is_touched_through_its_correction() -> None:
    assert is_untouched("labelz", "", BEFORE, AFTER)
    assert not is_untouched("clikker", "clicker", BEFORE, AFTER)


def test_a_word_that_becomes_known_touches_who_misspelled_nothing() -> None:
    knows = words_from([{"say": ["labl"], "means": ["labl"]}])
    assert not is_untouched("labl printer", "", BEFORE, knows)


def test_texts_show_their_first_three_before_and_after(index: MemoryIndex) -> None:
    one, other = effect_on_texts(["clicker", "toner"], BEFORE, AFTER, Counting(index))
    assert (one.before, one.after, one.differs) == ((), ("scanner",), True)
    assert (other.before, other.after, other.differs) == (("toner",), ("toner",), False)
