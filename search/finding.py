"""One search from words to results, the same for every index: expand, fetch, weigh, repair, show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from search import marks
from search.entry import Entry
from search.index import Hit, Results
from search.query import Query, parse
from search.ranking import (
    CANDIDATES,
    LEAST_CANDIDATES,
    NEAR_ENOUGH,
    NEAR_SHARE,
    WEIGHING_FLOOR,
    Statistics,
    Weighed,
    mixed,
    scale,
    with_prior,
)
from search.spelling import Lexicon
from search.tokens import NEGATIONS, STOP_WORDS, stem, tokens
from search.words import Words

# A word that was probably meant counts a little less than one that was typed.
REPAIRED_WEIGHT = 0.8
# Pages that hold only a common word of the question are noise: less than this share of the best first look.
FLOOR = 0.2
# A phrase is looked up in the pages themselves; these many of the best are read.
PHRASE_PAGES = 200
# A page of results; more is a listing, not a search.
MOST_HITS = 100
SHORTEST_SUGGESTED = 2


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the results is wanted, and how."""

    limit: int = 10
    offset: int = 0
    topic: str | None = None
    exact: bool = False
    priors: Mapping[str, float] = field(default_factory=dict)


class Candidate(NamedTuple):
    """A page met in the first look: its score there, a number to fetch it by, and its topic."""

    score: float
    number: int
    topic: str


class Sought(NamedTuple):
    """What is looked for: stems with their weights, and which of them were typed side by side."""

    stems: Mapping[str, float]
    pairs: Collection[tuple[str, str]]


class View(Protocol):
    """What one reader may see of an index; every answer is about this reader's pages and no others."""

    @property
    def statistics(self) -> Statistics: ...

    def candidates(self, stems: Mapping[str, float], every: Collection[str], floor: float) -> list[Candidate]:
        """Give the pages with any of the stems and all of `every`, in any order.

        Pages below the share `floor` of the best score are left out.
        """
        ...

    def near(self, text: str, numbers: Collection[int]) -> dict[int, float]:
        """Give the nearness in meaning of these pages and of the nearest ones; nothing where it is not known."""
        ...

    def entry(self, number: int) -> Entry: ...

    def holds(self, stem: str) -> bool: ...

    def lexicon(self) -> Lexicon: ...

    def leads(self, whole: Sequence[str], beginning: str) -> list[Entry]:
        """Give pages whose title or symptoms hold the whole words and a word that begins so."""
        ...


def find(view: View, query: Query, words: Words, page: Page) -> Results:
    """Search; `index.Index.find` says what comes out."""
    if query.is_empty:
        return Results(query.text, (), 0, None, None, ())
    stems = words.expand(query)
    if query.cites and not page.exact and not _candidates(view, query, stems):
        # People quote a message as they remember it. Their question still has an answer.
        query = replace(query, phrases=())
    repaired = None if page.exact else _repaired(view, query, words)
    found = _candidates(view, query, stems)
    if found and repaired is not None:
        for word in repaired.terms:
            stems.setdefault(stem(word), REPAIRED_WEIGHT)
        found = _candidates(view, query, stems)
    sought = Sought(stems, query.pairs + (repaired.pairs if repaired else ()))
    if found or repaired is None:
        return _results(view, query, sought, found, page, offered=repaired.text if repaired else None)
    sought = Sought(words.expand(repaired), repaired.pairs)
    # With a word left that nobody here writes, the rest is a guess: better no answer than a wrong one.
    found = _candidates(view, repaired, sought.stems) if _is_known(view, repaired, words) else []
    return _results(view, query, sought, found, page, corrected=repaired.text if found else None)


def suggest(view: View, text: str, limit: int) -> tuple[Hit, ...]:
    """Suggest titles and symptoms for words that are still being typed."""
    query = parse(text)
    if len(query.text) < SHORTEST_SUGGESTED or not query.words:
        return ()
    *whole, beginning = query.words
    entries = view.leads(whole, beginning)
    if not entries and whole:
        entries = view.leads([word for word in whole if word not in STOP_WORDS][-1:], beginning)
    rated = sorted(((_lead(entry, query), entry) for entry in entries), key=_lead_order)
    return tuple(_suggestion(entry, lead, query) for lead, entry in rated[: max(0, limit)])


def _repaired(view: View, query: Query, words: Words) -> Query | None:
    """Give the query with its unknown words repaired, or nothing when there is nothing to repair."""
    meant: dict[str, str] = {}
    for word in query.terms:
        if not _is_word(view, word, words):
            near = view.lexicon().nearest(word)
            if near is not None:
                meant[word] = near
    if not meant:
        return None
    parts, at = [], 0
    for token in tokens(query.text):
        if token.word in meant:
            parts += [query.text[at : token.start], meant[token.word]]
            at = token.end
    return parse("".join([*parts, query.text[at:]]))


def _is_known(view: View, query: Query, words: Words) -> bool:
    """Tell whether every word is one that pages or the word list use."""
    return all(_is_word(view, word, words) for word in query.terms)


def _is_word(view: View, word: str, words: Words) -> bool:
    return word in NEGATIONS or words.knows(word) or view.holds(stem(word))


