"""Runs read as evidence about steps: results, verdicts, time, former names; and when a new order is suggested."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from kb.trees.evidence import StepTally, TryEvidence, by_guess, ending_of, evidence_at, worth_of_question
from kb.trees.figures.chances import NOTHING, Ending
from kb.trees.figures.records import Happened, Names, Record
from kb.trees.figures.suggesting import drawn, holds_apart, suggestion, suggestion_by_mode
from kb.trees.figures.two_orders import reordered
from kb.trees.tree import Ask, Front, Option, Step, Tree, Try, Way

BEGAN = datetime(2026, 9, 1, 15, 0, tzinfo=UTC)
NODE = Try("fixes", ("off", "reload", "clear"), order="suggest", was=("repairs",))
TREE = Tree(
    "printer",
    Front("Printer"),
    "light",
    nodes={
        "light": Ask("light", "Light?", (Option("red", "Red", Way("fixes")),)),
        "fixes": NODE,
        "more": Try("more", ("clear", "plug")),
    },
    steps={
        "off": Step("off", "Turn it off and on", minutes=2, guess=0.3),
        "reload": Step("reload", "Put the roll back", minutes=3, guess=0.2),
        "clear": Step("clear", "Clear the list", minutes=3, guess=0.1, was=("empty",)),
        "plug": Step("plug", "Check the plug"),
    },
)


def run(*results, verdict="", result="", seconds=60, revision_id=1):
    """A run with the results of steps as (address, result), each some time after its page was opened."""
    events, at = [Happened(BEGAN, "light", "answer", "red")], BEGAN
    for address, said in results:
        events.append(Happened(at, address, "view", ""))
        at += timedelta(seconds=seconds)
        if said:
            events.append(Happened(at, address, "step_result", said))
    if verdict:
        events.append(Happened(at, "", "desk_verdict", verdict))
    return Record(BEGAN, "normal", result, 1, revision_id, tuple(events))


def ending(record):
    return ending_of(NODE, record, Names(TREE))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (run(("fixes.off", "not_fixed"), ("fixes.reload", "fixed")), Ending("reload")),
        (run(("fixes.off", "not_fixed"), ("fixes.reload", "could_not")), Ending(None, frozenset({"off"}))),
        (run(("fixes.off", "other")), Ending(None)),
        (run(("fixes.off", "")), Ending(None)),
        (run(("fixes.off", "fixed"), result="reopened"), Ending(None, frozenset({"off"}))),
        (run(("fixes.off", "not_fixed"), verdict="step:clear"), Ending("clear", frozenset({"off"}))),
        (run(("fixes.off", "not_fixed"), verdict="not_fixable"), Ending(NOTHING, frozenset({"off"}))),
        (run(("fixes.off", "not_fixed"), verdict="unknown"), Ending(None, frozenset({"off"}))),
        (run(("fixes.off", "not_fixed"), verdict="step:plug"), Ending(NOTHING, frozenset({"off"}))),
        (run(("repairs.off", "not_fixed"), ("repairs.empty", "fixed")), Ending("clear")),
        (run(("fixes~2.off", "not_fixed")), Ending(None, frozenset({"off"}))),
        (run(("more.clear", "not_fixed"), ("fixes.off", "fixed")), Ending("off")),
        (run(("more.clear", "fixed")), None),
        (run(), None),
    ],
)
def test_a_run_ends_at_a_place_as_its_last_words_say(record, expected):
    assert ending(record) == expected


def test_the_last_result_of_a_step_counts_and_its_time_is_capped():
    records = [run(("fixes.off", "not_fixed"), ("fixes.off", "fixed"), seconds=4000)]
    found = evidence_at(TREE, NODE, records)
    assert found.runs == 1
    assert found.steps["off"].results == {"fixed": 1}
    assert found.steps["off"].seconds == [1800, 1800]


def test_an_option_that_is_named_like_a_result_at_another_page_is_no_result_of_a_step():
    record = Record(BEGAN, "normal", "", 1, 1, (Happened(BEGAN, "light", "answer", "other"),))
    assert ending(record) is None


def simulated(count, true, *, seed=4):
    draw, records = random.Random(seed), []
    for _ in range(count):
        cause = draw.choices([*true, NOTHING], [*true.values(), 1 - sum(true.values())])[0]
        results = []
        for step in NODE.steps:
            if draw.random() < 0.05:
                break
            results.append((f"fixes.{step}", "fixed" if step == cause else "not_fixed"))
            if step == cause:
                break
        records.append(run(*results, seconds=180))
    return records


BETTER_LAST = {"off": 0.25, "reload": 0.04, "clear": 0.35}


def test_a_step_that_helps_more_and_stands_last_is_suggested_to_move_up():
    said = suggestion(TREE, NODE, evidence_at(TREE, NODE, simulated(300, BETTER_LAST)), 120)
    assert said is not None
    assert said.before == ("off", "reload", "clear")
    assert said.after.index("clear") < said.after.index("reload")
    assert said.minutes_saved > 0.5
    assert said.sure >= 0.9
    assert 270 < said.runs < 300  # the others left before the first step


MINUTES = {"normal": 120.0, "election_day": 12.0}


def by_mode(*groups):
    """A suggestion from runs of several kinds of day, each group as (mode, how many runs, true chances)."""
    records = [
        replace(record, mode=mode) for mode, count, true in groups for record in simulated(count, true)
    ]
    return suggestion_by_mode(TREE, NODE, records, MINUTES)


BEST_FIRST = {"off": 0.40, "reload": 0.20, "clear": 0.10}


def test_each_kind_of_day_is_weighed_alone_and_a_thin_one_is_left_out():
    said = by_mode(("normal", 300, BETTER_LAST), ("election_day", 30, BEST_FIRST))
    assert said is not None
    assert said.mode == "normal"
    assert said.runs < 300


def test_runs_of_all_days_are_taken_together_only_when_every_kind_is_thin():
    said = by_mode(*((mode, 48, BETTER_LAST) for mode in ("normal", "early_voting", "election_day")))
    assert said is not None
    assert said.mode == ""
    assert said.runs > 120


def test_an_order_that_another_kind_of_day_would_lose_by_is_not_suggested():
    assert by_mode(("normal", 300, BETTER_LAST), ("election_day", 200, BEST_FIRST)) is None
    assert by_mode(("normal", 300, BETTER_LAST), ("election_day", 200, BETTER_LAST)) is not None


def test_a_draw_does_costs_and_those_who_could_not_again():
    records = [run(("fixes.off", "could_not"), seconds=60)] * 40
    records += [run(("fixes.off", "fixed"), seconds=600)] * 40
    found, draw = evidence_at(TREE, NODE, records), random.Random(1)
    worlds = [drawn(found, draw) for _ in range(60)]
    assert {world.runs for world in worlds} == {80}
    assert len({world.steps["off"].cannot for world in worlds}) > 5
    assert {world.steps["off"].seconds[0] for world in worlds} == {60, 600}


def test_the_middle_of_a_draw_lies_where_drawing_all_times_puts_it():
    found = evidence_at(TREE, NODE, [run(("fixes.off", "fixed"), seconds=n) for n in range(1, 102)])
    draw = random.Random(3)
    quick = sorted(drawn(found, draw).steps["off"].seconds[0] for _ in range(400))
    slow = sorted(median(draw.choices(range(1, 102), k=101)) for _ in range(400))
    assert quick[200] == pytest.approx(slow[200], abs=4)
    assert quick[20] == pytest.approx(slow[20], abs=6)
    assert quick[380] == pytest.approx(slow[380], abs=6)


def test_a_suggestion_counts_on_what_the_minutes_and_chances_leave_open():
    few = suggestion(TREE, NODE, evidence_at(TREE, NODE, simulated(70, BETTER_LAST)), 120)
    many = suggestion(TREE, NODE, evidence_at(TREE, NODE, simulated(1200, BETTER_LAST)), 120)
    assert many is not None and many.sure > 0.99
    assert 0 <= many.missed < 0.5
    assert few is None or few.sure <= many.sure


def test_two_neighbours_are_put_to_the_simple_test_of_their_own_pages():
    def tally(fixed, not_fixed):
        return StepTally(Counter(fixed=fixed, not_fixed=not_fixed))

    found = TryEvidence(steps={"off": tally(90, 210), "reload": tally(8, 200), "clear": tally(100, 100)})
    old = ("off", "reload", "clear")
    assert holds_apart(TREE, old, ("off", "clear", "reload"), found)
    assert not holds_apart(TREE, ("off", "clear", "reload"), old, found)
    assert not holds_apart(TREE, old, ("clear", "off", "reload"), found)  # three steps moved


def test_an_order_is_new_only_where_the_same_steps_stand_otherwise():
    def moved(*steps, order="suggest", **more):
        nodes = {"fixes": Try("fixes", steps, order=order)}
        return reordered(TREE, Tree("printer", TREE.front, "fixes", nodes=nodes, steps=TREE.steps | more))

    assert moved("off", "clear", "reload") == ["fixes"]
    assert moved("off", "clear", "reload", order="fixed") == ["fixes"]
    assert moved("off", "reload", "clear") == []
    assert moved("off", "plug", "clear") == []
    renamed = Step("power", "Turn it off and on", was=("off",))
    assert moved("power", "reload", "clear", power=renamed) == []
    assert moved("reload", "power", "clear", power=renamed) == ["fixes"]


def test_too_few_runs_suggest_nothing():
    assert suggestion(TREE, NODE, evidence_at(TREE, NODE, simulated(49, BETTER_LAST)), 120) is None


def test_a_step_that_was_hardly_tried_does_not_move():
    records = [run(("fixes.off", "fixed"))] * 100 + [
        run(("fixes.off", "not_fixed"), ("fixes.reload", ""))
    ] * 60
    records += [run(("fixes.off", "not_fixed"), ("fixes.reload", "not_fixed"), ("fixes.clear", "fixed"))] * 19
    assert suggestion(TREE, NODE, evidence_at(TREE, NODE, records), 120) is None


def test_an_order_that_is_as_good_as_the_best_stays():
    best_first = {"off": 0.40, "reload": 0.20, "clear": 0.10}
    assert suggestion(TREE, NODE, evidence_at(TREE, NODE, simulated(300, best_first)), 120) is None


def test_steps_that_are_nearly_alike_are_not_moved_on_a_coin_toss():
    alike = {"off": 0.20, "reload": 0.20, "clear": 0.21}
    for seed in range(6):
        records = simulated(120, alike, seed=seed)
        said = suggestion(TREE, NODE, evidence_at(TREE, NODE, records), 120)
        assert said is None or said.sure >= 0.9


def test_a_place_whose_order_is_fixed_gets_no_suggestion():
    fixed = Try("fixes", NODE.steps)
    assert suggestion(TREE, fixed, evidence_at(TREE, fixed, simulated(300, BETTER_LAST)), 120) is None


def test_guesses_alone_give_the_minutes_to_expect():
    written, best = by_guess(TREE, NODE, 120)
    # 2 + .7 * 3 + .5 * 3 + .4 * 120
    assert written == pytest.approx(53.6)
    assert best.minutes == pytest.approx(53.6)
    assert best.steps == NODE.steps


def told_apart(first, second):
    """Two answers after which the first or the second step is nearly always the fix."""
    return {
        "a": TryEvidence(endings=first),
        "b": TryEvidence(endings=second),
    }


def test_a_question_that_tells_causes_apart_saves_more_than_it_costs():
    steps = [Step("off", "", minutes=10, guess=0.4), Step("reload", "", minutes=10, guess=0.4)]
    apart = told_apart(Counter({Ending("off"): 200}), Counter({Ending("reload"): 200}))
    assert worth_of_question(steps, apart, 60, question_minutes=0.5).saves > 3
    same = told_apart(
        Counter({Ending("off"): 100, Ending("reload"): 100}),
        Counter({Ending("off"): 100, Ending("reload"): 100}),
    )
    assert worth_of_question(steps, same, 60, question_minutes=0.5).saves == pytest.approx(-0.5, abs=0.05)
