"""Newer shipped versions of articles that were edited here: listed, taken over, or put aside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article
from kb.front_matter import split
from kb.writing import Checks, publish, save_revision


def waiting(session: Session) -> list[Article]:
    """The articles for which a new shipped version is available. One query."""
    return list(session.scalars(select(Article).where(Article.shipped_waiting != "").order_by(Article.title)))


def accept_shipped(session: Session, article: Article, *, by: Reader, now: datetime, checks: Checks) -> None:
    """Put the waiting shipped version in the place of ours. Raises as ``publish`` does."""
    if not article.shipped_waiting:
        return
    source: str = article.shipped_waiting
    front: dict[str, Any] = {}
    title = article.title
    if article.kind == "guide":
        parts = split(article.shipped_waiting)
        source, front, title = parts.body, parts.front, str(parts.front.get("title") or article.title)
    # The author is nobody here, so the person who accepts counts as the second one.
    revision = save_revision(
        session,
        article,
        title=title,
        front=front,
        source=source,
        author_id=None,
        based_on=article.latest.number if article.latest else 0,
        note="Version that came with the product",
        now=now,
    )
    publish(session, article, revision, by=by, now=now, checks=checks)
    article.shipped_waiting = ""
    session.flush()


def dismiss_shipped(session: Session, article: Article) -> None:
    """Keep ours, and stop listing the shipped version."""
    article.shipped_waiting = ""
    session.flush()
