"""How a search goes on: a suggestion chosen, solved, given up as "none of these helped", filed as a request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article
from portal.reports.events import (
    LONGEST_WORDS,
    SITTING,
    Asker,
    PageOpened,
    SearchMade,
    Solved,
    masked,
    record_search,
    search_that_showed,
    searches_of,
)

# The pages on which somebody says that it is solved.
PLACES = ("guide", "diagnostic", "form", "results", "suggestions")
# One browser that says twice in a day that one article solved it has said it once.
ONCE_IN = timedelta(days=1)
# A choice and the page it opens are sent in the same moment and may be written in either order.
JUST_NOW = timedelta(seconds=15)


class NoSuchPlace(ValueError):
    """Nobody can say there that it is solved."""


def record_solved(
    session: Session,
    *,
    by: Asker,
    article_id: int,
    where: str,
    now: datetime,
    words: str = "",
    shown: Sequence[str] = (),
    search_id: int | None = None,
) -> bool:
    """Write down that an article solved it, and end its search. False when this browser said so within a day.

    The search is the one named, when it is this browser's own; else the last of this sitting that showed the
    article; else, with ``words``, one that is written now from them and from what was ``shown``. Raises
    NoSuchPlace. Four queries.
    """
    if where not in PLACES:
        raise NoSuchPlace(where)
    slug = session.scalar(select(Article.slug).where(Article.id == article_id))
    if slug is None or _said_before(session, by.visitor, article_id, now):
        return False
    search = _own_search(session, by, search_id) or search_that_showed(session, by.visitor, slug, now)
    if search is None and words.strip():
        listed = list(shown) if slug in shown else [*shown, slug]
        search = record_search(
            session, by=by, words=words, shown=listed, total=len(listed), way="form", now=now
        )
    if search is not None:
        search.ending = "solved"
    session.add(
        Solved(
            visitor=by.visitor,
            article_id=article_id,
            search_id=search.id if search else None,
            where=where,
            at=now,
        )
    )
    session.flush()
    return True


def record_choice(
    session: Session, *, by: Asker, words: str, shown: Sequence[str], slug: str, now: datetime
) -> None:
    """A suggestion was chosen while these words were typed. The page may be open before this is told.

    Then the opening, not yet joined, is joined now; else it joins itself when it comes. Four queries.
    """
    search = record_search(
        session, by=by, words=words, shown=shown, total=len(shown), way="suggestions", now=now
    )
    opened = session.scalar(
        select(PageOpened)
        .join(Article, Article.id == PageOpened.article_id)
        .where(PageOpened.visitor == by.visitor, PageOpened.at >= now - JUST_NOW)
        .where(PageOpened.search_id.is_(None), Article.slug == slug)
        .order_by(PageOpened.id.desc())
        .limit(1)
    )
    if opened is not None:
        opened.search_id, opened.place = search.id, search.shown.index(slug) + 1
        search.ending = search.ending or "opened"


def record_none_helped(session: Session, *, by: Asker, words: str, now: datetime) -> None:
    """Write down that nothing the search showed was of help: the person goes on to a request with its words.

    The request may say more than the search did; words of no search of this sitting are none of ours. One query.
    """
    kept = masked(words)[:LONGEST_WORDS].strip()
    for search in searches_of(session, by.visitor, now):
        looked_for = search.words.strip()
        if looked_for and kept.startswith(looked_for) and search.ending in ("", "opened"):
            search.ending = "none_helped"
            return


def record_filed(session: Session, *, by: Asker, ticket_id: int, now: datetime) -> None:
    """A request was filed: what this browser searched in this sitting ends with it, unless it was solved.

    "This solved it" on the form itself is taken back: who sends the request after all was not helped. Two queries.
    """
    taken_back = {solved.search_id for solved in _solved_on_the_form(session, by.visitor, now)}
    for search in searches_of(session, by.visitor, now):
        if search.id in taken_back or search.ending not in ("solved", "filed"):
            search.ending = "filed"
            search.ticket_id = ticket_id


def _solved_on_the_form(session: Session, visitor: str, now: datetime) -> list[Solved]:
    """What this browser said on the form in this sitting, taken out of the record."""
    said = select(Solved).where(Solved.visitor == visitor, Solved.where == "form", Solved.at >= now - SITTING)
    found = list(session.scalars(said))
    for solved in found:
        session.delete(solved)
    return found


def _own_search(session: Session, by: Asker, search_id: int | None) -> SearchMade | None:
    search = session.get(SearchMade, search_id) if search_id is not None else None
    return search if search is not None and search.visitor == by.visitor else None


def _said_before(session: Session, visitor: str, article_id: int, now: datetime) -> bool:
    same = select(Solved.id).where(
        Solved.visitor == visitor, Solved.article_id == article_id, Solved.at > now - ONCE_IN
    )
    return session.scalar(same.limit(1)) is not None
