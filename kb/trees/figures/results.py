"""How a run ended, in one word: solved, request, called, left, or solved and then back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

CONFIRMED_AFTER = timedelta(hours=72)
"""A fix that holds three days held; the same trouble within that time takes the "solved" back."""

QUIET_FOR = timedelta(minutes=30)
"""Half an hour without a page is longer than any step takes."""

RESUMED_WITHIN = timedelta(days=7)
"""As long as a run can be carried on with, nobody has left it."""

RESULTS_OF_RUNS = ("solved", "ticket", "called", "left", "reopened")


@dataclass(frozen=True)
class EndOfRun:
    """What is known of a run. ``came_back`` is when the same office met the same trouble again, if it did."""

    state: str
    last_event: datetime
    solved_at: datetime | None = None
    came_back: datetime | None = None
    has_ticket: bool = False
    was_told_to_call: bool = False


def result_of(end: EndOfRun, now: datetime) -> str:
    """One of `RESULTS_OF_RUNS`, or nothing while it cannot be known. Leaving without a word is never "solved"."""
    if end.state == "solved" and end.solved_at is not None:
        return _of_solved(end, end.solved_at, now)
    if end.was_told_to_call:
        return "called"
    if end.has_ticket or end.state == "sent":
        return "ticket"
    quiet = now - end.last_event
    return "left" if quiet >= max(QUIET_FOR, RESUMED_WITHIN) else ""


def _of_solved(end: EndOfRun, solved_at: datetime, now: datetime) -> str:
    if end.came_back is not None and solved_at <= end.came_back < solved_at + CONFIRMED_AFTER:
        return "reopened"
    return "solved" if now - solved_at >= CONFIRMED_AFTER else ""
