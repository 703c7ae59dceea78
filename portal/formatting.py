"""How times, dates, numbers and phone numbers are written on pages and in mails."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def clock_words(moment: datetime | time) -> str:
    """Such as "8 am" or "10:42 am", in the zone the moment carries."""
    hour = moment.hour % 12 or 12
    half = "am" if moment.hour < 12 else "pm"
    return f"{hour} {half}" if moment.minute == 0 else f"{hour}:{moment.minute:02} {half}"


def day_words(day: date | datetime) -> str:
    """Such as "September 16, 2026"."""
    return f"{day:%B} {day.day}, {day.year}"


def when_words(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """Such as "Today 10:42 am", "Yesterday 4 pm", "Monday 9 am" or "September 2, 2026, 9 am"."""
    local, here = moment.astimezone(zone), now.astimezone(zone)
    return f"{_day_of(local, here)} {clock_words(local)}"


def by_words(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """The words of a promise: "by 1:30 pm today", "by 9 am tomorrow", "by 9 am on Thursday, November 26"."""
    local, here = moment.astimezone(zone), now.astimezone(zone)
    days = (local.date() - here.date()).days
    if days == 0:
        return f"by {clock_words(local)} today"
    if days == 1:
        return f"by {clock_words(local)} tomorrow"
    return f"by {clock_words(local)} on {local:%A}, {local:%B} {local.day}"


def distance_words(moment: datetime, *, now: datetime) -> str:
    """Such as "in 18 min", "in 2 h 5 min", "25 min late" or "3 days ago" for long past ones."""
    gap = moment - now
    words = length_words(abs(gap))
    return f"in {words}" if gap >= timedelta(0) else f"{words} late"


def length_words(length: timedelta) -> str:
    """Such as "18 min", "2 h 5 min" or "3 days"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = hours // 24
    return plural(days, "day")


def ago_words(moment: datetime, *, now: datetime) -> str:
    """Such as "2 min" or "1 day": how long ago something was."""
    return length_words(max(now - moment, timedelta(0)))


def plural(count: int, one: str, many: str = "") -> str:
    """Such as "1 guide" or "3 guides"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def tel(phone: str) -> str:
    """The form a phone link takes: "406-555-0142" is +14065550142; anything else keeps its digits."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 10:
        return f"+1{digits}"
    return f"+{digits}" if phone.strip().startswith("+") or len(digits) == 11 else digits


def _day_of(local: datetime, here: datetime) -> str:
    days = (here.date() - local.date()).days
    if days == 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    if days == -1:
        return "Tomorrow"
    if 1 < days < 7:
        return f"{local:%A}"
    return f"{day_words(local)},"
