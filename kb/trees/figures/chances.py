"""How likely each step is the one that fixes it, learned from runs whatever the order in which steps were tried."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log, sqrt

NOTHING = ""
"""Stands for "none of these steps" beside the ids of steps."""

PRIOR_RUNS = 20.0
"""An author's guess weighs as much as twenty runs: a new diagnostic keeps its order until there is evidence."""

UNSAID_GUESS = 0.05
"""The chance of a step without a guess. At nought it could never be learned that the step helps."""

MOST_GUESSED = 0.95
"""Guesses never leave less than this much undone for "none of these"."""

MOST_ROUNDS = 500
CLOSE_ENOUGH = 1e-6


@dataclass(frozen=True)
class Ending:
    """How the runs at one place ended: ``cause`` is a step, `NOTHING`, or None when it is not known.

    ``without`` holds the steps that were really done and did not fix it; steps that could not be done are not in it.
    """

    cause: str | None
    without: frozenset[str] = frozenset()


Endings = Mapping[Ending, int]
Chances = dict[str, float]


def prior_of(guesses: Mapping[str, float], strength: float = PRIOR_RUNS) -> Chances:
    """The author's guesses as runs that were never walked, with the rest for `NOTHING`."""
    said = {step: guess if guess > 0 else UNSAID_GUESS for step, guess in guesses.items()}
    whole = sum(said.values())
    scale = min(1.0, MOST_GUESSED / whole) if whole else 1.0
    prior = {step: strength * guess * scale for step, guess in said.items()}
    return prior | {NOTHING: strength - sum(prior.values())}


def estimate(
    endings: Endings,
    guesses: Mapping[str, float],
    *,
    strength: float = PRIOR_RUNS,
    close_enough: float = CLOSE_ENOUGH,
) -> Chances:
    """The chance of each step, and of `NOTHING`, to be what fixes it; they sum to one.

    Expectation and maximization on the likelihood of Heckerman, Breese and Rommelse's one-cause model: runs that
    left, could not do a step or met the steps in another order all count for what they tell. About 1 ms for six
    steps and twenty kinds of endings.
    """
    return deque(rounds(endings, prior_of(guesses, strength), close_enough), maxlen=1).pop()


def rounds(
    endings: Endings, prior: Mapping[str, float], close_enough: float = CLOSE_ENOUGH
) -> Iterator[Chances]:
    """The chances after each round, the first ones being the prior's. Each round is at least as likely as the last."""
    whole = sum(prior.values())
    chances = {step: weight / whole for step, weight in prior.items()}
    yield chances
    for _ in range(MOST_ROUNDS):
        expected = dict(prior)
        for ending, count in endings.items():
            _share_out(expected, chances, ending, count)
        total = sum(expected.values())
        after = {step: weight / total for step, weight in expected.items()}
        change = max(abs(after[step] - chances[step]) for step in after)
        chances = after
        yield chances
        if change < close_enough:
            return


def _share_out(expected: Chances, chances: Chances, ending: Ending, count: int) -> None:
    """Add runs to the cause they had, or to the causes they may have had."""
    if ending.cause is not None:
        if ending.cause in expected:
            expected[ending.cause] += count
        return
    open_still = [step for step in chances if step not in ending.without]
    remaining = sum(chances[step] for step in open_still)
    if remaining <= 0:
        return
    for step in open_still:
        expected[step] += count * chances[step] / remaining


def score(endings: Endings, prior: Mapping[str, float], chances: Chances) -> float:
    """The logarithm of what `estimate` makes largest: the prior's weight and the likelihood of the runs."""
    said = sum(weight * log(chances[step]) for step, weight in prior.items() if weight > 0)
    for ending, count in endings.items():
        if ending.cause is None:
            said += count * log(1 - sum(chances.get(step, 0.0) for step in ending.without))
        elif ending.cause in chances:
            said += count * log(chances[ending.cause])
    return said


def wilson(part: int, whole: int, *, sure: float = 1.96) -> tuple[float, float]:
    """The interval in which a share lies with 95 % confidence (Wilson 1927): it never leaves 0 to 1."""
    if whole <= 0:
        return 0.0, 1.0
    share, square = part / whole, sure * sure
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    spread = sure * sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return max(0.0, middle - spread), min(1.0, middle + spread)
