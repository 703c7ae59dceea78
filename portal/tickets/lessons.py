"""What the desk did with a request that came from a run, noted with the run: it teaches the diagnostic."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.trees.runs import ASKED_FOR_MORE, Run, note
from portal.tickets.ticket import Ticket


def is_first_reply(ticket: Ticket) -> bool:
    """Whether a reply now would be the first, to a request from a run: only this one tells what the run left out."""
    return bool(ticket.run_id) and ticket.first_answer_at is None


def note_first_reply(session: Session, ticket: Ticket, *, asks: bool, now: datetime) -> None:
    """Keep that the first written reply went out, and whether it asks for facts. Call it before it is marked."""
    if is_first_reply(ticket):
        _note(session, ticket, "desk_reply", now, ASKED_FOR_MORE if asks else "")


def note_new_rank(session: Session, ticket: Ticket, now: datetime) -> None:
    """Keep that the desk gave the request another priority than it came with."""
    _note(session, ticket, "desk_ranked", now)


def note_closed(session: Session, ticket: Ticket, now: datetime) -> None:
    """Keep that the desk closed the request."""
    _note(session, ticket, "desk_closed", now)


def _note(session: Session, ticket: Ticket, kind: str, now: datetime, option: str = "") -> None:
    """Two queries, and none without a run. The run's row is locked, so that no two events take one number."""
    if not ticket.run_id:
        return
    run = session.scalar(select(Run).where(Run.id == ticket.run_id).with_for_update())
    if run is not None:
        note(session, run, kind, "", now=now, option=option)
