"""A run with two people in it: who gave which answer, who of the help desk is there, and answers that met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.trees.runs import TYPED, Run, RunAnswer

HELPED_FOR = timedelta(minutes=30)
"""After this long without a page opened by the desk, nobody is told any more that the desk is there."""

SAID_AGAIN = timedelta(minutes=1)
"""Presence is written at most this often, so that looking at a page writes next to nothing."""


@dataclass(frozen=True)
class Given:
    """What a run holds, by address: answers, notes beside them, the desk's people, the turn and the time of each."""

    answers: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    by: dict[str, int] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)


def given(session: Session, run: Run) -> Given:
    """Everything that was answered in a run; a typed fact is its text. One query."""
    found = select(RunAnswer).where(RunAnswer.run_id == run.id).order_by(RunAnswer.at, RunAnswer.address)
    rows = list(session.scalars(found))
    return Given(
        answers={row.address: row.said if row.value == TYPED else row.value for row in rows},
        said={row.address: row.said for row in rows if row.said and row.value != TYPED},
        by={row.address: row.by_id for row in rows if row.by_id is not None},
        turns={row.address: row.turn for row in rows},
        times={row.address: row.at for row in rows},
    )


def was_overtaken(kept: Given, address: str, value: str, *, seen: int | None) -> bool:
    """Whether somebody answered this page with something else after it was shown at turn ``seen``."""
    if seen is None or address not in kept.answers:
        return False
    return kept.turns[address] > seen and kept.answers[address] != value


def step_in(session: Session, run_id: str, helper_id: int, now: datetime) -> None:
    """Remember that this person of the desk has the run open. One statement; the caller commits."""
    session.execute(update(Run).where(Run.id == run_id).values(helper_id=helper_id, helped_at=now))


def step_out(run: Run, helper_id: int) -> None:
    """This person of the desk leaves the run; a colleague who came meanwhile stays."""
    if run.helper_id == helper_id:
        run.helper_id = run.helped_at = None


def is_helped(run: Run, now: datetime) -> bool:
    """Whether somebody of the desk is in the run now."""
    return run.helper_id is not None and run.helped_at is not None and now - run.helped_at < HELPED_FOR


def is_news(run: Run, helper_id: int, now: datetime) -> bool:
    """Whether the presence of this person has to be written: new here, or last written a while ago."""
    same = run.helper_id == helper_id and run.helped_at is not None
    return not same or run.helped_at is None or now - run.helped_at > SAID_AGAIN


def mark_of(run: Run, now: datetime) -> str:
    """A short text that changes with every answer, end or person of the desk: what a page asks for again and again."""
    helped = "h" if is_helped(run, now) else "a"
    return f"{run.turn}-{helped}-{run.state}"


def hold(session: Session, run: Run, address: str, text: str, *, now: datetime) -> None:
    """Keep something beside the answers under an address that no question has; it is no answer and no event."""
    kept = session.get(RunAnswer, (run.id, address))
    if kept is None:
        session.add(RunAnswer(run_id=run.id, address=address, value="held", said=text, at=now, turn=0))
    else:
        kept.said, kept.at = text, now
    session.flush()


def let_go(session: Session, run: Run, address: str) -> None:
    """Drop what was held; nothing happens when there is nothing."""
    kept = session.get(RunAnswer, (run.id, address))
    if kept is not None:
        session.delete(kept)
        session.flush()


def helpers_named(names: Mapping[int, str], kept: Given) -> dict[str, str]:
    """Who of the desk gave which answer, by name; without one for those that the clerk gave."""
    return {address: names.get(person, "Help desk") for address, person in kept.by.items()}
