"""Which version of a diagnostic is called at a moment: published, published anew, retired, recalled."""

from datetime import UTC, datetime, timedelta

from kb.trees.called import Change, first_live, live_at

MONDAY = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def live(history: tuple[Change, ...], day: int) -> int | None:
    found = live_at(history, MONDAY + day * DAY)
    return found.revision_id if found else None


def test_it_is_the_version_that_was_live_then() -> None:
    history = (Change(MONDAY, 1), Change(MONDAY + 2 * DAY, 2))
    assert [live(history, day) for day in (-1, 0, 1, 2, 3)] == [None, 1, 1, 2, 2]


def test_retired_is_not_there_until_it_is_published_again() -> None:
    history = (Change(MONDAY, 1), Change(MONDAY + DAY, None), Change(MONDAY + 3 * DAY, 1))
    assert [live(history, day) for day in (0, 1, 2, 3)] == [1, None, None, 1]


def test_who_began_before_a_recall_keeps_the_version_and_who_comes_after_does_not_get_it() -> None:
    history = (Change(MONDAY, 1, recalled=MONDAY + 2 * DAY, reason="Wrong step"),)
    assert [live(history, day) for day in (1, 2, 3)] == [1, None, None]


def test_a_revision_is_as_old_as_its_first_time_live() -> None:
    history = {"power": (Change(MONDAY, 1), Change(MONDAY + DAY, None), Change(MONDAY + 2 * DAY, 1))}
    assert first_live(history, "power", 1) == MONDAY
    assert first_live(history, "power", 2) is None
    assert first_live(history, "no-such", 1) is None
