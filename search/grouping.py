"""Grouping: which of many short texts ask the same thing. By meaning where that is known, else by their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from search.query import parse
from search.tokens import stem

# From this cosine on two questions are taken for one. Lower ones bring "printer" and "label printer" together more
# often than they join two ways of saying one thing; a group too many is read in a second, a wrong one misleads.
NEAR_IN_MEANING = 0.75
# The share of words in common from which two questions are one when only their words are known.
NEAR_IN_WORDS = 0.6
LEAST_IN_COMMON = 2


class Vectors(Protocol):
    """What turns texts into vectors of length one; see `meaning.Meaning`."""

    def vectors(self, texts: Sequence[str]) -> Any: ...


def key_of(text: str) -> str:
    """Give the words of a text that carry meaning, as stems in order of the alphabet: equal keys ask the same.

    A text of which no word is left gives its letters, so that no two of these are taken for one.
    """
    return " ".join(sorted(_stems(text))) or text.strip().casefold()


def grouped(texts: Sequence[str], meaning: Vectors | None = None) -> list[tuple[int, ...]]:
    """Give the places of the texts that belong together, in the order in which they came.

    Each text joins the first leader of a group with nearly its words, else the first near it in meaning, else it
    leads a group of its own. So the most asked should come first, chains of small steps never make one large
    group, and the same texts in the same order give the same groups. Each text is compared with each leader.
    """
    vectors = meaning.vectors(texts) if meaning is not None and texts else None
    stems = [_stems(text) for text in texts]
    leaders: dict[int, list[int]] = {}
    by_stem: dict[str, list[int]] = {}
    for place, own in enumerate(stems):
        leader = _first_near(place, own, stems, by_stem)
        if leader is None and vectors is not None:
            cosines = (vectors @ vectors[place]).tolist()
            leader = next((one for one in leaders if cosines[one] >= NEAR_IN_MEANING), None)
        if leader is None:
            leaders[place] = [place]
            for one in own:
                by_stem.setdefault(one, []).append(place)
        else:
            leaders[leader].append(place)
    return [tuple(group) for group in leaders.values()]


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in parse(text).terms)


def _first_near(
    place: int, own: frozenset[str], stems: list[frozenset[str]], by_stem: dict[str, list[int]]
) -> int | None:
    """Give the first leader with nearly the same words."""
    met = sorted({leader for one in own for leader in by_stem.get(one, ())})
    return next((leader for leader in met if _near_in_words(stems[place], stems[leader])), None)


def _near_in_words(one: frozenset[str], two: frozenset[str]) -> bool:
    common = len(one & two)
    return one == two or (common >= LEAST_IN_COMMON and common / len(one | two) >= NEAR_IN_WORDS)
