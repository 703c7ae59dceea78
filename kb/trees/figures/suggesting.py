"""A better order of steps: suggested only when the runs leave little doubt, and with its reason in figures."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kb.trees.evidence import (
    StepTally,
    TryEvidence,
    added_up,
    candidates_of,
    evidence_at,
    guesses_of,
    minutes_of,
    steps_of,
)
from kb.trees.figures.chances import CLOSE_ENOUGH, estimate
from kb.trees.figures.planning import Candidate, NoOrder, best_plan, cost_of, safe_swap
from kb.trees.figures.records import Record
from kb.trees.tree import Step, Tree, Try

NORMAL, ALL_DAYS = "normal", ""

FEWEST_RUNS = 50
"""Below this a week with one odd fault would turn the order."""

FEWEST_TRIES = 20
"""A step that moves was really done so often; the same count as under which no share is shown."""

RESAMPLES, SURE_ENOUGH = 200, 0.90
"""The better order must win in nine of ten worlds drawn from the same runs."""

MINUTES_GAINED, SHARE_GAINED = 0.5, 0.05
"""Less than half a minute and less than a twentieth is not worth that clerks meet the steps in a new order."""

MOST_WEIGHED = 8
"""Up to so many steps each draw weighs every order again; beyond, only the two. With 12 it would take half a minute."""

SEED = 2048
"""The same runs give the same suggestion."""


@dataclass(frozen=True)
class Sureness:
    """In which share of the draws the new order is the cheaper one, and by how many minutes the best order of a draw
    is cheaper still, on average."""

    wins: float
    missed: float


@dataclass(frozen=True)
class Suggestion:
    """A new order for one place, with what it saves each clerk, how sure that is, and from how many runs.

    ``mode`` is the kind of day of these runs; empty when those of all days were taken together. ``apart`` says that
    it also holds if each step helps whatever the others do, see ``safe_swap``.
    """

    node: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    minutes_saved: float
    sure: float
    runs: int
    missed: float = 0.0
    mode: str = ALL_DAYS
    apart: bool = False

    @property
    def moved(self) -> tuple[str, str]:
        """The step that comes earlier now, and the one it comes before."""
        return next((new, old) for old, new in zip(self.before, self.after, strict=True) if old != new)


def suggestion_by_mode(
    tree: Tree, node: Try, records: Sequence[Record], minutes: Mapping[str, float]
) -> Suggestion | None:
    """A better order from the kind of day with most runs; those of all days are taken together only if all are thin.

    The text has one order for every day: another kind of day with enough runs of its own must not lose by it.
    """
    by_mode = {
        mode: evidence_at(tree, node, [each for each in records if each.mode == mode])
        for mode in sorted({each.mode for each in records})
    }
    enough = {mode: found for mode, found in by_mode.items() if found.runs >= FEWEST_RUNS}
    if not enough:
        return suggestion(tree, node, evidence_at(tree, node, records), minutes[NORMAL])
    busiest = max(enough, key=lambda mode: enough[mode].runs)
    said = suggestion(tree, node, enough.pop(busiest), minutes.get(busiest, minutes[NORMAL]))
    if said is None:
        return None
    for mode, found in enough.items():
        call = minutes.get(mode, minutes[NORMAL])
        if _cost(tree, said.after, found, call) > _cost(tree, said.before, found, call):
            return None
    return replace(said, mode=busiest)


def suggestion(tree: Tree, node: Try, found: TryEvidence, call_minutes: float) -> Suggestion | None:
    """A better order for a place that allows it, or None: too few runs, too little gained, or not sure enough.

    About 0.1 s for six steps and 300 runs, and 0.7 s for 4,000, nearly all of it for drawing the runs again.
    """
    steps = steps_of(tree, node)
    if node.order != "suggest" or len(steps) < 2 or found.runs < FEWEST_RUNS:
        return None
    try:
        plan = best_plan(_candidates(steps, found), call_minutes, to_the_end=True)
    except NoOrder:
        return None
    before = tuple(step.id for step in steps)
    moved = [old for old, new in zip(before, plan.steps, strict=True) if old != new]
    if not moved or any(found.steps[name].tried < FEWEST_TRIES for name in moved):
        return None
    now = _cost(tree, before, found, call_minutes)
    saved = now - plan.minutes
    if saved < MINUTES_GAINED and saved < SHARE_GAINED * now:
        return None
    sure = sureness(steps, plan.steps, found, call_minutes)
    if sure.wins < SURE_ENOUGH:
        return None
    apart = holds_apart(tree, before, plan.steps, found)
    return Suggestion(
        node.id, before, plan.steps, saved, sure.wins, found.runs, missed=sure.missed, apart=apart
    )


def sureness(
    steps: Sequence[Step], after: Sequence[str], found: TryEvidence, call_minutes: float
) -> Sureness:
    """How the new order does in worlds drawn from the same runs (bootstrap).

    Each draw takes as many runs with putting back, and does all of it again: the minutes of the steps, who could not
    do them, their chances, and up to `MOST_WEIGHED` steps the best of all orders.
    """
    draw = random.Random(SEED)  # noqa: S311 - draws runs, guards nothing
    wins, missed = 0, 0.0
    for _ in range(RESAMPLES):
        written = _candidates(steps, drawn(found, draw), close_enough=1e-4)
        by_name = {each.id: each for each in written}
        new = cost_of([by_name[name] for name in after], call_minutes)
        wins += new < cost_of(written, call_minutes)
        if len(steps) <= MOST_WEIGHED:
            missed += new - best_plan(written, call_minutes, to_the_end=True).minutes
    return Sureness(wins / RESAMPLES, missed / RESAMPLES)


def drawn(found: TryEvidence, draw: random.Random) -> TryEvidence:
    """As many runs, drawn with putting back; runs that say the same are drawn together.

    The middle of so many times drawn with putting back stands at a place that has a beta distribution: one number is
    thrown for it, in place of all the times.
    """
    kinds = list(found.visits)
    counts = [found.visits[kind] for kind in kinds]
    visits = Counter(draw.choices(kinds, counts, k=sum(counts)))
    times = {name: _middle(sorted(tally.seconds), draw) for name, tally in found.steps.items()}
    return added_up(found.steps, visits, times)


def _middle(times: Sequence[float], draw: random.Random) -> list[float]:
    """As many times as there are, all of them the middle of a draw."""
    if not times:
        return []
    half = (len(times) + 1) / 2
    place = min(int(draw.betavariate(half, half) * len(times)), len(times) - 1)
    return [times[place]] * len(times)


def holds_apart(tree: Tree, before: Sequence[str], after: Sequence[str], found: TryEvidence) -> bool:
    """Whether two neighbours changed places, and the simple test on the pages' own shares says so as well."""
    places = [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = (tree.steps[before[number]] for number in places)
    return safe_swap(_on_its_page(first, found.steps[first.id]), _on_its_page(second, found.steps[second.id]))


def _on_its_page(step: Step, tally: StepTally) -> tuple[float, float]:
    """The share that a step fixed of those who did it, and its minutes."""
    return (tally.results["fixed"] / tally.tried if tally.tried else 0.0), minutes_of(step, tally)


def _cost(tree: Tree, order: Sequence[str], found: TryEvidence, call_minutes: float) -> float:
    steps = [tree.steps[name] for name in order]
    return cost_of(_candidates(steps, found), call_minutes)


def _candidates(
    steps: Sequence[Step], found: TryEvidence, *, close_enough: float = CLOSE_ENOUGH
) -> list[Candidate]:
    chances = estimate(found.endings, guesses_of(steps), close_enough=close_enough)
    return candidates_of(steps, found, chances)
