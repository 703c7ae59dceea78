"""The part of the PostgreSQL index that one reader may see; audiences are a condition of every query."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import nlargest

from search.entry import Entry
from search.finding import PHRASE_PAGES, Candidate
from search.index import IndexDamaged
from search.postgres_memory import Memory, Reading
from search.postgres_vectors import every_of, plain, raw
from search.postgres_words import lexicon_of
from search.ranking import (
    CANDIDATES,
    LEAST_CANDIDATES,
    NEAR_ENOUGH,
    NEAR_PAGES,
    SATURATION,
    WEIGHING_FLOOR,
    Statistics,
    bend,
)
from search.spelling import Lexicon
from search.tokens import stem as stem_of

# The best by title; each must be read to be shown, and six are.
MOST_LEADS = 30
# A search that ran out of time is tried once more with its most telling words alone.
HURRIED_STEMS = 3

# BM25F of `ranking.first_look`, word by word; `bend` is a straight line in the length of a page. The two parts are
# worked out first and then joined at one stroke: a look at the page of each word costs four times as much.
_CANDIDATES = """
WITH seen AS MATERIALIZED (
  SELECT number, topic, length FROM pages
  WHERE audience = ANY(:audiences) AND (:every = '' OR words @@ CAST(:every AS tsquery))
), held AS MATERIALIZED (
  SELECT w.page, w.weight, asked.most
  FROM unnest(CAST(:stems AS text[]), CAST(:worth AS float8[])) AS asked (stem, most)
  JOIN weights w ON w.stem = asked.stem
)
SELECT number, score, topic FROM (
  SELECT number, score, topic, max(score) OVER () AS best FROM (
    SELECT number, topic, sum(most * weight / (weight + :least + :more * length)) AS score
    FROM held JOIN seen ON number = page GROUP BY number, topic
  ) AS scored
) AS rated WHERE score >= :floor * best
"""
_LEADS = """
SELECT number FROM pages WHERE lead @@ CAST(:asked AS tsquery) AND audience = ANY(:audiences)
ORDER BY ts_rank('{0, 0, 0.5, 1}', lead, CAST(:asked AS tsquery)) DESC, number LIMIT :most
"""


class PostgresView:
    """What one reader may see at one moment; see `finding.View`. For one search."""

    def __init__(
        self, reading: Reading, memory: Memory, audiences: Iterable[str], *, hurried: bool = False
    ) -> None:
        self._reading = reading
        self._memory = memory
        self._hurried = hurried
        self._audiences = frozenset(raw(one) for one in audiences)
        self._moment = memory.moment(reading)
        self._entries: dict[int, Entry] = {}
        self._statistics = self._moment.statistics(self._pages_with)

    @property
    def statistics(self) -> Statistics:
        return self._statistics

    def learn(self, stems: Iterable[str]) -> None:
        """Count these stems with one query instead of one for each; an answer does not depend on it."""
        self._moment.learn(self._reading, self._audiences, stems)

    def candidates(self, stems: Mapping[str, float], every: Collection[str], floor: float) -> list[Candidate]:
        """Take the first look in the database, and read the pages that will be weighed; two queries."""
        self.learn(stems)
        worth = {one: weight * self._statistics.rarity(one) for one, weight in stems.items()}
        worth = {one: value for one, value in worth.items() if value > 0}
        if self._hurried:
            worth = {one: worth[one] for one in nlargest(HURRIED_STEMS, worth, key=worth.__getitem__)}
        if not worth:
            return []
        mean = self._moment.mean_length
        rows = self._reading.rows(
            _CANDIDATES,
            stems=list(worth),
            worth=[value * (SATURATION + 1) for value in worth.values()],
            least=bend(0.0, mean),
            more=(bend(mean, mean) - bend(0.0, mean)) / mean if mean > 0 else 0.0,
            audiences=list(self._audiences),
            every=every_of([one] for one in sorted(every)),
            floor=floor,
        )
        topics = {topic: plain(topic) for topic in {row[2] for row in rows}}
        found = [Candidate(score, number, topics[topic]) for number, score, topic in rows]
        self._fetch(_to_weigh(found, PHRASE_PAGES if every else CANDIDATES))
        return found

    def near(self, text: str, numbers: Collection[int]) -> dict[int, float]:
        meaning, seen = self._memory.meaning, dict[int, float]()
        if meaning is None:
            return {}
        vector, audience_of = meaning.vectors([text])[0], self._moment.audience_of
        for part in self._moment.parts:
            for place, near in zip(part.stack.numbers, part.stack.nearness(vector), strict=True):
                number = part.numbers[place]
                if audience_of.get(number) in self._audiences:
                    seen[number] = near
        nearest = nlargest(NEAR_PAGES, seen, key=seen.__getitem__)
        self._fetch([number for number in nearest if seen[number] >= NEAR_ENOUGH])
        return {number: seen.get(number, 0.0) for number in {*numbers, *nearest}}

    def entry(self, number: int) -> Entry:
        self._fetch([number])
        entry = self._entries.get(number)
        if entry is None:
            raise IndexDamaged("a page of the index is gone")
        return entry

    def holds(self, stem: str) -> bool:
        self.learn([stem])
        return self._moment.seen[self._audiences, stem]

    def lexicon(self) -> Lexicon:
        return lexicon_of(self._reading, self._moment, self._audiences)

    def leads(self, whole: Sequence[str], beginning: str) -> list[Entry]:
        """Give the pages whose title or symptoms have all words, those with the most of them in the title first."""
        asked = every_of(({word, stem_of(word)} for word in whole), beginning)
        values = {"asked": asked, "audiences": list(self._audiences), "most": MOST_LEADS}
        numbers = [int(row.number) for row in self._reading.rows(_LEADS, **values)]
        self._fetch(numbers)
        return [self.entry(number) for number in numbers]

    def _fetch(self, numbers: Collection[int]) -> None:
        new = [number for number in numbers if number not in self._entries]
        if new:
            self._entries |= self._memory.entries(self._reading, self._moment.key[0], new)

    def _pages_with(self, stem: str) -> int:
        self.learn([stem])
        return self._moment.counts[stem]


def _to_weigh(found: list[Candidate], most: int) -> list[int]:
    """Give the pages that `finding` will weigh: the best, down to a share of the first."""
    best = nlargest(most, found, key=lambda one: one.score)
    floor = WEIGHING_FLOOR * best[0].score if best and most == CANDIDATES else 0.0
    return [one.number for place, one in enumerate(best) if place < LEAST_CANDIDATES or one.score >= floor]
