"""The rows of a form: the answers of a question, the steps of a page, the details to ask for; moved, added, removed."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.trees.tree import Ask, Tree
from portal.author.parts.blanks import Rows, offered
from portal.author.parts.naming import new_id
from portal.forms import Form, clean

MOST_ROWS = 30
LONGEST_ANSWER = 200
SPARE = 1
"""One empty row stands at the end, so that a form without scripts can be added to."""

Row = dict[str, str]
REMOVE = "remove"
HEIR = "as:"


@dataclass(frozen=True)
class Move:
    """A button of a row: which way, and which row."""

    way: str
    place: int


def rows_from(rows: Rows | None, part: Mapping[str, Any]) -> list[Row]:
    """The rows as they stand in the text, with an empty one behind them."""
    if rows is None:
        return []
    if rows.name != "options":
        column = rows.columns[0][0]
        listed = part.get(rows.name)
        found = [{column: str(each)} for each in (listed if isinstance(listed, list) else [listed]) if each]
    else:
        found = [_row(option) for option in part.get("options") or [] if isinstance(option, dict)]
    return [*found, *({} for _ in range(SPARE))]


def rows_sent(rows: Rows | None, sent: Any) -> list[Row]:
    """The rows as they were sent: one field of each name in each row."""
    if rows is None:
        return []
    names = ["id", "gone", *(column[0] for column in rows.columns)]
    lists = {name: sent.getlist(f"{rows.name}-{name}")[:MOST_ROWS] for name in names}
    count = max(len(each) for each in lists.values())
    return [
        {name: clean(str(each[place])) for name, each in lists.items() if place < len(each)}
        for place in range(count)
    ]


def moved(listed: list[Row], action: str) -> list[Row] | None:
    """The rows after a button of theirs was pressed: "up:2", "down:2" or "more"; None for any other button."""
    if action == "more":
        return [*listed, {}]
    way, _, number = action.partition(":")
    if way not in ("up", "down") or not (number.isascii() and number.isdigit()) or len(number) > 3:
        return None
    place = int(number)
    other = place - 1 if way == "up" else place + 1
    made = list(listed)
    if 0 <= place < len(made) and 0 <= other < len(made):
        made[place], made[other] = made[other], made[place]
    return made


def check_rows(rows: Rows, listed: list[Row], form: Form) -> None:
    """Say what is wrong with the rows, at each row."""
    seen: set[str] = set()
    for place, row in enumerate(listed):
        if row.get("gone") or not any(row.values()):
            continue
        for column, _, choices in rows.columns:
            value, field = row.get(column, ""), f"{rows.name}-{place}-{column}"
            if choices is not None and value and value not in offered(choices):
                form.fail(field, "Choose one from the list")
        if rows.name == "options":
            _check_answer(row, f"options-{place}-say", seen, form)


def _check_answer(row: Row, field: str, seen: set[str], form: Form) -> None:
    said = row.get("say", "")
    plain = " ".join(said.casefold().split())
    if not said:
        form.fail(field, "Write the answer, or remove it")
    elif len(said) > LONGEST_ANSWER:
        form.fail(field, f"Use at most {LONGEST_ANSWER} letters")
    elif plain in seen:
        form.fail(field, f"Another answer says “{said}” too. Reword one of them")
    seen.add(plain)


def with_rows(part: dict[str, Any], rows: Rows, listed: list[Row]) -> dict[str, Any]:
    """The part with the rows as they were sent."""
    kept = [row for row in listed if any(row.get(column[0]) for column in rows.columns)]
    if rows.name != "options":
        column = rows.columns[0][0]
        names = [row[column] for row in kept if row.get(column) and not row.get("gone")]
        return {**part, rows.name: list(dict.fromkeys(names))}
    return {**part, "options": _options(part.get("options") or [], kept)}


def _options(before: list[Any], kept: list[Row]) -> list[dict[str, Any]]:
    known = {option["id"]: option for option in before if isinstance(option, dict) and "id" in option}
    taken = set(known)
    made: list[dict[str, Any]] = []
    heirs: dict[str, list[str]] = {}
    for row in kept:
        if row.get("gone", "").startswith(HEIR) and row.get("id") in known:
            heirs.setdefault(row["gone"].removeprefix(HEIR), []).append(row["id"])
        if row.get("gone"):
            continue
        name = row.get("id", "") if row.get("id") in known else new_id(row["say"], taken)
        taken.add(name)
        made.append(_option(known.get(name, {"id": name}), row))
    for option in made:
        former = [*option.get("was", []), *heirs.get(option["id"], [])]
        if heirs.get(option["id"]):
            option["was"] = former
    return made


def _option(before: Mapping[str, Any], row: Row) -> dict[str, Any]:
    option: dict[str, Any] = copy.deepcopy(dict(before))
    option["say"] = row["say"]
    for name, value in (("go", row.get("go", "")),):
        if value:
            option[name] = value
        else:
            option.pop(name, None)
    ticket = dict(option.get("ticket") or {})
    for name in ("impact", "urgency"):
        ticket.pop(name, None)
        if row.get(name):
            ticket[name] = row[name]
    option.pop("ticket", None)
    return option | ({"ticket": ticket} if ticket else {})


def heirs_of(tree: Tree | None, name: str) -> frozenset[str]:
    """The answers of a question that readers have seen: when one goes, another must take over what was answered."""
    node = tree.nodes.get(name) if tree is not None else None
    return frozenset(option.id for option in node.options) if isinstance(node, Ask) else frozenset()


def _row(option: Mapping[str, Any]) -> Row:
    ticket = option.get("ticket") or {}
    texts = {
        "id": option.get("id"),
        "say": option.get("say"),
        "go": option.get("go"),
        "impact": ticket.get("impact"),
        "urgency": ticket.get("urgency"),
    }
    return {name: " ".join(str(value or "").split()) for name, value in texts.items()}
