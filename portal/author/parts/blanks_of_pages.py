"""The blanks of questions, pages of steps, guides, details, other diagnostics and steps, in the words of authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.trees.ways import MOST_LINES
from portal.author.about import several
from portal.author.parts import offers
from portal.author.parts.blanks import Blank, listed, number, ticked, under
from portal.author.parts.blanks_of_ways import ranks, way
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
    look = "It is folded until somebody opens it."
    question = Blank("ask", "Question", rule=text("Write the question", longest=300), optional=False)
    choose = listed("choose", "How many answers may be ticked", many, empty="One", default="one")
    return (
        replace(question, rules=(*_QUESTION_RULES, *WORD_RULES)),
        Blank("help", "Hint under the question", rule=text(longest=1000), rules=hints),
        Blank(
            "look", "How to find the answer, one line for each action", "lines", several("lines"), hint=look
        ),
        Blank("why", "Why we ask", hint=whys, rules=("why-asked",)),
        replace(choose, rules=("missing-none", "outranked-answer", "too-many-answers")),
        listed(
            "save", "Line of the request that holds the answer", offers.facts(draft), rules=("reserved-fact",)
        ),
        *under("When people do not know", *_not_knowing(draft)),
        *picture_blanks(part, draft),
    )


def _not_knowing(draft: Opened) -> tuple[Blank, ...]:
    never = "Only when everybody can know the answer. Say why."
    unsure, others = "“I’m not sure”", "“None of these”"
    first, *back = way("not_sure-go", f"{unsure} goes to", draft, ("not_sure",), words=unsure)
    then, *back_again = way("none-go", f"{others} goes to", draft, ("none",), words=others)
    return (
        replace(first, rules=("missing-not-sure", "not-sure-traps")),
        *_with_rank("not_sure", unsure, back),
        Blank(
            "not_sure-tell",
            "What we say to a person who is not sure",
            path=("not_sure", "tell"),
            hint="For example: That is fine. We can find out.",
        ),
        Blank("not_sure-never", "Leave out “I’m not sure”, because…", path=("not_sure", "never"), hint=never),
        Blank("none-say", f"Words for {others}, when several may be ticked", path=("none", "say")),
        then,
        *_with_rank("none", others, back_again),
    )


def _with_rank(name: str, words: str, back: Sequence[Blank]) -> tuple[Blank, ...]:
    """A way back and what the answer says about the rank of a request, folded together."""
    more = f"More about {words}"
    both = (*ranks(path=(name, "ticket"), stem=f"{name}-"), *back)
    return tuple(replace(each, more=more) for each in both)


def try_blanks(_part: Part, draft: Opened) -> tuple[Blank, ...]:
    """A page of steps."""
    order = ({"value": "suggest", "label": "May change when the figures show a better order"},)
    return (
        listed(
            "order",
            "Order of the steps",
            order,
            empty="As they stand",
            default="fixed",
            rules=("risky-before-safe", "step-order"),
        ),
        *way("fixed", "When a step fixed it", draft),
        *way("not_fixed", "When nothing fixed it", draft),
    )


def read_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """A guide shown inside the run."""
    guides = offers.guides(draft, str(part.get("read") or ""))
    return (
        listed("read", "Guide", guides, rules=("broken-article",), optional=False),
        *way("fixed", "When the guide fixed it", draft),
        *way("not_fixed", "When it did not", draft),
    )


def call_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """Another diagnostic as a part of this one."""
    trees = offers.diagnostics(draft, str(part.get("call") or ""))
    rules = ("call-contract", "subtree-recursion")
    return (
        listed("call", "Other diagnostic", trees, rules=rules, optional=False),
        *way("fixed", "When it fixed the problem", draft),
        *way("not_fixed", "When it did not", draft),
        *way("stopped", "When it had to stop", draft),
    )


def collect_blanks(_part: Part, draft: Opened) -> tuple[Blank, ...]:
    """Details to ask for."""
    return way("go", "Then it goes to", draft, ())


PAGE_BLANKS = {
    "ask": ask_blanks,
    "try": try_blanks,
    "read": read_blanks,
    "collect": collect_blanks,
    "call": call_blanks,
}


def step_blanks(part: Part, draft: Opened, name: str) -> tuple[Blank, ...]:
    """One step."""
    line, beside = "Number of the line that it shows", ("picture", "beside")
    lines = "Three to seven lines. The last one tells how to see that it worked."
    do = Blank("do", "What to do", rule=text("Say what to do", longest=300), optional=False, rules=WORD_RULES)
    how = Blank("how", "How, one line for each action", "lines", several("lines"), hint=lines)
    return (
        replace(do, hint="Start with a verb: Turn the printer off and on."),
        replace(how, rules=("steps-shape",), optional=False),
        Blank("why", "Why this helps"),
        *under("For the order of the steps", *_order_of_step(draft, name)),
        *picture_blanks(part, draft),
        *under("Picture", Blank("picture-beside", line, "number", number(1, MOST_LINES), path=beside)),
    )


def _order_of_step(draft: Opened, name: str) -> tuple[Blank, ...]:
    pin = ({"value": "first", "label": "Always first"}, {"value": "last", "label": "Always last"})
    guess = "Out of 100 people with this problem, how many does it help?"
    place = "For example: printer. Steps at one place are done together."
    silly = "For example 1, when people may feel blamed: is it plugged in? It then comes a little later."
    others = offers.steps(draft, new=False, without=name)
    return (
        Blank("minutes", "Minutes it takes", "number", number(0, 240)),
        Blank("guess", guess, "percent", number(0, 100, scale=100)),
        listed(
            "risk",
            "What it can do to other work",
            offers.RISKS,
            empty="Nothing",
            default="none",
            rules=("risky-before-safe",),
        ),
        Blank("insult", "Extra minutes if it may sound silly", "number", number(0, 30), hint=silly),
        listed("pin", "Its place is fixed", pin, empty="No"),
        Blank("place", "Where it is done", rule=text(longest=60), hint=place),
        ticked("after", "Only after these steps", others, rules=("step-order",)),
    )
