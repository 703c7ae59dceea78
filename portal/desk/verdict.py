"""What really fixed it, said by the agent who closes a request that came from a run: it teaches the diagnostic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Revision
from kb.trees.evidence import STEP_VERDICT
from kb.trees.runs import Run, note
from kb.trees.tree import Tree, Try
from portal.tickets.ticket import Ticket

OTHER_VERDICTS = {
    "something_else": "Something else",
    "not_fixable": "A clerk could not have fixed it",
    "not_a_fault": "Nothing was broken",
    "unknown": "I do not know",
}


def verdicts_for(session: Session, ticket: Ticket) -> dict[str, str]:
    """The verdicts to choose from, with their words: each step of the diagnostic, then the others.

    Empty when the request did not come from a run. One query, and none without a run.
    """
    if not ticket.run_id:
        return {}
    stored = session.scalar(
        select(Revision.tree).join(Run, Run.revision_id == Revision.id).where(Run.id == ticket.run_id)
    )
    if not stored:
        return {}
    return verdicts_in(Tree.from_json(stored))


def verdicts_in(tree: Tree) -> dict[str, str]:
    """The verdicts of one diagnostic, with their words."""
    return {f"{STEP_VERDICT}{name}": words for name, words in _steps(tree)} | OTHER_VERDICTS


def note_verdict(
    session: Session, ticket: Ticket, verdict: str, *, offered: Mapping[str, str], now: datetime
) -> None:
    """Keep the verdict with the run. Nothing happens without one, or with one that was not offered."""
    run = session.get(Run, ticket.run_id) if ticket.run_id else None
    if run is not None:
        note_verdict_of_run(session, run, verdict, offered=offered, now=now)


def note_verdict_of_run(
    session: Session, run: Run, verdict: str, *, offered: Mapping[str, str], now: datetime
) -> None:
    """The same for a run that the desk ends, with or without a request."""
    if verdict in offered:
        note(session, run, "desk_verdict", "", now=now, option=verdict)


def _steps(tree: Tree) -> list[tuple[str, str]]:
    """The steps that clerks are asked to do, each once, in the order of the diagnostic."""
    names = [name for node in tree.nodes.values() if isinstance(node, Try) for name in node.steps]
    return [(name, tree.steps[name].do) for name in dict.fromkeys(names) if name in tree.steps]
