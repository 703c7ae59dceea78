"""Rules that several forms of the desk share."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.desk.moments import read_moment
from portal.forms import Rule


def whole_number(value: str) -> int:
    """A number that our own page put into a hidden field; anything else is 0."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0


def moment(now: datetime, zone: ZoneInfo) -> Rule:
    """A time to come, as people type it; None when left empty."""
    return lambda value: read_moment(value, now=now, zone=zone) if value else None
