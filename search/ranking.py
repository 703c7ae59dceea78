"""How well a page answers: one score from whole page, title and best passage. Read this before changing it.

A page is weighed three times with BM25 (Robertson 1994), each time with the same rarity of words:

1. **The whole page.** Words of title, symptoms, tags and headings count more than words of the text, and
   are added up *before* the score bends (BM25F), so a title word is worth several in the text but never
   ten. This finds the page that is about the thing.
2. **The title and the symptoms by themselves.** A short text that holds most of the question is a strong
   sign that a long page with the same words is not. A symptom is a second title, in a clerk's words.
3. **The best passage**, with the title's words lent to it. A long guide that answers the question in one
   place is as good as a short one; ten pages that mention each word somewhere are not.

The score is `page + TITLE * title`, mixed with `passage` in the share `PASSAGE`. The rarity of a word is
`log(1 + (N - n + .5) / (n + .5))` plus `COMMON`, so that a common word of the question still counts.
A synonym counts its weight (see `words.py`).

4. **Words side by side** add to that. Two words that were typed side by side and stand so in a passage, or with
   one word between them, count `PAIR` times the rarity of the commoner one: "side door" is not "door" and, three
   lines on, "side" (a part of the sequential dependence model, Metzler and Croft 2005). The best passage counts.

Where meaning is known (see `meaning.py`), the score is mixed with the nearness of the best passage or symptom to
the question, each as a share of the best page's, in the share `MEANING`. Last come the priors: a factor per page
between .8 and 1.25, from what is known about the page itself (readers said it solved their problem; it is
out of date).

All sets were measured with these same numbers; they were chosen for the mean, not for one set. Near them the mean
hardly moves: of 120 random mixes of other numbers none was better by more than .003. What was tried and left out
stands in the handbook, under "How search ranks".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.entry import FIELD_WEIGHTS, Entry, Passage

SATURATION = 2.0
LENGTH_SHARE = 0.75
TITLE = 0.6
TITLE_SATURATION = 2.0
PASSAGE = 0.5
# A passage for technicians must answer much better to be the one that a clerk is shown.
ASIDE = 0.6
PASSAGE_LENGTH_SHARE = 0.4
LENT_TITLE = 2.0
COMMON = 0.5
# A passage of the average length; measured on help pages cut by `entry.PASSAGE_LETTERS`.
PASSAGE_WORDS = 80.0
TITLE_WORDS = 7.0
# Best between .4 and .8; at 1 search by words alone gets worse.
PAIR = 0.6
# Only the best of the first look are weighed by passage: more cost time and change nothing on page one.
CANDIDATES, LEAST_CANDIDATES = 30, 12
# A page with less than this share of the best first look was never seen to come first.
WEIGHING_FLOOR = 0.4
MEANING = 0.5
# Pages found by meaning alone: this near, and at least this share as near as the nearest.
NEAR_PAGES, NEAR_ENOUGH, NEAR_SHARE = 20, 0.45, 0.8
PRIOR_LEAST, PRIOR_MOST = 0.8, 1.25


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the index knows about its words: pages, mean length, and in how many pages a stem stands."""

    documents: int
    mean_length: float
    pages_with: Callable[[str], int]

    def rarity(self, stem: str) -> float:
        """How telling a stem is; 0 for one that stands nowhere."""
        pages = min(self.pages_with(stem), self.documents)
        if pages <= 0:
            return 0.0
        return math.log(1 + (self.documents - pages + 0.5) / (pages + 0.5)) + COMMON


@dataclass(frozen=True, slots=True)
class Weighed:
    """One page with its score and the passage that answers best; a page without text has no passage."""

    entry: Entry
    score: float
    passage: Passage | None


