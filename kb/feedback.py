"""Readers' answers to "Did this solve it?": recorded with a reason, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.articles import ArticleFeedback

# The five reasons in the order of the page; the words beside them are the portal's.
REASONS = ("not_mine", "did_not_help", "could_not", "not_clear", "wrong")
MAX_WORDS = 2000


class NoSuchReason(ValueError):
    """A Yes has no reason, and a No has one of the five."""


@dataclass(frozen=True)
class Answers:
    """How readers answered. ``reasons`` counts the No answers by reason, every reason present."""

    yes: int
    no: int
    reasons: dict[str, int]


def record_feedback(
    session: Session,
    *,
    article_id: int,
    revision_id: int,
    solved: bool,
    reason: str = "",
    words: str = "",
    now: datetime,
) -> ArticleFeedback:
    """Record an answer for the revision that was read. Raises ``NoSuchReason`` for a No without one of the five."""
    if (not solved and reason not in REASONS) or (solved and reason):
        raise NoSuchReason(reason)
    row = ArticleFeedback(
        article_id=article_id,
        revision_id=revision_id,
        solved=solved,
        reason=reason,
        words=words.strip()[:MAX_WORDS],
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def answers(session: Session, article_id: int, *, since: datetime | None = None) -> Answers:
    """The answers of one article, of all its revisions. One query."""
    query = (
        select(ArticleFeedback.solved, ArticleFeedback.reason, func.count())
        .where(ArticleFeedback.article_id == article_id)
        .group_by(ArticleFeedback.solved, ArticleFeedback.reason)
    )
    if since is not None:
        query = query.where(ArticleFeedback.at >= since)
    yes, reasons = 0, dict.fromkeys(REASONS, 0)
    for was_solved, reason, count in session.execute(query):
        if was_solved:
            yes += count
        else:
            reasons[reason] = reasons.get(reason, 0) + count
    return Answers(yes, sum(reasons.values()), reasons)


def counts(session: Session) -> dict[int, tuple[int, int]]:
    """Yes and No of every article that has any, by article id. One query."""
    query = select(ArticleFeedback.article_id, ArticleFeedback.solved, func.count()).group_by(
        ArticleFeedback.article_id, ArticleFeedback.solved
    )
    found: dict[int, tuple[int, int]] = {}
    for article_id, was_solved, count in session.execute(query):
        yes, no = found.get(article_id, (0, 0))
        found[article_id] = (yes + count, no) if was_solved else (yes, no + count)
    return found
