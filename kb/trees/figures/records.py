"""What was noted of the runs of one diagnostic, read back: who they were is not in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from auth.roles import STAFF
from auth.users import UserRole
from kb.trees.runs import Run, RunEvent
from kb.trees.tree import RESULTS, Ask, Tree

ANSWERS = ("answer", "change", "step_result")
"""The kinds of events that hold an answer: the last one at an address is the one that counts."""

MOST_RUNS = 4_000
"""The newest runs that are read for a page: six years of one diagnostic in one state, and about 0.3 s."""

_VISIT = re.compile(r"~\d+")


class Happened(NamedTuple):
    """One event of a run, without the run."""

    at: datetime
    address: str
    kind: str
    option: str


@dataclass(frozen=True)
class Record:
    """One run as it was noted. ``result`` is empty while it cannot be known, see ``results``."""

    began: datetime
    mode: str
    result: str
    article_id: int
    revision_id: int
    events: tuple[Happened, ...]

    def answers(self) -> dict[str, Happened]:
        """The last answer at each address, in the order in which the addresses were first answered."""
        return {event.address: event for event in self.events if event.kind in ANSWERS and event.option}

    @property
    def verdict(self) -> str:
        """What the desk said really fixed it; empty when nobody said."""
        said = [event.option for event in self.events if event.kind == "desk_verdict"]
        return said[-1] if said else ""


def records_of(session: Session, article_id: int, *, since: datetime) -> list[Record]:
    """The runs of a diagnostic that began since then, the oldest first, without trials of staff. One query."""
    newest = (
        select(Run.id)
        .where(Run.article_id == article_id, Run.created_at >= since, no_trial())
        .order_by(Run.created_at.desc())
        .limit(MOST_RUNS)
    )
    return _read(session, newest)


def records_between(session: Session, since: datetime, until: datetime) -> list[Record]:
    """The runs of all diagnostics that began in that time, the oldest first, without trials of staff. One query."""
    return _read(session, select(Run.id).where(Run.created_at >= since, Run.created_at < until, no_trial()))


def no_trial() -> ColumnElement[bool]:
    """Runs that nobody of the staff began while signed in: those try a diagnostic out, or show it to somebody.

    The role of today decides. A clerk's run that the desk helped with is the clerk's.
    """
    staff = select(UserRole.user_id).where(UserRole.role.in_(sorted(STAFF)))
    return or_(Run.user_id.is_(None), Run.user_id.not_in(staff))


def _read(session: Session, wanted: Select[str]) -> list[Record]:
    about = (Run.id, Run.created_at, Run.mode, Run.result, Run.article_id, Run.revision_id)
    rows = session.execute(
        select(*about, RunEvent.at, RunEvent.address, RunEvent.kind, RunEvent.option)
        .join(RunEvent, RunEvent.run_id == Run.id)
        .where(Run.id.in_(wanted))
        .order_by(Run.created_at, Run.id, RunEvent.seq)
    )
    records = []
    for _, events in groupby(rows, key=lambda row: row.id):
        noted = list(events)
        run = noted[0]
        happened = tuple(Happened(row.at, row.address, row.kind, row.option) for row in noted)
        records.append(
            Record(run.created_at, run.mode, run.result, run.article_id, run.revision_id, happened)
        )
    return records


class Names:
    """The ids of today for addresses that were written before a page, a step or an answer was renamed."""

    def __init__(self, tree: Tree) -> None:
        self._nodes = _now({name: node.was for name, node in tree.nodes.items()})
        self._steps = _now({name: step.was for name, step in tree.steps.items()})
        self._options = {
            name: _now({option.id: option.was for option in node.options})
            for name, node in tree.nodes.items()
            if isinstance(node, Ask)
        }

    def place(self, address: str) -> str:
        """An address without its count of visits, under the names of today."""
        first, *rest = _VISIT.sub("", address).split(".")
        node = self._nodes.get(first, first)
        if len(rest) == 1:
            rest = [self._steps.get(rest[0], rest[0])]
        return ".".join([node, *rest])

    def options(self, place: str, option: str) -> tuple[str, ...]:
        """The answers in a stored value, under the ids of today."""
        known = self._options.get(place, {})
        return tuple(known.get(each, each) for each in option.split("+") if each)

    def step_at(self, place: str) -> str:
        """The step of an address such as ``quick_fixes.reload``; nothing for any other."""
        parts = place.split(".")
        return parts[1] if len(parts) == 2 else ""


def step_results(record: Record, names: Names) -> dict[str, str]:
    """The last result at each place where a step or a guide was done."""
    return {
        names.place(address): event.option
        for address, event in record.answers().items()
        if event.option in RESULTS
    }


def seconds_at(record: Record, names: Names) -> Iterable[tuple[str, float]]:
    """How long each answer took since its page was opened, for those whose page was noted."""
    opened: dict[str, datetime] = {}
    for event in record.events:
        if event.kind == "view":
            opened[event.address] = event.at
        elif event.kind in ANSWERS and event.address in opened:
            yield names.place(event.address), (event.at - opened.pop(event.address)).total_seconds()


def _now(former: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {old: name for name, olds in former.items() for old in olds}
