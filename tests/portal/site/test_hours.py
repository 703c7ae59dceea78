"""Hours and modes: zones, the days the clocks change, dated exceptions, hours past midnight, promises."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.site.hours import Hours, hours_from, mode_at, window_holds

DENVER = "America/Denver"
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "08:00-17:00")


def hours(weekly: dict[str, str] = WEEK, *dated: dict[str, str], zone: str = DENVER) -> Hours:
    return hours_from({"time_zone": zone, "hours.weekly": weekly, "hours.dated": list(dated)})


def at(text: str, zone: str = DENVER) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-09-16T11:42", (True, "Answering now, until 5 pm")),
        ("2026-09-16T08:00", (True, "Answering now, until 5 pm")),
        ("2026-09-16T07:59", (False, "Closed now. Opens Wednesday, 8 am")),
        ("2026-09-16T17:00", (False, "Closed now. Opens Thursday, 8 am")),
        ("2026-09-18T18:30", (False, "Closed now. Opens Monday, 8 am")),
    ],
)
def test_the_words_follow_the_clock_of_the_office(moment: str, words: tuple[bool, str]) -> None:
    assert hours().now_words(at(moment)) == words


def test_hours_that_are_not_known_say_nothing() -> None:
    unknown = hours({})
    assert unknown.now_words(at("2026-09-16T11:42")) == (None, "")
    assert (unknown.today_words(at("2026-09-16T11:42")), unknown.week_words()) == ("", "")
    assert unknown.after_working(at("2026-09-16T11:42"), 4) is None


def test_a_dated_exception_wins_over_the_week() -> None:
    thanksgiving = hours(WEEK, {"date": "2026-11-26", "hours": "closed"})
    assert thanksgiving.now_words(at("2026-11-26T10:00")) == (False, "Closed now. Opens Friday, 8 am")
    assert thanksgiving.today_words(at("2026-11-26T10:00")) == "closed today"
    election = hours(WEEK, {"date": "2026-11-03", "hours": "05:00-23:00"})
    assert election.now_words(at("2026-11-03T05:30")) == (True, "Answering now, until 11 pm")


def test_hours_past_midnight_belong_to_the_day_they_began() -> None:
    night = hours({"tuesday": "20:00-02:00"})
    assert night.now_words(at("2026-11-03T23:30")) == (True, "Answering now, until 2 am")
    assert night.now_words(at("2026-11-04T01:59"))[0] is True
    assert night.now_words(at("2026-11-04T02:00"))[0] is False


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        ("2026-03-06", "15:00", "00:00"),  # the last Friday in winter time
        ("2026-03-09", "14:00", "23:00"),  # the first Monday in summer time
        ("2026-10-30", "14:00", "23:00"),
        ("2026-11-02", "15:00", "00:00"),
    ],
)
def test_eight_stays_eight_when_the_clocks_change(day: str, opens: str, closes: str) -> None:
    span = hours().span_of(date.fromisoformat(day))
    assert span
    assert f"{span.opens.astimezone(UTC):%H:%M}" == opens
    assert f"{span.closes.astimezone(UTC):%H:%M}" == closes


def test_an_open_night_in_which_the_clocks_change_has_its_true_length() -> None:
    night = hours({"saturday": "22:00-06:00"})
    begun = at("2026-03-07T22:00")
    assert night.after_working(begun, 7) == at("2026-03-08T06:00")
    longer = at("2026-10-31T22:00")
    assert night.after_working(longer, 9) == at("2026-11-01T06:00")


def test_other_zones_have_their_own_noon() -> None:
    assert hours(zone="America/New_York").now_words(at("2026-09-16T16:59", "America/New_York"))[0] is True
    assert hours(zone="America/New_York").now_words(at("2026-09-16T17:00", "America/New_York"))[0] is False


@pytest.mark.parametrize(
    ("begun", "working", "due"),
    [
        ("2026-09-16T11:42", 4, "2026-09-16T15:42"),
        ("2026-09-16T15:00", 4, "2026-09-17T10:00"),
        ("2026-09-16T15:00", 2, "2026-09-16T17:00"),
        ("2026-09-18T16:30", 1, "2026-09-21T08:30"),
        ("2026-09-19T12:00", 4, "2026-09-21T12:00"),
        ("2026-09-16T06:00", 16, "2026-09-17T15:00"),
    ],
)
def test_working_hours_run_while_the_desk_is_open(begun: str, working: float, due: str) -> None:
    assert hours().after_working(at(begun), working) == at(due)


def test_working_hours_that_never_come_end_in_nothing() -> None:
    closed = hours({"sunday": "closed"})
    assert closed.after_working(at("2026-09-16T12:00"), 4) is None
    assert closed.now_words(at("2026-09-16T12:00")) == (False, "Closed now.")


def test_the_week_joins_neighbouring_days_of_the_same_hours() -> None:
    assert hours().week_words() == "Monday to Friday, 8 am to 5 pm"
    mixed = hours(WEEK | {"friday": "08:00-12:30"})
    assert mixed.week_words() == "Monday to Thursday, 8 am to 5 pm; Friday, 8 am to 12:30 pm"


def test_a_closed_day_in_the_week_is_left_out_of_the_words() -> None:
    assert hours(WEEK | {"saturday": "closed"}).week_words() == "Monday to Friday, 8 am to 5 pm"


MODES = {
    "time_zone": DENVER,
    "modes": [
        {"from": "2026-10-05T00:00", "to": "2026-11-03T00:00", "mode": "early_voting"},
        {"from": "2026-10-26T00:00", "to": "2026-10-27T00:00", "mode": "deadline_day"},
        {"from": "2026-11-03T05:00", "to": "2026-11-04T01:00", "mode": "election_day"},
        {"from": "2026-09-14T08:00", "to": "2026-09-14T17:00", "mode": "court_in_session"},
    ],
}


@pytest.mark.parametrize(
    ("moment", "mode"),
    [
        ("2026-10-04T23:59", "normal"),
        ("2026-10-05T00:00", "early_voting"),
        ("2026-10-26T12:00", "deadline_day"),
        ("2026-10-27T00:00", "early_voting"),
        ("2026-11-03T04:59", "normal"),
        ("2026-11-04T00:30", "election_day"),
        ("2026-11-04T01:00", "normal"),
    ],
)
def test_the_last_window_that_fits_sets_the_mode(moment: str, mode: str) -> None:
    assert mode_at(MODES, at(moment)) == mode


def test_court_in_session_is_for_courts_alone() -> None:
    assert mode_at(MODES, at("2026-09-14T10:00"), office_kind="court") == "court_in_session"
    assert mode_at(MODES, at("2026-09-14T10:00"), office_kind="county") == "normal"


def test_an_office_that_is_not_known_is_not_taken_for_a_court() -> None:
    assert mode_at(MODES, at("2026-09-14T10:00")) == "normal"
    assert mode_at(MODES, at("2026-09-14T10:00"), override="court_in_session") == "normal"


def test_a_window_names_the_kinds_of_offices_it_is_for() -> None:
    window = {
        "from": "2026-11-03T05:00",
        "to": "2026-11-04T01:00",
        "mode": "election_day",
        "kinds": ["county"],
    }
    settings = {"time_zone": DENVER, "modes": [window]}
    assert mode_at(settings, at("2026-11-03T12:00"), office_kind="county") == "election_day"
    assert mode_at(settings, at("2026-11-03T12:00"), office_kind="court") == "normal"
    assert mode_at(settings, at("2026-11-03T12:00")) == "election_day"


def test_the_override_sets_the_mode_whatever_the_day() -> None:
    assert mode_at(MODES, at("2026-09-16T12:00"), override="election_day") == "election_day"


def test_a_window_is_written_in_local_time() -> None:
    window = {"from": "2026-11-03T17:00", "to": "2026-11-03T22:00"}
    zone = ZoneInfo(DENVER)
    assert window_holds(window, datetime(2026, 11, 4, 0, 0, tzinfo=UTC), zone)
    assert not window_holds(window, datetime(2026, 11, 3, 17, 0, tzinfo=UTC), zone)
