"""Which blanks and rows the form of each kind of part has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.author.parts import offers
from portal.author.parts.blanks import Blank, Rows, listed
from portal.author.parts.blanks_of_ends import fact_blanks, head_blanks, outcome_blanks
from portal.author.parts.blanks_of_pages import PAGE_BLANKS, step_blanks
from portal.author.parts.blanks_of_ways import back, goal, ranks
from portal.author.parts.giving import giving_rows
from portal.author.parts.opened import Opened
from portal.forms import yes

RAISE_ONLY = (
    "“Who is affected” and “How soon” only ever raise the rank of a request. "
    "Leave them open when the answer says nothing about it."
)

SHAREABLE = "The person then does not answer it again. Not for questions where several answers may be ticked."


def blanks_of(section: str, part: Mapping[str, Any], draft: Opened, name: str = "") -> tuple[Blank, ...]:
    """The blanks of one part."""
    if section == "steps":
        return step_blanks(part, draft, name)
    if section == "outcomes":
        return outcome_blanks(part, draft, name)
    if section == "facts":
        return fact_blanks()
    if section == "about":
        return head_blanks(part, draft)
    return PAGE_BLANKS[kind_of(part)](part, draft)


def rows_of(section: str, part: Mapping[str, Any], draft: Opened) -> Rows | None:
    """The list in a part, or None."""
    kind = kind_of(part) if section == "nodes" else ""
    if kind == "ask":
        return _answers(draft)
    if kind == "try":
        steps = listed("step", "Step", offers.steps(draft), empty="Choose one")
        return Rows("try", "Steps", (steps,), "Add another step", "They are tried from the top down.")
    if kind == "collect":
        facts = listed("fact", "Detail", offers.facts(draft), empty="Choose one")
        hint = "Each is asked on a page of its own."
        return Rows("collect", "Details to ask for", (facts,), "Add another detail", hint)
    return giving_rows(part, draft) if kind == "call" else None


def _answers(draft: Opened) -> Rows:
    folded = (
        *back("", "", draft),
        Blank("shareable", "A link may bring this answer along", "yes", yes, hint=SHAREABLE),
    )
    columns = (
        Blank("say", "Answer"),
        goal("go", "Goes to", draft, empty="Choose one"),
        *ranks(),
        *(replace(each, more="A way back, and links") for each in folded),
    )
    return Rows("options", "Answers", columns, "Add another answer", RAISE_ONLY, after="choose")


def kind_of(part: Mapping[str, Any]) -> str:
    """The kind of a page by its leading name."""
    return next((each for each in PAGE_BLANKS if each in part), "ask")
