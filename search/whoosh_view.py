"""One opened state of the Whoosh index, and the part of it that one reader may see."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from search.entry import Entry, unpack
from search.finding import Candidate
from search.ranking import SATURATION, Statistics, bend
from search.spelling import Lexicon
from search.tokens import stem as stem_of
from search.whoosh_fields import GAP
from search.whoosh_volume import Volume

# A search that takes longer ranks by the words it has read by then, the most telling ones first.
LONGEST_SECONDS = 0.15
# Beginnings of two letters stand for hundreds of words; the first ones in the alphabet are enough.
MOST_BEGINNINGS = 100
MOST_LEADS = 60
# A word in more pages is no more right for it.
MOST_COUNTED = 60
KEPT_ENTRIES = 1000
State = tuple[int, int, int]


class Opened:
    """A searcher on one state of the index, with the entries read so far; for one thread at a time."""

    def __init__(self, searcher: Any, state: State, volumes: Mapping[str, Volume]) -> None:
        self._searcher = searcher
        self.reader = searcher.reader()
        self.state = state
        self.leaves = [(leaf, base) for leaf, base in self.reader.leaf_readers() if leaf.doc_count_all()]
        names = [str(leaf.segment().segment_id()) for leaf, _ in self.leaves]
        self.volumes = {name: volumes.get(name) or Volume() for name in names}
        self.parts = [(self.volumes[names[i]], leaf, base) for i, (leaf, base) in enumerate(self.leaves)]
        documents = self.reader.doc_count_all()
        mean = self.reader.field_length("words") / documents if documents else 0.0
        self.statistics = Statistics(documents, mean, self._pages_with)
        self._entries: dict[int, Entry] = {}
        self._columns: dict[tuple[int, str], Any] = {}
        self._visible: dict[tuple[frozenset[str], int], frozenset[int]] = {}

    def visible(self, audiences: frozenset[str], place: int) -> frozenset[int]:
        """Give the documents of one segment that are for any of the audiences and are not gone."""
        key = (audiences, place)
        if key not in self._visible:
            leaf = self.parts[place][1]
            seen: set[int] = set()
            for audience in audiences:
                seen.update(_numbers(leaf, audience))
            self._visible[key] = frozenset(seen)
        return self._visible[key]

    def checksum(self) -> dict[str, str]:
        """Give the digest of every document; its text is read too, so that damage in it is met."""
        found: dict[str, str] = {}
        for number in self.reader.all_doc_ids():
            entry = self._read(int(number))
            entry.sections()
            found[entry.slug] = entry.digest
        return found

    def entry(self, number: int) -> Entry:
        """Give one document's entry; the ones read last are kept."""
        kept = self._entries.get(number)
        if kept is None:
            if len(self._entries) >= KEPT_ENTRIES:
                self._entries.clear()
            kept = self._entries[number] = self._read(number)
        return kept

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()

    def _read(self, number: int) -> Entry:
        return unpack(self._bytes(number, "entry"), self._bytes(number, "packed"))

    def _bytes(self, number: int, column: str) -> bytes:
        place = max(i for i, (_, _, base) in enumerate(self.parts) if base <= number)
        if (place, column) not in self._columns:
            self._columns[place, column] = self.parts[place][1].column_reader(column, translate=False)
        return bytes(self._columns[place, column][number - self.parts[place][2]])

    def _pages_with(self, stem: str) -> int:
        return int(self.reader.doc_frequency("words", stem))


