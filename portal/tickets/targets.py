"""Targets: by when a first answer is promised, from the settings; a promise that cannot be computed is none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.site.hours import Hours


def answer_due(
    promises: dict[str, Any] | None, hours: Hours, *, priority: str, now: datetime
) -> datetime | None:
    """The moment by which a person answers, or None.

    Minutes run on the clock while the desk is open, else from its next opening; working hours run while it is open.
    """
    promise = (promises or {}).get(priority) or {}
    if not hours.known:
        return None
    if promise.get("minutes"):
        span = hours.open_span(now) or hours.next_span(now)
        return max(now, span.opens) + timedelta(minutes=float(promise["minutes"])) if span else None
    if promise.get("working_hours"):
        return hours.after_working(now, float(promise["working_hours"]))
    return None
