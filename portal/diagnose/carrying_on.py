"""Going on where one stopped: the runs that this person, or this browser, left in the middle."""

from __future__ import annotations

from kb.trees.runs import Run, find, unfinished
from portal.diagnose.running import walked
from portal.formatting import when_words
from portal.request import db, now, reader, site

MOST_SHOWN = 3


def unfinished_rows(walking: str) -> list[dict[str, str]]:
    """Each run with its page, as the home page lists them. One or two queries, and one more for each run.

    ``walking`` is the run that the browser's cookie names.
    """
    runs = unfinished(db(), now=now(), user_id=reader().user_id) if reader().signed_in else []
    left = find(db(), walking) if walking else None
    if left is not None and _is_mine(left) and left.id not in [run.id for run in runs]:
        runs.append(left)
    return [_row(run) for run in runs[:MOST_SHOWN]]


def _is_mine(run: Run) -> bool:
    """A run that was begun signed in belongs to that person, also on a computer that others use after them."""
    return run.state == "walking" and run.user_id in (None, reader().user_id)


def _row(run: Run) -> dict[str, str]:
    state = walked(run)
    step = len(state.walk.trail) + 1
    at = when_words(run.touched_at, now=now(), zone=site().zone)
    return {"title": f"Carry on: {state.title}", "url": f"/runs/{run.id}", "note": f"Step {step}, {at}"}
