"""What the lists of the forms offer: where an answer may go, steps, ticket lines, guides, pictures, groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.author.parts.blanks import Choices
from portal.author.parts.opened import Opened

NEW = "new:"
NEW_GOALS = (
    {"value": "new:ask", "label": "New question…"},
    {"value": "new:try", "label": "New page of steps…"},
    {"value": "new:ticket", "label": "New end: send to the help desk…"},
)
IMPACT = (
    {"value": "low", "label": "One person"},
    {"value": "medium", "label": "One office or several people"},
    {"value": "high", "label": "Voters or a court waiting, or several offices"},
)
URGENCY = (
    {"value": "this_week", "label": "This week"},
    {"value": "today", "label": "Today"},
    {"value": "now", "label": "Now"},
)
LINES = (
    {"value": "help_desk", "label": "The help desk"},
    {"value": "elections", "label": "Elections staff"},
    {"value": "security", "label": "The security contact"},
    {"value": "emergency", "label": "911"},
)
RISKS = (
    {"value": "interrupts", "label": "Stops other work for a moment"},
    {"value": "loses_work", "label": "Can lose work that is not saved"},
)
ENDS = (
    {"value": "solved", "label": "Solved"},
    {"value": "ticket", "label": "Send to the help desk"},
    {"value": "call_now", "label": "Call us now"},
)


def goals(draft: Opened, *, new: bool = True) -> Choices:
    """Pages and ends by number and words, then what can be made on the way."""
    pages = [*draft.outline.pages, *draft.outline.apart]
    groups: list[dict[str, Any]] = [
        {"group": "Pages", "choices": [_line(each.id, f"{each.mark}. {each.heading}") for each in pages]},
        {"group": "Ends", "choices": ends(draft)},
    ]
    return (*groups, *([{"group": "Make a new one", "choices": NEW_GOALS}] if new else []))


def pages(draft: Opened) -> Choices:
    """The pages alone."""
    listed = [*draft.outline.pages, *draft.outline.apart]
    return tuple(_line(each.id, f"{each.mark}. {each.heading}") for each in listed)


def ends(draft: Opened) -> Choices:
    """The ends alone."""
    kinds = {each["value"]: each["label"] for each in ENDS}
    return tuple(
        _line(each.id, f"{each.mark}. {kinds.get(each.kind, each.kind)}: {each.heading or each.id}")
        for each in draft.outline.ends
    )


def steps(draft: Opened, *, new: bool = True, without: str = "") -> Choices:
    """The steps by what they say."""
    listed = [_line(name, step.do) for name, step in draft.tree.steps.items() if name != without]
    return (*listed, *([_line("new:step", "New step…")] if new else []))


def facts(draft: Opened, *, new: bool = True) -> Choices:
    """The lines of the ticket by their labels."""
    listed = [_line(name, fact.label) for name, fact in draft.tree.facts.items()]
    return (*listed, *([_line("new:fact", "New line…")] if new else []))


def guides(draft: Opened, now: str = "") -> Choices:
    """Published guides by title; the one that is named already stays among them."""
    live = [
        each for each in draft.near.articles.values() if each.kind == "guide" and each.status == "published"
    ]
    return _with((_line(each.slug, each.title) for each in live), now)


def diagnostics(draft: Opened, now: str = "") -> Choices:
    """Other published diagnostics by title."""
    live = [
        each
        for each in draft.near.articles.values()
        if each.kind == "diagnostic" and each.status == "published" and each.slug != draft.article.slug
    ]
    return _with((_line(each.slug, each.title) for each in live), now)


def pictures(draft: Opened, now: str = "") -> Choices:
    """The pictures of the shelf."""
    return _with((_line(name, name) for name in sorted(draft.near.pictures)), now)


def groups(draft: Opened, now: str = "") -> Choices:
    """Who gets the ticket."""
    return _with((_line(slug, name) for slug, name in draft.near.groups.items()), now)


def listed(names: dict[str, str], now: Iterable[str] = ()) -> Choices:
    """Names with their words, and what is named already."""
    return tuple(
        _line(slug, words)
        for slug, words in (names | {each: each for each in now if each and each not in names}).items()
    )


def _with(lines: Iterable[dict[str, str]], now: str) -> Choices:
    found = tuple(lines)
    known = {each["value"] for each in found}
    return found if not now or now in known else (*found, _line(now, now))


def _line(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label or value}
