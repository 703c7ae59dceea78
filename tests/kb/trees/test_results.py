"""How a run ended: silence is never a success, and a fix that did not hold is taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.trees.figures.results import EndOfRun, result_of

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOLVED = EndOfRun("solved", NOON, solved_at=NOON)


@pytest.mark.parametrize(
    ("end", "after", "result"),
    [
        (SOLVED, 71 * HOUR, ""),
        (SOLVED, 72 * HOUR, "solved"),
        (EndOfRun("solved", NOON, solved_at=NOON, came_back=NOON + 71 * HOUR), 71 * HOUR, "reopened"),
        (EndOfRun("solved", NOON, solved_at=NOON, came_back=NOON + 72 * HOUR), 80 * HOUR, "solved"),
        (EndOfRun("solved", NOON, solved_at=NOON, came_back=NOON - HOUR), 80 * HOUR, "solved"),
        (EndOfRun("walking", NOON), 29 * timedelta(minutes=1), ""),
        (EndOfRun("walking", NOON), 7 * DAY - HOUR, ""),
        (EndOfRun("walking", NOON), 7 * DAY, "left"),
        (EndOfRun("walking", NOON), 700 * DAY, "left"),
        (EndOfRun("sent", NOON, has_ticket=True), HOUR, "ticket"),
        (EndOfRun("walking", NOON, has_ticket=True, was_told_to_call=True), HOUR, "called"),
        (EndOfRun("walking", NOON, was_told_to_call=True), HOUR, "called"),
    ],
)
def test_a_run_ends_with_one_word(end, after, result):
    assert result_of(end, NOON + after) == result


def test_no_run_that_nobody_called_fixed_is_ever_counted_as_solved():
    for state in ("walking", "sent", "stopped"):
        for days in (0, 1, 3, 7, 30, 400):
            assert result_of(EndOfRun(state, NOON), NOON + days * DAY) != "solved"
