"""Words that clerks typed in vain and no page uses, each with what it may mean: offered, never taken over."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from search.query import parse
from search.tokens import stem

# A word of one or two people may be a voter's name; and what only they say is no word of the office.
FEWEST_BROWSERS = 3
# Who searches again this soon means the same thing.
AGAIN = timedelta(minutes=10)
# Shorter words and numbers stand for too much, or for one case only.
SHORTEST = 3


@dataclass(frozen=True)
class Asked:
    """One search of a browser: the words, whether it came to nothing, and the slugs opened from it."""

    visitor: str
    words: str
    failed: bool
    opened: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Suggestion:
    """A word that no page uses, how many searches and browsers had it, and what it may mean.

    ``because`` is "again" when people searched again in other words and opened ``opened``, "near" when the
    meaning is only the nearest there is, empty when nothing is proposed. ``browsers_again`` counts the former.
    """

    word: str
    searches: int
    browsers: int
    means: str = ""
    because: str = ""
    browsers_again: int = 0
    opened: str = ""


@dataclass
class _Heard:
    """What is known of one word so far."""

    spellings: Counter[str] = field(default_factory=Counter)
    browsers: set[str] = field(default_factory=set)
    searches: int = 0
    meanings: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))


def suggestions(
    asked: Iterable[Asked],
    *,
    is_known: Callable[[str], bool],
    title_of: Callable[[str], str],
    nearest: Callable[[str], str],
    fewest: int = FEWEST_BROWSERS,
) -> list[Suggestion]:
    """The words typed in vain that neither pages nor the word list use, most asked first.

    ``is_known`` tells whether search knows a word, ``title_of`` gives the title of an article or nothing, and
    ``nearest`` the nearest words by meaning, or nothing. The same searches give the same answer in the same order.
    """
    knows = _remembering(is_known)
    heard: dict[str, _Heard] = defaultdict(_Heard)
    for row in _by_browser(asked):
        for place, search in enumerate(row):
            if search.failed:
                for word in _unknown(search.words, knows):
                    _hear(heard[stem(word)], word, search, row[place + 1 :], knows, title_of)
    kept = [one for one in heard.values() if len(one.browsers) >= fewest]
    kept.sort(key=lambda one: (-len(one.browsers), -one.searches, _spelling(one)))
    return [_suggestion(one, nearest) for one in kept]


def _by_browser(asked: Iterable[Asked]) -> list[list[Asked]]:
    rows: dict[str, list[Asked]] = defaultdict(list)
    for search in sorted(asked, key=lambda one: (one.at, one.words)):
        rows[search.visitor].append(search)
    return [rows[visitor] for visitor in sorted(rows)]


def _unknown(words: str, knows: Callable[[str], bool]) -> list[str]:
    """The words of a search that are worth a row and that search does not know."""
    return [
        word
        for word in parse(words).terms
        if len(word) >= SHORTEST and not any(letter.isdigit() for letter in word) and not knows(word)
    ]


def _hear(
    one: _Heard,
    word: str,
    search: Asked,
    later: Sequence[Asked],
    knows: Callable[[str], bool],
    title_of: Callable[[str], str],
) -> None:
    one.spellings[word] += 1
    one.browsers.add(search.visitor)
    one.searches += 1
    for again in later:
        if again.at - search.at > AGAIN:
            break
        slug = next((each for each in again.opened if title_of(each)), "")
        if slug:
            one.meanings[_other_words(search.words, again.words, knows) or title_of(slug), slug].add(
                search.visitor
            )
            break


def _other_words(before: str, after: str, knows: Callable[[str], bool]) -> str:
    """The words of the second search that the first did not have and that search knows."""
    had = {stem(word) for word in parse(before).terms}
    return " ".join(word for word in parse(after).terms if stem(word) not in had and knows(word))


def _suggestion(one: _Heard, nearest: Callable[[str], str]) -> Suggestion:
    word = _spelling(one)
    told = Suggestion(word, one.searches, len(one.browsers))
    if one.meanings:
        (means, slug), browsers = min(one.meanings.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return Suggestion(word, told.searches, told.browsers, means, "again", len(browsers), slug)
    near = nearest(word)
    return Suggestion(word, told.searches, told.browsers, near, "near") if near else told


def _spelling(one: _Heard) -> str:
    """The way it is written most often."""
    return min(one.spellings, key=lambda word: (-one.spellings[word], word))


def _remembering(is_known: Callable[[str], bool]) -> Callable[[str], bool]:
    """Ask once for each word."""
    seen: dict[str, bool] = {}

    def knows(word: str) -> bool:
        if word not in seen:
            seen[word] = is_known(word)
        return seen[word]

    return knows
