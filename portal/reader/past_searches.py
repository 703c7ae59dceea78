"""Past searches that found their answer, in the words of several people: suggested while somebody types the same.

They are kept in memory, read again when the site changes and every hour, by a thread that nobody waits for.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth.roles import VISITOR, Reader, Role
from kb.articles import Article
from portal.database import Database
from portal.reader.finding import Finder
from portal.reports.events import PageOpened, SearchMade
from portal.site.context import Site
from search.grouping import key_of
from search.query import parse
from search.tokens import tokens

# Fewer browsers than this may be one person with words of their own.
LEAST_BROWSERS = 3
LOOKED_BACK = timedelta(days=180)
# Each of these is searched for once when the list is made: 2 to 8 ms.
MOST_KEPT = 200
MOST_READ = 20_000
# What nobody would read in a list, and what may hide something private at its end.
LONGEST = 60
# A past search is offered beside the pages themselves, not in their place.
MOST_OFFERED = 2

# Numbers and addresses of any kind are somebody's; "(number left out)" has no place in a list.
PRIVATE = re.compile(r"[\d@()<>]|\bleft out\b")
# Everybody sees what a visitor finds; people with an account also what a clerk finds. Staff's own pages give none.
READERS = (("public", VISITOR), ("clerks", Reader(roles=frozenset({Role.CLERK}))))

log = logging.getLogger("signpost.search")


@dataclass(frozen=True)
class Past:
    """Words that several people searched and that led to an answer; for readers of this audience."""

    words: str
    row: tuple[str, ...]
    audience: str


@dataclass(frozen=True)
class _Led:
    """What one question led to: who asked, in which words, and the articles opened."""

    browsers: set[str] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)
    slugs: set[str] = field(default_factory=set)


class PastSearches:
    """The list of one process. With ``at_once``, as in tests, it is made before the first answer."""

    def __init__(self, finder: Finder, database: Database, *, at_once: bool = False) -> None:
        self._finder = finder
        self._database = database
        self._at_once = at_once
        self._kept: tuple[int, datetime | None, tuple[Past, ...]] = (-1, None, ())
        self._making = threading.Lock()

    def going_on(self, typed: str, site: Site, reader: Reader, now: datetime) -> tuple[str, ...]:
        """Past searches of which each word typed, the last perhaps unfinished, begins a word. No query.

        Nothing while the site has changed since the list was made: what it leads to may be hidden by now.
        """
        hour = now.replace(minute=0, second=0, microsecond=0)
        if self._kept[:2] != (site.version, hour):
            self._make(site, hour)
        version, _, kept = self._kept
        begun = [token.word for token in tokens(typed)]
        if version != site.version or not begun:
            return ()
        found = (one for one in kept if one.audience in reader.audiences and _goes_on(one.row, begun))
        same = " ".join(typed.casefold().split())
        return tuple(one.words for one in found if one.words != same)[:MOST_OFFERED]

    def _make(self, site: Site, hour: datetime) -> None:
        """Make the list anew; a second caller leaves it to the first."""
        if not self._making.acquire(blocking=False):
            return
        if self._at_once:
            self._fill(site, hour)
        else:
            threading.Thread(target=self._fill, args=(site, hour), daemon=True).start()

    def _fill(self, site: Site, hour: datetime) -> None:
        try:
            with self._database.reading() as session:
                kept = past_searches(session, self._finder, site, now=hour)
            self._kept = (site.version, hour, kept)
        except Exception:
            log.exception("The list of past searches could not be made; the next hour tries again")
            self._kept = (site.version, hour, ())
        finally:
            self._making.release()


def past_searches(session: Session, finder: Finder, site: Site, *, now: datetime) -> tuple[Past, ...]:
    """The past searches that may be suggested, those of most people first.

    One query, and up to two searches for each question and each of its words. A word that no page knows may be a
    name, so the question is left out; so is one whose answer search does not show any more.
    """
    led = _led(session, now)
    ranked = sorted(led.values(), key=lambda one: (-len(one.browsers), _most_used(one)))
    known: dict[tuple[str, str], bool] = {}
    found = (_past(session, finder, site, one, known) for one in ranked[:MOST_KEPT])
    return tuple(one for one in found if one is not None)


def _led(session: Session, now: datetime) -> dict[str, _Led]:
    """The questions that led several browsers to a page after which they did not search again."""
    rows = session.execute(
        select(SearchMade.words, SearchMade.visitor, Article.slug)
        .join(PageOpened, PageOpened.search_id == SearchMade.id)
        .join(Article, Article.id == PageOpened.article_id)
        .where(SearchMade.at >= now - LOOKED_BACK, SearchMade.is_staff.is_(False), SearchMade.way == "page")
        .where(
            or_(
                SearchMade.ending == "solved",
                (SearchMade.ending == "opened") & SearchMade.asked_again.is_(False),
            )
        )
        .order_by(SearchMade.at.desc(), PageOpened.id)
        .limit(MOST_READ)
    )
    led: dict[str, _Led] = {}
    for words, visitor, slug in rows:
        said = " ".join(words.casefold().split())
        if len(said) <= LONGEST and not PRIVATE.search(said):
            one = led.setdefault(key_of(said), _Led())
            one.browsers.add(visitor)
            one.words[said] += 1
            one.slugs.add(slug)
    return {key: one for key, one in led.items() if len(one.browsers) >= LEAST_BROWSERS}


def _past(
    session: Session, finder: Finder, site: Site, led: _Led, known: dict[tuple[str, str], bool]
) -> Past | None:
    """The question for the widest audience whose search leads there today, or None."""
    words = _most_used(led)
    for audience, reader in READERS:
        results = finder.find(session, site, reader, words).results
        leads = results.corrected is None and any(hit.slug in led.slugs for hit in results.hits)
        if leads and all(
            _is_known(session, finder, site, audience, reader, one, known) for one in _terms(words)
        ):
            return Past(words, tuple(token.word for token in tokens(words)), audience)
    return None


def _is_known(
    session: Session,
    finder: Finder,
    site: Site,
    audience: str,
    reader: Reader,
    word: str,
    known: dict[tuple[str, str], bool],
) -> bool:
    """Whether a page of this reader has the word, or the word list leads from it to one."""
    if (audience, word) not in known:
        found = finder.find(session, site, reader, word, exact=True, limit=1).results
        known[audience, word] = found.total > 0
    return known[audience, word]


def _terms(words: str) -> Sequence[str]:
    return parse(words).terms


def _most_used(led: _Led) -> str:
    return min(led.words, key=lambda words: (-led.words[words], words))


def _goes_on(row: Sequence[str], begun: Sequence[str]) -> bool:
    return all(any(word.startswith(one) for word in row) for one in begun)
