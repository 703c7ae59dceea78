"""The rows of a form: the answers of a question, the steps of a page, the details to ask for; moved, added, removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.trees.tree import Ask, Tree
from portal.author.parts.blanks import Blank, Row, Rows, filled_in, typed_from
from portal.author.parts.blanks_of_ways import check_way
from portal.author.parts.giving import check_given, rows_given, with_given
from portal.author.parts.naming import new_id
from portal.forms import Form, Problem, clean

MOST_ROWS = 30
LONGEST_ANSWER = 200
SPARE = 1
"""One empty row stands at the end, so that a form without scripts can be added to."""

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
    listed = part.get(rows.name)
    if rows.name == "options":
        found = [_row(rows, option) for option in listed or [] if isinstance(option, dict)]
    elif rows.name == "give":
        found = rows_given(rows, listed if isinstance(listed, dict) else {})
    else:
        texts = listed if isinstance(listed, list) else [listed]
        found = [{rows.first.name: str(each)} for each in texts if each]
    return [*found, *({} for _ in range(SPARE))]


def rows_sent(rows: Rows | None, sent: Any) -> list[Row]:
    """The rows as they were sent: one field of each name in each row; a tick box sends the place of its row."""
    if rows is None:
        return []
    boxes = [column.name for column in rows.columns if column.kind == "yes"]
    names = ["id", "gone", *(column.name for column in rows.columns if column.name not in boxes)]
    lists = {name: sent.getlist(f"{rows.name}-{name}")[:MOST_ROWS] for name in names}
    ticked = {name: set(sent.getlist(f"{rows.name}-{name}")) for name in boxes}
    count = max(len(each) for each in lists.values())
    return [
        {name: clean(str(each[place])) for name, each in lists.items() if place < len(each)}
        | {name: "yes" for name in boxes if str(place) in ticked[name]}
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
        prefix = f"{rows.name}-{place}-"
        for column in rows.columns:
            _check_field(column, row.get(column.name, ""), prefix + column.name, form)
        if rows.name == "options":
            _check_answer(row, prefix, seen, form)
        elif rows.name == "give":
            check_given(rows, row, prefix, seen, form)


def _check_field(column: Blank, value: str, field: str, form: Form) -> None:
    try:
        column.rule(value)
    except Problem as problem:
        form.fail(field, str(problem))


def _check_answer(row: Row, prefix: str, seen: set[str], form: Form) -> None:
    said, field = row.get("say", ""), f"{prefix}say"
    plain = " ".join(said.casefold().split())
    if not said:
        form.fail(field, "Write the answer, or remove it")
    elif len(said) > LONGEST_ANSWER:
        form.fail(field, f"Use at most {LONGEST_ANSWER} letters")
    elif plain in seen:
        form.fail(field, f"Another answer says “{said}” too. Reword one of them")
    seen.add(plain)
    check_way(form, row, ("go", "retry", "else"), prefix)


def with_rows(part: dict[str, Any], rows: Rows, listed: list[Row]) -> dict[str, Any]:
    """The part with the rows as they were sent."""
    kept = [row for row in listed if any(row.get(column.name) for column in rows.columns)]
    if rows.name == "options":
        return {**part, "options": _options(part.get("options") or [], rows, kept)}
    if rows.name == "give":
        return with_given(part, [row for row in kept if not row.get("gone")])
    column = rows.first.name
    names = [row[column] for row in kept if row.get(column) and not row.get("gone")]
    return {**part, rows.name: list(dict.fromkeys(names))}


def _options(before: list[Any], rows: Rows, kept: list[Row]) -> list[dict[str, Any]]:
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
        made.append(_option(known.get(name, {"id": name}), rows, row))
    for option in made:
        former = [*option.get("was", []), *heirs.get(option["id"], [])]
        if heirs.get(option["id"]):
            option["was"] = former
    return made


def _option(before: Mapping[str, Any], rows: Rows, row: Row) -> dict[str, Any]:
    values = {column.name: column.rule(row.get(column.name, "")) for column in rows.columns}
    return filled_in(rows.columns, values, before)


def heirs_of(tree: Tree | None, name: str) -> frozenset[str]:
    """The answers of a question that readers have seen: when one goes, another must take over what was answered."""
    node = tree.nodes.get(name) if tree is not None else None
    return frozenset(option.id for option in node.options) if isinstance(node, Ask) else frozenset()


def _row(rows: Rows, option: Mapping[str, Any]) -> Row:
    return {"id": str(option.get("id") or "")} | typed_from(rows.columns, option)
