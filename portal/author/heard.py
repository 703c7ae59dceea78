"""What clerks typed, as authors may see it: searches that came to nothing, and searches that led to an article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article
from kb.local_questions import SolvedBy
from kb.word_suggestions import FEWEST_BROWSERS, Asked
from portal.reports.events import PageOpened, SearchMade, Solved

LOOKED_BACK = timedelta(days=90)
# Beyond this the page would be slow; the oldest are left out.
MOST_READ = 20_000
# How a search ends for a person who was helped by what it showed.
HELPED = frozenset({"opened", "solved"})


@dataclass(frozen=True)
class Heard:
    """Words that were typed, how often, and by how many browsers."""

    words: str
    times: int
    browsers: int


@dataclass(frozen=True)
class Overheard:
    """Words typed by enough browsers to be shown, most first, and the number of searches that are not shown."""

    shown: tuple[Heard, ...]
    hidden: int

    @property
    def times(self) -> int:
        return self.hidden + sum(one.times for one in self.shown)


def searches_since(session: Session, since: datetime) -> list[Asked]:
    """The searches of people outside the help desk, with what was opened from each. Two queries."""
    rows = session.execute(
        select(
            SearchMade.id,
            SearchMade.visitor,
            SearchMade.words,
            SearchMade.total,
            SearchMade.ending,
            SearchMade.at,
        )
        .where(SearchMade.at >= since, SearchMade.is_staff.is_(False), SearchMade.way == "page")
        .order_by(SearchMade.id.desc())
        .limit(MOST_READ)
    ).all()
    opened = _opened_from(session, since)
    return [
        Asked(
            visitor=row.visitor,
            words=row.words,
            failed=row.total == 0 or row.ending not in HELPED,
            opened=tuple(opened.get(row.id, ())),
            at=row.at,
        )
        for row in rows
    ]


def failed_words(asked: Iterable[Asked]) -> list[Heard]:
    """The different words of the searches that came to nothing, most browsers first."""
    return _counted((search.words, search.visitor) for search in asked if search.failed)


def searches_that_opened(session: Session, article_id: int, since: datetime) -> Overheard:
    """The words of searches from which people outside the help desk opened this article. One query."""
    rows = session.execute(
        select(SearchMade.words, SearchMade.visitor)
        .join(PageOpened, PageOpened.search_id == SearchMade.id)
        .where(PageOpened.article_id == article_id, PageOpened.at >= since, SearchMade.is_staff.is_(False))
        .order_by(PageOpened.id.desc())
        .limit(MOST_READ)
    )
    return overheard(_counted((row.words, row.visitor) for row in rows))


def solved_searches(session: Session, since: datetime) -> list[SolvedBy]:
    """The searches of people outside the help desk who then said that a live article solved it. One query.

    Only articles that clerks may read: a test question is asked as a clerk.
    """
    rows = session.execute(
        select(SearchMade.words, Solved.visitor, Article.slug)
        .join(Solved, Solved.search_id == SearchMade.id)
        .join(Article, Article.id == Solved.article_id)
        .where(Solved.at >= since, SearchMade.is_staff.is_(False), Article.status == "published")
        .where(Article.audience.in_(("public", "clerks")))
        .order_by(Solved.id.desc())
        .limit(MOST_READ)
    )
    return [SolvedBy(row.words, row.visitor, row.slug) for row in rows]


def overheard(heard: Iterable[Heard]) -> Overheard:
    """Show what enough browsers typed: the words of one or two people may be about a voter."""
    listed = list(heard)
    shown = tuple(one for one in listed if one.browsers >= FEWEST_BROWSERS)
    return Overheard(shown, sum(one.times for one in listed) - sum(one.times for one in shown))


def _counted(typed: Iterable[tuple[str, str]]) -> list[Heard]:
    """Count without case and spare spaces, most browsers first."""
    visitors: dict[str, list[str]] = defaultdict(list)
    for words, visitor in typed:
        visitors[" ".join(words.split()).casefold()].append(visitor)
    heard = [Heard(words, len(row), len(set(row))) for words, row in visitors.items() if words]
    return sorted(heard, key=lambda one: (-one.browsers, -one.times, one.words))


def _opened_from(session: Session, since: datetime) -> dict[int, list[str]]:
    rows = session.execute(
        select(PageOpened.search_id, Article.slug)
        .join(Article, Article.id == PageOpened.article_id)
        .where(PageOpened.at >= since, PageOpened.search_id.is_not(None))
        .order_by(PageOpened.id)
    )
    opened: dict[int, list[str]] = defaultdict(list)
    for search_id, slug in rows:
        opened[search_id or 0].append(slug)
    return opened
