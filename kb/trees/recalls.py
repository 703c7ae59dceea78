"""Recalls: a published version of a diagnostic that was wrong or unsafe, and why; its runs are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from kb.articles import Article, Publication, Revision
from kb.trees.runs import Run
from kb.trees.sharing import hold

LONGEST_REASON = 300
CALLED_SINCE = "called-since"
"""Where a run keeps the moment from which on it calls other diagnostics, once that is not its beginning."""


class NeverLive(Exception):
    """The version was never published, so nobody walks on it and there is nothing to recall."""


class Recall(Base):
    """One version that nobody should go on with. It stays recalled; a mended text is a new version."""

    __tablename__ = "recalls"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


def recall(
    session: Session, article: Article, revision: Revision, *, reason: str, by_id: int | None, now: datetime
) -> Recall:
    """Call a version back. Twice is once: the first reason stays. Two queries. Raises NeverLive."""
    kept = session.get(Recall, revision.id)
    if kept is not None:
        return kept
    if not _was_live(session, revision):
        raise NeverLive(revision.number)
    made = Recall(revision_id=revision.id, article_id=article.id, reason=reason, by_id=by_id, at=now)
    session.add(made)
    session.flush()
    return made


def recalls_of(session: Session, article: Article) -> dict[int, Recall]:
    """The recalled versions of an article by the id of the revision. One query."""
    found = session.scalars(select(Recall).where(Recall.article_id == article.id))
    return {each.revision_id: each for each in found}


def live_numbers(session: Session, article: Article) -> frozenset[int]:
    """The ids of the revisions that were ever published. One query."""
    found = select(Publication.revision_id).where(
        Publication.article_id == article.id, Publication.action == "published"
    )
    return frozenset(each for each in session.scalars(found) if each is not None)


def open_runs_on(session: Session, revision_id: int) -> int:
    """How many people are on the way on a version now. One query."""
    counted = select(func.count()).select_from(Run)
    return session.scalar(counted.where(Run.revision_id == revision_id, Run.state == "walking")) or 0


def replacement_of(session: Session, article_id: int) -> int | None:
    """The revision that a recalled run goes on with: the live one, unless it is recalled too. One query."""
    found = (
        select(Article.published_id)
        .outerjoin(Recall, Recall.revision_id == Article.published_id)
        .where(Article.id == article_id, Article.status == "published", Recall.revision_id.is_(None))
    )
    return session.scalar(found)


def restart(run: Run, revision_id: int, *, now: datetime) -> None:
    """Put a run on another version. Its answers stay; those whose question is still there count at once."""
    run.revision_id = revision_id
    _go_on(run, now)


def call_anew(session: Session, run: Run, *, now: datetime) -> None:
    """Have a run call what is live now, after one that it called was recalled. Its answers stay, as above."""
    hold(session, run, CALLED_SINCE, now.isoformat(), now=now)
    _go_on(run, now)


def _go_on(run: Run, now: datetime) -> None:
    run.touched_at = now
    run.turn += 1
    if run.state == "solved":
        run.state = "walking"


def _was_live(session: Session, revision: Revision) -> bool:
    found = select(Publication.id).where(
        Publication.revision_id == revision.id, Publication.action == "published"
    )
    return session.scalar(found.limit(1)) is not None
