"""What the desk wrote as the fix where no step of the diagnostic was it: ideas for new steps."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from auth.roles import Reader
from kb.trees.runs import Run, RunEvent
from portal.tickets.ticket import Ticket, may_work

MOST_FIXES = 10


@dataclass(frozen=True)
class OtherFix:
    """The words of one closed request that this reader may open."""

    words: str
    reference: str


def other_fixes(session: Session, article_id: int, reader: Reader) -> list[OtherFix]:
    """The newest words that the desk wrote beside "Something else", of requests that the reader works on. One query.

    They may name a person or an office, so they are for nobody else; those of a restricted request are for no page.
    """
    last = aliased(RunEvent)
    newest = (
        select(func.max(last.seq))
        .where(last.run_id == RunEvent.run_id, last.kind == "desk_verdict")
        .scalar_subquery()
    )
    rows = session.execute(
        select(Ticket.resolution, Ticket.number)
        .join(Run, Run.id == Ticket.run_id)
        .join(RunEvent, RunEvent.run_id == Run.id)
        .where(
            Run.article_id == article_id,
            RunEvent.kind == "desk_verdict",
            RunEvent.option == "something_else",
            RunEvent.seq == newest,
            Ticket.resolution != "",
            ~Ticket.restricted,
            may_work(reader),
        )
        .order_by(RunEvent.at.desc(), Ticket.id.desc())
        .limit(MOST_FIXES)
    )
    return [OtherFix(row.resolution, f"R-{row.number}") for row in rows]
