"""Targets: when a first answer is due, and that no promise is made that cannot be computed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.site.hours import hours_from
from portal.tickets.targets import answer_due

HOURS = hours_from(
    {"time_zone": "America/Denver", "hours.weekly": {"wednesday": "08:00-17:00", "thursday": "08:00-17:00"}}
)
PROMISES = {"P1": {"minutes": 15}, "P2": {"working_hours": 1}, "P3": {"working_hours": 4}}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Denver")).astimezone(UTC)


@pytest.mark.parametrize(
    ("priority", "asked", "due"),
    [
        ("P1", "2026-09-16T11:42", "2026-09-16T11:57"),
        ("P1", "2026-09-16T16:55", "2026-09-16T17:10"),
        ("P1", "2026-09-16T22:00", "2026-09-17T08:15"),
        ("P2", "2026-09-16T16:30", "2026-09-17T08:30"),
        ("P3", "2026-09-16T11:42", "2026-09-16T15:42"),
    ],
)
def test_an_answer_is_due_by_the_promise_of_its_priority(priority: str, asked: str, due: str) -> None:
    assert answer_due(PROMISES, HOURS, priority=priority, now=at(asked)) == at(due)


def test_nothing_is_promised_without_hours_or_without_a_promise() -> None:
    now = at("2026-09-16T11:42")
    assert answer_due(PROMISES, hours_from({}), priority="P1", now=now) is None
    assert answer_due(PROMISES, HOURS, priority="P4", now=now) is None
    assert answer_due(None, HOURS, priority="P1", now=now) is None
    assert answer_due({"P1": {}}, HOURS, priority="P1", now=now) is None
