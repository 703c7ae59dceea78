"""Forgetting: searches, openings and answers are deleted when they are old; counts are true while they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.reports.events import PageOpened, SearchMade, Solved

MONTHS_SETTING = "events.keep_months"
# A year to compare with, and a month to look at it.
KEEP_MONTHS = 13
MONTH = timedelta(days=365.25 / 12)
# Small enough that a clerk who sends a request at this moment waits no more than a blink.
MOST_AT_ONCE = 500


def keep_for(settings: Mapping[str, Any]) -> timedelta:
    """How long events are kept; 13 months unless set."""
    value = settings.get(MONTHS_SETTING, KEEP_MONTHS)
    months = value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else KEEP_MONTHS
    return months * MONTH


def forget_events(session: Session, now: datetime, *, after: timedelta) -> int:
    """Delete the oldest events that are older, some hundred at a time. Returns how many; six queries at most."""
    gone = 0
    for kind in (SearchMade, PageOpened, Solved):
        old = select(kind.id).where(kind.at < now - after).order_by(kind.at).limit(MOST_AT_ONCE)
        ids = session.scalars(old).all()
        if ids:
            session.execute(delete(kind).where(kind.id.in_(ids)).execution_options(synchronize_session=False))
        gone += len(ids)
    return gone
