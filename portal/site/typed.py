"""Settings as people type them: each is shown as text and read back, with a sentence when it will not do."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from portal.mail.addresses import is_address
from portal.site.hours import WEEKDAYS
from portal.vocabulary import MODES, PRIORITIES

LONGEST = 4000


OFFICE_KINDS = ("county", "court", "division", "state")


class WrongValue(Exception):
    """A value cannot be used. The text is the sentence that people read."""


def plain(value: Any) -> str:
    return str(value or "")


def read_text(typed: str) -> str:
    if len(typed) > 300:
        raise WrongValue("Use at most 300 letters.")
    return " ".join(typed.split())


def read_phone(typed: str) -> str:
    text = read_text(typed)
    if text and sum(letter.isdigit() for letter in text) < 3:
        raise WrongValue("Enter a number with area code, like 406-555-0142.")
    return text


def read_needed_phone(typed: str) -> str:
    text = read_phone(typed)
    if not text:
        raise WrongValue("Enter the number of the help desk. Every page shows it.")
    return text


def read_email(typed: str) -> str:
    text = read_text(typed)
    if text and not is_address(text):
        raise WrongValue("Enter an e-mail address like helpdesk@example.gov.")
    return text


def read_zone(typed: str) -> str:
    if typed not in available_timezones():
        raise WrongValue("Enter a time zone like America/Denver.")
    return str(ZoneInfo(typed).key)


def show_lines(value: Any) -> str:
    return "\n".join(str(line) for line in value or ())


def read_lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def show_words(value: Any) -> str:
    return "\n".join(f"{word}: {plain}".rstrip() for word, plain in (value or {}).items())


def read_words(typed: str) -> dict[str, str]:
    """Words to avoid with the plain ones, a line each; nothing after the colon means “leave it out”."""
    words: dict[str, str] = {}
    for line in read_lines(typed):
        word, colon, plain = (part.strip() for part in line.partition(":"))
        if not colon or not word:
            raise WrongValue(f"“{line}”: write the word, a colon, and the plain word, like utilize: use.")
        if word.casefold() == plain.casefold():
            raise WrongValue(f"“{line}”: the plain word is the same.")
        words[word] = plain
    return words


def show_week(value: Any) -> str:
    return "\n".join(f"{day}: {value[day]}" for day in WEEKDAYS if (value or {}).get(day))


def read_week(typed: str) -> dict[str, str]:
    week: dict[str, str] = {}
    for line in read_lines(typed):
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


def show_dated(value: Any) -> str:
    return "\n".join(f"{row['date']} {row['hours']} {row.get('note', '')}".strip() for row in value or ())


def read_dated(typed: str) -> list[dict[str, str]]:
    rows = []
    for line in read_lines(typed):
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


def show_windows(value: Any) -> str:
    return "\n".join(f"{row['from']} {row['to']}" for row in value or ())


def read_windows(typed: str) -> list[dict[str, str]]:
    return [_window(line) for line in read_lines(typed)]


def _window(line: str) -> dict[str, str]:
    parts = line.split()
    try:
        start, end = (datetime.fromisoformat(part) for part in parts[:2])
    except ValueError:
        raise WrongValue(f"“{line}”: write from and to, like 2026-11-03T17:00 2026-11-03T22:00.") from None
    if end <= start:
        raise WrongValue(f"“{line}”: the end is before the start.")
    return {"from": f"{start:%Y-%m-%dT%H:%M}", "to": f"{end:%Y-%m-%dT%H:%M}"}


def show_modes(value: Any) -> str:
    return "\n".join(f"{row['from']} {row['to']} {row['mode']}" for row in value or ())


def read_modes(typed: str) -> list[dict[str, str]]:
    rows = []
    for line in read_lines(typed):
        mode = line.split()[-1]
        if mode not in MODES:
            raise WrongValue(f"“{line}”: end each line with one of: {', '.join(MODES)}.")
        rows.append(_window(line) | {"mode": mode})
    return rows


def show_promises(value: Any) -> str:
    lines = []
    for level in PRIORITIES:
        row = (value or {}).get(level) or {}
        if "minutes" in row:
            lines.append(f"{level} {row['minutes']} minutes")
        elif "working_hours" in row:
            lines.append(f"{level} {row['working_hours']} working hours")
    return "\n".join(lines)


def read_promises(typed: str) -> dict[str, dict[str, float]]:
    promises: dict[str, dict[str, float]] = {}
    for line in read_lines(typed):
        level, _, rest = line.partition(" ")
        number, _, unit = rest.strip().partition(" ")
        kind = {"minutes": "minutes", "working hours": "working_hours"}.get(unit.strip())
        if level not in PRIORITIES or kind is None or not number.isdigit() or not 0 < int(number) < 1000:
            raise WrongValue(f"“{line}”: write it like P1 15 minutes, or P3 4 working hours.")
        promises[level] = {kind: int(number)}
    return promises


def show_grid(value: Any) -> str:
    return "\n".join(f"{impact}: {' '.join(row)}" for impact, row in (value or {}).items())


def read_grid(typed: str) -> dict[str, list[str]]:
    grid: dict[str, list[str]] = {}
    for line in read_lines(typed):
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


def read_days(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed) <= 365:
        raise WrongValue("Enter a number of days from 1 to 365.")
    return int(typed)


def read_days_or_never(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 4 or int(typed) > 3650:
        raise WrongValue("Enter a number of days up to 3650, or 0 for never.")
    return int(typed)


def read_months(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 2 or not 1 <= int(typed) <= 60:
        raise WrongValue("Enter a number of months from 1 to 60.")
    return int(typed)


def show_yes(value: Any) -> str:
    return "yes" if value else "no"


def read_yes(typed: str) -> bool:
    if typed not in ("yes", "no"):
        raise WrongValue("Enter yes or no.")
    return typed == "yes"
