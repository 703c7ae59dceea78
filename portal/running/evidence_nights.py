"""The night's work on runs: how they ended, their counts by day, suggested orders, and what is old goes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.reports.run_results import count_days, forget_old_events, renew_suggestions, settle_runs
from portal.site.settings import all_settings


def count_runs(session: Session, now: datetime) -> int:
    """All of it, in this order; doing it twice changes nothing. Returns how many days were counted."""
    settings = all_settings(session)
    settled: set[date] = set()
    while more := settle_runs(session, now):
        settled |= more
    days = count_days(session, now, settled)
    renew_suggestions(session, settings, now)
    forget_old_events(session, settings, now)
    return days
