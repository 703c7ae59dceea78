"""A walk as JSON, for scripts and for the check that pages and command agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from kb.trees.tree import Tree
from kb.trees.walk import Walk
from portal.diagnose.shelf import published_trees
from portal.tickets.priority import priority_of


def library_of(session: Session) -> Mapping[str, Tree]:
    """The published diagnostics by slug."""
    return published_trees(session)


def walk_as_json(tree: Tree, walk: Walk) -> dict[str, Any]:
    """Trail, node, outcome, facts and the ticket that would be made."""
    outcome = walk.outcome
    return {
        "diagnostic": tree.slug,
        "trail": [{"node": stop.address, "answer": stop.value, "words": stop.words} for stop in walk.trail],
        "node": walk.current.address if walk.current else None,
        "outcome": outcome.id if outcome else None,
        "facts": {
            fact.name: {"value": fact.value, "label": fact.label, "words": fact.words} for fact in walk.facts
        },
        "ticket": ticket_of(walk) if outcome and (outcome.kind == "ticket" or outcome.ticket_too) else None,
    }


def ticket_of(walk: Walk) -> dict[str, Any]:
    """What the ticket of a finished walk would say."""
    outcome = walk.outcome
    waiting = any(fact.name == "line" and fact.value == "waiting" for fact in walk.facts)
    priority = priority_of(
        None, impact=walk.impact or "low", urgency=walk.urgency or "today", voter_waiting=waiting
    )
    return {
        "subject": outcome.subject if outcome else "",
        "group": outcome.group if outcome else "",
        "restricted": bool(outcome and outcome.restricted),
        "impact": walk.impact,
        "urgency": walk.urgency,
        "priority": priority.level,
        "reasons": list(walk.reasons),
        "tried": [{"step": step.do, "result": step.result} for step in walk.tried],
        "not_tried": [step.do for step in walk.not_tried],
    }
