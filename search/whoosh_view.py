"""One opened state of the Whoosh index, and the part of it that one reader may see."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from heapq import nlargest
from typing import Any

from search.entry import Entry, unpack
from search.finding import Candidate
from search.meaning import Meaning
from search.ranking import NEAR_PAGES, SATURATION, Statistics, bend
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
        self._columns: dict[int, list[Any]] = {}
        self._halves: dict[int, list[float]] = {}
        self._visible: dict[tuple[frozenset[str], int], frozenset[int]] = {}
        self._masks: dict[tuple[frozenset[str], int], Any] = {}

    def visible(self, audiences: frozenset[str], place: int) -> frozenset[int]:
        """Give the documents of one segment that are for any of the audiences and are not gone."""
        key = (audiences, place)
        if key not in self._visible:
            volume, leaf, _ = self.parts[place]
            seen = (volume.postings(leaf, "audience", one)[0] for one in audiences)
            self._visible[key] = frozenset().union(*seen).difference(leaf.deleted_docs_set)
        return self._visible[key]

    def mask(self, audiences: frozenset[str], place: int, meaning: Meaning) -> Any:
        """Mark the same documents in the vectors of one segment."""
        key = (audiences, place)
        if key not in self._masks:
            volume, leaf, _ = self.parts[place]
            self._masks[key] = volume.stack(leaf, meaning).mask(self.visible(audiences, place))
        return self._masks[key]

    def halves(self, place: int) -> list[float]:
        """Give `ranking.bend` of every document of one segment, worked out once for a state of the index."""
        if place not in self._halves:
            volume, leaf, _ = self.parts[place]
            mean = self.statistics.mean_length
            self._halves[place] = [bend(length, mean) for length in volume.lengths(leaf)]
        return self._halves[place]

    def checksum(self) -> dict[str, str]:
        """Give the digest of every document; its text is read too, so that damage in it is met."""
        found: dict[str, str] = {}
        for place, (_, leaf, _) in enumerate(self.parts):
            for number in leaf.all_doc_ids():
                entry = self._read(place, number)
                entry.sections()
                found[entry.slug] = entry.digest
        return found

    def entry(self, number: int) -> Entry:
        """Give one document's entry."""
        place = max(place for place, part in enumerate(self.parts) if part[2] <= number)
        volume, _, base = self.parts[place]
        return volume.entry(number - base, lambda inside: self._read(place, inside))

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()

    def _read(self, place: int, number: int) -> Entry:
        """Read one entry from the disk; a column is opened once, as that reads its table of places."""
        if place not in self._columns:
            leaf = self.parts[place][1]
            self._columns[place] = [leaf.column_reader(name, translate=False) for name in ("entry", "packed")]
        kept, packed = (bytes(column[number]) for column in self._columns[place])
        return unpack(kept, packed)

    def _pages_with(self, stem: str) -> int:
        return int(self.reader.doc_frequency("words", stem))


class WhooshView:
    """What one reader may see of an opened index; see `finding.View`."""

    def __init__(self, opened: Opened, audiences: frozenset[str], meaning: Meaning | None) -> None:
        self._meaning = meaning
        self._opened = opened
        self._audiences = audiences

    @property
    def statistics(self) -> Statistics:
        return self._opened.statistics

    def candidates(self, stems: Mapping[str, float], every: Collection[str], floor: float) -> list[Candidate]:
        """Add up the first look of `ranking.py` over the postings, word by word, the most telling first."""
        rarity = self._opened.statistics.rarity
        worth = sorted(((weight * rarity(one), one) for one, weight in stems.items()), reverse=True)
        for place in range(len(self._opened.parts)):
            self._opened.visible(self._audiences, place)
            self._opened.halves(place)
        # Now, for what a new state of the index costs once is not the words' fault.
        deadline = time.monotonic() + LONGEST_SECONDS
        scores = [self._scores(place, worth, every, deadline) for place in range(len(self._opened.parts))]
        least = floor * max((max(part.values()) for part in scores if part), default=0.0)
        found: list[Candidate] = []
        for part, (volume, leaf, base) in zip(scores, self._opened.parts, strict=True):
            topics = volume.topics(leaf) if part else []
            found += [
                Candidate(score, base + number, topics[number])
                for number, score in part.items()
                if score >= least
            ]
        return found

    def near(self, text: str, numbers: Collection[int]) -> dict[int, float]:
        if self._meaning is None:
            return {}
        seen: dict[int, float] = {}
        vector = self._meaning.vectors([text])[0]
        for place, (volume, leaf, base) in enumerate(self._opened.parts):
            mask = self._opened.mask(self._audiences, place, self._meaning)
            also = [number - base for number in numbers]
            found = volume.stack(leaf, self._meaning).nearest(vector, mask, NEAR_PAGES, also)
            seen |= {base + number: near for number, near in found.items()}
        nearest = nlargest(NEAR_PAGES, seen, key=seen.__getitem__)
        return {number: seen.get(number, 0.0) for number in {*numbers, *nearest}}

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
        self, place: int, worth: list[tuple[float, str]], every: Collection[str], deadline: float
    ) -> dict[int, float]:
        """Score the documents of one segment; this loop is what a search in a large index costs."""
        volume, leaf, _ = self._opened.parts[place]
        visible = self._opened.visible(self._audiences, place)
        for one in every:
            visible = visible.intersection(volume.postings(leaf, "words", one)[0])
        halves, scores = self._opened.halves(place), dict.fromkeys(visible, 0.0)
        for place_in_row, (value, stem) in enumerate(worth):
            # The first word is always read: a process that had to wait for its turn must not find nothing.
            if value <= 0 or not visible or (place_in_row and time.monotonic() > deadline):
                break
            most = value * (SATURATION + 1)
            for number, weight in zip(*volume.postings(leaf, "words", stem), strict=True):
                if number in scores:
                    scores[number] += most * weight / (weight + halves[number])
        return {number: score for number, score in scores.items() if score}

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
