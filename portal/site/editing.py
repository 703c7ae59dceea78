"""Editing settings: how each is typed, what is checked, and the sentence when it will not do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from portal.mail.addresses import is_address
from portal.site.hours import WEEKDAYS
from portal.vocabulary import MODE_NAMES, MODES, PRIORITIES

LONGEST = 4000
OFFICE_KINDS = ("county", "court", "division", "state")


class WrongValue(Exception):
    """A value cannot be used. The text is the sentence that people read."""


@dataclass(frozen=True)
class Editable:
    """One setting as a form shows it. ``show`` and ``read`` turn the value into text and back."""

    name: str
    label: str
    show: Callable[[Any], str]
    read: Callable[[str], Any]
    hint: str = ""
    lines: int = 1


@dataclass(frozen=True)
class Group:
    """Settings that are changed together."""

    slug: str
    title: str
    words: str
    settings: tuple[Editable, ...]


def groups_of(settings: dict[str, Any]) -> list[Group]:
    """The groups, in the order of the page. The facts of the guides are as many as there are placeholders."""
    who: dict[str, str] = settings.get("placeholders.who") or {}
    facts = tuple(
        Editable(name, short, _plain, _text, hint=str(who.get(short, "")))
        for name, short in ((name, name.removeprefix("placeholder.")) for name in sorted(settings))
        if short != name
    )
    return [*GROUPS, Group("facts", "Facts that guides name", FACTS_WORDS, facts)]


def _plain(value: Any) -> str:
    return str(value or "")


def _text(typed: str) -> str:
    if len(typed) > 300:
        raise WrongValue("Use at most 300 letters.")
    return " ".join(typed.split())


def _phone(typed: str) -> str:
    text = _text(typed)
    if text and sum(letter.isdigit() for letter in text) < 3:
        raise WrongValue("Enter a number with area code, like 406-555-0142.")
    return text


def _needed_phone(typed: str) -> str:
    text = _phone(typed)
    if not text:
        raise WrongValue("Enter the number of the help desk. Every page shows it.")
    return text


def _email(typed: str) -> str:
    text = _text(typed)
    if text and not is_address(text):
        raise WrongValue("Enter an e-mail address like helpdesk@example.gov.")
    return text


def _zone(typed: str) -> str:
    if typed not in available_timezones():
        raise WrongValue("Enter a time zone like America/Denver.")
    return str(ZoneInfo(typed).key)


def _lines(value: Any) -> str:
    return "\n".join(str(line) for line in value or ())


def _read_lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _show_week(value: Any) -> str:
    return "\n".join(f"{day}: {value[day]}" for day in WEEKDAYS if (value or {}).get(day))


def _read_week(typed: str) -> dict[str, str]:
    week: dict[str, str] = {}
    for line in _read_lines(typed):
        day, _, hours = line.partition(":")
        if day.strip().lower() not in WEEKDAYS:
            raise WrongValue(f"“{line}”: begin each line with a day, like monday: 08:00-17:00.")
        week[day.strip().lower()] = _hours(hours.strip(), line)
    return week


def _hours(text: str, line: str) -> str:
    opens, _, closes = text.partition("-")
    try:
        first, last = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError:
        raise WrongValue(f"“{line}”: write the hours like 08:00-17:00.") from None
    return f"{first:%H:%M}-{last:%H:%M}"


def _show_dated(value: Any) -> str:
    return "\n".join(f"{row['date']} {row['hours']} {row.get('note', '')}".strip() for row in value or ())


def _read_dated(typed: str) -> list[dict[str, str]]:
    rows = []
    for line in _read_lines(typed):
        parts = line.split(maxsplit=2)
        try:
            day = date.fromisoformat(parts[0])
        except ValueError:
            raise WrongValue(f"“{line}”: begin each line with a date like 2026-11-26.") from None
        if len(parts) < 2:
            raise WrongValue(f"“{line}”: after the date write closed, or hours like 10:00-14:00.")
        hours = "closed" if parts[1] == "closed" else _hours(parts[1], line)
        rows.append({"date": day.isoformat(), "hours": hours, "note": parts[2] if len(parts) > 2 else ""})
    return rows


def _show_windows(value: Any) -> str:
    return "\n".join(f"{row['from']} {row['to']}" for row in value or ())


def _read_windows(typed: str) -> list[dict[str, str]]:
    return [_window(line) for line in _read_lines(typed)]


def _window(line: str) -> dict[str, str]:
    parts = line.split()
    try:
        start, end = (datetime.fromisoformat(part) for part in parts[:2])
    except ValueError:
        raise WrongValue(f"“{line}”: write from and to, like 2026-11-03T17:00 2026-11-03T22:00.") from None
    if end <= start:
        raise WrongValue(f"“{line}”: the end is before the start.")
    return {"from": f"{start:%Y-%m-%dT%H:%M}", "to": f"{end:%Y-%m-%dT%H:%M}"}


def _show_modes(value: Any) -> str:
    return "\n".join(f"{row['from']} {row['to']} {row['mode']}" for row in value or ())


def _read_modes(typed: str) -> list[dict[str, str]]:
    rows = []
    for line in _read_lines(typed):
        mode = line.split()[-1]
        if mode not in MODES:
            raise WrongValue(f"“{line}”: end each line with one of: {', '.join(MODES)}.")
        rows.append(_window(line) | {"mode": mode})
    return rows


def _show_promises(value: Any) -> str:
    lines = []
    for level in PRIORITIES:
        row = (value or {}).get(level) or {}
        if "minutes" in row:
            lines.append(f"{level} {row['minutes']} minutes")
        elif "working_hours" in row:
            lines.append(f"{level} {row['working_hours']} working hours")
    return "\n".join(lines)


def _read_promises(typed: str) -> dict[str, dict[str, float]]:
    promises: dict[str, dict[str, float]] = {}
    for line in _read_lines(typed):
        level, _, rest = line.partition(" ")
        number, _, unit = rest.strip().partition(" ")
        kind = {"minutes": "minutes", "working hours": "working_hours"}.get(unit.strip())
        if level not in PRIORITIES or kind is None or not number.isdigit() or not 0 < int(number) < 1000:
            raise WrongValue(f"“{line}”: write it like P1 15 minutes, or P3 4 working hours.")
        promises[level] = {kind: int(number)}
    return promises


def _show_grid(value: Any) -> str:
    return "\n".join(f"{impact}: {' '.join(row)}" for impact, row in (value or {}).items())


def _read_grid(typed: str) -> dict[str, list[str]]:
    grid: dict[str, list[str]] = {}
    for line in _read_lines(typed):
        impact, _, rest = line.partition(":")
        levels = rest.split()
        if (
            impact.strip() not in ("high", "medium", "low")
            or len(levels) != 3
            or set(levels) - set(PRIORITIES)
        ):
            raise WrongValue(f"“{line}”: write it like high: P1 P2 P3.")
        grid[impact.strip()] = levels
    if set(grid) != {"high", "medium", "low"}:
        raise WrongValue("Write one line each for high, medium and low.")
    return grid


def _days(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed) <= 365:
        raise WrongValue("Enter a number of days from 1 to 365.")
    return int(typed)


def _show_yes(value: Any) -> str:
    return "yes" if value else "no"


def _read_yes(typed: str) -> bool:
    if typed not in ("yes", "no"):
        raise WrongValue("Enter yes or no.")
    return typed == "yes"


MODE_LIST = ", ".join(f"{slug} ({name})" for slug, name in MODE_NAMES.items())
FACTS_WORDS = (
    "Guides name these facts in double braces. An empty one reads “ask your help desk” with the phone number. "
    "Facts that begin with rule. are law or procedure: elections staff fill them in. Write them without a last period."
)
GROUPS = (
    Group(
        "desk",
        "Help desk",
        "Name, numbers and address, as every page shows them.",
        (
            Editable("desk.name", "Line under the mark", _plain, _text),
            Editable("desk.office_name", "Office in the footer", _plain, _text),
            Editable("desk.phone", "Phone", _plain, _needed_phone),
            Editable("desk.phone_electionday", "Phone on Election Day", _plain, _phone),
            Editable(
                "desk.oncall", "On-call phone", _plain, _phone, "Shown only inside its times, when closed."
            ),
            Editable("elections.phone", "Elections staff, for rule questions", _plain, _phone),
            Editable("desk.email", "E-mail", _plain, _email),
        ),
    ),
    Group(
        "hours",
        "Hours",
        "When a person answers. Promises and “Answering now” come from here.",
        (
            Editable("time_zone", "Time zone", _plain, _zone),
            Editable(
                "hours.weekly",
                "Weekly hours",
                _show_week,
                _read_week,
                "One line a day, like monday: 08:00-17:00. A day left out is closed.",
                7,
            ),
            Editable(
                "hours.dated",
                "Days that differ",
                _show_dated,
                _read_dated,
                "One line each: 2026-11-26 closed Thanksgiving, or 2026-11-03 05:00-23:00 Election Day.",
                5,
            ),
            Editable(
                "oncall.windows",
                "On-call times",
                _show_windows,
                _read_windows,
                "One line each: 2026-11-03T17:00 2026-11-03T22:00.",
                4,
            ),
        ),
    ),
    Group(
        "modes",
        "Modes",
        "What kind of day it is. In a busy mode the phone comes first.",
        (
            Editable(
                "modes",
                "Days with a mode",
                _show_modes,
                _read_modes,
                f"One line each: 2026-11-03T05:00 2026-11-04T01:00 election_day. Modes: {MODE_LIST}.",
                6,
            ),
        ),
    ),
    Group(
        "order",
        "Order and promises",
        "How priority is found, and by when a person answers.",
        (
            Editable(
                "priority.grid",
                "Priority",
                _show_grid,
                _read_grid,
                "For each impact the priority when it is needed now, today, this week.",
                3,
            ),
            Editable(
                "promises",
                "First answer",
                _show_promises,
                _read_promises,
                "One line each, like P1 15 minutes or P3 4 working hours. One left out is not promised.",
                4,
            ),
            Editable("tickets.close_after_days", "Close a solved request after so many days", _plain, _days),
            Editable(
                "second_person.required",
                "A second person publishes every article (yes or no)",
                _show_yes,
                _read_yes,
                "Articles about law always need a second person.",
            ),
        ),
    ),
    Group(
        "home",
        "Home page",
        "What clerks see first.",
        (
            Editable("home.diagnostics", "Diagnostics", _lines, _read_lines, "One short name a line.", 6),
            Editable(
                "home.good_places", "Good places to start", _lines, _read_lines, "One short name a line.", 6
            ),
            Editable("home.examples", "Examples under the search", _lines, _read_lines, "One a line.", 3),
        ),
    ),
)
