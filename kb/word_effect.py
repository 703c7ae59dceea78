"""What a change of the word list would do, worked out beside the live list: only what it can touch is asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kb.questions import DEPTH, Figures, figures_of
from kb.standings import GOOD, Move, Standing
from search.words import Words, reads_alike

# The slugs found for a text with a word list, best first, and the words used in place of the text, if any.
Find = Callable[[str, Words], tuple[tuple[str, ...], str]]


@dataclass(frozen=True)
class Shown:
    """What a text finds before and after: the first three, and for a test question the place of its answer."""

    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    was: int = 0
    now: int = 0

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def kind(self) -> str:
        """Won, lost or moved: see ``standings.Move``."""
        return Move(self.text, self.was, self.now).kind


@dataclass(frozen=True)
class Effect:
    """The test questions before and after. ``asked_again`` counts those that the change can touch at all."""

    before: Figures
    after: Figures
    changed: tuple[Shown, ...]
    asked_again: int

    def of_kind(self, kind: str) -> list[Shown]:
        return [one for one in self.changed if one.kind == kind]


def effect_on_questions(
    standings: Sequence[Standing], before: Words, after: Words, find: Callable[[Standing], Find]
) -> Effect:
    """Ask the questions that the two lists read differently, with both; all others find what they found.

    ``standings`` are the places as they were kept; ``find`` gives the search of the one who asks a question.
    Costs two searches for each question that is touched, and nothing for the others.
    """
    was: list[Standing] = []
    then: list[Standing] = []
    again = 0
    for each in standings:
        if is_untouched(each.question.ask, each.corrected, before, after):
            was.append(each)
            then.append(each)
            continue
        again += 1
        ask = find(each)
        was.append(_asked(each, before, ask))
        then.append(_asked(each, after, ask))
    return Effect(_figures(was), _figures(then), tuple(_changed(was, then)), again)


def effect_on_texts(texts: Iterable[str], before: Words, after: Words, find: Find) -> list[Shown]:
    """What each text finds before and after. Two searches a text."""
    return [Shown(text, find(text, before)[0][:GOOD], find(text, after)[0][:GOOD]) for text in texts]


def is_untouched(text: str, corrected: str, before: Words, after: Words) -> bool:
    """Whether a text surely finds the same with both lists. ``corrected`` are the words used in its place before."""
    return all(reads_alike(each, before, after) for each in (text, corrected) if each)


def _asked(standing: Standing, words: Words, find: Find) -> Standing:
    found, corrected = find(standing.question.ask, words)
    return Standing(standing.question, found[:DEPTH], corrected)


def _figures(standings: Sequence[Standing]) -> Figures:
    return figures_of([(each.question, each.found) for each in standings])


def _changed(was: Sequence[Standing], then: Sequence[Standing]) -> Iterable[Shown]:
    """The questions whose first three differ, lost ones first."""
    order = {"lost": 0, "won": 1, "moved": 2}
    found = [
        Shown(old.question.ask, old.found[:GOOD], new.found[:GOOD], old.rank, new.rank)
        for old, new in zip(was, then, strict=True)
        if old.found[:GOOD] != new.found[:GOOD]
    ]
    return sorted(found, key=lambda one: (order[one.kind], one.text.casefold()))
