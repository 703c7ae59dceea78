"""What an order of steps costs by its author's guesses alone, said while the diagnostic is written."""

from __future__ import annotations

from dataclasses import dataclass

from kb.trees.evidence import by_guess
from kb.trees.figures.planning import NoOrder
from kb.trees.tree import Tree, Try
from portal.reports.call_minutes import GUESSED_MINUTES

WORTH_SAYING = 0.05
"""Less than this many minutes is a rounding, not another order."""


@dataclass(frozen=True)
class Expected:
    """The minutes at one place as written; ``better`` holds another order and its minutes, if one is cheaper."""

    node: str
    minutes: float
    better: tuple[str, ...] = ()
    better_minutes: float = 0.0


def expected_minutes(tree: Tree) -> list[Expected]:
    """For each place with several steps; one whose rules allow no order is left to the check."""
    found = []
    for node in tree.nodes.values():
        if not isinstance(node, Try) or len(node.steps) < 2 or not set(node.steps) <= tree.steps.keys():
            continue
        try:
            written, plan = by_guess(tree, node, GUESSED_MINUTES)
        except NoOrder:
            continue
        is_better = written - plan.minutes > WORTH_SAYING
        better = tuple(tree.steps[name].do for name in plan.steps) if is_better else ()
        found.append(Expected(node.id, written, better, plan.minutes))
    return found
