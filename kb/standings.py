"""Where the answers of the test questions stand: kept with each change of what search reads, and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.questions import Question, rank_of

# A right answer among these is good: people look at three results before they give up.
GOOD = 3


@dataclass(frozen=True)
class Standing:
    """One question and the slugs that search finds for it, best first. ``corrected`` are words used instead."""

    question: Question
    found: tuple[str, ...]
    corrected: str = ""

    @property
    def rank(self) -> int:
        """The place of the first right answer, 0 when none is found."""
        return rank_of(self.question, self.found)


@dataclass(frozen=True)
class Move:
    """A question whose right answer stands elsewhere than before; 0 is not found."""

    ask: str
    before: int
    after: int

    @property
    def kind(self) -> str:
        """Won or lost when it came into or fell out of the first three, else moved."""
        was, is_now = is_good(self.before), is_good(self.after)
        return "moved" if was == is_now else "won" if is_now else "lost"


@dataclass(frozen=True)
class Named:
    """A question that names an article as its answer, and the place of this article, 0 when it is not found.

    ``first`` is the article that comes first, and ``first_answers`` whether it is another right answer.
    """

    ask: str
    place: int
    first: str
    first_answers: bool


@dataclass(frozen=True)
class About:
    """The questions around one article: those it answers, and those that find it first though others answer them."""

    named: tuple[Named, ...]
    strays: tuple[Named, ...]

    @property
    def good(self) -> int:
        return sum(is_good(one.place) for one in self.named)

    @property
    def low(self) -> int:
        return sum(one.place > GOOD for one in self.named)

    @property
    def missing(self) -> int:
        return sum(one.place == 0 for one in self.named)


def is_good(place: int) -> bool:
    """Whether a place is among the first three."""
    return 1 <= place <= GOOD


def about(standings: Sequence[Standing], slug: str) -> About:
    """The questions around an article, the worst first: strays that stand before the right answer."""
    named = [_named(each, slug) for each in standings if slug in each.question.answers]
    strays = [
        _named(each, slug)
        for each in standings
        if slug not in each.question.answers and slug in each.found[:GOOD]
    ]
    return About(
        named=tuple(sorted(named, key=lambda one: (one.place != 0, -one.place, one.ask))),
        strays=tuple(sorted(strays, key=lambda one: (one.first_answers, one.place, one.ask))),
    )


def moves(before: Sequence[Standing], after: Sequence[Standing]) -> list[Move]:
    """The questions asked both times whose right answer moved. A question that is new is no news about search."""
    places = {(each.question.ask, each.question.answers): each.rank for each in before}
    found = []
    for each in after:
        was = places.get((each.question.ask, each.question.answers))
        if was is not None and was != each.rank:
            found.append(Move(each.question.ask, was, each.rank))
    return found


def net(steps: Iterable[Sequence[Move]]) -> list[Move]:
    """What several steps, oldest first, come to: what moved and came back did not move."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for step in steps:
        for move in step:
            first.setdefault(move.ask, move.before)
            last[move.ask] = move.after
    return [Move(ask, was, last[ask]) for ask, was in first.items() if was != last[ask]]


def by_kind(moved: Iterable[Move]) -> dict[str, list[Move]]:
    """The moves under won, lost and moved, each in the order of the words."""
    kinds: dict[str, list[Move]] = {"lost": [], "won": [], "moved": []}
    for move in sorted(moved, key=lambda one: one.ask.casefold()):
        kinds[move.kind].append(move)
    return kinds


def packed(standings: Sequence[Standing]) -> dict[str, Any]:
    """Standings as JSON that names each article once: about 80 bytes a question."""
    slugs: dict[str, int] = {}

    def numbers(names: Collection[str]) -> list[int]:
        return [slugs.setdefault(name, len(slugs)) for name in names]

    rows = [
        [each.question.ask, numbers(each.question.answers), numbers(each.found), each.corrected]
        for each in standings
    ]
    return {"slugs": list(slugs), "rows": rows}


def unpacked(kept: Mapping[str, Any]) -> tuple[Standing, ...]:
    """The standings again."""
    slugs = kept["slugs"]

    def names(numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(slugs[number] for number in numbers)

    return tuple(
        Standing(Question(ask, names(answers)), names(found), corrected)
        for ask, answers, found, corrected in kept["rows"]
    )


def _named(standing: Standing, slug: str) -> Named:
    place = standing.found.index(slug) + 1 if slug in standing.found else 0
    first = standing.found[0] if standing.found else ""
    return Named(standing.question.ask, place, first, first != slug and first in standing.question.answers)
