"""Bringing in offices from a file: what it would do, line by line, and then doing it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.offices import Office, OfficeFacts, add_office, change_office, facts_of
from portal.admin.offices.csv_file import CSVFile, Line
from portal.admin.offices.forms import FACT_WORDS, office_form
from portal.forms import Form


@dataclass(frozen=True)
class New:
    """A line that makes an office."""

    line: int
    facts: OfficeFacts


@dataclass(frozen=True)
class Change:
    """A line that changes an office: each fact that differs, with its words before and after."""

    line: int
    office: Office
    facts: OfficeFacts
    differences: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Same:
    """A line that says what is stored already."""

    line: int
    office: Office


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be used: the column, or nothing for the whole line, and what to do."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Plan:
    """What a file would do to the offices as they are now."""

    new: tuple[New, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[Same, ...]
    wrong: tuple[Wrong, ...]

    @property
    def count(self) -> int:
        """How many offices would be made or changed."""
        return len(self.new) + len(self.changed)

    @property
    def wrong_lines(self) -> int:
        return len({one.line for one in self.wrong})

    @property
    def mark(self) -> str:
        """Stands for what would be done, so that nothing is done that nobody looked at."""
        told = [[asdict(one.facts) for one in self.new]]
        told += [[asdict(facts_of(one.office)), asdict(one.facts)] for one in self.changed]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def plan(session: Session, file: CSVFile) -> Plan:
    """Compare the file with the offices, closed ones among them; a column it leaves out stays as it is. One query."""
    stored = {office.code: office for office in session.scalars(select(Office))}
    first_on: dict[str, int] = {}
    steps: list[New | Change | Same | Wrong] = []
    for line in file.lines:
        form = office_form(file.columns).read(line.cells)
        wrong = _wrong(line, form, first_on)
        steps += wrong or [_step(line, form, stored)]
    return Plan(
        new=tuple(one for one in steps if isinstance(one, New)),
        changed=tuple(one for one in steps if isinstance(one, Change)),
        unchanged=tuple(one for one in steps if isinstance(one, Same)),
        wrong=tuple(one for one in steps if isinstance(one, Wrong)),
    )


def carry_out(session: Session, planned: Plan, *, by: int | None, now: datetime) -> None:
    """Make and change the offices of the plan. Wrong lines are left out, and closed offices stay closed."""
    for new in planned.new:
        add_office(session, new.facts, by=by, now=now)
    for change in planned.changed:
        change_office(session, change.office, change.facts, by=by, now=now)


def _wrong(line: Line, form: Form, first_on: dict[str, int]) -> list[Wrong]:
    """What is wrong with a line; its code is noted, so that a second line with it is found."""
    if line.wrong:
        return [Wrong(line.number, "", line.wrong)]
    if form.good:
        before = first_on.setdefault(form.values["code"], line.number)
        if before != line.number:
            form.fail("code", f"Take this line out. Line {before} has the same code.")
    return [Wrong(line.number, FACT_WORDS[name], words) for name, words in form.problems.items()]


def _step(line: Line, form: Form, stored: dict[str, Office]) -> New | Change | Same:
    office = stored.get(form.values["code"])
    if office is None:
        return New(line.number, OfficeFacts(**form.values))
    before = facts_of(office)
    after = replace(before, **form.values)
    if before == after:
        return Same(line.number, office)
    old, new = asdict(before), asdict(after)
    differences = tuple(
        (words, old[name], new[name]) for name, words in FACT_WORDS.items() if old[name] != new[name]
    )
    return Change(line.number, office, after, differences)
