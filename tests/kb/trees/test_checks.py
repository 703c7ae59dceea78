"""Each rule: what it finds, on which level, and that the sound diagnostic beside it is not found."""

from datetime import date

import pytest

from kb.trees.around import Around
from kb.trees.checks import blocks, check
from kb.trees.parsing import parse
from kb.trees.rules.walk_rules import changed_walks


def found(tree, around=None, level=""):
    findings = check(tree, around or Around())
    return {each.rule for each in findings if not level or each.level == level}


def test_a_sound_diagnostic_has_no_findings(lamp):
    assert check(lamp()) == ()


ERRORS = {
    "a way to nothing": ("unknown-target", [("go: bulb}", "go: gone}")]),
    "a start that is not there": ("unknown-target", [("start: line", "start: lime")]),
    "a step that is not there": ("unknown-target", [("try: [turn, swap]", "try: [turn, swap, pray]")]),
    "a fact that is not declared": ("unknown-target", [("save: bulb", "save: glass")]),
    "a swap to nothing": ("unknown-target", [("busy: call_us", "busy: call_me")]),
    "a page nobody comes to": (
        "unreachable",
        [("  details: {", "  spare: {collect: [place], go: send}\n  details: {")],
    ),
    "an end nobody comes to": (
        "unreachable",
        [("  solved: {", "  other: {kind: solved, say: Hm.}\n  solved: {")],
    ),
    "a step in no list": ("unreachable", [("try: [turn, swap]", "try: [turn]")]),
    "a fact nobody asks": (
        "unreachable",
        [("  bulb: {label", "  shade: {label: The shade}\n  bulb: {label")],
    ),
    "an answer without a way": ("dead-end", [(", go: bulb}", "}")]),
    "a result without a way": ("dead-end", [("fixed: solved, not_fixed: details", "fixed: solved")]),
    "a question without answers": (
        "dead-end",
        [("id: black, say: The glass is black, go: fixes", "id: black, say: Black")],
    ),
    "a circle": ("loop-without-progress", [("not_fixed: details}", "not_fixed: bulb}")]),
    "a page that leads to itself": ("loop-without-progress", [("not_fixed: details}", "not_fixed: fixes}")]),
    "a circle without an end": (
        "cannot-finish",
        [("fixed: solved, not_fixed: details", "fixed: bulb, not_fixed: bulb")],
    ),
    "no way to a person": (
        "no-way-to-a-person",
        [("{collect: [place], go: send}", "{collect: [place], go: solved}")],
    ),
    "no not sure": ("missing-not-sure", [("    not_sure: {go: fixes}\n", "")]),
    "a short reason for no not sure": (
        "missing-not-sure",
        [("not_sure: {go: fixes}", "not_sure: {never: No}")],
    ),
    "not sure that ends as solved": ("not-sure-traps", [("not_sure: {go: fixes}", "not_sure: {go: solved}")]),
    "not sure that asks again": ("not-sure-traps", [("not_sure: {go: fixes}", "not_sure: {go: bulb}")]),
    "not sure that risks work": ("not-sure-traps", [("minutes: 1}", "minutes: 1, risk: loses_work}")]),
    "tick boxes without none": ("missing-none", [("    save: bulb\n", "    save: bulb\n    choose: many\n")]),
    "two answers that read the same": ("duplicate-answer", [("The bulb is loose", "Glass is black!")]),
    "a milder answer first": (
        "outranked-answer",
        [
            (
                "    save: bulb\n",
                "    save: bulb\n    choose: many\n    none: {say: None of these, go: fixes}\n",
            ),
            ("The bulb is loose, go: fixes", "The bulb is loose, ticket: {impact: high}, go: details"),
        ],
    ),
    "a ticket without urgency": ("severity-undefined", [("impact: low, urgency: today", "impact: low")]),
    "a fact the subject may miss": (
        "fact-maybe-missing",
        [("no_line, say: No one waits, go: bulb", "no_line, say: No one waits, go: fixes")],
    ),
    "a fact the ticket needs and may miss": (
        "fact-maybe-missing",
        [("not_fixed: details}", "not_fixed: send}")],
    ),
    "the same fact twice": (
        "asked-twice",
        [("{collect: [place], go: send}", "{collect: [place, bulb], go: send}")],
    ),
    "a text without a limit": ("private-data", [(", max: 80", "")]),
    "a password": ("private-data", [("ask: Where is the lamp?", "ask: What is your password?")]),
    "a birth date": ("private-data", [("label: Where the lamp is", "label: Date of birth of the voter")]),
    "a license number": ("private-data", [("ask: Where is the lamp?", "ask: What is the driver's license?")]),
    "a typed fact without a kind": ("fact-shape", [("type: text, ", "")]),
    "a ticket for nobody": ("outcome-shape", [("group: help-desk, ", "")]),
    "a call to no line": ("outcome-shape", [("line: help_desk, ", "")]),
    "a reserved fact that is typed": (
        "reserved-fact",
        [("line: {label: Someone waiting}", "line: {label: Someone waiting, type: text, max: 5}")],
    ),
    "a page and a fact of one name": (
        "same-address",
        [("  fixes: {try", "  place: {try"), ("go: fixes", "go: place")],
    ),
    "a page called like a reserved one": (
        "same-address",
        [("  fixes: {try", "  check: {try"), ("go: fixes", "go: check")],
    ),
    "a pinned step in the wrong place": ("step-order", [("minutes: 2}", "minutes: 2, pin: first}")]),
    "a step before the one it follows": ("step-order", [("minutes: 1}", "minutes: 1, after: [swap]}")]),
    "a risky step before a safe one": (
        "risky-before-safe",
        [("minutes: 1}", "minutes: 1, risk: loses_work}")],
    ),
    "a picture without words": ("picture", [("minutes: 1}", "minutes: 1, picture: lamp.svg}")]),
    "a picture of": (
        "picture",
        [("minutes: 1}", "minutes: 1, picture: {file: lamp.svg, alt: Picture of a lamp}}")],
    ),
    "a picture on a path": (
        "picture",
        [("minutes: 1}", "minutes: 1, picture: {file: ../lamp.svg, alt: A lamp}}")],
    ),
    "a walk that ends elsewhere": (
        "walk-fails",
        [("fixes.turn: fixed}, ends: solved", "fixes.turn: fixed}, ends: send")],
    ),
    "a walk that is not finished": (
        "walk-fails",
        [("fixes.swap: could_not, place: Hall", "fixes.swap: could_not")],
    ),
    "an end no walk visits": (
        "walks-missing",
        [
            (
                "  - {name: light, answers: {line: no_line, bulb: black, fixes.turn: fixed}, ends: solved}\n",
                "",
            ),
            ("bulb: not_sure, fixes.turn: fixed}, ends: solved", "bulb: not_sure}, ends: send"),
        ],
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_it_blocks_publishing(lamp, case):
    rule, changes = ERRORS[case]
    tree = lamp(*changes)
    assert rule in found(tree, level="error")
    assert blocks(check(tree))


WARNINGS = {
    "answers that look alike": (
        "duplicate-answer",
        [
            ("The glass is black", "The glass of the bulb in it is dark"),
            ("The bulb is loose", "The glass of the bulb in it is not dark"),
        ],
    ),
    "too many answers": (
        "too-many-answers",
        [
            (
                "{id: loose",
                "".join(f"{{id: a{n}, say: Color {n}, go: fixes}}\n      - " for n in range(7))
                + "{id: loose",
            )
        ],
    ),
    "a question that changes nothing": ("pointless-question", [("    save: bulb\n", "")]),
    "two questions in one": (
        "double-question",
        [("What does the bulb look like?", "Is the bulb black or loose?")],
    ),
    "a question the wrong way round": (
        "negative-question",
        [
            ("What does the bulb look like?", "Isn't the bulb dark?"),
            ("The glass is black", '"Yes"'),
            ("The bulb is loose", '"No"'),
        ],
    ),
    "a severity without effect": (
        "lowered-severity",
        [
            ("urgency: now}, go: call_us", "urgency: now}, go: calm"),
            (
                "  solved: {",
                "  calm: {kind: call_now, line: help_desk, say: Call., impact: low, urgency: now}\n  solved: {",
            ),
        ],
    ),
    "a step with one line": (
        "steps-shape",
        [("[Hold the bulb., Turn it to the right., Look for light.]", "[Look for light.]")],
    ),
    "two actions in a line": ("steps-shape", [("Hold the bulb.", "Hold the bulb then turn it.")]),
    "no way to tell whether it worked": (
        "steps-shape",
        [("Turn it to the right., Look for light.]", "Turn it to the right., Let go.]")],
    ),
    "a long way": ("too-slow", [("minutes: 2}", "minutes: 30}")]),
    "a long question": (
        "long-sentence",
        [("What does the bulb look like?", "What does the bulb look like? " * 5)],
    ),
    "a long sentence": (
        "long-sentence",
        [("say: There is light.", "say: " + "There is light and " * 7 + "more.")],
    ),
    "a hint of two sentences": (
        "hint-too-long",
        [("why: If someone is, we help by phone.", "why: We help by phone. We are fast.")],
    ),
    "urgent without a reason": ("why-asked", [("    why: If someone is, we help by phone.\n", "")]),
    "a way no walk takes": (
        "walks-missing",
        [
            ("not_fixed: details}", "not_fixed: details}\n  more: {collect: [place], go: send}"),
            ("The bulb is loose, go: fixes", "The bulb is loose, go: more"),
            ("bulb: loose, fixes.turn: not_fixed, fixes.swap: could_not", "bulb: loose"),
        ],
    ),
    "nothing that leads to it": ("orphan-tree", [("topic: help-desk\n", "")]),
    "a link that would not work": (
        "link-in-text",
        [("say: Send this.", "say: 'Send this [here](/articles/lamps).'")],
    ),
    "a walk that answers what is not asked": (
        "walk-unused-answer",
        [("answers: {line: waiting}", "answers: {line: waiting, bulb: black}")],
    ),
}


@pytest.mark.parametrize("case", WARNINGS)
def test_it_needs_a_reason(lamp, case):
    rule, changes = WARNINGS[case]
    assert rule in found(lamp(*changes), level="warning")


def test_a_word_of_the_trade_is_named_with_the_plain_one(lamp):
    tree = lamp(("Turn the bulb, how", "Utilize the bulb, how"))
    assert "jargon" not in found(tree)
    (said,) = [each for each in check(tree, Around(avoid={"utilize": "use"})) if each.rule == "jargon"]
    assert (said.level, said.where) == ("warning", "turn")
    assert said.message == "Say “use” instead of “Utilize”."


def test_a_placeholder_that_no_setting_fills_is_an_error(lamp):
    tree = lamp(("ask: Where is the lamp?", "ask: 'Where is the lamp, {{ lamp.room }}?'"))
    assert "placeholder" not in found(tree)
    assert "placeholder" not in found(tree, Around(placeholders={"lamp.room"}))
    (said,) = [
        each for each in check(tree, Around(placeholders={"desk.phone"})) if each.rule == "placeholder"
    ]
    assert (said.level, said.where) == ("error", "place")
    assert said.message == "There is no placeholder “lamp.room”. Settings lists the names."


@pytest.mark.parametrize(
    "change",
    [
        ("Lamp is dark ({bulb})", "Lamp is dark {{ nobody.knows }}"),
        ("label: The bulb", "label: 'The bulb {{ nobody.knows }}'"),
        ("say: There is light.", "say: 'There is light. {{ nobody.knows }}'"),
        ("Hold the bulb.", "'Hold the bulb at {{ nobody.knows }}.'"),
    ],
)
def test_a_placeholder_is_found_wherever_a_clerk_or_the_desk_reads_it(lamp, change):
    assert "placeholder" in found(lamp(change), Around(placeholders=frozenset()), level="error")


def test_symptoms_and_calls_lead_to_a_diagnostic_too(lamp):
    without = ("topic: help-desk\n", "")
    assert "orphan-tree" not in found(lamp(("topic: help-desk\n", "symptoms: [no light]\n")))
    caller = parse(CALL, "room")
    assert "orphan-tree" not in found(lamp(without), Around(library={"room": caller}))


LOUD = ("Hold the bulb.", "Hold the bulb then turn it.")


def test_a_warning_is_kept_quiet_for_a_reason_that_is_shown(lamp):
    reason = "Both hands are on the bulb already."
    tree = lamp(LOUD, ("minutes: 1}", f"minutes: 1, quiet: {{steps-shape: {reason}}}}}"))
    (kept,) = check(tree)
    assert (kept.rule, kept.level, kept.where) == ("steps-shape", "note", "turn")
    assert kept.message.endswith(f"Kept quiet: {reason}")


def test_keeping_quiet_needs_more_than_a_word(lamp):
    tree = lamp(LOUD, ("minutes: 1}", "minutes: 1, quiet: {steps-shape: no}}"))
    assert "quiet-reason" in found(tree, level="error")


def test_a_reason_that_keeps_nothing_quiet_is_pointed_out(lamp):
    tree = lamp(("minutes: 1}", "minutes: 1, quiet: {jargon: It is on the lamp itself.}}"))
    assert found(tree, level="note") == {"quiet-unused"}


def test_an_error_is_never_kept_quiet(lamp):
    tree = lamp(("not_sure: {go: fixes}", "quiet: {dead-end: It will be there soon.}"), (", go: bulb}", "}"))
    assert {"dead-end", "missing-not-sure"} <= found(tree, level="error")


def test_not_sure_may_be_left_out_for_a_reason(lamp):
    never = ("not_sure: {go: fixes}", "not_sure: {never: Everybody can see the bulb.}")
    assert found(lamp(never, ("bulb: not_sure", "bulb: loose"))) == set()


def test_a_counted_way_back_is_no_circle(lamp):
    tree = lamp(("not_fixed: details}", "not_fixed: {go: bulb, retry: 1, else: details}}"))
    assert "loop-without-progress" not in found(tree)
    without_else = lamp(("not_fixed: details}", "not_fixed: {go: bulb, retry: 1}}"))
    assert "dead-end" in found(without_else, level="error")


def test_urgent_answers_come_in_the_first_three_pages(lamp):
    late = lamp(
        ("not_fixed: details}", "not_fixed: smoke}"),
        ("  details: {", "  smoke:\n    ask: Is there smoke?\n    why: It is urgent.\n    options:\n"
         "      - {id: smoke, say: There is smoke, ticket: {urgency: now}, go: call_us}\n"
         "      - {id: clean, say: There is none, go: details}\n    not_sure: {go: call_us}\n  details: {"),
    )  # fmt: skip
    assert "urgent-late" in {each.rule for each in check(late) if each.where == "smoke.smoke"}
    early = lamp(
        ("say: The glass is black, go: fixes", "say: The glass is black, ticket: {urgency: now}, go: fixes")
    )
    assert "urgent-late" not in found(early)


def test_the_steps_before_an_urgent_answer_are_pages_of_their_own(lamp):
    smoke = (
        "not_fixed: details}",
        "not_fixed: smoke}\n  smoke:\n    ask: Is there smoke?\n    why: It is urgent.\n    options:\n"
        "      - {id: smoke, say: There is smoke, ticket: {urgency: now}, go: call_us}\n"
        "      - {id: clean, say: There is none, go: details}\n    not_sure: {go: call_us}",
    )
    sooner = ("no_line, say: No one waits, go: bulb", "no_line, say: No one waits, go: fixes")
    assert "urgent-late" in found(lamp(smoke, sooner), level="error")
    one_step = ("try: [turn, swap]", "try: [turn]")
    assert "urgent-late" not in found(lamp(smoke, sooner, one_step))


def test_the_minutes_of_a_called_diagnostic_count(lamp):
    slow = lamp(("minutes: 2}", "minutes: 17}"))
    room = CALL.replace(
        "stopped: send}", "stopped: send}\n  first: {read: rooms, fixed: solved, not_fixed: lamp}"
    )
    room = parse(room.replace("start: lamp", "start: first"), "room")
    assert "too-slow" not in found(slow)
    assert "too-slow" not in found(room, Around(library={"lamp": lamp()}))
    assert "too-slow" not in found(room, Around(library={"lamp": slow}))
    slower = lamp(("minutes: 2}", "minutes: 18}"))
    assert "too-slow" not in found(slower)
    assert "too-slow" in found(room, Around(library={"lamp": slower}), level="warning")


def test_a_long_way_warns_and_a_very_long_one_blocks(lamp):
    def with_steps(count):
        names = [f"s{number}" for number in range(count)]
        steps = "".join(f"  {name}: {{do: Look, how: [Go., Sit., Look.]}}\n" for name in names)
        return lamp(
            ("steps:\n", "steps:\n" + steps), ("try: [turn, swap]", f"try: [turn, swap, {', '.join(names)}]")
        )

    assert "too-long" not in found(with_steps(5))
    assert "too-long" in found(with_steps(6), level="warning")
    assert "too-long" in found(with_steps(11), level="error")


CALL = """
title: A room
start: lamp
facts: {device: {label: Device}}
nodes:
  lamp: {call: lamp, give: {bulb: black}, fixed: solved, not_fixed: send, stopped: send}
outcomes:
  solved: {kind: solved, say: Good.}
  send: {kind: ticket, group: help-desk, say: Send., impact: low, urgency: today, needs: [line]}
"""


def test_a_call_names_a_published_diagnostic_and_gives_what_it_takes(lamp):
    room = parse(CALL, "room")
    assert "call-contract" not in found(room, Around(library={"lamp": lamp()}))
    assert "call-contract" in found(room, Around(library={}), level="error")
    shade = parse(CALL.replace("give: {bulb", "give: {shade"), "room")
    assert "call-contract" in found(shade, Around(library={"lamp": lamp()}), level="error")


def test_a_called_diagnostic_is_counted_on_for_what_it_always_asks(lamp):
    room = parse(CALL, "room")
    assert "fact-maybe-missing" not in found(room, Around(library={"lamp": lamp()}))
    assert "fact-maybe-missing" in found(
        parse(CALL.replace("[line]", "[place]"), "room"), Around(library={"lamp": lamp()})
    )


def test_calls_in_a_circle_are_refused(lamp):
    room = parse(CALL, "room")
    back = parse(CALL.replace("call: lamp", "call: room"), "lamp")
    assert "subtree-recursion" in found(room, Around(library={"lamp": back, "room": room}), level="error")
    itself = parse(CALL.replace("call: lamp", "call: room"), "room")
    assert "subtree-recursion" in found(itself, Around(library={}), level="error")


def test_calls_may_lie_two_deep(lamp):
    one, two, three = (parse(CALL.replace("call: lamp", f"call: {to}"), name) for name, to in
                       (("one", "two"), ("two", "three"), ("three", "lamp")))  # fmt: skip
    library = {"one": one, "two": two, "three": three, "lamp": lamp()}
    assert "subtree-recursion" not in found(two, Around(library=library))
    assert "subtree-recursion" in found(one, Around(library=library), level="error")


READ = [
    ("not_fixed: details}", "not_fixed: guide}\n  guide: {read: lamps, fixed: solved, not_fixed: details}")
]


def test_a_guide_must_be_published_and_should_be_reviewed(lamp):
    tree = lamp(*READ)
    assert "broken-article" not in found(tree)
    assert "broken-article" not in found(tree, Around(guides={"lamps"}))
    assert "broken-article" in found(tree, Around(guides=set()), level="error")
    assert "broken-article" in found(tree, Around(guides={"lamps"}, overdue={"lamps"}), level="warning")


def test_a_picture_must_be_there_and_small(lamp):
    tree = lamp(("minutes: 1}", "minutes: 1, picture: {file: lamp.svg, alt: A lamp with a loose bulb.}}"))
    assert "picture" not in found(tree, Around(pictures={"lamp.svg": 900}))
    assert "picture" in found(tree, Around(pictures={}), level="error")
    assert "picture" in found(tree, Around(pictures={"lamp.svg": 400_000}), level="warning")


def test_a_picture_stands_beside_a_line_that_is_there(lamp):
    shown = "minutes: 1, picture: {file: lamp.svg, alt: A lamp with a loose bulb., beside: %s}}"
    assert "picture" not in found(lamp(("minutes: 1}", shown % 1)))
    assert "picture" in found(lamp(("minutes: 1}", shown % 9)), level="error")


def test_publishing_needs_a_review_day_ahead_and_a_note(lamp):
    today = Around(today=date(2029, 1, 1))
    assert "version-stamp" not in found(lamp(), today)
    assert "version-stamp" in found(lamp(), Around(today=date(2030, 1, 1)), level="error")
    assert "version-stamp" in found(lamp(("note: First version\n", "")), today, level="error")
    assert "version-stamp" in found(lamp(("review_by: 2030-01-01\n", "")), today, level="error")


def test_ids_do_not_change_without_saying_so(lamp):
    before = Around(before=lamp())
    assert "id-changed" not in found(lamp(("say: The bulb is loose", "say: It is loose")), before)
    assert "id-changed" in found(
        lamp(("{id: loose", "{id: shaky"), ("bulb: loose", "bulb: shaky")), before, level="error"
    )
    kept = lamp(("{id: loose", "{id: shaky, was: [loose]"), ("bulb: loose", "bulb: shaky"))
    assert "id-changed" not in found(kept, before)
    assert "id-changed" in found(
        lamp(("  fixes: {try", "  mend: {try"), ("go: fixes", "go: mend")), before, level="error"
    )


def test_a_step_keeps_its_id_or_says_what_it_was(lamp):
    before = Around(before=lamp())
    listed, walked = ("turn, swap]", "turn, change]"), ("fixes.swap", "fixes.change")
    (said,) = [
        each for each in check(lamp(("swap: {do", "change: {do"), listed, walked), before)
        if each.rule == "id-changed"
    ]  # fmt: skip
    assert (said.level, said.where) == ("error", "change")
    assert said.message == '"Put in a new bulb" had the id "swap". Keep it, or write "was: [swap]".'
    assert "id-changed" not in found(lamp(("swap: {do", "change: {was: [swap], do"), listed, walked), before)


def test_a_new_step_in_the_place_of_an_old_one_says_if_it_is_the_same(lamp):
    other = ("swap: {do: Put in a new bulb", "change: {do: Take another bulb")
    tree = lamp(other, ("turn, swap]", "turn, change]"), ("fixes.swap", "fixes.change"))
    assert "id-changed" in found(tree, Around(before=lamp()), level="warning")


def test_a_step_may_be_taken_out_and_another_added(lamp, lamp_text):
    before = Around(before=lamp())
    assert "id-changed" not in found(lamp(("try: [turn, swap]", "try: [turn]")), before)
    swap = next(line for line in lamp_text().splitlines() if line.startswith("  swap:"))
    alone = lamp((f"{swap}\n", ""), ("try: [turn, swap]", "try: [turn]"))
    assert "swap" not in alone.steps
    assert "id-changed" not in found(alone, before)
    assert "id-changed" not in found(lamp(), Around(before=alone))


MEDIUM = (
    ("say: The glass is black, go", "say: The glass is black, ticket: {impact: medium}, go"),
    ("say: The bulb is loose, go", "say: The bulb is loose, ticket: {impact: medium}, go"),
    ("not_sure: {go: fixes}", "not_sure: {go: fixes, ticket: {impact: medium}}"),
)


def test_an_end_is_measured_against_all_that_was_said_on_every_way_to_it(lamp):
    def lowered(tree):
        return [(each.where, each.message) for each in check(tree) if each.rule == "lowered-severity"]

    said = '"low" has no effect: every way here has said "medium" before.'
    assert lowered(lamp(*MEDIUM)) == [("send", said)]
    assert lowered(lamp(*MEDIUM[1:])) == []


def test_a_milder_answer_after_a_graver_one_has_no_effect(lamp):
    later = (
        "not_fixed: details}",
        "not_fixed: shade}\n  shade:\n    ask: Is there a shade?\n    options:\n"
        "      - {id: shade, say: There is one, ticket: {impact: low}, go: details}\n"
        "      - {id: bare, say: There is none, ticket: {impact: high}, go: details}\n"
        "    not_sure: {go: details, ticket: {impact: medium}}",
    )
    places = {each.where for each in check(lamp(*MEDIUM, later)) if each.rule == "lowered-severity"}
    assert places == {"send", "shade.shade"}


def test_what_may_be_left_empty_is_not_counted_on(lamp):
    optional = ("type: text, max: 80}", "type: text, max: 80, optional: true}")
    assert "fact-maybe-missing" in found(lamp(optional), level="error")
    assert "fact-maybe-missing" not in found(lamp(optional, ("needs: [place]", "needs: [bulb]")))
    asked_by_answers = ("bulb: {label: The bulb}", "bulb: {label: The bulb, optional: true}")
    assert "fact-maybe-missing" not in found(lamp(asked_by_answers))


def test_each_answer_needs_a_walk_even_if_two_lead_to_one_page(lamp):
    (said,) = [
        each for each in check(lamp(("bulb: loose, fixes", "bulb: black, fixes"))) if each.level == "warning"
    ]
    assert (said.rule, said.where) == ("walks-missing", "bulb.loose")
    assert said.message == 'No test walk goes from "bulb" by "loose" to "fixes".'


def test_a_call_that_was_stopped_and_one_that_did_not_help_are_two_ways(lamp):
    walked = (
        "\nwalks:\n  - {name: it is dark, answers: {lamp.line: no_line, lamp.bulb: black, %s}, ends: send}\n"
    )
    around = Around(library={"lamp": lamp()})
    helpless = "lamp.fixes.turn: not_fixed, lamp.fixes.swap: not_fixed, lamp.place: Hall"
    room = parse(CALL + walked % helpless, "room")
    missing = {each.where for each in check(room, around) if each.rule == "walks-missing"}
    assert missing == {"lamp.stopped", "solved"}


@pytest.mark.parametrize(
    "question",
    [
        "Does it say 'on or off'?",
        "Does it say ‘now and then’?",
        "Does it say “it’s on or it isn’t”?",
        'Does it say "a/b"?',
        "Does it say 'it's on or off'?",
    ],
)
def test_words_in_quotes_ask_nothing(lamp, question):
    quoted = question.replace('"', '\\"')
    assert "double-question" not in found(lamp(("What does the bulb look like?", f'"{quoted}"')))


@pytest.mark.parametrize(
    "question", ["Is the clerks' lamp or the judges' lamp dark?", "Is it 'on' or 'off'?"]
)
def test_words_outside_quotes_may_ask_two_things(lamp, question):
    assert "double-question" in found(lamp(("What does the bulb look like?", f'"{question}"')))


def graded(lamp, count, around=None):
    """What is said about the grade of the lamp with so many hard sentences in it."""
    hard = "Elections officers regularly inspect the lamp before opening the office. " * count
    findings = check(lamp(("say: There is light.", f'say: "{hard.strip()}"')), around or Around())
    return [(each.level, each.message) for each in findings if each.rule == "reading-grade"]


def test_above_grade_seven_it_warns_and_above_ten_it_blocks(lamp):
    assert graded(lamp, 8) == []
    assert graded(lamp, 20) == [("warning", "It reads at grade 9.5. Aim for 7 or lower.")]
    assert graded(lamp, 24) == [("error", "It reads at grade 10.1. Aim for 7 or lower.")]


def test_what_ships_is_held_to_grade_eight(lamp):
    strict = Around(strict=True)
    assert graded(lamp, 12, strict) == [("warning", "It reads at grade 7.7. Aim for 7 or lower.")]
    assert graded(lamp, 14, strict) == [("error", "It reads at grade 8.3. Aim for 7 or lower.")]


def test_words_for_a_picture_are_short(lamp):
    def described(count):
        return lamp(("minutes: 1}", f"minutes: 1, picture: {{file: lamp.svg, alt: {'A' * count}}}}}"))

    assert "picture" not in found(described(150))
    assert "picture" in found(described(151), level="error")


def test_a_walk_that_ends_differently_than_in_the_published_version_is_shown(lamp):
    milder = lamp(
        (
            "say: Someone waits, ticket: {impact: high, urgency: now}, go: call_us",
            "say: Someone waits, go: bulb",
        )
    )
    changes = changed_walks(lamp(), milder)
    assert [(each.name, each.after) for each in changes] == [
        ("someone waits", "waits at bulb (no impact, no urgency; line=waiting)")
    ]
    assert "walk-changed" in found(milder, Around(before=lamp()))
    assert changed_walks(lamp(), lamp(("say: The bulb is loose", "say: Loose"))) == ()


def test_findings_name_line_and_place(lamp, lamp_text):
    finding = next(each for each in check(lamp(("go: bulb}", "go: gone}"))) if each.rule == "unknown-target")
    assert finding.where == "line.no_line"
    assert "No one waits" in lamp_text().splitlines()[finding.line - 1]
    assert finding.message == '"no_line" leads to "gone", which is not there.'
