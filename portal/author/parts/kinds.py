"""Which blanks and rows the form of each kind of part has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.author.parts import offers
from portal.author.parts.blanks import Blank, Choices, Rows
from portal.author.parts.blanks_of_ends import fact_blanks, head_blanks, outcome_blanks
from portal.author.parts.blanks_of_pages import PAGE_BLANKS, step_blanks
from portal.author.parts.opened import Opened

RAISE_ONLY = (
    "“Who is affected” and “How soon” only ever raise the rank of a request. "
    "Leave them open when the answer says nothing about it."
)


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
        columns: tuple[tuple[str, str, Choices | None], ...] = (
            ("say", "Answer", None),
            ("go", "Goes to", offers.goals(draft)),
            ("impact", "Who is affected", offers.IMPACT),
            ("urgency", "How soon", offers.URGENCY),
        )
        return Rows("options", "Answers", columns, "Add another answer", RAISE_ONLY)
    if kind == "try":
        steps = (("step", "Step", offers.steps(draft)),)
        return Rows("try", "Steps", steps, "Add another step", "They are tried from the top down.")
    if kind == "collect":
        facts = (("fact", "Detail", offers.facts(draft)),)
        hint = "Each is asked on a page of its own."
        return Rows("collect", "Details to ask for", facts, "Add another detail", hint)
    return None


def kind_of(part: Mapping[str, Any]) -> str:
    """The kind of a page by its leading name."""
    return next((each for each in PAGE_BLANKS if each in part), "ask")
