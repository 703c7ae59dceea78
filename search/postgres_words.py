"""Mending slips with the words in PostgreSQL: near words come from `pg_trgm`, or from a list in memory without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from search.postgres_memory import Moment, Reading
from search.spelling import LONGEST, SHORTEST, Lexicon, Shelf

# The beginning of a longer word says enough from four letters on, its middle or its end from six.
SHORTEST_BEGINNING, SHORTEST_PART = 4, 6
# Words run together are read apart at every place that leaves three letters on both sides.
LEAST_LEFT = 3

_NEAR = """
SELECT word, sum(pages) AS pages FROM spellings
WHERE audience = ANY(:audiences) AND (word % :word OR word = ANY(:parts) OR word LIKE :longer)
GROUP BY word
"""
_ALL = "SELECT word, sum(pages) AS pages FROM spellings WHERE audience = ANY(:audiences) GROUP BY word"


class NearWords(Lexicon):
    """The words one reader may read that are near a word; `ask` gives them with the pages they stand in."""

    def __init__(self, ask: Callable[[str], Mapping[str, int]]) -> None:
        self._ask = ask

    def nearest(self, word: str) -> str | None:
        """Give the most likely word meant, else a longer word that this one is a part of, or nothing."""
        counts = self._ask(word)
        meant = Lexicon([Shelf(counts)], lambda near: counts.get(near, 0)).nearest(word)
        return meant or longer(word, counts)


class KnownWords(Lexicon):
    """All words one reader may read, in memory: what a database without `pg_trgm` leaves us."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__([Shelf(counts)], lambda near: counts.get(near, 0))
        self._counts = counts

    def nearest(self, word: str) -> str | None:
        """Give the same as `NearWords`."""
        return super().nearest(word) or longer(word, self._counts)


def lexicon_of(reading: Reading, moment: Moment, audiences: frozenset[bytes]) -> Lexicon:
    """Give the words of these audiences: one query for each word to mend, or all at once when there is no other way."""
    if moment.near_words:
        return NearWords(lambda word: _near(reading, audiences, word))
    known = moment.lexicons.get(audiences)
    if known is None:
        counts = _counted(reading.rows(_ALL, audiences=list(audiences)))
        known = moment.lexicons[audiences] = KnownWords(counts)
    return known


def longer(word: str, counts: Mapping[str, int]) -> str | None:
    """Give the word in most pages that goes on from this one, or else has it inside: `absent` means `absentee`."""
    if not SHORTEST_BEGINNING <= len(word) <= LONGEST or not word.isalpha():
        return None
    found = [one for one in counts if one.startswith(word) and one != word]
    if not found and len(word) >= SHORTEST_PART:
        found = [one for one in counts if word in one and one != word]
    return min(found, key=lambda one: (-counts[one], len(one), one), default=None)


def _near(reading: Reading, audiences: frozenset[bytes], word: str) -> dict[str, int]:
    parts = {part for cut in _cuts(word) for part in (word[:cut], word[cut:])}
    # A word holds letters and digits only, so that none of them is a sign of LIKE.
    anywhere = "%" if len(word) >= SHORTEST_PART else ""
    pattern = f"{anywhere}{word}%" if len(word) >= SHORTEST and word.isalpha() else ""
    values = {"audiences": list(audiences), "word": word, "parts": sorted(parts), "longer": pattern}
    return _counted(reading.rows(_NEAR, **values))


def _cuts(word: str) -> range:
    return range(LEAST_LEFT, min(len(word), LONGEST) - LEAST_LEFT + 1)


def _counted(rows: Sequence[Any]) -> dict[str, int]:
    return {str(row.word): int(row.pages) for row in rows}
