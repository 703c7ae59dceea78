"""What one process keeps of the PostgreSQL index, and how it learns that another server changed it.

Each search reads the one row that says how often the index has changed. As long as it is the same, vectors,
word counts and pages read before are used again; when it moved, only what is new is read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from search.entry import Entry, unpack
from search.index import IndexDamaged
from search.meaning import Meaning, Stack
from search.postgres_tables import LAYOUT, schema_of
from search.ranking import Statistics
from search.spelling import Lexicon

# Ten to twenty kilobytes each.
MOST_ENTRIES = 500
# Some bytes each; then they are counted afresh.
MOST_COUNTS = 50_000
# Vectors lie in parts, one for each change seen; of more parts, or with more pages gone, all are read anew.
MOST_PARTS, MOST_GONE = 8, 0.2
# Reading the vectors of ten thousand pages takes a second, once; no search's own time is counted for it.
LOADING_MILLISECONDS = 10_000
# Words with a fifth of their three-letter pieces in common; two slips in a word of seven letters leave that.
LIKENESS = "0.2"

_OPEN = """
SELECT set_config('search_path', quote_ident(:schema) || coalesce((
    SELECT ', ' || quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_trgm'), ''), true),
  set_config('statement_timeout', :milliseconds, true),
  set_config('pg_trgm.similarity_threshold', :likeness, true),
  set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
  set_config('enable_mergejoin', 'off', true)
"""
_STATE = """
SELECT layout, stamp, generation, to_regclass('spellings_near') IS NOT NULL AS near_words,
  has_pages = EXISTS (SELECT FROM pages) AND has_weights = EXISTS (SELECT FROM weights)
  AND has_spellings = EXISTS (SELECT FROM spellings) AS whole
FROM state
"""
_COUNTS = """
SELECT asked.stem, (SELECT count(*) FROM weights w WHERE w.stem = asked.stem) AS pages, EXISTS (
    SELECT FROM weights w JOIN pages p ON p.number = w.page
    WHERE w.stem = asked.stem AND p.audience = ANY(:audiences)) AS seen
FROM unnest(CAST(:stems AS text[])) AS asked (stem)
"""


class Reading:
    """One open look at the tables: names mean the index's own, and a statement that takes too long ends."""

    def __init__(self, connection: Connection, milliseconds: int, schema: str = "") -> None:
        self._connection = connection
        self._milliseconds = milliseconds
        self._until = 0.0
        self.schema = schema or schema_of(connection)
        self.rows(_OPEN, schema=self.schema, milliseconds=str(milliseconds), likeness=LIKENESS)

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """Ask; raises `TimeoutError` when the time of this look is over."""
        if self._until and time.monotonic() > self._until:
            raise TimeoutError("the search took too long")
        return self._connection.execute(_statement(statement), values).all()

    def start_clock(self) -> None:
        """From here on the time is counted: no statement begins later than one may take."""
        if self._milliseconds:
            self._until = time.monotonic() + self._milliseconds / 1000

    def allow(self, milliseconds: int) -> None:
        """Give each statement from here on so much time."""
        self.rows("SELECT set_config('statement_timeout', :time, true)", time=str(milliseconds))

    def allow_usual(self) -> None:
        """Give each statement the time it usually has."""
        self.allow(self._milliseconds)


@dataclass(frozen=True)
class Part:
    """The vectors of some pages: `numbers` of the pages in the order of the rows of the stack."""

    numbers: list[int]
    stack: Stack


@dataclass
class Moment:
    """What is known of one state of the index. Only grows: counts and word lists are added as they are read."""

    key: tuple[str, int]
    documents: int
    mean_length: float
    near_words: bool = False
    audience_of: dict[int, bytes] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[frozenset[bytes], str], bool] = field(default_factory=dict)
    lexicons: dict[frozenset[bytes], Lexicon] = field(default_factory=dict)

    def statistics(self, pages_with: Any) -> Statistics:
        """Give what the ranking asks for."""
        return Statistics(self.documents, self.mean_length, pages_with)

    def learn(self, reading: Reading, audiences: frozenset[bytes], stems: Iterable[str]) -> None:
        """Count the pages with each stem, and whether this reader may see one: one query, none when all are known."""
        new = sorted({one for one in stems if (audiences, one) not in self.seen})
        if not new:
            return
        if len(self.seen) > MOST_COUNTS:
            self.seen, self.counts = {}, {}
        for row in reading.rows(_COUNTS, stems=new, audiences=list(audiences)):
            self.counts[row.stem] = int(row.pages)
            self.seen[audiences, row.stem] = bool(row.seen)


class Memory:
    """The newest moment this process has met, and the pages it has read; shared by all threads."""

    def __init__(self, meaning: Meaning | None) -> None:
        self.meaning = meaning
        self._lock = threading.Lock()
        self._moment: Moment | None = None
        self._entries: dict[int, Entry] = {}
        self._stamp = ""

    def moment(self, reading: Reading) -> Moment:
        """Give what is known of the state that this reading sees; one query when nothing has changed."""
        rows = reading.rows(_STATE)
        if not rows or rows[0].layout != LAYOUT or not rows[0].whole:
            raise IndexDamaged("the index was emptied, or belongs to another release")
        key = (str(rows[0].stamp), int(rows[0].generation))
        known = self._moment
        if known is None or known.key != key:
            known = self._loaded(reading, key)
        known.near_words = bool(rows[0].near_words)
        reading.start_clock()
        return known

    def entries(self, reading: Reading, stamp: str, numbers: Collection[int]) -> dict[int, Entry]:
        """Give these pages; one query for those that are not in memory. Numbers are never given twice."""
        kept = self._entries if self._stamp == stamp else {}
        found = {number: kept[number] for number in numbers if number in kept}
        new = [number for number in numbers if number not in found]
        if new:
            rows = reading.rows("SELECT number, entry, packed FROM pages WHERE number = ANY(:new)", new=new)
            fresh = {int(row.number): unpack(bytes(row.entry), bytes(row.packed)) for row in rows}
            self._keep(stamp, fresh)
            found |= fresh
        return found

    def _keep(self, stamp: str, fresh: dict[int, Entry]) -> None:
        with self._lock:
            whole = self._entries if self._stamp == stamp else {}
            if len(whole) + len(fresh) > MOST_ENTRIES:
                whole = {}
            # A new dictionary, as other threads are reading the old one.
            self._entries, self._stamp = whole | fresh, stamp

    def _loaded(self, reading: Reading, key: tuple[str, int]) -> Moment:
        """Read what a new state needs; one thread does it, and the others then find it done."""
        with self._lock:
            before = self._moment
            if before is not None and before.key == key:
                return before
            reading.allow(LOADING_MILLISECONDS)
            row = reading.rows("SELECT count(*) AS pages, coalesce(avg(length), 0) AS mean FROM pages")[0]
            moment = Moment(key, int(row.pages), float(row.mean))
            if self.meaning is not None:
                _load_vectors(reading, moment, self.meaning, before)
            reading.allow_usual()
            # A thread that began before the last change must not put the old state back.
            if before is None or before.key[0] != key[0] or before.key[1] < key[1]:
                self._moment = moment
            return moment


def _load_vectors(reading: Reading, moment: Moment, meaning: Meaning, before: Moment | None) -> None:
    """Take over the vectors of pages that are still there, and read those of new pages."""
    rows = reading.rows("SELECT number, audience FROM pages")
    moment.audience_of = {int(row.number): bytes(row.audience) for row in rows}
    parts = before.parts if before is not None and before.key[0] == moment.key[0] else []
    held = {number for part in parts for number in part.numbers}
    gone = len(held - moment.audience_of.keys())
    if len(parts) >= MOST_PARTS or gone > MOST_GONE * max(1, len(held)):
        parts, held = [], set()
    new = sorted(moment.audience_of.keys() - held)
    if new:
        found = reading.rows("SELECT number, vectors FROM pages WHERE number = ANY(:new)", new=new)
        numbers = [int(row.number) for row in found]
        parts = [*parts, Part(numbers, meaning.stack([bytes(row.vectors) for row in found]))]
    moment.parts = list(parts)


@cache
def _statement(statement: str) -> TextClause:
    return text(statement)
