"""Repairing a slip of the keyboard, with nothing but words that this reader may read anyway."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from search.tokens import STOP_WORDS

# Shorter words are abbreviations; "ab" and "av" are both right and one letter apart.
SHORTEST = 4
# From this length on, two slips are believed.
LONG = 7
LONGEST = 30
# What a word gains by standing in many pages: a third of a slip for 60 pages.
FREQUENT = 0.08
# A slip costs less between keys that touch, for two letters changed round, and for a doubled letter.
NEAR_KEY, SWAPPED, DOUBLED, LIKE_SOUND, ANY_SLIP = 0.6, 0.6, 0.5, 0.6, 1.0
# Nobody mistypes the first letter as often as the others.
FIRST_LETTER = 0.4
MOST_COST_SHORT, MOST_COST_LONG = 1.2, 2.1
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS = tuple(
    map(frozenset, ("sc", "ck", "sz", "ea", "ei", "ie", "oa", "ou", "iy", "fv", "dt", "mn", "gj", "kq"))
)


def is_spelling(word: str) -> bool:
    """Tell whether a word can be what somebody meant: letters only, not too few and not too many."""
    return SHORTEST - 1 <= len(word) <= LONGEST and word.isalpha()


class Shelf:
    """Words laid out by first letter and length; built once for words that do not change any more."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._rows: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for word in self.words:
            # Nobody looks for "was", and many words are one letter away from such a one.
            if is_spelling(word) and word not in STOP_WORDS:
                self._rows.setdefault((word[0], len(word)), []).append((_mask(word), word))

    def like(self, word: str, apart: int) -> Iterator[str]:
        """Give words of about the same length that begin alike and share all but a few letters."""
        mask = _mask(word)
        for length in range(len(word) - apart, len(word) + apart + 1):
            for first in {word[0], word[1], *touching(word[0])}:
                for other, near in self._rows.get((first, length), ()):
                    if (mask ^ other).bit_count() <= 2 * apart and near != word:
                        yield near


class Lexicon:
    """The words one reader may read: on some shelves, and `pages` tells in how many pages one stands today.

    A shelf may hold words that are gone by now; a word in no page is never given.
    """

    def __init__(self, shelves: Sequence[Shelf], pages: Callable[[str], int]) -> None:
        self._shelves = shelves
        self._pages = pages

    def nearest(self, word: str) -> str | None:
        """Give the most likely word meant, or nothing when none is near; some milliseconds at 60,000 words.

        The word with the lowest cost of slips wins; among near equals the one in more pages does.
        """
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
            return self._apart(word)
        is_long = len(word) >= LONG
        most = MOST_COST_LONG if is_long else MOST_COST_SHORT
        best, least = None, math.inf
        for near in {near for shelf in self._shelves for near in shelf.like(word, 2 if is_long else 1)}:
            cost = slips(word, near, most)
            pages = self._pages(near) if cost <= most else 0
            if pages:
                cost -= FREQUENT * math.log1p(pages)
                if (cost, near) < (least, best or ""):
                    best, least = near, cost
        return best or self._apart(word)

    def _apart(self, word: str) -> str | None:
        """Read two words that were run together, when both are known: `printqueue` is `print queue`."""
        best, most = None, 0
        for cut in range(3, min(len(word), LONGEST) - 2):
            pair = word[:cut], word[cut:]
            if all(any(part in shelf.words for shelf in self._shelves) for part in pair):
                pages = min(self._pages(pair[0]), self._pages(pair[1]))
                if pages > most:
                    best, most = " ".join(pair), pages
        return best


def slips(typed: str, meant: str, most: float = math.inf) -> float:
    """Give the cost of the slips from one word to the other; infinite as soon as it is above `most`.

    The optimal string alignment distance (Damerau 1964) with costs by kind of slip.
    """
    before: list[float] = []
    row = [i * ANY_SLIP for i in range(len(meant) + 1)]
    for i, letter in enumerate(typed, start=1):
        before, last, row = row, before, [i * ANY_SLIP]
        for j, other in enumerate(meant, start=1):
            cost = min(
                before[j - 1] + _changed(letter, other),
                before[j] + _extra(typed, i - 1),
                row[j - 1] + _extra(meant, j - 1),
            )
            if i > 1 and j > 1 and letter == meant[j - 2] and other == typed[i - 2] and letter != other:
                cost = min(cost, last[j - 2] + SWAPPED)
            row.append(cost)
        if min(row) > most:
            return math.inf
    return row[-1] + (FIRST_LETTER if typed[:1] != meant[:1] else 0.0)


def _changed(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    if other in touching(letter):
        return NEAR_KEY
    return LIKE_SOUND if frozenset(letter + other) in _SOUNDS else ANY_SLIP


def _extra(word: str, place: int) -> float:
    """A letter too many or too few costs less when it only doubles the one beside it."""
    return DOUBLED if place and word[place] == word[place - 1] else ANY_SLIP


@lru_cache(maxsize=256)
def touching(letter: str) -> frozenset[str]:
    """Give the keys that touch a key on an American keyboard."""
    for number, keys in enumerate(_ROWS):
        place = keys.find(letter)
        if place >= 0:
            beside = set(keys[max(0, place - 1) : place + 2])
            if number:
                beside |= set(_ROWS[number - 1][place : place + 2])
            if number + 1 < len(_ROWS):
                beside |= set(_ROWS[number + 1][max(0, place - 1) : place + 1])
            return frozenset(beside - {letter})
    return frozenset()


def _mask(word: str) -> int:
    """Give the set of letters of a word as bits: two words one slip apart differ in two bits at most."""
    bits = 0
    for letter in word:
        bits |= _BITS.get(letter, 1 << 26)
    return bits


_BITS = {letter: 1 << place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
