"""Events: what was searched and opened, so that a request can carry it and authors can learn from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from auth.offices import open_office
from kb.articles import Article

# What a person did within this time belongs to the request they send.
TRAIL = timedelta(hours=4)
MOST_STEPS = 12
# What one browser does within this time is about one thing: an opening belongs to the search before it.
SITTING = timedelta(minutes=30)
# Who searches again this soon did not find it. Later it may well be another question.
AGAIN = timedelta(minutes=10)
# More searches of one sitting than this are not looked through for the one that showed a page.
MOST_LOOKED_AT = 8
# Three pages of results; nobody has been seen to go further.
MOST_SHOWN = 30
LONGEST_WORDS = 260

# Where the words were typed: the search page, the list under a search field, the form of a request.
WAYS = ("page", "suggestions", "form")

# Five digits in a row, or groups that look like an SSN or a license, may belong to a voter.
NUMBER_LIKE = re.compile(r"\b\d(?:[ -]?\d){4,}|\b[A-Za-z]\d{6,}\b")
ERROR_CODE = re.compile(r"0x[0-9a-fA-F]{4,}")


@dataclass(frozen=True)
class Asker:
    """Whose event this is: the browser, the office it asks from, and whether the help desk itself asks.

    The office is known by its id, or by the code that the browser remembers; by neither, it is not known.
    """

    visitor: str
    office_id: int | None = None
    office_code: str = ""
    is_staff: bool = False


class SearchMade(Base):
    """One search and its ending: the words with long numbers masked, what was shown, what came of it.

    ``shown`` are slugs, best first. ``corrected`` are words used in place of those typed, ``offered`` words that
    were only offered. ``ending`` is "opened", "none_helped", "filed", "solved", or empty: the person left.
    Ids point to rows that may be gone: an event keeps nothing from being deleted.
    """

    __tablename__ = "searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(260))
    shown: Mapped[list[Any]]
    total: Mapped[int]
    corrected: Mapped[str] = mapped_column(String(260), default="")
    offered: Mapped[str] = mapped_column(String(260), default="")
    way: Mapped[str] = mapped_column(String(20), default="page")
    office_id: Mapped[int | None]
    is_staff: Mapped[bool] = mapped_column(default=False)
    asked_again: Mapped[bool] = mapped_column(default=False)
    ending: Mapped[str] = mapped_column(String(20), default="")
    ticket_id: Mapped[int | None]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_searches_visitor_at", "visitor", "at"), Index("ix_searches_at", "at"))


class PageOpened(Base):
    """An article was opened by a browser; with the search that led there and the place it had in the results."""

    __tablename__ = "openings"

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(40))
    article_id: Mapped[int] = mapped_column(index=True)
    search_id: Mapped[int | None] = mapped_column(index=True)
    place: Mapped[int | None]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_openings_visitor_at", "visitor", "at"), Index("ix_openings_at", "at"))


class Solved(Base):
    """Somebody said that an article solved it. ``where`` names the page: see ``endings.PLACES``."""

    __tablename__ = "solved_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(40))
    article_id: Mapped[int] = mapped_column(index=True)
    search_id: Mapped[int | None] = mapped_column(index=True)
    where: Mapped[str] = mapped_column("said_on", String(20))
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_solved_answers_visitor_at", "visitor", "at"),
        Index("ix_solved_answers_at", "at"),
    )


class AnswerWanted(Base):
    """Somebody wants to be told when there is a guide. Deleted once told. ``shown`` are slugs that did not help."""

    __tablename__ = "answers_wanted"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(260))
    email: Mapped[str] = mapped_column(String(254))
    shown: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Trail:
    """What one browser did lately: words searched and titles opened, each once, oldest first."""

    searched: tuple[str, ...]
    opened: tuple[tuple[str, str], ...]


def masked(words: str) -> str:
    """The words with anything like an ID number left out; error codes such as 0x80070005 stay."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"\ue000{len(kept) - 1}\ue001"

    text = NUMBER_LIKE.sub("(number left out)", ERROR_CODE.sub(keep, words))
    return re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found.group(1))], text)


def record_search(
    session: Session,
    *,
    by: Asker,
    words: str,
    shown: Sequence[str],
    total: int,
    corrected: str = "",
    offered: str = "",
    way: str = "page",
    now: datetime,
) -> SearchMade:
    """Write a search down, and give its row. One query for the search before it, and one for the office.

    The same words again in one sitting are the same search: a page loaded again, or its next ten results.
    """
    kept = masked(words)[:LONGEST_WORDS]
    used, guess = masked(corrected)[:LONGEST_WORDS], masked(offered)[:LONGEST_WORDS]
    before = next(iter(searches_of(session, by.visitor, now, most=1)), None)
    if before is not None and (before.words, before.corrected) == (kept, used):
        before.shown = list(dict.fromkeys([*before.shown, *shown]))[:MOST_SHOWN]
        before.total = max(before.total, total)
        return before
    if before is not None and now - before.at <= AGAIN:
        before.asked_again = True
    made = SearchMade(
        visitor=by.visitor,
        words=kept,
        shown=list(shown)[:MOST_SHOWN],
        total=total,
        corrected=used,
        offered=guess,
        way=way,
        office_id=_office_of(session, by),
        is_staff=by.is_staff,
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def record_opening(session: Session, *, by: Asker, slug: str, now: datetime) -> None:
    """Write an opening down, joined to the last search of this sitting that showed the article. Two queries."""
    article_id = session.scalar(select(Article.id).where(Article.slug == slug))
    if article_id is None:
        return
    search = search_that_showed(session, by.visitor, slug, now)
    place = None
    if search is not None:
        place = search.shown.index(slug) + 1
        search.ending = search.ending or "opened"
    session.add(
        PageOpened(
            visitor=by.visitor,
            article_id=article_id,
            search_id=search.id if search else None,
            place=place,
            at=now,
        )
    )


def searches_of(
    session: Session, visitor: str, now: datetime, *, most: int = MOST_LOOKED_AT
) -> list[SearchMade]:
    """The last searches of this browser in this sitting, newest first. One query."""
    lately = select(SearchMade).where(SearchMade.visitor == visitor, SearchMade.at >= now - SITTING)
    return list(session.scalars(lately.order_by(SearchMade.id.desc()).limit(most)))


def search_that_showed(session: Session, visitor: str, slug: str, now: datetime) -> SearchMade | None:
    """The last search of this sitting that showed the article, or None. One query."""
    lately = searches_of(session, visitor, now)
    return next((search for search in lately if slug in search.shown), None)


def trail_of(session: Session, visitor: str, now: datetime) -> Trail:
    """What this browser searched and opened lately. Two queries."""
    since = now - TRAIL
    words = session.scalars(
        select(SearchMade.words)
        .where(SearchMade.visitor == visitor, SearchMade.at >= since, SearchMade.way != "form")
        .order_by(SearchMade.id.desc())
        .limit(MOST_STEPS)
    )
    pages = session.execute(
        select(Article.slug, Article.title)
        .join(PageOpened, PageOpened.article_id == Article.id)
        .where(PageOpened.visitor == visitor, PageOpened.at >= since)
        .order_by(PageOpened.id.desc())
        .limit(MOST_STEPS)
    )
    return Trail(
        searched=tuple(dict.fromkeys(reversed(list(words)))),
        opened=tuple(dict.fromkeys((row.slug, row.title) for row in reversed(list(pages)))),
    )


def _office_of(session: Session, by: Asker) -> int | None:
    if by.office_id is not None or not by.office_code:
        return by.office_id
    office = open_office(session, by.office_code)
    return office.id if office else None
