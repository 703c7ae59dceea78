"""Suggested orders of steps and what people said to them; a suggestion changes nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from kb.trees.figures.suggesting import Suggestion

STATES = ("open", "accepted", "kept", "over", "taken_back")
"""``over``: the runs no longer say so, or the steps are others by now. ``taken_back``: accepted, then undone."""

LONGEST_REASON = 300

KEPT_FOR = timedelta(days=90)
"""Who decided is not asked about the same change again for a season, even if the draft is not published yet."""


class OrderSuggestion(Base):
    """A better order for one place of a diagnostic, from which runs, and how somebody decided.

    ``mode`` is the kind of day whose runs say so; empty when those of all days were taken together. ``missed``
    is by how many minutes the best order of a draw is cheaper still, and ``apart`` as in ``Suggestion``.
    """

    __tablename__ = "order_suggestions"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    node: Mapped[str] = mapped_column(String(60))
    before: Mapped[list[Any]]
    after: Mapped[list[Any]]
    minutes_saved: Mapped[float]
    sure: Mapped[float]
    runs: Mapped[int]
    mode: Mapped[str] = mapped_column(String(20), default="", server_default="")
    missed: Mapped[float] = mapped_column(default=0.0, server_default="0")
    apart: Mapped[bool] = mapped_column(default=False, server_default=false())
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

    One that was decided lately is not made again. One query.
    """
    known = suggestions_of(session, article_id)
    wanted = {(each.node, each.before, each.after): each for each in found}
    for row in known:
        said = wanted.get(_key(row))
        if row.state == "open" and said is None:
            row.state, row.decided_at = "over", now
        elif row.state == "open" and said is not None:
            _say(row, said, now)
    held = {_key(row) for row in known if row.state == "open" or _is_settled(row, now)}
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


def take_back(row: OrderSuggestion, *, by_id: int | None, now: datetime) -> None:
    """Undo what was accepted. The same order is not suggested again for a season."""
    if row.state not in ("accepted", "taken_back"):
        raise ValueError("Only an accepted order can be taken back")
    row.state, row.by_id, row.decided_at = "taken_back", by_id, now


def _is_settled(row: OrderSuggestion, now: datetime) -> bool:
    is_decided = row.state in ("accepted", "kept", "taken_back")
    return is_decided and row.decided_at is not None and now - row.decided_at < KEPT_FOR


def _key(row: OrderSuggestion) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return row.node, tuple(row.before), tuple(row.after)


def _row(article_id: int, said: Suggestion, now: datetime) -> OrderSuggestion:
    before, after = list(said.before), list(said.after)
    row = OrderSuggestion(article_id=article_id, node=said.node, before=before, after=after, state="open")
    _say(row, said, now)
    return row


def _say(row: OrderSuggestion, said: Suggestion, now: datetime) -> None:
    row.minutes_saved, row.sure, row.missed, row.apart = (
        said.minutes_saved,
        said.sure,
        said.missed,
        said.apart,
    )
    row.runs, row.mode, row.at = said.runs, said.mode, now
