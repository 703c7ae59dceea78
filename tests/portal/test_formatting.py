"""How times, numbers and phone numbers are written."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.formatting import (
    ago_words,
    by_words,
    clock_words,
    day_words,
    distance_words,
    length_words,
    plural,
    tel,
    when_words,
)

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "words"),
    [((0, 0), "12 am"), ((0, 5), "12:05 am"), ((8, 0), "8 am"), ((12, 0), "12 pm"), ((13, 30), "1:30 pm")],
)
def test_clock_times_are_short(clock: tuple[int, int], words: str) -> None:
    assert clock_words(time(*clock)) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(), "Today 11:42 am"),
        (timedelta(hours=11, minutes=42), "Today 12 am"),
        (timedelta(hours=11, minutes=43), "Yesterday 11:59 pm"),
        (timedelta(days=-1), "Tomorrow 11:42 am"),
        (timedelta(days=2), "Monday 11:42 am"),
        (timedelta(days=7), "September 9, 2026, 11:42 am"),
        (timedelta(days=-5), "September 21, 2026, 11:42 am"),
    ],
)
def test_moments_are_named_from_today_in_the_zone_of_the_office(ago: timedelta, words: str) -> None:
    assert when_words(NOW - ago, now=NOW, zone=DENVER) == words


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=2), "by 1:42 pm today"),
        (timedelta(hours=13), "by 12:42 am tomorrow"),
        (timedelta(days=5), "by 11:42 am on Monday, September 21"),
    ],
)
def test_a_promise_names_the_day(ahead: timedelta, words: str) -> None:
    assert by_words(NOW + ahead, now=NOW, zone=DENVER) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (59, "59 min"),
        (60, "1 h"),
        (125, "2 h 5 min"),
        (1439, "23 h 59 min"),
        (1440, "1 day"),
        (4320, "3 days"),
    ],
)
def test_lengths_grow_from_minutes_to_days(minutes: int, words: str) -> None:
    assert length_words(timedelta(minutes=minutes)) == words


def test_a_distance_says_whether_it_is_late() -> None:
    assert distance_words(NOW + timedelta(minutes=18), now=NOW) == "in 18 min"
    assert distance_words(NOW - timedelta(minutes=25), now=NOW) == "25 min late"
    assert ago_words(NOW + timedelta(minutes=1), now=NOW) == "0 min"


def test_counts_and_days() -> None:
    assert (plural(1, "guide"), plural(0, "guide"), plural(2, "reply", "replies")) == (
        "1 guide",
        "0 guides",
        "2 replies",
    )
    assert plural(12345, "row") == "12,345 rows"
    assert day_words(NOW) == "September 16, 2026"


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("406-555-0142", "+14065550142"),
        ("(406) 555 0142", "+14065550142"),
        ("1-406-555-0142", "+14065550142"),
        ("+44 20 7946 0958", "+442079460958"),
        ("911", "911"),
        ("", ""),
    ],
)
def test_phone_links_carry_the_whole_number(phone: str, link: str) -> None:
    assert tel(phone) == link
