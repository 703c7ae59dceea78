"""The blanks of a form: what each is called, what it takes, where it stands in the text, which rules speak about it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from portal.forms import Field, Form, Problem, Rule, text

Choices = tuple[Mapping[str, Any], ...]
"""What a list offers, as the select component takes it: value and label, or a group with its choices."""

Row = dict[str, str]
"""One row of a list as its fields hold it."""

WORDS = text(longest=500)


@dataclass(frozen=True)
class Blank:
    """One blank. ``kind`` is words, lines, choice, many, yes, number or percent; ``path`` its place in the part.

    ``rules`` are the rules whose findings stand beside it. ``default`` is a value that says the same as nothing.
    Blanks with the same words in ``more`` are folded under them.
    """

    name: str
    label: str
    kind: str = "words"
    rule: Rule = WORDS
    path: tuple[str, ...] = ()
    hint: str = ""
    choices: Choices = ()
    rules: tuple[str, ...] = ()
    optional: bool = True
    group: str = ""
    empty: str = "Not given"
    default: str = ""
    more: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        return self.path or (self.name,)


@dataclass(frozen=True)
class Rows:
    """A list with a row for each item. ``columns`` are the blanks of a row; ``after`` is the blank above the list.

    ``moves`` says whether the order of the rows means something.
    """

    name: str
    label: str
    columns: tuple[Blank, ...]
    add: str
    hint: str = ""
    after: str = ""
    moves: bool = True

    @property
    def first(self) -> Blank:
        """The column that a row is known by."""
        return self.columns[0]


@dataclass(frozen=True)
class Fold:
    """Blanks that stand one after another, folded under ``words`` unless those are empty."""

    words: str
    blanks: tuple[Blank, ...]

    def is_open(self, fields: Iterable[str], typed: Mapping[str, Any], problems: Mapping[str, str]) -> bool:
        """Whether one of these fields says something or is wrong."""
        return any(typed.get(name) or name in problems for name in fields)


def folds(blanks: Iterable[Blank]) -> tuple[Fold, ...]:
    """The blanks in their order, with those together that are folded together."""
    return tuple(Fold(words, tuple(each)) for words, each in groupby(blanks, key=lambda one: one.more))


def form_of(blanks: tuple[Blank, ...]) -> Form:
    """The form with these blanks."""
    return Form(tuple(Field(each.name, each.rule, many=each.kind == "many") for each in blanks))


def typed_from(blanks: tuple[Blank, ...], part: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a part as it stands in the text."""
    return {each.name: _shown(each, _at(part, each.place)) for each in blanks}


def filled_in(
    blanks: tuple[Blank, ...], values: Mapping[str, Any], part: Mapping[str, Any]
) -> dict[str, Any]:
    """The part with what the form says. What the form does not ask for stays."""
    made: dict[str, Any] = copy.deepcopy(dict(part))
    for each in blanks:
        value = values[each.name]
        if isinstance(value, tuple):
            value = list(value)
        if isinstance(value, date):
            value = value.isoformat()
        if typed_from((each,), part)[each.name] != _shown(each, value):
            _put(made, each.place, value)
    return _tidied(made, part)


def offered(choices: Choices) -> dict[str, str]:
    """The values that a list offers, with their words."""
    found: dict[str, str] = {}
    for each in choices:
        inner = each["choices"] if "group" in each else [each]
        found |= {one["value"]: one["label"] for one in inner}
    return found


def one_of(choices: Choices, missing: str, *, empty: bool = True) -> Rule:
    """One value of a list."""
    allowed = offered(choices)

    def rule(value: str) -> str:
        if (value == "" and empty) or value in allowed:
            return value
        raise Problem(missing)

    return rule


def listed(
    name: str, label: str, choices: Choices, *, missing: str = "Choose one from the list", **more: Any
) -> Blank:
    """A blank with a list to choose one thing from; with ``optional=False`` something must be chosen."""
    rule = one_of(choices, missing, empty=more.get("optional", True))
    return Blank(name, label, "choice", rule, choices=choices, **more)


def ticked(name: str, label: str, choices: Choices, **more: Any) -> Blank:
    """A blank with a list of which several may be ticked."""
    return Blank(name, label, "many", one_of(choices, "Choose from the list"), choices=choices, **more)


def under(group: str, *blanks: Blank) -> tuple[Blank, ...]:
    """Blanks that stand together under some words."""
    return tuple(replace(each, group=group) for each in blanks)


def number(low: float, high: float, *, scale: float = 1) -> Rule:
    """A number between two bounds, or nothing; ``scale`` divides what was typed."""

    def rule(value: str) -> float | int | None:
        if not value:
            return None
        try:
            found = float(value.replace(",", "."))
        except ValueError:
            raise Problem(f"Enter a number from {low:g} to {high:g}") from None
        if not low <= found <= high:
            raise Problem(f"Enter a number from {low:g} to {high:g}")
        found = round(found / scale, 4)
        return int(found) if found == int(found) else found

    return rule


def _at(part: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = part.get(path[0])
    for key in path[1:]:
        found = found.get(key) if isinstance(found, dict) else found if key in SHORT.values() else None
    return found.get(SHORT.get(path[-1], "go")) if isinstance(found, dict) else found


SHORT = {"not_sure": "go", "fixed": "go", "not_fixed": "go", "stopped": "go", "picture": "file"}
"""Names that may hold a text alone instead of a mapping, and which name of the mapping that text is."""


def _shown(blank: Blank, value: Any) -> Any:
    if blank.default and value == blank.default:
        return ""
    if blank.kind in ("lines", "many"):
        texts = [str(each) for each in (value if isinstance(value, list | tuple) else [value]) if each]
        return texts if blank.kind == "many" else "\n".join(" ".join(each.split()) for each in texts)
    if blank.kind == "yes":
        return "yes" if value is True else ""
    if value is None:
        return ""
    if blank.kind == "percent" and isinstance(value, int | float):
        return f"{value * 100:g}"
    return f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())


def _put(part: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    empty = value in ("", None, False, [])
    if len(path) > 1:
        inner = part.get(path[0])
        if not isinstance(inner, dict):
            inner = {SHORT.get(path[0], path[1]): inner} if inner else {}
        part[path[0]] = inner
        _put(inner, path[1:], value)
        if not inner:
            del part[path[0]]
    elif isinstance(part.get(path[0]), dict) and SHORT.get(path[0]) and not empty:
        part[path[0]][SHORT[path[0]]] = value
    elif empty:
        part.pop(path[0], None)
    else:
        part[path[0]] = value


def _tidied(made: dict[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping that could be one text, and was, is one text again."""
    for name, short in SHORT.items():
        now = made.get(name)
        if isinstance(now, dict) and set(now) == {short} and isinstance(part.get(name), str):
            made[name] = now[short]
    return made
