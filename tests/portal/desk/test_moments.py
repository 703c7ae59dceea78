"""Moments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from portal.desk.moments import PAST, TOO_FAR, WRONG, read_day, read_moment
from portal.forms import Problem

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)  # Wednesday, 11:42 am in Denver
ZONE = ZoneInfo("America/Denver")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("3:30 pm", "2026-09-16 15:30"),
        ("3:30 PM today", "2026-09-16 15:30"),
        ("15:30", "2026-09-16 15:30"),
        ("noon", "2026-09-16 12:00"),
        ("tomorrow 9 am", "2026-09-17 09:00"),
        ("9 am tomorrow", "2026-09-17 09:00"),
        ("tomorrow at 9 am", "2026-09-17 09:00"),
        ("Friday 2 pm", "2026-09-18 14:00"),
        ("wednesday 9 am", "2026-09-23 09:00"),
        ("2 pm on Friday", "2026-09-18 14:00"),
        ("October 2, 9 am", "2026-10-02 09:00"),
        ("Oct 2 9 am", "2026-10-02 09:00"),
        ("January 5, 9 am", "2027-01-05 09:00"),
        ("2026-10-02 09:00", "2026-10-02 09:00"),
        ("2026-10-02T09:00", "2026-10-02 09:00"),
    ],
)
def test_a_time_is_read_as_people_mean_it(words: str, meant: str) -> None:
    assert read_moment(words, now=NOW, zone=ZONE) == datetime.fromisoformat(meant).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("soon", WRONG),
        ("tomorrow", WRONG),
        ("25:00", WRONG),
        ("13 pm", WRONG),
        ("9 am someday", WRONG),
        ("February 30, 9 am", WRONG),
        ("2026-99-99 09:00", WRONG),
        ("9 am", PAST),
        ("2025-10-02 09:00", PAST),
        ("2029-10-02 09:00", TOO_FAR),
    ],
)
def test_other_words_are_refused_with_what_to_do(words: str, sentence: str) -> None:
    with pytest.raises(Problem, match=sentence):
        read_moment(words, now=NOW, zone=ZONE)


def test_a_day_means_the_start_of_the_working_day() -> None:
    assert read_day("2026-09-18", now=NOW, zone=ZONE, clock=time(9)) == datetime(2026, 9, 18, 9, tzinfo=ZONE)


@pytest.mark.parametrize("words", ["", "tomorrow", "2026-09-16", "2020-01-01", "2030-01-01", "9999-12-31"])
def test_a_day_that_is_gone_or_none_is_refused(words: str) -> None:
    with pytest.raises(Problem):
        read_day(words, now=NOW, zone=ZONE, clock=time(9))
