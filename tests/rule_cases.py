"""For each rule of diagnostics, at each level: changes of the small lamp at which it fires, and ones at which not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from kb.trees.around import NOTHING_AROUND, Around
from kb.trees.parsing import parse

Changes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """Two lamps and what lies around each. With `published` the plain lamp is what readers see now."""

    fires: Changes = ()
    sound: Changes = ()
    around: Around = NOTHING_AROUND
    around_sound: Around | None = None
    published: bool = False


ENDS = """
outcomes:
  solved: {kind: solved, say: Good.}
  send: {kind: ticket, group: help-desk, say: Send., impact: low, urgency: today}
"""
ROOM = parse(
    "title: A room\nstart: dark\nfacts: {dark: {label: Is it dark}}\nnodes:\n"
    "  dark: {ask: Is it dark?, save: dark, options: [{id: dark, say: It is, go: send}], not_sure: {go: send}}\n"
    + ENDS,
    "room",
)
CALLS_BACK = parse(
    "title: Back\nstart: lamp\nnodes:\n  lamp: {call: lamp, fixed: solved, not_fixed: send, stopped: send}\n"
    + ENDS,
    "room",
)


def then(page: str) -> tuple[str, str]:
    """Another page between the steps and the details."""
    return ("not_fixed: details}", f"not_fixed: extra}}\n  extra: {page}")


CALL = then("{call: room, fixed: solved, not_fixed: details, stopped: details}")
READ = then("{read: lamps, fixed: solved, not_fixed: details}")
SMOKE = then(
    "\n    ask: Is there smoke?\n    why: It is urgent.\n    options:\n"
    "      - {id: smoke, say: There is smoke, ticket: {urgency: now}, go: call_us}\n"
    "      - {id: clean, say: There is none, go: details}\n    not_sure: {go: call_us}"
)
MANY = ("    save: bulb\n", "    save: bulb\n    choose: many\n")
NONE = (
    "    not_sure: {go: fixes}\n",
    "    none: {say: None of these, go: fixes}\n    not_sure: {go: fixes}\n",
)
MORE = ("  details: {collect", "  more: {collect: [place], go: send}\n  details: {collect")
TO_MORE = ("The bulb is loose, go: fixes", "The bulb is loose, go: more")
GRAVE_ANSWERS = (
    ("say: The glass is black, go: fixes", "say: The glass is black, ticket: {impact: medium}, go: fixes"),
    ("say: The bulb is loose, go: fixes", "say: The bulb is loose, ticket: {impact: medium}, go: fixes"),
    ("not_sure: {go: fixes}", "not_sure: {go: fixes, ticket: {impact: medium}}"),
)
PLAIN = "We look at the lamp with you, and then we mend it. " * 12
MIDDLING = "Elections officers regularly inspect the lamp before opening the office. " * 12
HARD = "Institutional illumination necessitates immediate organizational communication. " * 12


def ask(question: str, first: str = "The glass is black", second: str = "The bulb is loose") -> Changes:
    """The second question and its answers in other words."""
    return (
        ("What does the bulb look like?", f'"{question}"'),
        ("The glass is black", f'"{first}"'),
        ("The bulb is loose", f'"{second}"'),
    )


def answers(count: int) -> Changes:
    """A question with so many answers."""
    more = "".join(f"{{id: a{each}, say: Color {each}, go: fixes}}\n      - " for each in range(count - 2))
    return (("{id: loose", f"{more}{{id: loose"),)


def pages(count: int) -> Changes:
    """A longest way of so many pages: two questions, steps and a detail."""
    names = [f"s{each}" for each in range(count - 3)]
    written = "".join(f"  {name}: {{do: Look, how: [Go., Sit., Look.]}}\n" for name in names)
    return (("steps:\n", f"steps:\n{written}"), ("try: [turn, swap]", f"try: [{', '.join(names)}]"))


def words(text: str) -> Changes:
    """A diagnostic that ends with these words."""
    return (("say: There is light.", f'say: "{text.strip()}"'),)


def help_of(count: int) -> Changes:
    """A question with so many words of help."""
    return (("    save: bulb\n", f"    save: bulb\n    help: {' '.join(['lamp'] * count)}\n"),)


def turn(more: str) -> Changes:
    """The first step with one more property."""
    return (("minutes: 1}", f"minutes: 1, {more}}}"),)


def picture(alt: str) -> Changes:
    """The first step with a picture and its words."""
    return turn(f"picture: {{file: lamp.svg, alt: {alt}}}")


def ran(**counts: int) -> Around:
    """What runs did at the second question and at the first step."""
    return Around(measured={"bulb": Counter(counts), "fixes.turn": Counter(counts)})


CASES: dict[tuple[str, str], Case] = {
    ("asked-twice", "error"): Case(
        (("{collect: [place], go: send}", "{collect: [place, bulb], go: send}"),), (MORE, TO_MORE)
    ),
    ("broken-article", "error"): Case((READ,), (READ,), Around(guides=frozenset()), Around(guides={"lamps"})),
    ("broken-article", "warning"): Case(
        (READ,), (READ,), Around(guides={"lamps"}, overdue={"lamps"}), Around(guides={"lamps"})
    ),
    ("call-contract", "error"): Case((CALL,), (CALL,), Around(library={}), Around(library={"room": ROOM})),
    ("cannot-finish", "error"): Case(
        (("fixed: solved, not_fixed: details", "fixed: bulb, not_fixed: bulb"),),
        (("not_fixed: details}", "not_fixed: {go: bulb, retry: 1, else: details}}"),),
    ),
    ("confusing-node", "note"): Case(
        around=ran(answered=40, not_sure=11), around_sound=ran(answered=40, not_sure=10)
    ),
    ("dead-end", "error"): Case(((", go: bulb}", "}"),), ((", go: bulb}", ", go: details}"),)),
    ("double-question", "warning"): Case(ask("Is the bulb black or loose?"), ask("Does it say 'on or off'?")),
    ("duplicate-answer", "error"): Case(
        ask("What is it?", "The glass is black", "Glass is black!"), ask("What is it?", "Black", "Blue")
    ),
    ("duplicate-answer", "warning"): Case(
        ask("What is it?", "The glass of the bulb in it is dark", "The glass of the bulb in it is not dark"),
        ask("What is it?", "The glass is dark", "The glass is loose"),
    ),
    ("fact-maybe-missing", "error"): Case(
        (("type: text, max: 80}", "type: text, max: 80, optional: true}"),),
        (
            ("type: text, max: 80}", "type: text, max: 80, optional: true}"),
            ("needs: [place]", "needs: [bulb]"),
        ),
    ),
    ("fact-shape", "error"): Case((("type: text, ", ""),), (("max: 80", "max: 90"),)),
    ("hint-too-long", "warning"): Case(
        (("why: If someone is, we help by phone.", "why: We help by phone. We are fast."),),
        (("why: If someone is, we help by phone.", "why: We help by phone, and we are fast."),),
    ),
    ("id-changed", "error"): Case(
        (("swap: {do", "change: {do"), ("turn, swap]", "turn, change]"), ("fixes.swap", "fixes.change")),
        (
            ("swap: {do", "change: {was: [swap], do"),
            ("turn, swap]", "turn, change]"),
            ("fixes.swap", "fixes.change"),
        ),
        published=True,
    ),
    ("id-changed", "warning"): Case(
        (
            ("swap: {do: Put in a new bulb", "change: {do: Take another bulb"),
            ("turn, swap]", "turn, change]"),
            ("fixes.swap", "fixes.change"),
        ),
        (("try: [turn, swap]", "try: [turn]"),),
        published=True,
    ),
    ("jargon", "warning"): Case(
        (("Turn the bulb, how", "Utilize the bulb, how"),), around=Around(avoid={"utilize": "use"})
    ),
    ("link-in-text", "warning"): Case(words("See [here](/articles/lamps)."), words("See the guide (lamps).")),
    ("long-sentence", "error"): Case(
        words("and " * 25 + "so."), words("and " * 24 + "so."), Around(strict=True)
    ),
    ("long-sentence", "warning"): Case(words("and " * 20 + "so."), words("and " * 19 + "so.")),
    ("loop-without-progress", "error"): Case(
        (("not_fixed: details}", "not_fixed: bulb}"),),
        (("not_fixed: details}", "not_fixed: {go: bulb, retry: 1, else: details}}"),),
    ),
    ("lowered-severity", "warning"): Case(
        GRAVE_ANSWERS, (*GRAVE_ANSWERS[1:], ("id: black", "id: black, ticket: {impact: low}"))
    ),
    ("missing-none", "error"): Case((MANY,), (MANY, NONE)),
    ("missing-not-sure", "error"): Case(
        (("    not_sure: {go: fixes}\n", ""),),
        (("not_sure: {go: fixes}", "not_sure: {never: Everybody can see the bulb.}"),),
    ),
    ("negative-question", "warning"): Case(
        ask("Isn't it dark?", "Yes", "No"), ask("Does it say “Not now”?", "Yes", "No")
    ),
    ("no-way-to-a-person", "error"): Case(
        (("{collect: [place], go: send}", "{collect: [place], go: solved}"),),
        (("{collect: [place], go: send}", "{collect: [place], go: call_us}"),),
    ),
    ("not-sure-traps", "error"): Case(
        (("not_sure: {go: fixes}", "not_sure: {go: solved}"),),
        (("not_sure: {go: fixes}", "not_sure: {go: call_us}"),),
    ),
    ("orphan-tree", "warning"): Case(
        (("topic: help-desk\n", ""),), (("topic: help-desk\n", "symptoms: [no light]\n"),)
    ),
    ("outcome-shape", "error"): Case(
        (("group: help-desk, ", ""),), (("group: help-desk, ", "group: electricians, "),)
    ),
    ("outranked-answer", "error"): Case(
        (MANY, NONE, ("is loose, go: fixes", "is loose, ticket: {impact: high}, go: details")),
        (MANY, NONE, ("is black, go: fixes", "is black, ticket: {impact: high}, go: details")),
    ),
    ("picture", "error"): Case(picture("Picture of a lamp"), picture("A lamp with a loose bulb")),
    ("picture", "warning"): Case(
        picture("A lamp with a loose bulb"),
        picture("A lamp with a loose bulb"),
        Around(pictures={"lamp.svg": 300 * 1024 + 1}),
        Around(pictures={"lamp.svg": 300 * 1024}),
    ),
    ("placeholder", "error"): Case(
        words("Call {{ desk.fax }}."), words("Call {{ desk.phone }}."), Around(placeholders={"desk.phone"})
    ),
    ("pointless-question", "warning"): Case(
        (("    save: bulb\n", ""),), (("    save: bulb\n", ""), MORE, TO_MORE)
    ),
    ("private-data", "error"): Case(
        (("ask: Where is the lamp?", "ask: What is your password?"),),
        (("ask: Where is the lamp?", "ask: What words does the screen show?"),),
    ),
    ("quiet-reason", "error"): Case(
        (("Hold the bulb.", "Hold the bulb then turn it."), *turn("quiet: {steps-shape: no}")),
        (("Hold the bulb.", "Hold the bulb then turn it."), *turn("quiet: {steps-shape: It is one move.}")),
    ),
    ("quiet-unused", "note"): Case(
        turn("quiet: {steps-shape: It is one move.}"),
        (("Hold the bulb.", "Hold the bulb then turn it."), *turn("quiet: {steps-shape: It is one move.}")),
    ),
    ("reading-grade", "error"): Case(words(HARD), words(PLAIN)),
    ("reading-grade", "warning"): Case(words(MIDDLING), words(PLAIN)),
    ("reserved-fact", "error"): Case(
        (("label: Someone waiting}", "label: Someone waiting, type: text, max: 5}"),),
        (("label: Someone waiting}", "label: Who waits}"),),
    ),
    ("risky-before-safe", "error"): Case(
        turn("risk: loses_work"), (("minutes: 2}", "minutes: 2, risk: loses_work}"),)
    ),
    ("same-address", "error"): Case(
        (("  fixes: {try", "  check: {try"), ("go: fixes", "go: check"), ("fixes.", "check.")),
        (("  fixes: {try", "  checks: {try"), ("go: fixes", "go: checks"), ("fixes.", "checks.")),
    ),
    ("severity-undefined", "error"): Case(
        (("impact: low, urgency: today", "urgency: today"), *GRAVE_ANSWERS[1:]),
        (("impact: low, urgency: today", "urgency: today"), *GRAVE_ANSWERS),
    ),
    ("shape", "error"): Case((("say: There is light.", "sai: There is light."),)),
    ("stale-step", "note"): Case(around=ran(not_fixed=50), around_sound=ran(not_fixed=50, fixed=1)),
    ("step-order", "error"): Case(turn("pin: last"), turn("pin: first")),
    ("steps-shape", "warning"): Case(
        (("Hold the bulb., ", "One., Two., Three., Four., Five., Six., "),),
        (("Hold the bulb., ", "One., Two., Three., Four., Five., "),),
    ),
    ("subtree-recursion", "error"): Case(
        (CALL,), (CALL,), Around(library={"room": CALLS_BACK}), Around(library={"room": ROOM})
    ),
    ("too-long", "error"): Case(pages(16), pages(15)),
    ("too-long", "warning"): Case(pages(11), pages(10)),
    ("too-many-answers", "error"): Case(answers(13), answers(12)),
    ("too-many-answers", "warning"): Case(answers(8), answers(7)),
    ("too-slow", "warning"): Case((("minutes: 2}", "minutes: 20}"),), (("minutes: 2}", "minutes: 19}"),)),
    ("unknown-target", "error"): Case((("go: bulb}", "go: gone}"),), (("go: bulb}", "go: fixes}"),)),
    ("unreachable", "error"): Case((MORE,), (MORE, TO_MORE)),
    ("urgent-late", "error"): Case((SMOKE,), (SMOKE, ("No one waits, go: bulb", "No one waits, go: extra"))),
    ("version-stamp", "error"): Case(
        around=Around(today=date(2030, 1, 1)), around_sound=Around(today=date(2029, 12, 31))
    ),
    ("walk-changed", "error"): Case(
        (
            (
                "say: Someone waits, ticket: {impact: high, urgency: now}, go: call_us",
                "say: Someone waits, go: bulb",
            ),
        ),
        (("say: Someone waits", "say: Somebody waits"),),
        published=True,
    ),
    ("walk-fails", "error"): Case(
        (("fixes.swap: could_not, place: Hall", "fixes.swap: could_not"),),
        (("fixes.swap: could_not", "fixes.swap: not_fixed"),),
    ),
    ("walk-unused-answer", "warning"): Case(
        (("answers: {line: waiting}", "answers: {line: waiting, bulb: black}"),),
    ),
    ("walks-missing", "error"): Case(
        (MORE, TO_MORE, ("bulb: loose, fixes", "bulb: black, fixes")),
        (
            *(MORE, TO_MORE, ("bulb: loose, fixes", "bulb: black, fixes")),
            ("bulb: not_sure, fixes.turn: fixed}, ends: solved", "bulb: loose, place: Hall}, ends: send"),
        ),
    ),
    ("walks-missing", "warning"): Case(
        (("bulb: loose, fixes", "bulb: black, fixes"),), (("fixes.swap: could_not", "fixes.swap: not_fixed"),)
    ),
    ("wall-of-text", "warning"): Case(help_of(121), help_of(120)),
    ("why-asked", "warning"): Case(
        (("    why: If someone is, we help by phone.\n", ""),),
        (
            ("    why: If someone is, we help by phone.\n", ""),
            ("urgency: now}, go", "urgency: today}, go"),
        ),
    ),
    ("yaml", "error"): Case((("nodes:\n", "nodes: [\n"),)),
    ("yaml-boolean", "error"): Case((("id: black", "id: no"),), (("id: black", "id: none_of_it"),)),
}
