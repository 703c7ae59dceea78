"""Answers replayed from the start: trail, page, facts, severity, steps, parked answers and ends."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.trees.walk import addresses_after
from kb.trees.walking import LOST, rehearse, resolve, would_drop

RED = {"line": "no_line", "light": "red"}
TRIED = {"quick_fixes.off_and_on": "not_fixed", "quick_fixes.reload": "could_not"}


def test_without_answers_the_first_question_is_shown(label_printer):
    walk = resolve(label_printer, {})
    assert walk.current.address == "line"
    assert walk.current.heading == "Are voters waiting in line right now?"
    assert not walk.ends
    assert walk.trail == ()


def test_answers_lead_to_the_next_page(label_printer):
    walk = resolve(label_printer, RED)
    assert [stop.address for stop in walk.trail] == ["line", "light"]
    assert [stop.words for stop in walk.trail] == ["No, no one is waiting", "Red or orange"]
    assert walk.current.address == "quick_fixes.off_and_on"
    assert walk.current.kind == "try"
    assert walk.current.step.do == "Turn the printer off and on"


def test_steps_come_one_after_another(label_printer):
    walk = resolve(label_printer, RED | TRIED)
    assert walk.current.address == "quick_fixes.clear_queue"
    assert [(each.step, each.result) for each in walk.tried] == [
        ("off_and_on", "not_fixed"),
        ("reload", "could_not"),
    ]
    assert "clear_queue" in [step.id for step in walk.not_tried]
    assert walk.trail[-1].minutes == 3


def test_a_step_that_fixes_it_ends_as_solved(label_printer):
    walk = resolve(label_printer, RED | {"quick_fixes.off_and_on": "fixed"})
    assert walk.outcome.kind == "solved"
    assert walk.current is None


def test_something_else_leaves_the_list_of_steps(label_printer):
    note = {"quick_fixes.off_and_on": "It smells of smoke"}
    walk = resolve(label_printer, RED | {"quick_fixes.off_and_on": "other"}, said=note)
    assert walk.current.address == "place"
    assert walk.tried[0].said == "It smells of smoke"


def test_the_ticket_carries_facts_in_the_declared_order(label_printer):
    walk = rehearse(label_printer, RED | {"quick_fixes.off_and_on": "other", "place": "Front counter"})
    assert [(fact.name, fact.words) for fact in walk.facts] == [
        ("line", "No, no one is waiting"),
        ("light", "Red or orange"),
        ("place", "Front counter"),
    ]
    assert walk.not_asked == (
        "What happens when you print",
        "Printer chosen in the print window",
        "Who else has it",
        "Photo",
    )
    assert walk.outcome.subject == "Label printer will not print (light: Red or orange)"
    assert walk.outcome.group == "help-desk"


def test_not_sure_is_a_fact_with_words_and_a_kind_word(label_printer):
    walk = resolve(label_printer, {"line": "no_line", "light": "not_sure"})
    assert walk.facts[1].words == "I'm not sure"
    assert walk.current.tell == "No problem. The next steps are safe for any light."


def test_the_kind_word_is_said_once(label_printer):
    answers = {"line": "no_line", "light": "not_sure", "quick_fixes.off_and_on": "not_fixed"}
    assert resolve(label_printer, answers).current.tell == ""


def test_the_answer_that_set_the_severity_is_named(label_printer):
    walk = resolve(label_printer, {"line": "waiting"})
    assert (walk.impact, walk.urgency) == ("high", "now")
    assert walk.reasons == ("Yes, voters are waiting",)


def test_hints_only_ever_raise(label_printer):
    answers = {
        "line": "no_line",
        "light": "green",
        "signs": "slow",
        "reach": "other_offices",
        "slow_labels": "not_fixed",
    }
    walk = resolve(label_printer, answers | {"place": "Main office"})
    assert walk.outcome.impact == "low"
    assert (walk.impact, walk.urgency) == ("high", "today")
    assert walk.reasons == ("Other offices too",)


def test_the_first_ticked_answer_in_the_list_decides_and_all_hints_count(label_printer):
    answers = {"line": "no_line", "light": "green", "signs": "blank+many_pcs"}
    walk = resolve(label_printer, answers)
    assert walk.current.address == "quick_fixes.off_and_on"
    assert walk.impact == "medium"
    assert walk.trail[-1].words == "Other computers here cannot print labels, The labels come out blank"
    assert walk.trail[-1].value == "many_pcs+blank"


@pytest.mark.parametrize("value", ["none+blank", "blank+gone", "", "+", "not_sure+blank", "blank+"])
def test_ticks_that_do_not_go_together_ask_again(label_printer, value):
    walk = resolve(label_printer, {"line": "no_line", "light": "green", "signs": value})
    assert walk.current.address == "signs"


def test_none_of_these_is_an_answer(label_printer):
    walk = resolve(label_printer, {"line": "no_line", "light": "green", "signs": "none"})
    assert walk.current.address == "chosen"


@pytest.mark.parametrize(
    "answers",
    [
        {"line": "gone"},
        {"light": "red"},
        {"nothing": "here", "line.line": "no_line", "line~2": "waiting", "": ""},
        {"quick_fixes": "fixed", "quick_fixes.gone": "fixed", "contact.name": "A. Clerk"},
    ],
)
def test_unknown_and_stale_answers_are_ignored(label_printer, answers):
    assert resolve(label_printer, answers).current.address == "line"


def test_answers_off_the_path_are_parked_and_come_back(label_printer):
    answers = {"line": "no_line", "light": "green", "signs": "slow", "reach": "my_office"}
    changed = answers | {"light": "red"}
    walk = resolve(label_printer, changed)
    assert [(each.address, each.words) for each in walk.parked] == [
        ("signs", "Labels look right but come out very slowly"),
        ("reach", "Other people in my office"),
    ]
    assert walk.impact == ""
    assert [fact.name for fact in walk.facts] == ["line", "light"]
    assert resolve(label_printer, answers).parked == ()


def test_results_of_steps_stay_true_whatever_changes(label_printer):
    dark = {"line": "no_line", "light": "dark", "power.plug": "not_fixed", "power.other_outlet": "could_not"}
    walk = resolve(label_printer, dark | {"light": "red"})
    assert walk.current.address == "quick_fixes.off_and_on"
    assert [(each.step, each.result, each.on_trail) for each in walk.tried] == [
        ("plug", "not_fixed", False),
        ("other_outlet", "could_not", False),
    ]
    assert walk.parked == ()


def test_a_step_done_in_one_list_is_not_asked_in_another(lamp):
    tree = lamp(
        ("say: The bulb is loose, go: fixes", "say: The bulb is loose, go: again"),
        ("  details: {", "  again: {try: [swap, turn], fixed: solved, not_fixed: details}\n  details: {"),
    )
    answers = {"line": "no_line", "bulb": "black", "fixes.turn": "not_fixed"}
    walk = resolve(tree, answers | {"bulb": "loose"})
    assert walk.current.address == "again.swap"
    walk = resolve(tree, answers | {"bulb": "loose", "again.swap": "not_fixed"})
    assert [(stop.address, stop.value) for stop in walk.trail][-1] == ("again.turn", "not_fixed")
    assert walk.current.address == "place"


def test_a_step_said_to_have_fixed_it_is_asked_again_in_another_list(lamp):
    tree = lamp(
        ("say: The bulb is loose, go: fixes", "say: The bulb is loose, go: again"),
        ("  details: {", "  again: {try: [turn], fixed: solved, not_fixed: details}\n  details: {"),
    )
    walk = resolve(tree, {"line": "no_line", "bulb": "loose", "fixes.turn": "fixed"})
    assert walk.current.address == "again.turn"


def test_a_way_back_is_taken_once_and_its_pages_are_second_visits(lamp):
    tree = lamp(("not_fixed: details}", "not_fixed: {go: bulb, retry: 1, else: details}}"))
    answers = {"line": "no_line", "bulb": "black", "fixes.turn": "not_fixed", "fixes.swap": "not_fixed"}
    assert resolve(tree, answers).current.address == "bulb~2"
    answers |= {"bulb~2": "loose"}
    assert resolve(tree, answers).current.address == "fixes~2.turn"
    answers |= {"fixes~2.turn": "not_fixed", "fixes~2.swap": "not_fixed"}
    walk = resolve(tree, answers)
    assert walk.current.address == "place"
    assert {fact.name: fact.words for fact in walk.facts}["bulb"] == "The bulb is loose"


RENAMED_STEP = (
    ("  turn: {do: Turn the bulb,", "  screw: {was: [turn], do: Turn the bulb,"),
    ("try: [turn, swap]", "try: [screw, swap]"),
    ("fixes.turn", "fixes.screw"),
)


def test_the_result_of_a_renamed_step_still_counts_with_its_note(lamp):
    answers = {"line": "no_line", "bulb": "black", "fixes.turn": "could_not", "fixes.swap": "other"}
    walk = resolve(lamp(*RENAMED_STEP), answers, said={"fixes.turn": "Too hot"})
    assert [(each.step, each.result, each.said, each.on_trail) for each in walk.tried] == [
        ("screw", "could_not", "Too hot", True),
        ("swap", "other", "", True),
    ]
    assert [stop.said for stop in walk.trail if stop.kind == "try"] == ["Too hot", ""]
    assert walk.current.address == "place"


def test_the_result_of_a_renamed_step_stays_on_a_way_that_was_left(lamp):
    walk = resolve(lamp(*RENAMED_STEP), {"line": "waiting", "fixes.turn": "not_fixed"})
    assert [(each.step, each.on_trail) for each in walk.tried] == [("screw", False)]


def test_the_result_of_a_renamed_step_is_carried_to_another_try(lamp):
    other_way = (
        ("{id: loose, say: The bulb is loose, go: fixes}", "{id: loose, say: The bulb is loose, go: again}"),
        (
            "  details: {collect",
            "  again: {try: [screw], fixed: solved, not_fixed: details}\n  details: {collect",
        ),
    )
    walk = resolve(
        lamp(*RENAMED_STEP, *other_way), {"line": "no_line", "bulb": "loose", "fixes.turn": "not_fixed"}
    )
    assert walk.current.address == "place"
    assert [each.address for each in walk.tried] == ["again.screw"]


def test_a_renamed_page_and_answer_keep_their_answers(lamp):
    tree = lamp(
        ("  bulb:\n    ask", "  glass:\n    was: [bulb]\n    ask"),
        ("go: bulb}", "go: glass}"),
        ("{id: loose, say", "{id: shaky, was: [loose], say"),
    )
    walk = resolve(tree, {"line": "no_line", "bulb": "loose"})
    assert walk.trail[-1].address == "glass"
    assert walk.trail[-1].value == "shaky"
    assert walk.parked == ()


@pytest.mark.parametrize(
    ("mode", "ends"), [("normal", "send"), ("early_voting", "send"), ("deadline_day", "call_us")]
)
@pytest.mark.parametrize("busy", ["election_day", "court_in_session"])
def test_a_busy_mode_turns_the_ticket_into_a_call(lamp, mode, ends, busy):
    answers = {"line": "no_line", "bulb": "black", "fixes.turn": "other", "place": "Hall"}
    assert resolve(lamp(), answers, mode).outcome.id == ends
    assert resolve(lamp(), answers, busy).outcome.id == "call_us"


@pytest.mark.parametrize("typed", ["", "   ", "x" * 81])
def test_a_fact_that_will_not_do_is_asked_again(lamp, typed):
    answers = {"line": "no_line", "bulb": "black", "fixes.turn": "other", "place": typed}
    walk = resolve(lamp(), answers)
    assert walk.current.address == "place"
    assert walk.current.fact.max == 80


def test_an_optional_fact_is_asked_and_may_be_skipped(lamp):
    tree = lamp(("max: 80}", "max: 80, optional: true}"), (", needs: [place]", ""))
    answers = {"line": "no_line", "bulb": "black", "fixes.turn": "other"}
    assert resolve(tree, answers).current.address == "place"
    assert rehearse(tree, answers).outcome.id == "send"
    skipped = resolve(tree, answers | {"place": "skipped"})
    assert skipped.outcome.id == "send"
    assert "place" not in [fact.name for fact in skipped.facts]
    assert skipped.not_asked == ("Where the lamp is",)


def test_a_draft_that_leads_nowhere_ends_at_a_person(lamp):
    walk = resolve(lamp(("go: bulb}", "go: gone}")), {"line": "no_line"})
    assert walk.outcome.id == LOST.id
    assert walk.outcome.kind == "ticket"


def test_a_draft_that_turns_in_circles_ends_too(lamp):
    tree = lamp(("not_fixed: details}", "not_fixed: fixes}"))
    answers = {"line": "no_line", "bulb": "black"}
    walk = resolve(tree, answers | {"fixes.turn": "other"})
    assert walk.current.address == "fixes~2.turn"


def test_a_change_says_which_answers_it_would_drop(label_printer):
    answers = {"line": "no_line", "light": "green", "signs": "slow", "reach": "my_office"} | TRIED
    walk = resolve(label_printer, answers)
    assert addresses_after(walk, "light") == ("signs", "reach")
    lost = would_drop(label_printer, answers, "light", "red")
    assert [stop.question for stop in lost] == [
        "What happens when you print a label?",
        "Who else has slow labels?",
    ]
    assert would_drop(label_printer, answers, "reach", "only_me") == ()
    assert addresses_after(walk, "gone") == ()


def test_a_change_never_drops_the_result_of_a_step(label_printer):
    answers = RED | TRIED
    assert would_drop(label_printer, answers, "light", "dark") == ()


def test_pages_of_the_trail_and_the_present_one_can_be_shown_and_no_other(label_printer):
    walk = resolve(label_printer, RED)
    assert walk.page("light").node.picture.file == "label-printer-light.svg"
    assert walk.page("quick_fixes.off_and_on") == walk.current
    assert walk.page("signs") is None
    assert walk.page("place") is None
    assert walk.stop("light").value == "red"


def test_back_leads_along_the_trail(label_printer):
    walk = resolve(label_printer, RED)
    assert walk.before("quick_fixes.off_and_on") == "light"
    assert walk.before("light") == "line"
    assert walk.before("line") == ""


def test_guides_that_were_opened_are_named(label_printer):
    walk = resolve(
        label_printer, {"line": "no_line", "light": "green", "signs": "blank", "blank_labels": "not_fixed"}
    )
    assert walk.guides == ("labels-come-out-blank",)
    assert walk.trail[-1].kind == "read"
    assert walk.nodes == ("line", "light", "signs", "blank_labels", "quick_fixes")


def test_a_replay_is_fast(shipped):
    began = time.process_time()
    for tree in shipped.values():
        for each in tree.walks:
            resolve(tree, each.answers, each.mode, library=shipped)
    count = sum(len(tree.walks) for tree in shipped.values())
    assert (time.process_time() - began) / count < 0.01


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_answers_at_all_end_at_a_page_or_an_outcome(shipped, data):
    tree = data.draw(st.sampled_from(sorted(shipped.values(), key=lambda each: each.slug)))
    addresses = [address for each in tree.walks for address in each.answers]
    values = [value for each in tree.walks for value in each.answers.values()]
    value = st.sampled_from([*values, "not_sure", "none", "fixed", "other"]) | st.text(max_size=5)
    answers = data.draw(
        st.dictionaries(st.sampled_from(addresses) | st.text(max_size=20), value, max_size=15)
    )
    mode = data.draw(st.sampled_from(["normal", "election_day", "unheard_of"]))
    walk = resolve(tree, answers, mode, library=shipped)
    assert (walk.current is None) != (walk.outcome is None)
    assert len({stop.address for stop in walk.trail}) == len(walk.trail)
    again = resolve(tree, {stop.address: stop.value for stop in walk.trail}, mode, library=shipped)
    assert [stop.address for stop in again.trail] == [stop.address for stop in walk.trail]
