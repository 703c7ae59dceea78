"""Events: what was searched and opened, so that a request can carry it and authors can learn from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from kb.articles import Article

# What a person did within this time belongs to the request they send.
TRAIL = timedelta(hours=4)
MOST_STEPS = 12

# Five digits in a row, or groups that look like an SSN or a license, may belong to a voter.
NUMBER_LIKE = re.compile(r"\b\d(?:[ -]?\d){4,}|\b[A-Za-z]\d{6,}\b")
ERROR_CODE = re.compile(r"0x[0-9a-fA-F]{4,}")


class SearchMade(Base):
    """One search: the words with long numbers masked, what was shown, and whether it was corrected."""

    __tablename__ = "searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(260))
    shown: Mapped[list[Any]]
    total: Mapped[int]
    corrected: Mapped[str] = mapped_column(String(260), default="")
    at: Mapped[datetime]

    __table_args__ = (Index("ix_searches_visitor_at", "visitor", "at"),)


class PageOpened(Base):
    """An article was opened by a browser."""

    __tablename__ = "openings"

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(40))
    article_id: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_openings_visitor_at", "visitor", "at"),)


class AnswerWanted(Base):
    """Somebody wants to be told when there is a guide. Deleted once told."""

    __tablename__ = "answers_wanted"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(260))
    email: Mapped[str] = mapped_column(String(254))
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
    session: Session, *, visitor: str, words: str, shown: list[str], total: int, corrected: str, now: datetime
) -> None:
    """Write a search down."""
    session.add(
        SearchMade(
            visitor=visitor,
            words=masked(words)[:260],
            shown=shown,
            total=total,
            corrected=corrected[:260],
            at=now,
        )
    )


def record_opening(session: Session, *, visitor: str, slug: str, now: datetime) -> None:
    """Write an opening down. One query for the article."""
    article_id = session.scalar(select(Article.id).where(Article.slug == slug))
    if article_id is not None:
        session.add(PageOpened(visitor=visitor, article_id=article_id, at=now))


def trail_of(session: Session, visitor: str, now: datetime) -> Trail:
    """What this browser searched and opened lately. Two queries."""
    since = now - TRAIL
    words = session.scalars(
        select(SearchMade.words)
        .where(SearchMade.visitor == visitor, SearchMade.at >= since)
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
