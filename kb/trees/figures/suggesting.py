"""A better order of steps: suggested only when the runs leave little doubt, and with its reason in figures."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kb.trees.evidence import TryEvidence, candidates_of, guesses_of, steps_of
from kb.trees.figures.chances import Chances, Ending, Endings, estimate
from kb.trees.figures.planning import NoOrder, best_plan, cost_of
from kb.trees.tree import Step, Tree, Try

FEWEST_RUNS = 50
"""Below this a week with one odd fault would turn the order."""

FEWEST_TRIES = 20
"""A step that moves was really done so often; the same count as under which no share is shown."""

RESAMPLES, SURE_ENOUGH = 200, 0.90
"""The better order must win in nine of ten worlds drawn from the same runs."""

MINUTES_GAINED, SHARE_GAINED = 0.5, 0.05
"""Less than half a minute and less than a twentieth is not worth that clerks meet the steps in a new order."""

SEED = 2048
"""The same runs give the same suggestion."""


@dataclass(frozen=True)
class Suggestion:
    """A new order for one place, with what it saves each clerk, how sure that is, and from how many runs."""

    node: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    minutes_saved: float
    sure: float
    runs: int

    @property
    def moved(self) -> tuple[str, str]:
        """The step that comes earlier now, and the one it comes before."""
        return next((new, old) for old, new in zip(self.before, self.after, strict=True) if old != new)


def suggestion(tree: Tree, node: Try, found: TryEvidence, call_minutes: float) -> Suggestion | None:
    """A better order for a place that allows it, or None: too few runs, too little gained, or not sure enough.

    About 0.3 s for six steps, nearly all of it for drawing the runs again.
    """
    steps = steps_of(tree, node)
    if node.order != "suggest" or len(steps) < 2 or found.runs < FEWEST_RUNS:
        return None
    chances = estimate(found.endings, guesses_of(steps))
    try:
        plan = best_plan(candidates_of(steps, found, chances), call_minutes, to_the_end=True)
    except NoOrder:
        return None
    before = tuple(step.id for step in steps)
    moved = [old for old, new in zip(before, plan.steps, strict=True) if old != new]
    if not moved or any(found.steps[name].tried < FEWEST_TRIES for name in moved):
        return None
    better = [tree.steps[name] for name in plan.steps]
    now = _cost(steps, found, chances, call_minutes)
    saved = now - plan.minutes
    if saved < MINUTES_GAINED and saved < SHARE_GAINED * now:
        return None
    sure = sureness(steps, better, found, call_minutes)
    return Suggestion(node.id, before, plan.steps, saved, sure, found.runs) if sure >= SURE_ENOUGH else None


def sureness(
    before: Sequence[Step],
    after: Sequence[Step],
    found: TryEvidence,
    call_minutes: float,
) -> float:
    """The share of worlds drawn from the same runs in which the second order is the cheaper one (bootstrap)."""
    draw = random.Random(SEED)  # noqa: S311 - draws runs, guards nothing
    wins = 0
    for _ in range(RESAMPLES):
        again = estimate(drawn(found.endings, draw), guesses_of(before), close_enough=1e-4)
        wins += _cost(after, found, again, call_minutes) < _cost(before, found, again, call_minutes)
    return wins / RESAMPLES


def drawn(endings: Endings, draw: random.Random) -> Counter[Ending]:
    """As many runs, drawn with putting back."""
    kinds = list(endings)
    return Counter(draw.choices(kinds, [endings[kind] for kind in kinds], k=sum(endings.values())))


def _cost(steps: Sequence[Step], found: TryEvidence, chances: Chances, call_minutes: float) -> float:
    return cost_of(candidates_of(steps, found, chances), call_minutes)
