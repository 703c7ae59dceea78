"""How many minutes it takes until a person has solved it, by mode: what steps of a diagnostic are weighed against."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.tickets.ticket import Ticket

LOOKED_BACK = timedelta(days=90)
MOST_MINUTES = 240.0
"""A request that waits over a weekend does not make every step worth trying."""

FEWEST_REQUESTS = 20
GUESSED_MINUTES = 120.0
"""Until enough requests are solved to measure it."""

PHONE_MINUTES = {"early_voting": 30.0, "deadline_day": 30.0, "election_day": 12.0, "court_in_session": 12.0}
"""On days when the phone comes first: waiting and talking, six minutes on the days of an open hotline, and as many of
the desk's own time again, so that the plan does not send everybody to the phone. Chosen, not measured."""


def call_minutes(session: Session, mode: str, now: datetime) -> float:
    """The median minutes from a request to its solution in the last 90 days, at most 240. One query at most."""
    if mode in PHONE_MINUTES:
        return PHONE_MINUTES[mode]
    rows = session.execute(
        select(Ticket.created_at, Ticket.solved_at).where(
            Ticket.solved_at.is_not(None), Ticket.created_at >= now - LOOKED_BACK
        )
    )
    waits = [(row.solved_at - row.created_at).total_seconds() / 60 for row in rows]
    return min(median(waits), MOST_MINUTES) if len(waits) >= FEWEST_REQUESTS else GUESSED_MINUTES
