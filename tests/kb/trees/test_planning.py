"""The cheapest order of steps: equal to trying every order, with the rules, the ways and the call in it."""

import random
from dataclasses import replace
from itertools import permutations

import pytest

from kb.trees.figures.planning import (
    LOSES_WORK_MINUTES,
    Candidate,
    NoOrder,
    best_plan,
    cost_of,
    safe_swap,
    step_minutes,
)
from kb.trees.tree import Step

PRINTER = [
    Candidate("off_and_on", 0.30, 2),
    Candidate("reload", 0.22, 3),
    Candidate("clear_queue", 0.10, 4),
    Candidate("driver", 0.06, 15),
]


def is_allowed(order, steps):
    """The rules said once more, in the plainest way."""
    names = [step.id for step in steps]
    for place, step in enumerate(order):
        before = {each.id for each in order[:place]}
        rest = [each for each in steps if each.id not in before and each.id != step.id]
        if not {name for name in step.after if name in names} <= before:
            return False
        if step.pin != "first" and any(each.pin == "first" for each in rest):
            return False
        if step.pin == "last" and any(each.pin != "last" for each in rest):
            return False
        is_risky = step.risk == "loses_work" and step.pin != "first"
        if is_risky and any(each.risk == "none" and each.pin != "last" for each in rest):
            return False
    return True


def best_of_all(steps, call_minutes, *, to_the_end, travel):
    """The least minutes over every order and every place to stop."""
    best = float("inf")
    firsts = {step.id for step in steps if step.pin == "first"}
    lengths = [len(steps)] if to_the_end else range(len(steps) + 1)
    for length in lengths:
        for order in permutations(steps, length):
            if firsts <= {step.id for step in order} and is_allowed(order, steps):
                best = min(best, cost_of(order, call_minutes, travel=travel))
    return best


def invented(draw):
    count = draw.randint(1, 5)
    shares = [draw.random() for _ in range(count + 1)]
    names = [f"s{number}" for number in range(count)]
    return [
        Candidate(
            name,
            shares[number] / sum(shares),
            draw.uniform(0.5, 12),
            place=draw.choice(("", "printer", "computer", "closet")),
            after=tuple(draw.sample(names[:number], draw.randint(0, min(1, number))))
            if draw.random() < 0.4
            else (),
            pin=draw.choice(("", "", "", "", "first", "last")),
            risk=draw.choice(("none", "none", "interrupts", "loses_work")),
        )
        for number, name in enumerate(names)
    ]


@pytest.mark.parametrize("to_the_end", [False, True])
def test_the_plan_equals_the_best_of_all_orders_in_four_hundred_invented_cases(to_the_end):
    draw = random.Random(11 if to_the_end else 7)
    without = 0
    for _ in range(400):
        steps = invented(draw)
        call_minutes, travel = draw.uniform(1, 200), draw.choice((0.0, 1.0, 5.0))
        best = best_of_all(steps, call_minutes, to_the_end=to_the_end, travel=travel)
        if best == float("inf"):
            without += 1
            with pytest.raises(NoOrder):
                best_plan(steps, call_minutes, to_the_end=to_the_end, travel=travel)
            continue
        plan = best_plan(steps, call_minutes, to_the_end=to_the_end, travel=travel)
        by_name = {step.id: step for step in steps}
        order = [by_name[name] for name in plan.steps]
        assert plan.minutes == pytest.approx(best)
        assert cost_of(order, call_minutes, travel=travel) == pytest.approx(best)
        assert is_allowed(order, steps)
    assert without < 150


@pytest.mark.parametrize(
    ("call_minutes", "steps", "minutes"),
    [
        (120, ("off_and_on", "reload", "clear_queue", "driver"), 50.1),
        (30, ("off_and_on", "reload", "clear_queue"), 17.4),
        (6, (), 6.0),
    ],
)
def test_the_label_printer_gets_fewer_steps_the_sooner_a_person_answers(call_minutes, steps, minutes):
    plan = best_plan(PRINTER, call_minutes)
    assert plan.steps == steps
    assert round(plan.minutes, 1) == minutes


def test_a_step_pinned_first_is_done_even_when_calling_at_once_is_cheaper():
    plan = best_plan([replace(PRINTER[0], pin="first"), *PRINTER[1:]], 6)
    assert plan.steps == ("off_and_on",)
    assert round(plan.minutes, 1) == 6.2


def test_without_rules_and_ways_the_order_is_by_chance_for_each_minute():
    draw = random.Random(3)
    for _ in range(100):
        steps = [Candidate(str(n), draw.uniform(0.01, 0.12), draw.uniform(1, 9)) for n in range(8)]
        wanted = sorted(steps, key=lambda step: -step.chance / step.minutes)
        plan = best_plan(steps, 100, to_the_end=True)
        assert plan.steps == tuple(step.id for step in wanted)


def test_thirteen_steps_go_by_ratio_and_stop_at_the_best_place():
    draw = random.Random(5)
    steps = [Candidate(str(n), draw.uniform(0.0, 0.07), draw.uniform(1, 20)) for n in range(13)]
    plan = best_plan(steps, 40)
    order = sorted(steps, key=lambda step: -step.chance / step.minutes)
    assert plan.minutes == min(cost_of(order[:end], 40) for end in range(14))
    assert plan.steps == tuple(step.id for step in order[: len(plan.steps)])


def test_two_steps_that_wait_for_each_other_have_no_order():
    steps = [Candidate("one", 0.2, 1, after=("two",)), Candidate("two", 0.2, 1, after=("one",))]
    with pytest.raises(NoOrder):
        best_plan(steps, 50, to_the_end=True)


def test_of_two_steps_alike_the_one_written_first_stays_first():
    steps = [Candidate("b", 0.1, 2), Candidate("a", 0.1, 2)]
    assert best_plan(steps, 100, to_the_end=True).steps == ("b", "a")


def test_minutes_measured_outweigh_the_authors_once_there_are_more_than_eight():
    step = Step("reload", "Reload", minutes=4)
    assert step_minutes(step) == 4
    assert step_minutes(step, median=2, count=8) == 3
    assert step_minutes(step, median=2, count=800) == pytest.approx(2, abs=0.05)
    assert step_minutes(replace(step, risk="loses_work")) == 4 + LOSES_WORK_MINUTES
    assert step_minutes(replace(step, insult=1), median=2, count=8) == 4


def test_the_safe_swap_never_makes_two_neighbours_dearer_with_one_cause():
    draw, swaps = random.Random(9), 0
    for _ in range(500):
        one, two = draw.uniform(0.01, 0.5), draw.uniform(0.01, 0.45)
        minutes = (draw.uniform(1, 9), draw.uniform(1, 9))
        seen_two = two / (1 - one)
        if seen_two < 1 and safe_swap((one, minutes[0]), (seen_two, minutes[1])):
            swaps += 1
            before = [Candidate("one", one, minutes[0]), Candidate("two", two, minutes[1])]
            assert cost_of(before[::-1], 60) <= cost_of(before, 60)
    assert swaps > 50
