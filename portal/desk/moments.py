"""Moments as people type them: "3:30 pm", "tomorrow 9 am", "Friday 9 am", "October 2, 9 am" or "2026-10-02 09:00"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.forms import Problem
from portal.site.hours import WEEKDAYS

WRONG = "Enter a time like 3:30 pm, or tomorrow 9 am"
PAST = "Choose a time that is still to come"
TOO_FAR = "Choose a time within one year"
LONGEST_WAIT = timedelta(days=366)

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
CLOCK = re.compile(r"\b(\d{1,2})(?::(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)|\b(\d{1,2}):(\d{2})\b|\b(noon)\b")
# What a browser's own field for date and time sends.
MACHINE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
DATED = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:,? (\d{4}))?")


def read_moment(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that somebody means, always later than now. Raises Problem with the sentence to show."""
    words = text.lower().replace("t", " ") if MACHINE_TIME.fullmatch(text) else text.lower()
    here = now.astimezone(zone)
    clock = _clock_in(words)
    if clock is None:
        raise Problem(WRONG)
    rest = CLOCK.sub(" ", words).replace(" at ", " ")
    day = _day_in(" ".join(rest.split()).strip(" ,"), here.date())
    moment = datetime.combine(day, clock, zone)
    if moment <= now:
        raise Problem(PAST)
    if moment - now > LONGEST_WAIT:
        raise Problem(TOO_FAR)
    return moment


def read_day(text: str, *, now: datetime, zone: ZoneInfo, clock: time) -> datetime:
    """The day of a date field, at this clock time. Raises Problem."""
    try:
        day = date.fromisoformat(text)
    except ValueError as problem:
        raise Problem("Enter a date like 2026-09-30") from problem
    moment = datetime.combine(day, clock, zone)
    if moment <= now:
        raise Problem("Choose a day that is still to come")
    if moment - now > LONGEST_WAIT:
        raise Problem("Choose a day within one year")
    return moment


def _clock_in(words: str) -> time | None:
    found = CLOCK.search(words)
    if found is None:
        return None
    hour12, minute12, half, hour24, minute24, noon = found.groups()
    if noon:
        return time(12)
    hour, minute = int(hour12 or hour24), int(minute12 or minute24 or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day_in(words: str, today: date) -> date:
    """The day named beside the clock time; none means today. Raises Problem for words that name no day."""
    if words in ("", "today"):
        return today
    if words == "tomorrow":
        return today + timedelta(days=1)
    weekday = words.removeprefix("on ").removeprefix("next ")
    if weekday in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(weekday) - today.weekday() - 1) % 7 + 1)
    try:
        return _dated(words.removeprefix("on "), today)
    except ValueError as problem:
        raise Problem(WRONG) from problem


def _dated(words: str, today: date) -> date:
    machine = DATED.fullmatch(words)
    if machine:
        return date(*map(int, machine.groups()))
    named = MONTH_DAY.fullmatch(words)
    months = [month for month in MONTHS if named and len(named[1]) >= 3 and month.startswith(named[1])]
    if named is None or len(months) != 1:
        raise ValueError(words)
    day = date(int(named[3] or today.year), MONTHS.index(months[0]) + 1, int(named[2]))
    if named[3] is None and day < today:
        return day.replace(year=day.year + 1)
    return day
