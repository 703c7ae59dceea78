"""The blanks of a way: where it goes, how often it may lead back, where it goes then, and what it says of the rank."""

from __future__ import annotations

from typing import Any

from portal.author.parts import offers
from portal.author.parts.blanks import Blank, Row, listed, one_of
from portal.author.parts.opened import Opened
from portal.forms import Form

RETRIES = ({"value": "1", "label": "Once"}, {"value": "2", "label": "Twice"})
BACK_TO = "Choose where it leads back to"
HOW_OFTEN = "Choose how often it may lead back, or take out where it goes then"
THEN_TO = "Choose where it goes then"
ELSEWHERE = "Choose another place. It has been back there by then"
_one_of_times = one_of(RETRIES, "Choose no, once or twice")


def goal(name: str, label: str, draft: Opened, *, path: tuple[str, ...] = (), **more: Any) -> Blank:
    """A list of where something goes."""
    return listed(name, label, offers.goals(draft), path=path, rules=("dead-end",), **more)


def way(
    name: str, label: str, draft: Opened, within: tuple[str, ...] | None = None, *, words: str = ""
) -> tuple[Blank, ...]:
    """Where something goes, and folded below it how often it may lead back and where it goes then.

    A way stands under its own name, or among the names of what ``within`` leads to.
    """
    path = (name,) if within is None else within
    first = path if within is None else (*path, "go")
    return (
        goal(name, label, draft, path=first),
        *back(name.removesuffix("-go"), words or label, draft, path),
    )


def back(stem: str, words: str, draft: Opened, path: tuple[str, ...] = ()) -> tuple[Blank, ...]:
    """How often a way may lead back, and where it goes then."""
    more = f"A way back: {words[:1].lower()}{words[1:]}"
    often, then = (f"{stem}-retry", f"{stem}-else") if stem else ("retry", "else")
    return (
        Blank(
            often,
            "May lead back to an earlier page",
            "choice",
            _times,
            path=(*path, "retry"),
            choices=RETRIES,
            empty="No",
            hint="The earlier page is the one chosen above.",
            more=more,
        ),
        listed(
            then, "Then it goes to", offers.goals(draft), path=(*path, "else"), empty="Choose one", more=more
        ),
    )


def ranks(path: tuple[str, ...] = ("ticket",), *, stem: str = "") -> tuple[Blank, ...]:
    """What an answer says about the rank of a request."""
    impact, urgency = (*path, "impact"), (*path, "urgency")
    return (
        listed(f"{stem}impact", "Who is affected", offers.IMPACT, path=impact, empty="Not said"),
        listed(f"{stem}urgency", "How soon", offers.URGENCY, path=urgency, empty="Not said"),
    )


def check_ways(blanks: tuple[Blank, ...], form: Form) -> None:
    """Say at each way what is missing in it."""
    often = [each.name for each in blanks if each.name.endswith("-retry")]
    for name in often:
        stem = name.removesuffix("-retry")
        first = next(each.name for each in blanks if each.name in (stem, f"{stem}-go"))
        check_way(form, form.typed, (first, name, f"{stem}-else"))


def check_none(blanks: tuple[Blank, ...], form: Form) -> None:
    """An answer "none of these" that goes somewhere or says something needs words."""
    names = [each.name for each in blanks if each.place[0] == "none"]
    if any(form.typed.get(name) for name in names) and not form.typed.get("none-say"):
        form.fail("none-say", "Write the words, such as None of these, or take out where it goes")


def check_way(form: Form, typed: Row, names: tuple[str, str, str], prefix: str = "") -> None:
    """Say what is missing in one way, at its fields; ``names`` are where it goes, how often, and where then."""
    first, often, then = (typed.get(name, "") for name in names)
    goes, back_to, after = (f"{prefix}{name}" for name in names)
    if often and not first:
        form.fail(goes, BACK_TO)
    if often and not then:
        form.fail(after, THEN_TO)
    elif then and not often:
        form.fail(back_to, HOW_OFTEN)
    elif then and then == first and not then.startswith(offers.NEW):
        form.fail(after, ELSEWHERE)


def _times(value: str) -> int | str:
    """The number of times, or nothing."""
    return int(_one_of_times(value) or 0) or ""
