"""A diagnostic that calls another: facts go along, nothing is asked twice, three ways come back."""

import pytest

from kb.trees.parsing import parse
from kb.trees.walking import resolve

CALLER = """
title: The room is dark
start: line
facts:
  line: {label: Someone waiting}
  reach: {label: Who else has it}
  place: {label: Where it is, ask: Where is it?, type: text, max: 80}
  device: {label: What is dark}
nodes:
  line:
    ask: Is someone waiting?
    save: line
    options: [{id: waiting, say: Someone waits, ticket: {urgency: now}, go: lamp}, {id: no_line, say: No one, go: lamp}]
    not_sure: {go: lamp}
  lamp: {call: lamp, give: {device: desk_lamp}, fixed: solved, not_fixed: details, stopped: call_us}
  details: {collect: [place], go: send}
outcomes:
  solved: {kind: solved, say: There is light.}
  send: {kind: ticket, group: help-desk, say: Send this., impact: low, urgency: today}
  call_us: {kind: call_now, line: help_desk, say: Call us., impact: high, urgency: now}
"""


@pytest.fixture
def room(lamp):
    return parse(CALLER, "room"), {"lamp": lamp()}


def test_what_is_known_is_not_asked_again(room):
    tree, library = room
    walk = resolve(tree, {"line": "no_line"}, library=library)
    assert walk.current.address == "lamp.bulb"
    assert walk.current.within == "My lamp is dark"
    assert walk.current.slug == "lamp"


def test_the_called_diagnostic_asks_when_it_cannot_use_what_is_known(room):
    tree, library = room
    tree = parse(CALLER.replace("id: no_line", "id: empty"), "room")
    assert resolve(tree, {"line": "empty"}, library=library).current.address == "lamp.line"


def test_a_known_not_sure_counts_as_known(room):
    tree, library = room
    walk = resolve(tree, {"line": "not_sure"}, library=library)
    assert walk.outcome.id == "call_us"


def test_fixed_comes_back_as_fixed(room):
    tree, library = room
    walk = resolve(
        tree, {"line": "no_line", "lamp.bulb": "black", "lamp.fixes.turn": "fixed"}, library=library
    )
    assert walk.outcome.id == "solved"
    assert [stop.address for stop in walk.trail] == ["line", "lamp.bulb", "lamp.fixes.turn"]


def test_a_ticket_comes_back_as_not_fixed_with_its_facts_and_steps(room):
    tree, library = room
    answers = {"line": "no_line", "lamp.bulb": "black", "lamp.fixes.turn": "other", "lamp.place": "Hall"}
    walk = resolve(tree, answers, library=library)
    assert walk.outcome.id == "send"
    assert {fact.name: fact.words for fact in walk.facts} == {
        "line": "No one",
        "place": "Hall",
        "bulb": "The glass is black",
        "device": "desk_lamp",
    }
    assert walk.tried[0].address == "lamp.fixes.turn"
    assert [step.id for step in walk.not_tried] == ["swap"]


def test_a_call_comes_back_as_stopped_and_keeps_its_severity(room):
    tree, library = room
    walk = resolve(tree, {"line": "waiting"}, library=library)
    assert walk.outcome.id == "call_us"
    assert walk.urgency == "now"


def test_a_busy_mode_holds_in_the_called_diagnostic_too(room):
    tree, library = room
    answers = {"line": "no_line", "lamp.bulb": "black", "lamp.fixes.turn": "other", "lamp.place": "Hall"}
    assert resolve(tree, answers, "election_day", library=library).outcome.id == "call_us"


def test_a_missing_diagnostic_counts_as_stopped(room):
    tree, _ = room
    assert resolve(tree, {"line": "no_line"}).outcome.id == "call_us"


def test_a_circle_of_calls_counts_as_stopped(room):
    tree, _ = room
    circle = parse(CALLER.replace("call: lamp", "call: room"), "lamp")
    assert resolve(tree, {"line": "no_line"}, library={"lamp": circle, "room": tree}).outcome.id == "call_us"


def test_calls_lie_two_deep_and_no_deeper(lamp):
    first, second, third = (
        parse(CALLER.replace("call: lamp", f"call: {called}"), slug)
        for slug, called in (("one", "two"), ("two", "three"), ("three", "lamp"))
    )
    library = {"two": second, "three": third, "lamp": lamp()}
    assert resolve(second, {"line": "no_line"}, library=library).current.address == "lamp.lamp.bulb"
    assert resolve(first, {"line": "no_line"}, library=library).outcome.id == "call_us"


def test_a_step_done_in_the_called_diagnostic_stays_done_off_the_path(room):
    tree, library = room
    tree = parse(
        CALLER.replace("{id: no_line, say: No one, go: lamp}", "{id: no_line, say: No one, go: details}"),
        "room",
    )
    walk = resolve(
        tree, {"line": "no_line", "lamp.fixes.turn": "not_fixed", "lamp.bulb": "black"}, library=library
    )
    assert walk.current.address == "place"
    assert [(each.do, each.on_trail) for each in walk.tried] == [("Turn the bulb", False)]
    assert [each.address for each in walk.parked] == ["lamp.bulb"]


def test_a_label_printer_is_walked_inside_the_printing_diagnostic(shipped):
    tree = shipped["it-will-not-print"]
    answers = {"line": "no_line", "printer": "label", "labels.light": "red"}
    walk = resolve(tree, answers, library=shipped)
    assert walk.current.address == "labels.quick_fixes.off_and_on"
    assert walk.current.within == "My label printer won't print"
    waiting = resolve(tree, {"line": "waiting"}, library=shipped)
    assert waiting.outcome.id == "call_us"