def _candidates(view: View, query: Query, stems: Mapping[str, float]) -> list[Candidate]:
    """Take the first look: best first, without the noise at the end, and with every phrase as typed."""
    every = {one for phrase in query.phrases for one in phrase}
    found = view.candidates(stems, every, FLOOR)
    found.sort(key=lambda one: (-one.score, one.number))
    if query.phrases:
        found = [one for one in found[:PHRASE_PAGES] if _holds_all(view.entry(one.number), query)]
    return found


def _holds_all(entry: Entry, query: Query) -> bool:
    lines = [*(entry.fields.values()), *(passage.stems for passage in entry.passages)]
    needles = ["".join(f" {one} " for one in phrase) for phrase in query.phrases]
    return all(any(needle in line for line in lines) for needle in needles)


def _results(
    view: View,
    query: Query,
    sought: Sought,
    found: list[Candidate],
    page: Page,
    *,
    offered: str | None = None,
    corrected: str | None = None,
) -> Results:
    asked = corrected or query.text
    nearness: dict[int, float] = {}
    if not page.exact and not query.phrases and query.has_words:
        nearness = view.near(asked, [one.number for one in found[: _worth_weighing(found)]])
        found = found + _by_meaning(view, found, nearness)
    topics = Counter(one.topic for one in found)
    wanted = [one for one in found if page.topic is None or one.topic == page.topic]
    start = max(0, page.offset)
    end = start + min(max(0, page.limit), MOST_HITS)
    weighed = _weighed(view, sought, wanted, nearness, page.priors, end)
    hits = tuple(_hit(one, sought.stems) for one in weighed[start:])
    ordered = tuple(sorted(topics.items(), key=lambda pair: (-pair[1], pair[0])))
    return Results(query.text, hits, len(wanted), offered, corrected, ordered)


def _by_meaning(view: View, found: list[Candidate], nearness: Mapping[int, float]) -> list[Candidate]:
    """Give the pages that only their meaning brings up, nearest first."""
    known = {one.number for one in found}
    least = max(NEAR_ENOUGH, NEAR_SHARE * max(nearness.values(), default=0.0))
    new = [number for number, near in nearness.items() if near >= least and number not in known]
    new.sort(key=lambda number: (-nearness[number], number))
    return [Candidate(0.0, number, view.entry(number).topic) for number in new]


def _weighed(
    view: View,
    sought: Sought,
    wanted: list[Candidate],
    nearness: Mapping[int, float],
    priors: Mapping[str, float],
    end: int,
) -> list[Weighed]:
    """Weigh the best of the first look and the nearest, order them anew; the rest follow as they were found."""
    weighing = scale(sought.stems, view.statistics, sought.pairs)
    count = _worth_weighing(wanted)
    first = [one for place, one in enumerate(wanted) if place < count or one.number in nearness]
    rest = [one for place, one in enumerate(wanted) if place >= count and one.number not in nearness]
    best = mixed(
        [weighing.weigh(view.entry(one.number)) for one in first],
        [max(0.0, nearness.get(one.number, 0.0)) for one in first],
    )
    best = [with_prior(one, priors.get(one.entry.slug, 1.0)) for one in best]
    best.sort(key=lambda one: (-one.score, one.entry.slug))
    least = best[-1].score if best else 0.0
    for one in rest[: max(0, end - len(best))]:
        later = weighing.weigh(view.entry(one.number))
        best.append(Weighed(later.entry, min(later.score, least), later.passage))
    return best[:end]


def _worth_weighing(wanted: list[Candidate]) -> int:
    """Count the pages that can still come first: a first page of results, and those not far behind the best."""
    floor = WEIGHING_FLOOR * wanted[0].score if wanted else 0.0
    near = sum(one.score >= floor for one in wanted[:CANDIDATES])
    return min(len(wanted), max(near, LEAST_CANDIDATES))


def _hit(weighed: Weighed, stems: Collection[str]) -> Hit:
    text, anchor, heading = marks.place(weighed)
    entry, shown = weighed.entry, marks.snippet(text, stems)
    score = round(weighed.score, 4)
    return Hit(entry.slug, entry.kind, entry.title, entry.topic, score, shown, anchor, heading)


@dataclass(frozen=True, slots=True)
class _Lead:
    """How a suggestion matches: its rating, and the line of the page that does."""

    rating: float
    line: str


def _lead(entry: Entry, query: Query) -> _Lead:
    """Rate the title and each symptom by the words they hold; a title counts more, its beginning most."""
    lines = [(entry.title, 0.5), *((symptom, 0.0) for symptom in entry.symptoms)]
    rated = (_Lead(_held(line, query) + bonus, line) for line, bonus in lines)
    return max(rated, key=lambda lead: lead.rating)


def _held(line: str, query: Query) -> float:
    row = [token.word for token in tokens(line)]
    *whole, beginning = query.words
    stems = {stem(word) for word in row}
    held = sum(1.0 for word in whole if word in row or stem(word) in stems)
    held += 1.0 if any(word.startswith(beginning) for word in row) else 0.0
    return held + (0.4 if row and row[0].startswith(query.words[0]) else 0.0)


def _lead_order(pair: tuple[_Lead, Entry]) -> tuple[float, int, str]:
    lead, entry = pair
    return -lead.rating, len(entry.title), entry.slug


def _suggestion(entry: Entry, lead: _Lead, query: Query) -> Hit:
    shown = marks.marked(lead.line, {stem(word) for word in query.words})
    return Hit(entry.slug, entry.kind, entry.title, entry.topic, lead.rating, shown, "", "")
