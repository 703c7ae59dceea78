"""Opening a run by the code that a clerk reads out: who may, how often, and what a wrong code is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from auth.throttle import Rule, count_attempt, stopped_minutes
from kb.trees.runs import Run
from kb.trees.sharing import step_in
from portal.diagnose.running import Walked, walked
from portal.errors import Missing
from portal.tickets.ticket import Ticket, may_work

# A person who takes calls opens perhaps ten codes in ten minutes. There are 86 million codes, of which a few
# hundred hold at a time: at this pace a guesser needs years for one.
CODES = Rule("run_code", tries=40, window=timedelta(minutes=10))
# Whose account and not which computer: an agent is signed in, and has one account.
EVERYWHERE = "desk"

NO_SUCH_RUN = (
    "No run has this code now. Read it back to the caller. A code holds for 24 hours: "
    "ask the caller to open the page again. Some security runs open for the lead only."
)
NO_CODE = "Enter the six letters and digits, like K7M 4QD"
TOO_OFTEN = "You tried many codes. Wait {minutes} minutes, or look for the request by name or office."


def minutes_to_wait(session: Session, reader: Reader, now: datetime) -> int:
    """For how long this person may open no more codes; usually 0. One query."""
    return stopped_minutes(session, CODES, _account(reader), EVERYWHERE, now)


def take_code(session: Session, reader: Reader, now: datetime) -> int:
    """Count one code that was typed, right or wrong. Returns the minutes to wait where it is one too many.

    Three queries and one insert. The caller commits.
    """
    return count_attempt(session, CODES, _account(reader), EVERYWHERE, now).stopped_minutes


def count_code(session: Session, reader: Reader, now: datetime) -> None:
    """Count a code that opened something already. The caller commits."""
    take_code(session, reader, now)


def run_to_help(
    session: Session, run_id: str, reader: Reader, now: datetime, *, to_change: bool = False
) -> Walked:
    """A run that this person of the desk may help with, replayed. Raises Missing: hidden looks like missing.

    A run with a request is seen by those who may see the request; one without, while its code holds. A run that
    ends with a restricted request is for those who follow such requests, and for the person who is helping already.
    """
    run = session.get(Run, run_id, with_for_update=to_change)
    if run is None or not reader.may("open run codes"):
        raise Missing
    if run.ticket_id is not None:
        # The whole row: the replay asks for it by its id and finds it here.
        seen = session.scalar(select(Ticket).where(Ticket.id == run.ticket_id, may_work(reader)))
        if seen is None:
            raise Missing
    elif run.code_until <= now:
        raise Missing
    state = walked(run)
    if is_hidden(state, reader):
        raise Missing
    return state


def is_hidden(state: Walked, reader: Reader) -> bool:
    """Whether the run is about to become a restricted request that is not this person's to see."""
    outcome = state.walk.outcome
    if state.ticket is not None or outcome is None or not outcome.restricted:
        return False
    return not reader.may("follow restricted tickets") and state.run.helper_id != reader.user_id


def come_in(session: Session, run_id: str, reader: Reader, now: datetime) -> None:
    """Say to the clerk's page that this person is there. One statement; it is written after the answer."""
    if reader.user_id is not None:
        step_in(session, run_id, reader.user_id, now)


def _account(reader: Reader) -> str:
    return f"person {reader.user_id}"
