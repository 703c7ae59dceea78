"""How long a clerk really took for a step: from opening its page to saying what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.trees.runs import RunEvent

# Whoever was away for longer did something else in between: such a time says nothing about the step.
LONGEST_STEP = timedelta(minutes=30)


def step_times(session: Session, run_id: str) -> dict[str, int]:
    """Whole seconds by address, for the first result of each step whose page was seen to be opened. One query."""
    events = session.execute(
        select(RunEvent.address, RunEvent.kind, RunEvent.at)
        .where(RunEvent.run_id == run_id, RunEvent.kind.in_(("view", "step_result")))
        .order_by(RunEvent.seq)
    )
    opened: dict[str, datetime] = {}
    times: dict[str, timedelta] = {}
    for address, kind, at in events:
        if kind == "view":
            opened[address] = at
        elif address in opened:
            times.setdefault(address, at - opened[address])
    return {address: int(time.total_seconds()) for address, time in times.items() if time <= LONGEST_STEP}
