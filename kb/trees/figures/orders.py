"""Suggested orders of steps and what people said to them; a suggestion changes nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from kb.trees.figures.suggesting import Suggestion

STATES = ("open", "accepted", "kept", "over")
"""``over``: the runs no longer say so, or the steps are others by now."""

LONGEST_REASON = 300

KEPT_FOR = timedelta(days=90)
"""Who kept an order is not asked about the same change again for a season."""


class OrderSuggestion(Base):
    """A better order for one place of a diagnostic, from which runs, and how somebody decided."""

    __tablename__ = "order_suggestions"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    node: Mapped[str] = mapped_column(String(60))
    before: Mapped[list[Any]]
    after: Mapped[list[Any]]
    minutes_saved: Mapped[float]
    sure: Mapped[float]
    runs: Mapped[int]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="open")
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_order_suggestions_article_state", "article_id", "state"),)

    @property
    def moved(self) -> tuple[str, str]:
        """The step that comes earlier now, and the one it comes before."""
        return next((new, old) for old, new in zip(self.before, self.after, strict=True) if old != new)


def suggestions_of(session: Session, article_id: int) -> list[OrderSuggestion]:
    """Every suggestion for a diagnostic, the newest first. One query."""
    found = select(OrderSuggestion).where(OrderSuggestion.article_id == article_id)
    return list(session.scalars(found.order_by(OrderSuggestion.id.desc())))


def renew(
    session: Session, article_id: int, found: Sequence[Suggestion], *, now: datetime
) -> list[OrderSuggestion]:
    """Bring the open suggestions up to date with what the runs say now; returns those that are new.

    One that was kept lately is not made again. One query.
    """
    known = suggestions_of(session, article_id)
    wanted = {(each.node, each.before, each.after): each for each in found}
    for row in known:
        said = wanted.get(_key(row))
        if row.state == "open" and said is None:
            row.state, row.decided_at = "over", now
        elif row.state == "open" and said is not None:
            row.minutes_saved, row.sure, row.runs, row.at = said.minutes_saved, said.sure, said.runs, now
    held = {_key(row) for row in known if row.state == "open" or _is_kept(row, now)}
    new = [_row(article_id, each, now) for key, each in wanted.items() if key not in held]
    session.add_all(new)
    session.flush()
    return new


def decide(row: OrderSuggestion, state: str, *, reason: str = "", by_id: int | None, now: datetime) -> None:
    """Accept a suggestion, or keep the order as it is and say why. What is decided stays decided."""
    if state not in ("accepted", "kept"):
        raise ValueError(f"{state!r} is no decision")
    if row.state != "open":
        raise ValueError("This suggestion is not open any more")
    row.state, row.reason, row.by_id, row.decided_at = state, reason[:LONGEST_REASON], by_id, now


def _is_kept(row: OrderSuggestion, now: datetime) -> bool:
    return row.state == "kept" and row.decided_at is not None and now - row.decided_at < KEPT_FOR


def _key(row: OrderSuggestion) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return row.node, tuple(row.before), tuple(row.after)


def _row(article_id: int, said: Suggestion, now: datetime) -> OrderSuggestion:
    return OrderSuggestion(
        article_id=article_id,
        node=said.node,
        before=list(said.before),
        after=list(said.after),
        minutes_saved=said.minutes_saved,
        sure=said.sure,
        runs=said.runs,
        at=now,
        state="open",
    )
