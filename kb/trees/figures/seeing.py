"""Pages of a run that were looked at: noted after the answer is out, and what can be told from their order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.trees.runs import EVENT_KINDS, Run, RunEvent


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

    Opening a page that was answered before, right from another page, is going back from that other page, whether
    by the link or by the browser's own button. ``also`` holds kinds of events with their option. Two queries; the
    row of the run is locked, so that no two events take one number.
    """
    mode = session.scalar(select(Run.mode).where(Run.id == run_id).with_for_update())
    if mode is None:
        return
    last = session.execute(
        select(RunEvent.seq, RunEvent.kind, RunEvent.address)
        .where(RunEvent.run_id == run_id)
        .order_by(RunEvent.seq.desc())
        .limit(1)
    ).first()
    seq, kind, before = last if last is not None else (0, "", "")
    noted: list[tuple[str, str, str]] = []
    if kind == "view" and before == address:
        return
    if kind == "view" and was_answered:
        noted.append(("back", before, ""))
    for more, option in also:
        if more not in EVENT_KINDS:
            raise ValueError(f"{more!r} is no kind of event")
        # A person is asked for on the page before, the rest happens on this one.
        noted.append((more, before if more == "person_clicked" else address, option))
    noted.append(("view", address, ""))
    session.add_all(
        RunEvent(run_id=run_id, seq=seq + number, at=now, address=place, kind=each, option=option, mode=mode)
        for number, (each, place, option) in enumerate(noted, start=1)
    )
