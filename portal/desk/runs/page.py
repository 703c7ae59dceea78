"""What the desk reads in a clerk's run: what to say now, what was answered by whom, and who is on the phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb.trees.walk import Page
from portal.diagnose.pages import name_of
from portal.diagnose.running import Walked


@dataclass(frozen=True)
class Row:
    """One answered page: what was asked, what was said, by whom and when, and where to change it."""

    question: str
    answer: str
    note: str
    by: str
    at: datetime | None
    change_url: str


def rows_of(state: Walked, names: dict[str, str]) -> list[Row]:
    """The trail in order, step results on it; then steps that were done on a way that was left."""
    here = address_of(state.run.id)
    may_change = state.run.state != "sent"
    rows = [
        Row(
            stop.question,
            stop.words or "Left empty",
            stop.said if not stop.said.startswith("{") else "",
            names.get(stop.address, "The clerk"),
            state.given.times.get(stop.address),
            f"{here}?at={stop.address}" if may_change else "",
        )
        for stop in state.walk.trail
    ]
    rows += [
        Row(
            done.do,
            done.words,
            done.said,
            names.get(done.address, "The clerk"),
            state.given.times.get(done.address),
            "",
        )
        for done in state.walk.tried
        if not done.on_trail
    ]
    return rows


def page_at(state: Walked, address: str) -> Page | None:
    """The page to work on: the one that the desk wants to change, else the one that comes next."""
    if state.run.state == "sent":
        return None
    chosen = state.walk.page(address) if address else None
    return chosen or (state.walk.current if state.run.state == "walking" else None)


def address_of(run_id: str) -> str:
    """The desk's page of a run."""
    return f"/desk/runs/{run_id}"


def where_of(state: Walked) -> str:
    """Where the run is now, in a few words."""
    if state.run.state == "sent":
        return "Sent to the help desk"
    if state.run.state == "solved":
        return "Solved"
    if state.walk.current is not None:
        return name_of(state, state.walk.current)
    kind = state.walk.outcome.kind if state.walk.outcome else ""
    return {"solved": "Solved", "call_now": "Told to call", "ticket": "Ready to send"}.get(kind, "")
