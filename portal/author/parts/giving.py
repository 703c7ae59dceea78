"""What a page hands to the diagnostic that it calls: for each line there, a line known here or one fixed answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kb.trees.tree import Ask, Tree
from portal.author.parts import offers
from portal.author.parts.blanks import Blank, Choices, Row, Rows, listed, offered
from portal.author.parts.opened import Opened
from portal.forms import Form, text

HERE = "line:"
ANSWER = "answer:"
HINT = "A line with the same name in both is known there by itself. Say here what has another name, or is always so."
UNKNOWN = "This diagnostic is not published, so its lines are not known here."


def giving_rows(part: Mapping[str, Any], draft: Opened) -> Rows | None:
    """The list of what is handed over; None when nothing is and nothing can be."""
    called = draft.library.get(str(part.get("call") or ""))
    given = part.get("give")
    lines = _lines(called, given if isinstance(given, dict) else {})
    if not lines:
        return None
    columns = (
        listed("to", "What it asks for", lines, empty="Choose one"),
        listed("from", "Our answer", _answers(called, draft), empty="Choose one"),
        Blank("words", "Or in these words", rule=text(longest=200)),
    )
    add, hint = "Add another line", HINT if called is not None else UNKNOWN
    return Rows("give", "What we tell it", columns, add, hint, after="call", moves=False)


def rows_given(rows: Rows, given: Mapping[str, Any]) -> list[Row]:
    """The rows of what is handed over."""
    allowed = offered(rows.columns[1].choices)
    return [_row(name, " ".join(str(value).split()), allowed) for name, value in given.items()]


def with_given(part: Mapping[str, Any], listed: list[Row]) -> dict[str, Any]:
    """The part that hands over what the rows say."""
    given = {row["to"]: _value(row) for row in listed}
    made = {name: value for name, value in part.items() if name != "give"}
    return made | ({"give": given} if given else {})


def check_given(rows: Rows, row: Row, prefix: str, seen: set[str], form: Form) -> None:
    """Say what is wrong with one row."""
    line, answer, words = (row.get(name, "") for name in ("to", "from", "words"))
    if not line:
        form.fail(f"{prefix}to", "Choose what it asks for, or take the answer out")
    elif line in seen:
        form.fail(f"{prefix}to", "Another row is about this too. Remove one of them")
    if answer and words:
        form.fail(f"{prefix}words", "Choose from the list or write words, not both")
    elif not answer and not words:
        form.fail(f"{prefix}from", "Choose what is known, or write it, or remove the row")
    elif answer.startswith(ANSWER) and not answer.startswith(f"{ANSWER}{line}:"):
        asked = offered(rows.first.choices).get(line, "what you chose")
        form.fail(f"{prefix}from", f"This is no answer to “{asked}”. Choose one of its answers")
    elif f"{HERE}{words}" in offered(rows.columns[1].choices):
        form.fail(f"{prefix}words", f"“{words}” is the name of a line here. Use other words")
    seen.add(line)


def _lines(called: Tree | None, given: Mapping[str, Any]) -> Choices:
    """The lines of the other diagnostic that can be told, and those that are told already."""
    facts = called.facts.values() if called is not None else ()
    return offers.listed({each.name: each.label for each in facts if each.type != "photo"}, given)


def _answers(called: Tree | None, draft: Opened) -> Choices:
    """The lines that are known here, then the answers to the questions of the other diagnostic."""
    here = [
        {"value": f"{HERE}{name}", "label": fact.label}
        for name, fact in draft.tree.facts.items()
        if fact.type != "photo"
    ]
    groups = [{"group": "What we know by then", "choices": here}] if here else []
    return (*groups, *(_fixed(called, draft) if called is not None else ()))


def _fixed(called: Tree, draft: Opened) -> Iterator[dict[str, Any]]:
    """The answers that may be told for good. One that is named like a line here would mean that line."""
    for name, fact in called.facts.items():
        options = [
            option
            for node in called.nodes.values()
            if isinstance(node, Ask) and node.save == name
            for option in node.options
        ]
        words = {option.id: option.say for option in options if option.id not in draft.tree.facts}
        if words:
            choices = [{"value": f"{ANSWER}{name}:{each}", "label": said} for each, said in words.items()]
            yield {"group": f"Always, for “{fact.label}”", "choices": choices}


def _row(name: str, value: str, allowed: Mapping[str, str]) -> Row:
    coded = (f"{HERE}{value}", f"{ANSWER}{name}:{value}")
    found = next((each for each in coded if each in allowed), "")
    return {"to": name, "from": found, "words": "" if found else value}


def _value(row: Row) -> str:
    answer = row.get("from", "")
    if answer.startswith(ANSWER):
        return answer.split(":", 2)[2]
    return answer.removeprefix(HERE) or row.get("words", "")