class Pair(NamedTuple):
    """Two stems that were typed side by side: their places among the needles, and what they are worth so."""

    first: int
    second: int
    worth: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The stems of one search, each with what it is worth, ready to weigh one page after the other."""

    needles: tuple[str, ...]
    worth: tuple[float, ...]
    pairs: tuple[Pair, ...]
    mean_length: float

    def weigh(self, entry: Entry) -> Weighed:
        """Weigh one page; costs stems times passages, a tenth of a millisecond for an ordinary page."""
        needles, fields = self.needles, entry.fields
        title = [fields["title"].count(needle) for needle in needles]
        rows = [[passage.stems.count(needle) for needle in needles] for passage in entry.passages]
        page = self._page(entry, rows, title)
        length = _size(fields["title"])
        lead = max(self._lead(title, length), self._symptom(entry))
        best, passage = self._passage(entry, rows, title, LENT_TITLE * length)
        score = (1 - PASSAGE) * (page + TITLE * lead) + PASSAGE * best + PAIR * self._paired(entry, rows)
        return Weighed(entry, score, passage)

    def _page(self, entry: Entry, rows: list[list[int]], title: list[int]) -> float:
        sums = [FIELD_WEIGHTS["title"] * count for count in title]
        for name in ("symptoms", "tags", "headings"):
            line, factor = entry.fields[name], FIELD_WEIGHTS[name]
            if line:
                sums = [
                    old + factor * line.count(needle) for old, needle in zip(sums, self.needles, strict=True)
                ]
        for row in rows:
            if any(row):
                sums = [old + count for old, count in zip(sums, row, strict=True)]
        return self._score(sums, bend(entry.weight, self.mean_length), SATURATION)

    def _lead(self, counts: Sequence[float], length: int) -> float:
        """Weigh a title, or a symptom as if it were one."""
        ratio = 1 - LENGTH_SHARE + LENGTH_SHARE * length / TITLE_WORDS
        return self._score(counts, TITLE_SATURATION * ratio, TITLE_SATURATION)

    def _symptom(self, entry: Entry) -> float:
        """Weigh the best symptom; a page without symptoms has none."""
        lines = entry.symptom_stems
        counts = ([line.count(needle) for needle in self.needles] for line in lines)
        return max(
            (self._lead(row, _size(line)) for row, line in zip(counts, lines, strict=True)), default=0.0
        )

    def _passage(
        self, entry: Entry, rows: list[list[int]], title: list[int], lent: float
    ) -> tuple[float, Passage | None]:
        """Weigh every passage as if the title stood in it, and give the best with its weight."""
        extra = [LENT_TITLE * count for count in title]
        best, found, usual = 0.0, None, PASSAGE_WORDS + LENT_TITLE * TITLE_WORDS
        for passage, row in zip(entry.passages, rows, strict=True):
            if any(row):
                ratio = (_size(passage.stems) + lent) / usual
                sums = [count + more for count, more in zip(row, extra, strict=True)]
                half = SATURATION * (1 - PASSAGE_LENGTH_SHARE + PASSAGE_LENGTH_SHARE * ratio)
                score = self._score(sums, half, SATURATION) * (ASIDE if passage.aside else 1.0)
                if score > best:
                    best, found = score, passage
        return (best, found) if found else (self._score(extra, SATURATION, SATURATION), None)

    def _paired(self, entry: Entry, rows: list[list[int]]) -> float:
        """Weigh the pairs in the passage that has most of them; a passage with one word of a pair costs nothing."""
        best = 0.0
        for passage, row in zip(entry.passages, rows, strict=True):
            score = 0.0
            for first, second, worth in self.pairs:
                if row[first] and row[second]:
                    count = _side_by_side(passage.stems, self.needles[first], self.needles[second])
                    score += worth * count / (count + SATURATION)
            best = max(best, score)
        return best * (SATURATION + 1)

    def _score(self, sums: Sequence[float], half: float, saturation: float) -> float:
        """BM25 of one text: `half` is where a stem has half of all it can get."""
        score = 0.0
        for worth, count in zip(self.worth, sums, strict=True):
            if count:
                score += worth * count / (count + half)
        return score * (saturation + 1)


def scale(
    stems: Mapping[str, float], statistics: Statistics, pairs: Collection[tuple[str, str]] = ()
) -> Scale:
    """Prepare the weighing: stems that stand nowhere are left out, and so are their pairs."""
    worth = {stem: weight * statistics.rarity(stem) for stem, weight in stems.items()}
    kept = {stem: value for stem, value in worth.items() if value > 0}
    place = {stem: number for number, stem in enumerate(kept)}
    known = tuple(
        Pair(place[one], place[two], min(kept[one], kept[two]))
        for one, two in pairs
        if one in place and two in place
    )
    return Scale(tuple(f" {stem} " for stem in kept), tuple(kept.values()), known, statistics.mean_length)


def mixed(weighed: Sequence[Weighed], nearness: Sequence[float]) -> list[Weighed]:
    """Mix words and meaning, in the order given; without any nearness the scores stay as they are."""
    nearest = max(nearness, default=0.0)
    if nearest <= 0:
        return list(weighed)
    best = max(one.score for one in weighed) or 1.0
    shares = (
        (1 - MEANING) * one.score / best + MEANING * near / nearest
        for one, near in zip(weighed, nearness, strict=True)
    )
    return [Weighed(one.entry, best * share, one.passage) for one, share in zip(weighed, shares, strict=True)]


def with_prior(weighed: Weighed, prior: float) -> Weighed:
    """Let what is known of the page itself count, but never much."""
    return Weighed(weighed.entry, weighed.score * min(max(prior, PRIOR_LEAST), PRIOR_MOST), weighed.passage)


def first_look(weight: float, length: float, mean_length: float) -> float:
    """BM25 of one stem over a whole page: `weight` is the sum over its places, see `entry.field_weights`."""
    return weight * (SATURATION + 1) / (weight + bend(length, mean_length))


def bend(length: float, mean_length: float) -> float:
    """The weight at which a page of this length has half of all it can get from one stem."""
    return SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * _ratio(length, mean_length))


def _side_by_side(line: str, first: str, second: str) -> int:
    """Count where the second needle follows the first at once or after one word; at the speed of C, as `stems_of`."""
    after = line.split(first)[1:]
    return sum(part.startswith(second) or part[part.find("  ") + 1 :].startswith(second) for part in after)


def _ratio(length: float, mean: float) -> float:
    return length / mean if mean > 0 else 1.0


def _size(line: str) -> int:
    """Count the stems of a line of stems, each of which stands between spaces of its own."""
    return (line.count(" ") + 1) // 2
