"""The days before an election, when the order of steps stays as people have learned it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

FREEZE = timedelta(days=14)
"""Two weeks: offices train their poll workers with the printed pages then."""

FROZEN_MODES = ("election_day",)


def frozen_until(settings: Mapping[str, Any], now: datetime) -> datetime | None:
    """When the freeze ends that holds now: the end of an election day that began or begins within 14 days."""
    zone = ZoneInfo(str(settings.get("time_zone") or "UTC"))
    ends = []
    for window in settings.get("modes") or ():
        if window.get("mode") not in FROZEN_MODES:
            continue
        start = datetime.fromisoformat(str(window["from"])).replace(tzinfo=zone)
        end = datetime.fromisoformat(str(window["to"])).replace(tzinfo=zone)
        if start - FREEZE <= now < end:
            ends.append(end)
    return max(ends, default=None)
