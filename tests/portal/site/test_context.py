"""The site: the phone line of the day, the promise, the mode, and a cache that keeps nobody's changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cast import Cast
from factories import Factory
from flask import Flask
from grounds import NOW, Clock
from visitor import Visitor

from portal.database import Database
from portal.site.context import Site, SiteCache, build_site
from portal.site.settings import change_setting, touch_site
from portal.status.notices import Notice

SETTINGS: dict[str, Any] = {
    "desk.phone": "406-555-0142",
    "desk.phone_electionday": "406-555-0199",
    "desk.oncall": "406-555-0143",
    "time_zone": "America/Denver",
    "hours.weekly": {"wednesday": "08:00-17:00"},
    "oncall.windows": [{"from": "2026-09-16T17:00", "to": "2026-09-16T22:00"}],
    "mode.lines": {"election_day": {"phone": "desk.phone_electionday", "words": "Call first."}},
    "promises": {"P3": {"working_hours": 4}},
    "placeholder.archive.vendor": "Big Boxes",
}


def site(now: datetime = NOW, **more: Any) -> Site:
    mode = more.pop("mode", "normal")
    return build_site(SETTINGS | more, (), now, mode=mode)


def test_the_line_is_the_desks_own_on_an_ordinary_day() -> None:
    line = site().line
    assert (line.label, line.phone, line.tel) == ("Help desk", "406-555-0142", "+14065550142")
    assert (line.open, line.now, line.hours_today) == (True, "Answering now, until 5 pm", "8 am to 5 pm")


def test_on_election_day_the_line_is_another() -> None:
    shown = site(mode="election_day")
    assert (shown.line.phone, shown.mode.words, shown.mode.busy) == ("406-555-0199", "Call first.", True)
    assert shown.desk_phone == "406-555-0142"


def test_the_on_call_line_shows_only_in_its_window_and_when_the_desk_is_closed() -> None:
    evening, night = NOW + timedelta(hours=7), NOW + timedelta(hours=12)
    assert (site(evening).line.label, site(evening).line.phone) == ("On call", "406-555-0143")
    assert site(night).line.phone == "406-555-0142"
    assert site(NOW).line.phone == "406-555-0142"


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        ({"working_hours": 4}, "We answer within 4 working hours."),
        ({"working_hours": 1}, "We answer within 1 working hour."),
        ({"minutes": 30}, "We answer within 30 minutes."),
        ({}, ""),
    ],
)
def test_the_promise_is_what_the_settings_say(promise: dict[str, int], words: str) -> None:
    assert site(promises={"P3": promise}).promise == words


def test_a_promise_in_working_hours_is_not_made_without_hours() -> None:
    assert build_site({"promises": {"P3": {"working_hours": 4}}}, (), NOW).promise == ""


def test_nothing_is_claimed_that_is_not_known() -> None:
    empty = build_site({}, (), NOW)
    assert (empty.line.phone, empty.line.now, empty.line.open, empty.hours_words) == ("", "", None, "")
    assert empty.status_words == "No known problems."


def test_placeholders_hold_the_facts_of_the_desk_and_the_office() -> None:
    values = site().placeholders
    assert values["archive.vendor"] == "Big Boxes"
    assert values["desk.phone"] == "406-555-0142"
    assert values["desk.hours"] == "Wednesday, 8 am to 5 pm"
    assert values["desk.email"] == ""


@pytest.fixture
def cache(database: Database, app: Flask) -> SiteCache:
    return SiteCache(database, mode_override="", mail_works=True)


def test_a_change_shows_at_once_and_nothing_is_read_twice(cache: SiteCache, database: Database) -> None:
    first = cache.site(NOW)
    assert cache.site(NOW) is first
    with database.writing() as session:
        change_setting(session, "desk.phone", "406-555-0000", by=None, now=NOW)
        session.commit()
    assert cache.site(NOW).line.phone == "406-555-0000"


def test_a_notice_begins_and_ends_by_the_clock_alone(cache: SiteCache, make: Factory) -> None:
    make.notice("Soon", starts_at=NOW + timedelta(minutes=5), ends_at=NOW + timedelta(minutes=9))
    shown = [
        [notice.title for notice in cache.site(NOW + timedelta(minutes=minute)).notices]
        for minute in (0, 6, 9)
    ]
    assert shown == [[], ["Soon"], []]


def test_building_the_site_leaves_the_rows_of_the_request_alone(
    cache: SiteCache, database: Database, make: Factory
) -> None:
    made = make.notice("Before")
    with database.writing() as session:
        notice = session.get_one(Notice, made.id)
        notice.title = "After"
        cache.site(NOW + timedelta(minutes=3))
        assert notice in session
        touch_site(session)
        session.commit()
    with database.reading() as session:
        assert session.get_one(Notice, made.id).title == "After"


def test_what_a_request_has_not_committed_is_not_kept_for_others(
    cache: SiteCache, database: Database
) -> None:
    with database.writing() as session:
        change_setting(session, "desk.phone", "406-555-9999", by=None, now=NOW)
        session.flush()
        cache.site(NOW)
        session.rollback()
    assert cache.site(NOW).line.phone == "406-555-0142"


def test_court_in_session_is_seen_by_courts_and_by_nobody_else(
    visit: Callable[..., Visitor], cast: Cast, database: Database, clock: Clock
) -> None:
    window = {"from": "2026-09-16T08:00", "to": "2026-09-16T17:00", "mode": "court_in_session"}
    with database.writing() as session:
        change_setting(session, "modes", [window], by=None, now=NOW)
        session.commit()
    for person in (None, cast.clerk, cast.agent):
        assert "Court in session" not in visit(person).open("/").words
    court = visit()
    court.keep_cookie("office", "ravalli-court")
    assert "Court in session" in court.open("/status").words
