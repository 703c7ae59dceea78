"""Where a ticket stands: who works on it, what it waits for, how urgent it is, and when it is solved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from auth.roles import Reader
from auth.users import User
from portal.tickets.conversation import add_event, add_line, enter_state, mail_news, reply_as_clerk
from portal.tickets.going_on import is_ranked_by_hand, keep_worse
from portal.tickets.lessons import note_closed, note_new_rank
from portal.tickets.priority import priority_of, raised_urgency
from portal.tickets.ticket import Ticket
from portal.vocabulary import CAUSES


class AlreadyDone(Exception):
    """The ticket is not in a state where this can be done."""


def give_to(session: Session, ticket: Ticket, *, worker: User | None, by: Reader, now: datetime) -> None:
    """Change who works on it. Giving it to the one who has it changes nothing."""
    if ticket.worker_id == (worker.id if worker else None):
        return
    ticket.worker_id = worker.id if worker else None
    ticket.owner_id = ticket.owner_id or by.user_id
    if worker and ticket.state == "new":
        enter_state(ticket, "working", now)
    name = worker.name if worker else ""
    add_line(session, ticket, "handover", "desk", name, by=by, name=by.name, now=now)


def set_waiting(
    session: Session, ticket: Ticket, *, ask_again_at: datetime, waiting_for: str, by: Reader, now: datetime
) -> None:
    """Wait for the clerk, or for someone outside; always with the day to ask again."""
    if not ticket.is_open:
        raise AlreadyDone(ticket.reference)
    enter_state(ticket, "waiting", now)
    ticket.ask_again_at, ticket.waiting_for = ask_again_at, waiting_for
    words = f"Waiting for {waiting_for}" if waiting_for else "Waiting for an answer from you"
    add_event(session, ticket, words, by=by, now=now)


def set_working(session: Session, ticket: Ticket, *, by: Reader, now: datetime) -> None:
    """Take it back to work."""
    if ticket.state == "working":
        return
    enter_state(ticket, "working", now)
    add_event(session, ticket, "We are working on it", by=by, now=now)


def solve_as_desk(
    session: Session,
    ticket: Ticket,
    *,
    resolution: str,
    cause: str,
    guide: str,
    by: Reader,
    secret_key: str,
    base_url: str,
    now: datetime,
) -> None:
    """Close with what fixed it, why it happened and which guide says so. The clerk is told. Twice is once."""
    if not ticket.is_open:
        return
    ticket.resolution, ticket.cause, ticket.guide = resolution, cause, guide
    ticket.owner_id = ticket.owner_id or by.user_id
    enter_state(ticket, "solved", now)
    ticket.solved_at = now
    ticket.next_news_at = ticket.answer_due_at = ticket.ask_again_at = None
    note_closed(session, ticket, now)
    add_event(session, ticket, "The help desk says this is solved", by=by, now=now)
    add_line(
        session,
        ticket,
        "note",
        "desk",
        f"What fixed it: {resolution}\nCause: {CAUSES[cause]}",
        by=by,
        name=by.name,
        now=now,
    )
    mail_news(session, ticket, "is solved", secret_key=secret_key, base_url=base_url, now=now)


def solve_as_clerk(session: Session, ticket: Ticket, *, by: Reader, now: datetime) -> None:
    """The clerk says "Solved, thank you". Pressing twice is pressing once."""
    if not ticket.is_open:
        return
    enter_state(ticket, "solved", now)
    ticket.solved_at = now
    ticket.next_news_at = ticket.answer_due_at = ticket.ask_again_at = None
    add_event(session, ticket, "Solved, thank you", by=by, now=now, side="clerk", name=ticket.name)


def got_worse(
    session: Session,
    ticket: Ticket,
    *,
    what: str,
    waiting: bool,
    grid: dict[str, list[str]] | None,
    mode: str,
    by: Reader,
    now: datetime,
) -> None:
    """The clerk says that it got worse: one step more urgent, or at once when voters wait."""
    reply_as_clerk(session, ticket, text=f"It got worse. {what}", by=by, now=now)
    by_hand = is_ranked_by_hand(ticket)
    ticket.urgency = "now" if waiting else raised_urgency(ticket.urgency)
    ticket.voter_waiting = ticket.voter_waiting or waiting
    _rank(ticket, grid, mode)
    keep_worse(ticket, by_hand=by_hand)
    words = "More urgent now: voters are waiting" if waiting else "More urgent now"
    add_event(session, ticket, words, by=by, now=now, side="clerk", name=ticket.name)


def change_severity(
    session: Session,
    ticket: Ticket,
    *,
    impact: str,
    urgency: str,
    waiting: bool,
    reason: str,
    grid: dict[str, list[str]] | None,
    mode: str,
    by: Reader,
    now: datetime,
) -> None:
    """The desk ranks it anew, and says why."""
    before = ticket.priority
    ticket.impact, ticket.urgency, ticket.voter_waiting = impact, urgency, waiting
    _rank(ticket, grid, mode)
    if ticket.priority != before:
        note_new_rank(session, ticket, now)
    ticket.priority_reason = f"{ticket.priority_reason} ({reason})"[:300]
    add_line(
        session,
        ticket,
        "note",
        "desk",
        f"Priority {before} to {ticket.priority}: {reason}",
        by=by,
        name=by.name,
        now=now,
    )


def rate(ticket: Ticket, *, good: bool) -> None:
    """The answer to "How did we do?", in one press."""
    ticket.satisfied = good


def _rank(ticket: Ticket, grid: dict[str, list[str]] | None, mode: str) -> None:
    priority = priority_of(
        grid, impact=ticket.impact, urgency=ticket.urgency, voter_waiting=ticket.voter_waiting, mode=mode
    )
    ticket.priority, ticket.priority_reason = priority.level, priority.reason