class WhooshView:
    """What one reader may see of an opened index; see `finding.View`."""

    def __init__(self, opened: Opened, audiences: frozenset[str]) -> None:
        self._opened = opened
        self._audiences = audiences

    @property
    def statistics(self) -> Statistics:
        return self._opened.statistics

    def candidates(self, stems: Mapping[str, float], every: Collection[str]) -> list[Candidate]:
        """Add up the first look of `ranking.py` over the postings, word by word, the most telling first."""
        rarity = self._opened.statistics.rarity
        worth = sorted(((weight * rarity(one), one) for one, weight in stems.items()), reverse=True)
        deadline = time.monotonic() + LONGEST_SECONDS
        found: list[Candidate] = []
        for place, (volume, leaf, base) in enumerate(self._opened.parts):
            visible = self._opened.visible(self._audiences, place)
            for one in every:
                visible = visible.intersection(volume.postings(leaf, "words", one)[0])
            scores = self._scores(volume, leaf, visible, worth, deadline) if visible else {}
            topics = volume.topics(leaf) if scores else []
            found += [Candidate(base + number, score, topics[number]) for number, score in scores.items()]
        return found

    def entry(self, number: int) -> Entry:
        return self._opened.entry(number)

    def holds(self, stem: str) -> bool:
        return self._counted("words", stem, 1) > 0

    def lexicon(self) -> Lexicon:
        parts = self._opened.parts
        shelves = [volume.shelf(leaf, one) for volume, leaf, _ in parts for one in self._audiences]
        return Lexicon(shelves, self._pages)

    def leads(self, whole: Sequence[str], beginning: str) -> list[Entry]:
        """Add up the weights of the words in titles and symptoms, and give the heaviest that have all."""
        groups = [{word, stem_of(word)} for word in whole] + [self._beginnings(beginning)]
        found: list[tuple[float, int]] = []
        for place, (volume, leaf, base) in enumerate(self._opened.parts):
            scores = dict.fromkeys(self._opened.visible(self._audiences, place), 0.0)
            for group in groups:
                scores = _heaviest(volume, leaf, group, scores)
            found += [(-score, base + number) for number, score in scores.items()]
        return [self._opened.entry(number) for _, number in sorted(found)[:MOST_LEADS]]

    def _scores(
        self,
        volume: Volume,
        leaf: Any,
        visible: frozenset[int],
        worth: list[tuple[float, str]],
        deadline: float,
    ) -> dict[int, float]:
        mean, lengths = self._opened.statistics.mean_length, volume.lengths(leaf)
        scores: dict[int, float] = {}
        for value, stem in worth:
            if value <= 0 or (scores and time.monotonic() > deadline):
                break
            for number, weight in zip(*volume.postings(leaf, "words", stem), strict=True):
                if number in visible:
                    score = value * weight * (SATURATION + 1) / (weight + bend(lengths[number], mean))
                    scores[number] = scores.get(number, 0.0) + score
        return scores

    def _beginnings(self, beginning: str) -> set[str]:
        found: set[str] = set()
        for word in self._opened.reader.expand_prefix("lead", beginning):
            found.add(word.decode("utf-8"))
            if len(found) >= MOST_BEGINNINGS:
                break
        return found

    def _pages(self, word: str) -> int:
        """Count the pages that hold the word today; the word lists still know words of pages taken out."""
        return sum(self._counted("lexicon", one + GAP + word, MOST_COUNTED) for one in self._audiences)

    def _counted(self, field: str, word: str, most: int) -> int:
        count = 0
        for place, (volume, leaf, _) in enumerate(self._opened.parts):
            visible = self._opened.visible(self._audiences, place)
            for number in volume.postings(leaf, field, word)[0]:
                count += number in visible
                if count >= most:
                    return count
        return count


def _heaviest(
    volume: Volume, leaf: Any, group: Collection[str], scores: Mapping[int, float]
) -> dict[int, float]:
    """Keep the documents with any word of the group, and add the weight of its heaviest."""
    best: dict[int, float] = {}
    for word in group:
        for number, weight in zip(*volume.postings(leaf, "lead", word), strict=True):
            if number in scores and weight > best.get(number, 0.0):
                best[number] = weight
    return {number: scores[number] + weight for number, weight in best.items()}


def _numbers(leaf: Any, audience: str) -> Iterator[int]:
    """Give the documents of one audience that are not gone; read anew for every state of the index."""
    term = audience.encode("utf-8", "replace")
    if ("audience", term) in leaf:
        matcher = leaf.postings("audience", term)
        while matcher.is_active():
            yield matcher.id()
            matcher.next()
