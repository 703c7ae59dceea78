"""Each night: how the runs ended, their counts by day, and what the runs now say about the order of steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.trees.figures.day_counts import roll_up
from kb.trees.figures.orders import OrderSuggestion, renew
from kb.trees.figures.records import Record, records_of
from kb.trees.figures.results import CONFIRMED_AFTER, EndOfRun, result_of
from kb.trees.figures.suggesting import Suggestion, suggestion_by_mode
from kb.trees.runs import Run, RunEvent
from kb.trees.tree import Tree, Try
from portal.reports.call_minutes import call_minutes
from portal.reports.forgetting import keep_for
from portal.site.freeze import frozen_until
from portal.tickets.ticket import Ticket
from portal.vocabulary import MODE_NAMES

MOST_AT_ONCE = 500
"""Runs settled in one round: a state has some hundred a week, and the next night takes the rest."""

STILL_MOVING = timedelta(days=11)
"""A run is settled within ten days of its last event; older days change no more."""

COUNTED_ANEW = timedelta(days=365)
"""Older days are never counted anew: some of their runs may be deleted already."""

LOOKED_BACK = timedelta(days=396)


def settle_runs(session: Session, now: datetime) -> set[date]:
    """Say how each run ended that is over by now. Returns the days on which these runs began.

    Three queries, and two more for each run that was solved.
    """
    open_runs = session.scalars(
        select(Run).where(Run.result == "").order_by(Run.touched_at).limit(MOST_AT_ONCE)
    ).all()
    ends = _outcomes(session, [run.id for run in open_runs])
    services = _services(session, {run.revision_id for run in open_runs if run.state == "solved"})
    days = set()
    for run in open_runs:
        noted = ends.get(run.id, {})
        solved_at = noted.get("solved") if run.state == "solved" else None
        back = _came_back(session, run, solved_at, services.get(run.revision_id, ())) if solved_at else None
        end = EndOfRun(
            run.state, run.touched_at, solved_at, back, run.ticket_id is not None, "called" in noted
        )
        result = result_of(end, now)
        if result:
            run.result = result
            days.add(run.created_at.astimezone(UTC).date())
    session.flush()
    return days


def count_days(session: Session, now: datetime, also: Iterable[date] = ()) -> int:
    """Count anew the days on which runs began that may still change, and those named. Three queries a day."""
    moved = select(RunEvent.run_id).where(RunEvent.at >= now - STILL_MOVING)
    began = select(Run.created_at).where(Run.id.in_(moved), Run.created_at >= now - COUNTED_ANEW)
    days = {moment.astimezone(UTC).date() for moment in session.scalars(began)} | set(also)
    for day in sorted(days):
        roll_up(session, day)
    return len(days)


def renew_suggestions(session: Session, settings: Mapping[str, Any], now: datetime) -> list[OrderSuggestion]:
    """What the runs say about the order of steps in each published diagnostic; nothing new before an election.

    Two queries for each diagnostic that has a place whose order may change.
    """
    if frozen_until(settings, now) is not None:
        return []
    minutes = {mode: call_minutes(session, mode, now) for mode in MODE_NAMES}
    new: list[OrderSuggestion] = []
    for article_id, tree in _published(session):
        if any(_may_change(node) for node in tree.nodes.values()):
            records = records_of(session, article_id, since=now - LOOKED_BACK)
            new += renew(session, article_id, suggestions_in(tree, records, minutes), now=now)
    return new


def suggestions_in(tree: Tree, records: Sequence[Record], minutes: Mapping[str, float]) -> list[Suggestion]:
    """The suggestions for one diagnostic; ``minutes`` until a person helps, by kind of day."""
    places = [node for node in tree.nodes.values() if isinstance(node, Try) and _may_change(node)]
    said = (suggestion_by_mode(tree, node, records, minutes) for node in places)
    return [each for each in said if each is not None]


def forget_old_events(session: Session, settings: Mapping[str, Any], now: datetime) -> int:
    """Delete the events of runs that are older than events are kept; then runs of which nothing is left.

    Runs with a request live with it. The counts by day stay.
    """
    before = now - keep_for(settings)
    old = select(Run.id).where(Run.ticket_id.is_(None), Run.touched_at < before).limit(MOST_AT_ONCE)
    ids = session.scalars(old).all()
    session.execute(delete(Run).where(Run.id.in_(ids)).execution_options(synchronize_session=False))
    gone = delete(RunEvent).where(
        RunEvent.at < before, RunEvent.kind != "outcome", RunEvent.kind != "desk_verdict"
    )
    session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


def _outcomes(session: Session, ids: Sequence[str]) -> dict[str, dict[str, datetime]]:
    """The last time of each outcome, by run. One query."""
    found: dict[str, dict[str, datetime]] = {}
    rows = session.execute(
        select(RunEvent.run_id, RunEvent.option, func.max(RunEvent.at).label("at"))
        .where(RunEvent.run_id.in_(ids), RunEvent.kind == "outcome")
        .group_by(RunEvent.run_id, RunEvent.option)
    )
    for row in rows:
        found.setdefault(row.run_id, {})[row.option] = row.at
    return found


def _services(session: Session, revision_ids: set[int]) -> dict[int, tuple[str, ...]]:
    rows = session.execute(select(Revision.id, Revision.front).where(Revision.id.in_(revision_ids)))
    return {row.id: tuple(row.front.get("services") or ()) for row in rows}


def _came_back(session: Session, run: Run, solved_at: datetime, services: tuple[str, ...]) -> datetime | None:
    """When the same office, or the same browser, had the same trouble again within three days."""
    until = solved_at + CONFIRMED_AFTER
    same = [Run.visitor == run.visitor] if run.visitor else []
    same += [Run.office_id == run.office_id] if run.office_id else []
    if not same:
        return None
    again = session.scalar(
        select(func.min(Run.created_at)).where(
            Run.article_id == run.article_id,
            Run.id != run.id,
            Run.created_at > solved_at,
            Run.created_at < until,
            or_(*same),
        )
    )
    if again is not None or run.office_id is None or not services:
        return again
    return session.scalar(
        select(func.min(Ticket.created_at)).where(
            Ticket.office_id == run.office_id,
            Ticket.service.in_(services),
            Ticket.created_at > solved_at,
            Ticket.created_at < until,
        )
    )


def _published(session: Session) -> list[tuple[int, Tree]]:
    rows = session.execute(
        select(Article.id, Revision.tree)
        .join(Revision, Revision.id == Article.published_id)
        .where(Article.kind == "diagnostic", Article.status == "published")
        .order_by(Article.id)
    )
    return [(row.id, Tree.from_json(row.tree)) for row in rows if row.tree]


def _may_change(node: object) -> bool:
    return isinstance(node, Try) and node.order == "suggest" and len(node.steps) > 1
