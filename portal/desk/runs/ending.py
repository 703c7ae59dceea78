"""How a run ends when the desk helps: as a request that is already somebody's, or as solved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from auth.roles import Reader
from auth.users import User
from kb.trees.runs import finish
from kb.trees.sharing import hold
from portal.desk.verdict import note_verdict_of_run, verdicts_in
from portal.diagnose.running import NOTES, Walked, contact_typed, walker_of
from portal.diagnose.sending import send
from portal.tickets.conversation import add_note
from portal.tickets.progress import give_to
from portal.tickets.ticket import Ticket

LONGEST_NOTES = 3500


def make_request(session: Session, state: Walked, *, by: Reader, now: datetime) -> Ticket:
    """Send the run for the clerk; the request is in work with the person who sent it. The caller commits."""
    walker = walker_of(state.run)
    ticket = send(state, contact_typed(state, walker=walker), closing=True, walker=walker)
    take_over(session, ticket, by=by, now=now)
    return ticket


def take_over(session: Session, ticket: Ticket, *, by: Reader, now: datetime) -> None:
    """A request of a run that somebody helps with is theirs, unless a colleague has it; they answered already."""
    if ticket.worker_id is not None or not ticket.is_open or by.user_id is None:
        return
    give_to(session, ticket, worker=session.get(User, by.user_id), by=by, now=now)
    ticket.first_answer_at = ticket.first_answer_at or now
    ticket.answer_due_at = None


def end_solved(session: Session, state: Walked, *, verdict: str = "", now: datetime) -> None:
    """The problem is gone, whatever page the run is at. A request that it has is closed on its own page.

    ``verdict`` is what really fixed it; it may be empty. A run that has ended is not ended again.
    """
    if state.run.state in ("sent", "solved"):
        return
    outcome = state.walk.outcome
    finish(session, state.run, "solved", now=now, outcome=outcome.id if outcome else "desk")
    note_verdict_of_run(session, state.run, verdict, offered=verdicts_in(state.tree), now=now)


def keep_notes(session: Session, state: Walked, text: str, *, by: Reader, now: datetime, clock: str) -> None:
    """A note for the desk: on the request when there is one, else with the run until there is."""
    if state.ticket is not None:
        add_note(session, state.ticket, text=text, by=by, now=now)
        return
    before = state.said.get(NOTES, "")
    line = f"{by.name}, {clock}: {text}"
    if line not in before.split("\n"):
        hold(session, state.run, NOTES, f"{before}\n{line}".strip()[-LONGEST_NOTES:], now=now)
