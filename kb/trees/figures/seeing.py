"""Pages of a run that were looked at: noted after the answer is out, and what can be told from their order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kb.trees.figures.results import QUIET_FOR
from kb.trees.runs import EVENT_KINDS, Run, RunEvent


def note_looked(session: Session, run_id: str, address: str, *, now: datetime) -> None:
    """Append that the lesson of a question was opened; once for each page of a run. Three queries, the run is locked.

    A run that is gone, or that never came to this page, is left alone.
    """
    mode = session.scalar(select(Run.mode).where(Run.id == run_id).with_for_update())
    kinds = select(RunEvent.kind).where(RunEvent.run_id == run_id, RunEvent.address == address)
    seen = set(session.scalars(kinds))
    if mode is None or "view" not in seen or "help_open" in seen:
        return
    last = session.scalar(select(func.max(RunEvent.seq)).where(RunEvent.run_id == run_id)) or 0
    session.add(RunEvent(run_id=run_id, seq=last + 1, at=now, address=address, kind="help_open", mode=mode))


def note_seen(
    session: Session,
    run_id: str,
    address: str,
    *,
    was_answered: bool,
    also: Sequence[tuple[str, str]] = (),
    now: datetime,
) -> None:
    """Append that a page was opened. Opening it twice in a row is once; a run that is gone is left alone.

    After half an hour without anything it is coming back, to the same page too: who looks has not left the run.
    Opening a page that was answered before, right from another page, is going back from that other page, whether
    by the link or by the browser's own button. ``also`` holds kinds of events with their option. Two queries, three
    after a pause; the row of the run is locked, so that no two events take one number.
    """
    run = session.execute(select(Run.mode, Run.touched_at).where(Run.id == run_id).with_for_update()).first()
    if run is None:
        return
    is_back = _comes_back(session, run_id, run.touched_at, now)
    newest = select(func.max(RunEvent.seq)).where(RunEvent.run_id == run_id).scalar_subquery()
    # A lesson is opened on its page: whoever reads it has not left the page and comes to no other.
    last = session.execute(
        select(newest, RunEvent.kind, RunEvent.address)
        .where(RunEvent.run_id == run_id, RunEvent.kind != "help_open")
        .order_by(RunEvent.seq.desc())
        .limit(1)
    ).first()
    seq, kind, before = last if last is not None else (0, "", "")
    noted: list[tuple[str, str, str]] = []
    is_same = kind == "view" and before == address
    if is_same and not is_back:
        return
    if kind == "view" and was_answered and not is_same:
        noted.append(("back", before, ""))
    for more, option in also:
        if more not in EVENT_KINDS:
            raise ValueError(f"{more!r} is no kind of event")
        # A person is asked for on the page before, the rest happens on this one.
        noted.append((more, before if more == "person_clicked" else address, option))
    noted.append(("view", address, ""))
    session.add_all(
        RunEvent(
            run_id=run_id, seq=seq + number, at=now, address=place, kind=each, option=option, mode=run.mode
        )
        for number, (each, place, option) in enumerate(noted, start=1)
    )


def _comes_back(session: Session, run_id: str, touched_at: datetime, now: datetime) -> bool:
    """Whether somebody is here again after a pause; the run remembers it, so that nobody counts as having left."""
    if now - touched_at < QUIET_FOR:
        return False
    session.execute(update(Run).where(Run.id == run_id).values(touched_at=now))
    return True
