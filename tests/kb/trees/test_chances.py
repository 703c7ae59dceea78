"""Chances learned from runs: right whatever the order, who left and who could not, and never less likely."""

import random
from collections import Counter
from itertools import pairwise

import pytest

from kb.trees.figures.chances import NOTHING, Ending, estimate, prior_of, rounds, score, wilson

TRUE = {"a": 0.30, "b": 0.05, "c": 0.25, "d": 0.10}


def walked(count, *, seed=2):
    """Runs in two orders, of whom 8 % leave before a step and 5 % cannot do it."""
    draw, endings = random.Random(seed), Counter()
    for number in range(count):
        cause = draw.choices([*TRUE, NOTHING], [*TRUE.values(), 1 - sum(TRUE.values())])[0]
        done = set()
        ending = None
        for step in "abcd" if number % 2 else "cadb":
            if draw.random() < 0.08:
                break
            if draw.random() < 0.05:
                continue
            if step == cause:
                ending = Ending(step)
                break
            done.add(step)
        endings[ending or Ending(None, frozenset(done))] += 1
    return endings


def test_three_thousand_runs_in_two_orders_give_back_the_chances_they_were_made_with():
    found = estimate(walked(3000), dict.fromkeys(TRUE, 0.1))
    for step, chance in TRUE.items():
        assert found[step] == pytest.approx(chance, abs=0.03)
    assert sum(found.values()) == pytest.approx(1)


def test_a_step_that_always_comes_last_is_not_taken_for_a_poor_one():
    """The share on its own page says 1 in 2 for the second step; of all clerks it helps 1 in 4."""
    endings = Counter(
        {Ending("first"): 50, Ending("second"): 25, Ending(None, frozenset({"first", "second"})): 25}
    )
    found = estimate(endings, {"first": 0.3, "second": 0.3}, strength=1)
    assert found["first"] == pytest.approx(0.5, abs=0.01)
    assert found["second"] == pytest.approx(0.25, abs=0.01)


def test_no_round_is_less_likely_than_the_one_before():
    for seed in range(30):
        endings = walked(60, seed=seed)
        prior = prior_of({"a": 0.4, "b": 0.4, "c": 0.1, "d": 0.05})
        scores = [score(endings, prior, chances) for chances in rounds(endings, prior)]
        assert len(scores) > 2
        assert all(later >= earlier - 1e-9 for earlier, later in pairwise(scores))


def test_without_runs_the_chances_are_the_guesses():
    assert estimate({}, {"a": 0.3, "b": 0.2}) == pytest.approx({"a": 0.3, "b": 0.2, NOTHING: 0.5})


def test_guesses_that_sum_to_more_than_one_leave_room_for_none_of_these():
    found = estimate({}, {"a": 0.9, "b": 0.9})
    assert found["a"] == found["b"] < 0.5
    assert found[NOTHING] == pytest.approx(0.05)


def test_a_step_without_a_guess_can_still_be_found_to_help():
    found = estimate({Ending("a"): 200}, {"a": 0.0, "b": 0.5})
    assert found["a"] > 0.9


def test_a_verdict_that_nothing_here_helps_lowers_every_step():
    before = estimate({}, {"a": 0.3, "b": 0.2})
    after = estimate({Ending(NOTHING): 100}, {"a": 0.3, "b": 0.2})
    assert after["a"] < before["a"] / 2
    assert after[NOTHING] > 0.9


def test_who_left_before_the_first_step_tells_nothing():
    guesses = {"a": 0.3, "b": 0.2}
    assert estimate({Ending(None): 500}, guesses) == pytest.approx(estimate({}, guesses))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 20, 0.0, 0.161),
        (10, 20, 0.299, 0.701),
        (20, 20, 0.839, 1.0),
        (81, 263, 0.255, 0.366),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(part, whole, low, high):
    assert wilson(part, whole) == pytest.approx((low, high), abs=0.001)
