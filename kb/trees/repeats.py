"""Repeat contact: an office that meets the same trouble for the second time in a day, the first time unsolved."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from kb.trees.figures.results import QUIET_FOR
from kb.trees.runs import Run, RunEvent

WITHIN = timedelta(hours=24)
DID_NOT_HELP = ("not_fixed", "could_not", "other")


def is_repeat(session: Session, run: Run, now: datetime) -> bool:
    """Did this office leave another run of the same diagnostic unsolved within 24 hours? Then it is more urgent.

    The rule of thumb of nurses on the phone: two calls within hours means see them soon. A run counts when it was
    sent, when it told to call, or when it was left half an hour ago or longer after a step that did not help. One that
    was solved does not, also when somebody had called before.

    Answers alone are no contact: in a large office somebody looks into a diagnostic and leaves, or starts over a minute
    later, and every request after that would be marked as urgent for nothing. A step that was done and did not help
    tells of the trouble itself. One query.
    """
    if run.office_id is None:
        return False
    earlier = select(Run.id).where(
        Run.article_id == run.article_id,
        Run.office_id == run.office_id,
        Run.id != run.id,
        Run.created_at > now - WITHIN,
        Run.state != "solved",
        or_(Run.state == "sent", Run.ticket_id.is_not(None), _told_to_call(), _left_with_trouble(now)),
    )
    return session.scalar(earlier.limit(1)) is not None


def _told_to_call() -> ColumnElement[bool]:
    return exists().where(RunEvent.run_id == Run.id, RunEvent.kind == "outcome", RunEvent.option == "called")


def _left_with_trouble(now: datetime) -> ColumnElement[bool]:
    tried = exists().where(
        RunEvent.run_id == Run.id, RunEvent.kind == "step_result", RunEvent.option.in_(DID_NOT_HELP)
    )
    return and_(Run.touched_at <= now - QUIET_FOR, tried)
