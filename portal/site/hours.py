"""Hours and modes: whether the desk answers now, what kind of day it is, and when a promise falls due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from portal.formatting import clock_words

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A promise is looked for within this many days; hours that are never open give none.
LOOK_AHEAD_DAYS = 60
COURT_MODE = "court_in_session"


@dataclass(frozen=True)
class Span:
    """An open time of one day, as aware moments."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Hours:
    """The desk's hours: weekly ones, dated exceptions and the zone they are meant in."""

    zone_name: str
    weekly: dict[str, str]
    dated: tuple[dict[str, str], ...]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    @property
    def known(self) -> bool:
        return bool(self.weekly)

    def span_of(self, day: date) -> Span | None:
        """The open time of a day, or None when closed."""
        text = self._words_of(day)
        if not text or text == "closed":
            return None
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
        start = datetime.combine(day, opens, self.zone)
        end = datetime.combine(day, closes, self.zone)
        return Span(start, end if closes > opens else end + timedelta(days=1))

    def open_span(self, now: datetime) -> Span | None:
        """The open time that holds this moment, or None."""
        today = now.astimezone(self.zone).date()
        for day in (today - timedelta(days=1), today):
            span = self.span_of(day)
            if span and span.opens <= now < span.closes:
                return span
        return None

    def next_span(self, now: datetime) -> Span | None:
        """The next open time that starts after this moment."""
        today = now.astimezone(self.zone).date()
        for ahead in range(LOOK_AHEAD_DAYS):
            span = self.span_of(today + timedelta(days=ahead))
            if span and span.opens > now:
                return span
        return None

    def after_working(self, now: datetime, hours: float) -> datetime | None:
        """The moment when this many open hours have passed, or None when the desk has no hours."""
        left = timedelta(hours=hours)
        span = self.open_span(now) or self.next_span(now)
        moment = now
        while span is not None:
            moment = max(moment, span.opens)
            if moment + left <= span.closes:
                return moment + left
            left -= span.closes - moment
            moment = span.closes
            span = self.next_span(moment - timedelta(seconds=1)) or self.next_span(moment)
        return None

    def now_words(self, now: datetime) -> tuple[bool | None, str]:
        """Whether the desk is open, with the words for it; (None, "") when the hours are not known."""
        if not self.known:
            return None, ""
        span = self.open_span(now)
        if span:
            return True, f"Answering now, until {clock_words(span.closes.astimezone(self.zone))}"
        later = self.next_span(now)
        if later is None:
            return False, "Closed now."
        opens = later.opens.astimezone(self.zone)
        return False, f"Closed now. Opens {opens:%A}, {clock_words(opens)}"

    def today_words(self, now: datetime) -> str:
        """Such as "8 am to 5 pm", "closed today", or nothing when the hours are not known."""
        if not self.known:
            return ""
        span = self.span_of(now.astimezone(self.zone).date())
        return span_words(span, self.zone) if span else "closed today"

    def week_words(self) -> str:
        """Such as "Monday to Friday, 8 am to 5 pm"; neighbouring days of the same hours are joined."""
        runs: list[tuple[str, str, str]] = []
        for day in WEEKDAYS:
            words = self.weekly.get(day, "")
            if words in ("", "closed"):
                continue
            if runs and runs[-1][2] == words and WEEKDAYS.index(runs[-1][1]) == WEEKDAYS.index(day) - 1:
                runs[-1] = (runs[-1][0], day, words)
            else:
                runs.append((day, day, words))
        return "; ".join(_run_words(*run) for run in runs)

    def _words_of(self, day: date) -> str:
        for exception in self.dated:
            if str(exception.get("date", "")) == day.isoformat():
                return str(exception.get("hours", "closed"))
        return self.weekly.get(WEEKDAYS[day.weekday()], "")


def hours_from(settings: dict[str, Any]) -> Hours:
    """The hours as the settings give them."""
    return Hours(
        zone_name=str(settings.get("time_zone") or "UTC"),
        weekly=dict(settings.get("hours.weekly") or {}),
        dated=tuple(settings.get("hours.dated") or ()),
    )


def span_words(span: Span, zone: ZoneInfo) -> str:
    """Such as "8 am to 5 pm"."""
    return f"{clock_words(span.opens.astimezone(zone))} to {clock_words(span.closes.astimezone(zone))}"


def mode_at(settings: dict[str, Any], now: datetime, *, office_kind: str = "", override: str = "") -> str:
    """The mode at a moment for a kind of office; the last window that fits wins.

    Court in session counts for courts alone. A window with ``kinds`` counts for those, and for nobody known.
    """
    if override:
        return override if _fits(override, (), office_kind) else "normal"
    zone = ZoneInfo(str(settings.get("time_zone") or "UTC"))
    found = "normal"
    for window in settings.get("modes") or ():
        mode, kinds = str(window["mode"]), tuple(window.get("kinds") or ())
        if window_holds(window, now, zone) and _fits(mode, kinds, office_kind):
            found = mode
    return found


def modes_differ(settings: Mapping[str, Any], *, override: str = "") -> bool:
    """Whether the mode may depend on the kind of office at all. Most days and most desks: no."""
    windows = settings.get("modes") or ()
    return COURT_MODE in (override, *(str(window["mode"]) for window in windows)) or any(
        window.get("kinds") for window in windows
    )


def window_holds(window: dict[str, Any], now: datetime, zone: ZoneInfo) -> bool:
    """Whether a dated window, written in local time, holds this moment."""
    start = datetime.fromisoformat(str(window["from"])).replace(tzinfo=zone)
    end = datetime.fromisoformat(str(window["to"])).replace(tzinfo=zone)
    return start <= now < end


def _fits(mode: str, kinds: Collection[str], office_kind: str) -> bool:
    if mode == COURT_MODE:
        return office_kind == "court"
    return not kinds or not office_kind or office_kind in kinds


def _run_words(first: str, last: str, words: str) -> str:
    days = first.capitalize() if first == last else f"{first.capitalize()} to {last.capitalize()}"
    opens, closes = (clock_words(time.fromisoformat(part.strip())) for part in words.split("-"))
    return f"{days}, {opens} to {closes}"
