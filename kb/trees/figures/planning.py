"""The order of steps that costs a clerk the fewest minutes, and when it is better to stop and call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from kb.trees.tree import Step

INTERRUPTS_MINUTES, LOSES_WORK_MINUTES = 3.0, 30.0
"""What it costs beyond its own minutes when a step stops other people for a moment, or when work may be lost."""

TRAVEL_MINUTES = 1.0
"""Walking from one place to another, such as from the printer to the computer, in an office of two rooms."""

AUTHOR_RUNS = 8
"""The author's minutes weigh as much as eight runs: half a dozen hurried clerks do not overturn them."""

MOST_EXACT = 12
"""Up to so many steps every order is weighed: 0.2 s at the most. Beyond, the best ratio comes first."""

SAFE, RISKY = "none", "loses_work"


class NoOrder(Exception):
    """The rules about these steps allow no order at all: two of them wait for each other."""


@dataclass(frozen=True)
class Candidate:
    """A step to be put in order: the chance that it fixes the problem and can be done, and its minutes."""

    id: str
    chance: float
    minutes: float
    place: str = ""
    after: tuple[str, ...] = ()
    pin: str = ""
    risk: str = SAFE


@dataclass(frozen=True)
class Plan:
    """Steps in order, and the minutes to expect from the first of them until it works or somebody has helped."""

    steps: tuple[str, ...]
    minutes: float


def step_minutes(step: Step, median: float = 0.0, count: int = 0) -> float:
    """The minutes a step costs: those measured and those the author gave, weighed, and more for risk or insult."""
    taken = (count * median + AUTHOR_RUNS * step.minutes) / (count + AUTHOR_RUNS)
    return (
        taken
        + step.insult
        + {"interrupts": INTERRUPTS_MINUTES, RISKY: LOSES_WORK_MINUTES}.get(step.risk, 0.0)
    )


def candidate(step: Step, chance: float, *, minutes: float, cannot: float = 0.0) -> Candidate:
    """A step for planning. ``cannot`` is the share of clerks who could not do it: for them it fixes nothing."""
    return Candidate(
        step.id, chance * (1 - cannot), minutes, step.place, tuple(step.after), step.pin, step.risk
    )


def cost_of(order: Sequence[Candidate], call_minutes: float, *, travel: float = TRAVEL_MINUTES) -> float:
    """The minutes to expect when all of these are tried in this order, and a person helps after the last.

    The expected cost of repair of Heckerman, Breese and Rommelse (1995), with the way between places.
    """
    minutes, remaining, place = 0.0, 1.0, ""
    for step in order:
        minutes += remaining * (step.minutes + _way(place, step.place, travel))
        remaining -= step.chance
        place = step.place or place
    return minutes + remaining * call_minutes


def best_plan(
    steps: Sequence[Candidate],
    call_minutes: float,
    *,
    to_the_end: bool = False,
    travel: float = TRAVEL_MINUTES,
) -> Plan:
    """The cheapest order; unless ``to_the_end``, it may stop after any step when calling is cheaper.

    Exact up to `MOST_EXACT` steps: dynamic programming over what is done and where one stands. Steps pinned first
    are never left out. Raises `NoOrder`.
    """
    if len(steps) > MOST_EXACT:
        return _by_ratio(steps, call_minutes, to_the_end=to_the_end, travel=travel)
    weighed = _Weighing(steps, call_minutes, to_the_end, travel)
    minutes, _ = weighed.from_here(0, "")
    if minutes == inf:
        raise NoOrder
    return Plan(weighed.order(), minutes)


