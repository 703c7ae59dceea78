"""Housekeeping: what time does to rows. Each function changes what is due and returns how much that was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from auth import sessions, throttle
from kb.trees.runs import Run, RunAnswer
from portal.status.followers import notices_to_tell_of, tell_followers
from portal.tickets.ticket import Entry, Ticket

CLOSE_AFTER_DAYS = 14
CLOSE_SETTING = "tickets.close_after_days"
RUNS_KEPT_DAYS = 30
RUNS_SETTING = "runs.keep_days"
SENT_RUNS_SETTING = "runs.sent_keep_days"
# Small enough that a clerk who replies at this moment waits no more than a blink.
MOST_AT_ONCE = 200


def close_after(settings: Mapping[str, Any]) -> timedelta:
    """How long a solved ticket stays open to "it came back" before it closes; 14 days unless set."""
    value = settings.get(CLOSE_SETTING, CLOSE_AFTER_DAYS)
    days = value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else CLOSE_AFTER_DAYS
    return timedelta(days=days)


def keep_runs_for(settings: Mapping[str, Any]) -> timedelta:
    """How long a run that became no request keeps its answers; 30 days unless set. One with a request stays with it."""
    value = settings.get(RUNS_SETTING, RUNS_KEPT_DAYS)
    days = value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else RUNS_KEPT_DAYS
    return timedelta(days=days)


def keep_sent_runs_for(settings: Mapping[str, Any]) -> timedelta | None:
    """How long a run keeps its answers after its request closed; None keeps them as long as the request."""
    days = settings.get(SENT_RUNS_SETTING, 0)
    return timedelta(days=days) if isinstance(days, int) and not isinstance(days, bool) and days > 0 else None


def close_solved(session: Session, now: datetime, *, after: timedelta) -> int:
    """Close the tickets that were solved that long ago, each with a line in its history. Nobody is mailed."""
    due = (
        select(Ticket.id)
        .where(Ticket.state == "solved", Ticket.solved_at <= now - after)
        .order_by(Ticket.id)
        .limit(MOST_AT_ONCE)
    )
    closed = session.scalars(
        update(Ticket)
        .where(Ticket.id.in_(due), Ticket.state == "solved")
        .values(state="closed", closed_at=now, changed_at=now)
        .returning(Ticket.id)
        .execution_options(synchronize_session=False)
    ).all()
    text = f"Closed: nothing came back in {after.days} days"
    session.add_all(
        Entry(ticket_id=ticket_id, kind="event", side="system", text=text, author_id=None, at=now)
        for ticket_id in closed
    )
    return len(closed)


def tell_of_ends(session: Session, now: datetime, *, base_url: str) -> int:
    """Tell everyone who follows a notice that is over, and forget their addresses. Returns how many."""
    over = notices_to_tell_of(session, now)
    return sum(tell_followers(session, notice, now, base_url) for notice in over)


def forget_sign_ins(session: Session, now: datetime) -> int:
    """Delete the sign-in sessions and the counted attempts that are over. Nothing worth a line in the log: 0."""
    sessions.prune(session, now)
    throttle.prune(session, now)
    return 0


def forget_runs(session: Session, now: datetime, *, keep: timedelta) -> int:
    """Forget who walked and what was typed in runs that became no request within the time to ``keep`` them.

    What is left, the run and its events, holds no typed text and no person: counts for the figures. Its pictures
    are loose files then, which the worker deletes in the same round.
    """
    return _forget(session, select(Run.id).where(Run.ticket_id.is_(None), Run.touched_at <= now - keep))


def forget_sent_runs(session: Session, now: datetime, *, keep: timedelta | None) -> int:
    """Forget the same of runs whose request was closed the time to ``keep`` them ago. The request keeps what was sent.

    An office whose records schedule ends earlier than its requests sets it. None forgets nothing.
    """
    if keep is None:
        return 0
    over = (Ticket.state == "closed", Ticket.closed_at <= now - keep)
    return _forget(session, select(Run.id).join(Ticket, Ticket.id == Run.ticket_id).where(*over))


def _forget(session: Session, runs: Select[str]) -> int:
    answered = exists().where(RunAnswer.run_id == Run.id)
    holds_something = or_(Run.visitor.is_not(None), Run.user_id.is_not(None), answered)
    ids = session.scalars(runs.where(holds_something).limit(MOST_AT_ONCE)).all()
    session.execute(delete(RunAnswer).where(RunAnswer.run_id.in_(ids)))
    session.execute(
        update(Run).where(Run.id.in_(ids)).values(visitor=None, user_id=None, office_id=None, helper_id=None)
    )
    return len(ids)
