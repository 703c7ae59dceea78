"""Counts by day of what happened at each page of each diagnostic; they stay when the runs themselves are deleted."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from kb.trees.answers import NOT_SURE
from kb.trees.evidence import MOST_QUESTION_SECONDS, MOST_STEP_SECONDS
from kb.trees.figures.records import ANSWERS, Happened, Record, records_between
from kb.trees.runs import ASKED_FOR_MORE
from kb.trees.tree import RESULTS

WHOLE_RUN = ""
"""The address that stands for a run as a whole: how many there were, and how they ended."""

SECONDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800)
"""Times are counted in these classes, each up to so many seconds: a median cannot be added up, counts can."""

OPTION, TIME, VERDICT = "option:", "seconds:", "verdict:"

BY_DESK = {
    "desk_reply": {"desk_worked", "desk_replied"},
    "desk_ranked": {"desk_worked", "desk_ranked"},
    "desk_closed": {"desk_worked"},
}
"""What each thing that the desk does with a request adds to the counts of its run as a whole."""


class NodeDay(Base):
    """What happened at one page of one version on one day in one mode, as counts of runs by name.

    The day is that on which the run began, in UTC. ``address`` has no count of visits; it is empty for the run as a
    whole. A day is always written anew as a whole, so that counting twice counts once.
    """

    __tablename__ = "node_days"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(String(300), primary_key=True)
    mode: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, index=True)
    counts: Mapped[dict[str, Any]]


class Spot(NamedTuple):
    """Where something was counted."""

    article_id: int
    revision_id: int
    address: str
    mode: str


Counts = dict[Spot, Counter[str]]


def counted(records: Iterable[Record]) -> Counts:
    """The counts of these runs. Each run counts once for each thing at each page, however often it did it."""
    found: Counts = defaultdict(Counter)
    for record in records:
        for address, names in happenings(record).items():
            spot = Spot(record.article_id, record.revision_id, address, record.mode)
            found[spot].update(names)
    return found


def happenings(record: Record) -> dict[str, set[str]]:
    """What happened in one run, by address: names of counts."""
    found: dict[str, set[str]] = defaultdict(set)
    found[WHOLE_RUN] |= {"runs", record.result or "open"}
    if record.verdict:
        found[WHOLE_RUN].add(VERDICT + record.verdict)
    answers = {plain(address): event.option for address, event in record.answers().items()}
    opened: dict[str, datetime] = {}
    for event in record.events:
        place = plain(event.address)
        found[place] |= _names_of(event)
        if event.kind == "view":
            opened[place] = event.at
        elif event.kind in ANSWERS and place in opened:
            took = (event.at - opened.pop(place)).total_seconds()
            found[place].add(TIME + str(time_class(took, most=_most_seconds(event))))
    for place, option in answers.items():
        found[place] |= {"answered", *_names_of_answer(option)}
    if record.result == "left" and record.events and record.events[-1].kind in ("view", "help_open"):
        found[plain(record.events[-1].address)].add("left")
    return {place: names for place, names in found.items() if names}


def _names_of(event: Happened) -> set[str]:
    if event.kind in BY_DESK:
        return BY_DESK[event.kind] | ({"desk_asked"} if event.option == ASKED_FOR_MORE else set())
    name = {
        "view": "viewed",
        "back": "back",
        "change": "changed",
        "help_open": "helped",
        "article_open": "helped",
        "person_clicked": "person",
    }.get(event.kind)
    # Whoever answers a page without opening it here, such as on the phone with the desk, has seen it too.
    return ({name} if name else set()) | ({"viewed"} if event.kind in ANSWERS and event.option else set())


def _names_of_answer(option: str) -> set[str]:
    if option in RESULTS:
        return {option}
    return {OPTION + each for each in option.split("+")} | ({"not_sure"} if option == NOT_SURE else set())


def plain(address: str) -> str:
    """An address without its counts of visits."""
    return ".".join(part.split("~")[0] for part in address.split("."))


def time_class(seconds: float, *, most: float = MOST_STEP_SECONDS) -> int:
    """The class of a time: the first of `SECONDS` that is not less; what took longer than ``most`` counts as that."""
    return SECONDS[bisect_left(SECONDS, min(seconds, most))]


def _most_seconds(event: Happened) -> float:
    """A step may take half an hour. Who takes longer than ten minutes for a question was called away."""
    is_step = event.kind == "step_result" or event.option in RESULTS
    return MOST_STEP_SECONDS if is_step else MOST_QUESTION_SECONDS


def share_of_times(counts: Mapping[str, int], share: float) -> float:
    """The seconds within which this share of the answers came, read off the classes; 0 without any."""
    classes = [(limit, counts.get(TIME + str(limit), 0)) for limit in SECONDS]
    wanted, before, start = share * sum(count for _, count in classes), 0, 0
    for limit, count in classes:
        if count and before + count >= wanted:
            return start + (limit - start) * (wanted - before) / count
        before, start = before + count, limit
    return 0.0


def roll_up(session: Session, day: date) -> int:
    """Count the runs that began on a day, in place of what was counted before. Returns how many rows.

    One query for the runs, one to delete, one insert of many rows. A day whose runs are gone keeps its counts.
    """
    start = datetime.combine(day, time(), UTC)
    records = records_between(session, start, start + timedelta(days=1))
    if not records:
        return 0
    rows = [
        NodeDay(**spot._asdict(), day=day, counts=dict(sorted(counts.items())))
        for spot, counts in sorted(counted(records).items())
    ]
    session.execute(delete(NodeDay).where(NodeDay.day == day).execution_options(synchronize_session=False))
    session.add_all(rows)
    session.flush()
    return len(rows)


def summed(session: Session, article_id: int, *, since: date, mode: str = "") -> dict[str, Counter[str]]:
    """The counts of a diagnostic by address, over all versions since a day, in one mode or in all. One query."""
    wanted = select(NodeDay.address, NodeDay.counts).where(
        NodeDay.article_id == article_id, NodeDay.day >= since
    )
    if mode:
        wanted = wanted.where(NodeDay.mode == mode)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for address, counts in session.execute(wanted):
        found[address].update(counts)
    return dict(found)
