"""The index in plain Python: for small desks, for trials and for tests; forgotten when the process ends."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import nlargest

from search import finding
from search.entry import Entry, entry_of, field_weights, lead_words, passages_to_mean, surface
from search.finding import Candidate
from search.index import Document, Hit, IndexBusy, Results
from search.meaning import Meaning
from search.query import Query
from search.ranking import NEAR_PAGES, Statistics, first_look
from search.spelling import Lexicon, Shelf
from search.tokens import stem as stem_of
from search.words import Words


class MemoryIndex:
    """An index of dictionaries; find and suggest may run in other threads while a change is open."""

    def __init__(self, meaning: Meaning | None = None) -> None:
        """Begin empty; with a `meaning`, pages are also found by what they mean."""
        self._lock = threading.Lock()
        self._meaning = meaning
        self._shelf = _Shelf({}, meaning)

    @property
    def flavour(self) -> str:
        """What documents are kept with."""
        return "meaning" if self._meaning else "words"

    @contextmanager
    def edit(self, timeout_seconds: float = 0.0) -> Iterator[MemoryEdit]:
        """Open the one change; see `index.Index`."""
        if not self._lock.acquire(timeout=max(timeout_seconds, 0.0)):
            raise IndexBusy("the index is being changed")
        try:
            edit = MemoryEdit(dict(self._shelf.kept), self._meaning)
            yield edit
            self._shelf = _Shelf(edit.kept, self._meaning)
        finally:
            self._lock.release()

    def find(
        self,
        query: Query,
        audiences: frozenset[str],
        *,
        words: Words,
        limit: int = 10,
        offset: int = 0,
        topic: str | None = None,
        exact: bool = False,
        priors: Mapping[str, float] | None = None,
    ) -> Results:
        """Find documents, best first; see `index.Index`."""
        page = finding.Page(limit=limit, offset=offset, topic=topic, exact=exact, priors=priors or {})
        return finding.find(_View(self._shelf, audiences), query, words, page)

    def suggest(self, text: str, audiences: frozenset[str], *, limit: int = 6) -> tuple[Hit, ...]:
        """Find titles and symptoms while they are typed; see `index.Index`."""
        return finding.suggest(_View(self._shelf, audiences), text, limit)

    def documents(self) -> int:
        """Count the documents held."""
        return len(self._shelf.kept)

    def checksum(self) -> dict[str, str]:
        """Give a digest of every document, by slug."""
        return {slug: kept.entry.digest for slug, kept in self._shelf.kept.items()}

    def reset(self) -> None:
        """Throw everything away."""
        if not self._lock.acquire(blocking=False):
            raise IndexBusy("the index is being changed")
        try:
            self._shelf = _Shelf({}, self._meaning)
        finally:
            self._lock.release()


class MemoryEdit:
    """The open change of a memory index: a copy of the shelf that takes its place at the end."""

    def __init__(self, kept: dict[str, _Kept], meaning: Meaning | None) -> None:
        self.kept = kept
        self._meaning = meaning
        self._versions = {slug: one.entry.version for slug, one in kept.items()}

    def versions(self) -> dict[str, str]:
        """Give the versions held when the change began."""
        return dict(self._versions)

    def put(self, document: Document) -> None:
        """Add or replace one document."""
        self.kept[document.slug] = _Kept.of(document, self._meaning)

    def remove(self, slug: str) -> None:
        """Take one document out."""
        self.kept.pop(slug, None)


@dataclass(frozen=True, slots=True)
class _Kept:
    """One document as it is kept: its entry, its weights by stem, and its words as they are written."""

    entry: Entry
    weights: dict[str, float]
    surface: frozenset[str]
    lead: frozenset[str]
    vectors: bytes

    @staticmethod
    def of(document: Document, meaning: Meaning | None) -> _Kept:
        entry = entry_of(document)
        weights = field_weights(entry.fields, entry.passages)
        vectors = meaning.packed(passages_to_mean(entry)) if meaning else b""
        return _Kept(entry, weights, frozenset(surface(document)), frozenset(lead_words(document)), vectors)


class _Shelf:
    """All documents at one moment; never changed once it is built."""

    def __init__(self, kept: dict[str, _Kept], meaning: Meaning | None) -> None:
        self.kept = kept
        self.rows = list(kept.values())
        self.meaning = meaning
        self.stack = meaning.stack([one.vectors for one in self.rows]) if meaning else None
        self.pages: dict[str, list[int]] = {}
        for number, one in enumerate(self.rows):
            for stem in one.weights:
                self.pages.setdefault(stem, []).append(number)
        mean = sum(one.entry.weight for one in self.rows) / len(self.rows) if self.rows else 0.0
        self.statistics = Statistics(len(self.rows), mean, self._pages_with)
        self.lexicons: dict[frozenset[str], Lexicon] = {}

    def _pages_with(self, stem: str) -> int:
        return len(self.pages.get(stem, ()))


class _View:
    """The part of a shelf that one reader may see; see `finding.View`."""

    def __init__(self, shelf: _Shelf, audiences: frozenset[str]) -> None:
        self._shelf = shelf
        self._audiences = audiences

    @property
    def statistics(self) -> Statistics:
        return self._shelf.statistics

    def candidates(self, stems: Mapping[str, float], every: Collection[str], floor: float) -> list[Candidate]:
        scores: dict[int, float] = {}
        for stem, weight in stems.items():
            worth = weight * self.statistics.rarity(stem)
            for number in self._shelf.pages.get(stem, ()):
                if self._may_see(number):
                    scores[number] = scores.get(number, 0.0) + worth * self._look(number, stem)
        rows = self._shelf.rows
        scores = {number: one for number, one in scores.items() if set(every) <= rows[number].weights.keys()}
        least = floor * max(scores.values(), default=0.0)
        return [
            Candidate(score, number, rows[number].entry.topic)
            for number, score in scores.items()
            if score >= least
        ]

    def near(self, text: str, numbers: Collection[int]) -> dict[int, float]:
        shelf = self._shelf
        if shelf.meaning is None or shelf.stack is None:
            return {}
        nearness = shelf.stack.nearness(shelf.meaning.vectors([text])[0])
        pairs = zip(shelf.stack.numbers, nearness, strict=True)
        seen = {number: near for number, near in pairs if self._may_see(number)}
        return {
            number: seen.get(number, 0.0)
            for number in {*numbers, *nlargest(NEAR_PAGES, seen, key=seen.__getitem__)}
        }

    def entry(self, number: int) -> Entry:
        return self._shelf.rows[number].entry

    def holds(self, stem: str) -> bool:
        return any(self._may_see(number) for number in self._shelf.pages.get(stem, ()))

    def lexicon(self) -> Lexicon:
        known = self._shelf.lexicons.get(self._audiences)
        if known is None:
            counts = Counter(word for one in self._seen() for word in one.surface)
            known = self._shelf.lexicons[self._audiences] = Lexicon([Shelf(counts)], counts.__getitem__)
        return known

    def leads(self, whole: Sequence[str], beginning: str) -> list[Entry]:
        return [one.entry for one in self._seen() if _leads(one.lead, whole, beginning)]

    def _seen(self) -> Iterator[_Kept]:
        return (one for one in self._shelf.rows if one.entry.audience in self._audiences)

    def _may_see(self, number: int) -> bool:
        return self._shelf.rows[number].entry.audience in self._audiences

    def _look(self, number: int, stem: str) -> float:
        one = self._shelf.rows[number]
        return first_look(one.weights[stem], one.entry.weight, self.statistics.mean_length)


def _leads(lead: frozenset[str], whole: Sequence[str], beginning: str) -> bool:
    if not all(word in lead or stem_of(word) in lead for word in whole):
        return False
    return any(word.startswith(beginning) for word in lead)
