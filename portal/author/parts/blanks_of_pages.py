"""The blanks of questions, pages of steps, guides, details, other diagnostics and steps, in the words of authors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.author.about import several
from portal.author.parts import offers
from portal.author.parts.blanks import Blank, listed, number, ticked, under
from portal.author.parts.opened import Opened
from portal.forms import text

WORD_RULES = ("long-sentence", "jargon", "link-in-text", "placeholder", "reading-grade")
_QUESTION_RULES = (
    "double-question",
    "negative-question",
    "pointless-question",
    "asked-twice",
    "same-address",
)

Part = Mapping[str, Any]


def goal(name: str, label: str, part: Part, draft: Opened, path: tuple[str, ...] = ()) -> Blank:
    """A list of where something goes, with what to know about a way back that may be taken a few times."""
    way = part.get((path or (name,))[0])
    return listed(name, label, offers.goals(draft), path=path, hint=_way_back(way), rules=("dead-end",))


def picture_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """A picture of the shelf and the words in its place."""
    given = part.get("picture")
    choices = offers.pictures(draft, str(given.get("file") if isinstance(given, dict) else given or ""))
    hint = "For people who do not see it: say what they should look for."
    return under(
        "Picture",
        listed("picture-file", "Picture", choices, path=("picture", "file"), rules=("picture",)),
        Blank("picture-alt", "What it shows", rule=text(longest=150), path=("picture", "alt"), hint=hint),
    )


def ask_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """A question."""
    many = ({"value": "many", "label": "All that apply"},)
    hints, whys = ("hint-too-long", "wall-of-text"), "One line. People answer better when they know."
    question = Blank("ask", "Question", rule=text("Write the question", longest=300), optional=False)
    choose = listed("choose", "How many answers may be ticked", many, empty="One")
    return (
        replace(question, rules=(*_QUESTION_RULES, *WORD_RULES)),
        Blank("help", "Hint under the question", rule=text(longest=1000), rules=hints),
        Blank("why", "Why we ask", hint=whys, rules=("why-asked",)),
        replace(choose, rules=("missing-none", "outranked-answer", "too-many-answers")),
        listed(
            "save", "Line of the request that holds the answer", offers.facts(draft), rules=("reserved-fact",)
        ),
        *under("When people do not know", *_not_knowing(part, draft)),
        *picture_blanks(part, draft),
    )


def _not_knowing(part: Part, draft: Opened) -> tuple[Blank, ...]:
    never = "Only when everybody can know the answer. Say why."
    not_sure = goal("not_sure-go", "“I’m not sure” goes to", part, draft, ("not_sure", "go"))
    return (
        replace(not_sure, rules=("missing-not-sure", "not-sure-traps")),
        Blank(
            "not_sure-tell",
            "What we say to a person who is not sure",
            path=("not_sure", "tell"),
            hint="For example: That is fine. We can find out.",
        ),
        Blank("not_sure-never", "Leave out “I’m not sure”, because…", path=("not_sure", "never"), hint=never),
        Blank("none-say", "Words for “None of these”, when several may be ticked", path=("none", "say")),
        goal("none-go", "“None of these” goes to", part, draft, ("none", "go")),
    )


def try_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """A page of steps."""
    order = ({"value": "suggest", "label": "May change when the figures show a better order"},)
    return (
        listed(
            "order",
            "Order of the steps",
            order,
            empty="As they stand",
            rules=("risky-before-safe", "step-order"),
        ),
        goal("fixed", "When a step fixed it", part, draft),
        goal("not_fixed", "When nothing fixed it", part, draft),
    )


def read_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """A guide shown inside the run."""
    guides = offers.guides(draft, str(part.get("read") or ""))
    return (
        listed("read", "Guide", guides, rules=("broken-article",), optional=False),
        goal("fixed", "When the guide fixed it", part, draft),
        goal("not_fixed", "When it did not", part, draft),
    )


def call_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """Another diagnostic as a part of this one."""
    trees = offers.diagnostics(draft, str(part.get("call") or ""))
    rules = ("call-contract", "subtree-recursion")
    return (
        listed("call", "Other diagnostic", trees, rules=rules, optional=False),
        goal("fixed", "When it fixed the problem", part, draft),
        goal("not_fixed", "When it did not", part, draft),
        goal("stopped", "When it had to stop", part, draft),
    )


def collect_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """Details to ask for."""
    return (goal("go", "Then it goes to", part, draft),)


PAGE_BLANKS = {
    "ask": ask_blanks,
    "try": try_blanks,
    "read": read_blanks,
    "collect": collect_blanks,
    "call": call_blanks,
}


def step_blanks(part: Part, draft: Opened, name: str) -> tuple[Blank, ...]:
    """One step."""
    lines = "Three to seven lines. The last one tells how to see that it worked."
    do = Blank("do", "What to do", rule=text("Say what to do", longest=300), optional=False, rules=WORD_RULES)
    how = Blank("how", "How, one line for each action", "lines", several("lines"), hint=lines)
    return (
        replace(do, hint="Start with a verb: Turn the printer off and on."),
        replace(how, rules=("steps-shape",), optional=False),
        Blank("why", "Why this helps"),
        *under("For the order of the steps", *_order_of_step(draft, name)),
        *picture_blanks(part, draft),
    )


def _order_of_step(draft: Opened, name: str) -> tuple[Blank, ...]:
    pin = ({"value": "first", "label": "Always first"}, {"value": "last", "label": "Always last"})
    guess = "Out of 100 people with this problem, how many does it help?"
    place = "For example: printer. Steps at one place are done together."
    others = offers.steps(draft, new=False, without=name)
    return (
        Blank("minutes", "Minutes it takes", "number", number(0, 240)),
        Blank("guess", guess, "percent", number(0, 100, scale=100)),
        listed(
            "risk",
            "What it can do to other work",
            offers.RISKS,
            empty="Nothing",
            rules=("risky-before-safe",),
        ),
        listed("pin", "Its place is fixed", pin, empty="No"),
        Blank("place", "Where it is done", rule=text(longest=60), hint=place),
        ticked("after", "Only after these steps", others, rules=("step-order",)),
    )


def _way_back(way: Any) -> str:
    if not isinstance(way, Mapping) or not way.get("retry"):
        return ""
    times = "once" if way["retry"] == 1 else f"{way['retry']} times"
    return f"It may go back there {times}. The YAML says where it goes after that."