def safe_swap(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Whether the second of two neighbours should come first, from raw shares that each fixed on its own page.

    Each is (share, minutes). When this says yes under one cause, it also holds if the steps act independently.
    """
    (one, one_minutes), (two, two_minutes) = first, second
    return two * (1 - one) / two_minutes > one / one_minutes


@dataclass
class Rules:
    """What may come when, as bits: ``needs`` for each step, ``first`` and ``last`` for the pinned ones."""

    needs: list[int] = field(default_factory=list)
    first: int = 0
    last: int = 0

    def may_follow(self, done: int, place: int) -> bool:
        """Whether the step at this place of the list may come after what is done."""
        bit = 1 << place
        if done & bit or self.needs[place] & ~done:
            return False
        waiting = self.first & ~done
        if waiting and not bit & waiting:
            return False
        others = (1 << len(self.needs)) - 1 & ~self.last
        return not (bit & self.last and others & ~done)


def rules_of(steps: Sequence[Candidate]) -> Rules:
    """The rules of these steps: `after`, `pin`, and nothing that can lose work before all that is safe."""
    names = {step.id: 1 << number for number, step in enumerate(steps)}
    safe = _bits(names, (each.id for each in steps if each.risk == SAFE and each.pin != "last"))
    return Rules(
        needs=[
            _bits(names, step.after) | (safe if step.risk == RISKY and step.pin != "first" else 0)
            for step in steps
        ],
        first=_bits(names, (each.id for each in steps if each.pin == "first")),
        last=_bits(names, (each.id for each in steps if each.pin == "last")),
    )


class _Weighing:
    """Minutes from each state on, weighed by the chance to get there, kept once known."""

    def __init__(
        self, steps: Sequence[Candidate], call_minutes: float, to_the_end: bool, travel: float
    ) -> None:
        self.steps, self.call_minutes, self.travel = steps, call_minutes, travel
        self.rules = rules_of(steps)
        self.must = (1 << len(steps)) - 1 if to_the_end else self.rules.first
        self.known: dict[tuple[int, str], tuple[float, int]] = {}

    def from_here(self, done: int, place: str) -> tuple[float, int]:
        """The least minutes from here, and the number of the next step, or -1 to stop."""
        found = self.known.get((done, place))
        if found is None:
            found = self._weigh(done, place)
            self.known[done, place] = found
        return found

    def _weigh(self, done: int, place: str) -> tuple[float, int]:
        remaining = 1.0 - sum(step.chance for bit, step in enumerate(self.steps) if done >> bit & 1)
        best = (inf if self.must & ~done else remaining * self.call_minutes, -1)
        for number, step in enumerate(self.steps):
            if not self.rules.may_follow(done, number):
                continue
            here = remaining * (step.minutes + _way(place, step.place, self.travel))
            later, _ = self.from_here(done | 1 << number, step.place or place)
            # Of two alike the one that its author put first stays first.
            if here + later < best[0] - 1e-12:
                best = (here + later, number)
        return best

    def order(self) -> tuple[str, ...]:
        done, place, names = 0, "", []
        while (number := self.from_here(done, place)[1]) >= 0:
            names.append(self.steps[number].id)
            done, place = done | 1 << number, self.steps[number].place or place
        return tuple(names)


def _by_ratio(steps: Sequence[Candidate], call_minutes: float, *, to_the_end: bool, travel: float) -> Plan:
    """For many steps: what fixes most for its minutes comes first, and the best place to stop is found."""
    rules, done = rules_of(steps), 0
    order: list[int] = []
    while len(order) < len(steps):
        open_now = [number for number in range(len(steps)) if rules.may_follow(done, number)]
        if not open_now:
            raise NoOrder
        number = max(open_now, key=lambda each: steps[each].chance / max(steps[each].minutes, 1e-9))
        order.append(number)
        done |= 1 << number
    walk = [steps[number] for number in order]
    fewest = len(walk) if to_the_end else sum(step.pin == "first" for step in walk)
    plans = [
        Plan(tuple(step.id for step in walk[:end]), cost_of(walk[:end], call_minutes, travel=travel))
        for end in range(fewest, len(walk) + 1)
    ]
    return min(plans, key=lambda plan: plan.minutes)


def _bits(names: Mapping[str, int], wanted: Iterable[str]) -> int:
    bits = 0
    for name in wanted:
        bits |= names.get(name, 0)
    return bits


def _way(here: str, there: str, travel: float) -> float:
    """The way to the next place; a step without a place is done where one stands."""
    return travel if here and there and here != there else 0.0
