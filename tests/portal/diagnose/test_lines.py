"""The number at the end of a run: whose it is, and whose it is when nobody has filled in the right one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kb.trees.tree import Outcome
from portal.diagnose.lines import LEAVE_A_MESSAGE, Lines, lines_of
from portal.site.context import build_site

NOON = datetime(2026, 9, 16, 18, 0, tzinfo=UTC)
NIGHT = datetime(2026, 9, 17, 5, 0, tzinfo=UTC)
SETTINGS: dict[str, Any] = {
    "desk.name": "Election help desk",
    "desk.phone": "406-555-0142",
    "elections.phone": "406-555-0150",
    "placeholder.security.contact": "Dana Reyes, 406-555-0177",
    "time_zone": "America/Denver",
    "hours.weekly": {"wednesday": "08:00-17:00"},
}


def lines(line: str, *, now: datetime = NOON, **changed: Any) -> Lines:
    site = build_site(SETTINGS | changed, (), now)
    return lines_of(Outcome(id="end", kind="call_now", phone=line), site)


def test_the_help_desk_is_called_at_its_own_number_and_nobody_after_it() -> None:
    found = lines("help_desk")
    assert (found.first.phone, found.second, found.stands_in) == ("406-555-0142", None, "")


def test_elections_staff_come_first_and_the_help_desk_second() -> None:
    found = lines("elections")
    assert (found.first.who, found.first.phone, found.first.tel) == (
        "Elections staff",
        "406-555-0150",
        "+14065550150",
    )
    assert found.second is not None and found.second.phone == "406-555-0142"


def test_the_security_contact_is_named_with_the_number() -> None:
    found = lines("security")
    assert (found.first.who, found.first.phone) == ("Security contact, Dana Reyes", "406-555-0177")
    assert found.second is not None and found.second.phone == "406-555-0142"


def test_an_emergency_is_911_whatever_the_settings_say() -> None:
    found = lines("emergency")
    assert found.first.is_emergency and found.first.tel == "911"
    assert found.second is not None and found.second.phone == "406-555-0142"


@pytest.mark.parametrize(
    ("line", "setting", "value", "who"),
    [
        ("elections", "elections.phone", "", "elections staff"),
        ("security", "placeholder.security.contact", "", "the security contact"),
        ("security", "placeholder.security.contact", "Dana Reyes, second floor", "the security contact"),
    ],
)
def test_a_number_that_nobody_filled_in_is_the_desks_and_says_so(
    line: str, setting: str, value: str, who: str
) -> None:
    found = lines(line, **{setting: value})
    assert (found.first.who, found.first.phone) == ("Help desk", "406-555-0142")
    assert (found.second, found.stands_in) == (None, who)


@pytest.mark.parametrize(
    "contact", ["(406) 555-0177 Dana Reyes", "Dana Reyes: 406.555.0177", "Dana Reyes +1 406-555-0177."]
)
def test_a_contact_is_read_as_people_write_it(contact: str) -> None:
    found = lines("security", **{"placeholder.security.contact": contact})
    assert found.first.who == "Security contact, Dana Reyes"
    assert found.first.tel == "+14065550177"


def test_a_closed_line_says_to_leave_a_message_and_only_the_desks() -> None:
    assert lines("help_desk", now=NIGHT).first.wait == LEAVE_A_MESSAGE
    assert lines("elections", now=NIGHT).first.wait == ""
