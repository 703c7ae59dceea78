"""A part of a diagnostic given another name or taken out, with everything that names it brought along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kb.trees.editing.changing import applied, changed
from kb.trees.editing.spots import Spot, spots
from kb.trees.graph import edges_of
from kb.trees.outline import heading_of, words_of
from kb.trees.tree import Ask, Call, Collect, Tree, Try

SECTIONS = ("nodes", "steps", "outcomes", "facts")
KEEPS_FORMER_NAMES = ("nodes", "steps")
"""Only these say `was`: runs keep their answers under the names of pages and steps."""

_VISIT = re.compile(r"~[2-9]$")
Swap = Callable[[str], str]


@dataclass(frozen=True)
class Pointer:
    """Something that names a part: where it stands, and in which words. An empty ``id`` is the whole file."""

    section: str
    id: str
    words: str


def renamed(text: str, section: str, old: str, new: str) -> str:
    """The text with another id for one part; a page and a step keep the old one as ``was``.

    Raises ``KeyError`` when there is no such part, and ``ValueError`` when the new id is taken.
    """
    root = spots(text)
    parts = root.entries[section]
    if any(new in root.entries[each].entries for each in _shared(section) if each in root.entries):
        raise ValueError(new)
    edits = [(*parts.keys[old], new)]
    edits += [(start, end, each) for start, end, each in _answer_edits(root, section, old, new)]
    was = _texts(parts.entries[old].value().get("was")) if parts.entries[old].kind == "map" else []
    text = applied(text, edits)
    if section in KEEPS_FORMER_NAMES:
        text = changed(text, [section, new, "was"], [*was, old])
    return changed(
        text, [], _swapped(spots(text).value(), section, lambda name: new if name == old else name)
    )


def without(text: str, section: str, name: str, instead: str = "", heir: str = "") -> str:
    """The text without one part. What led to it leads to ``instead``; ``heir`` is the page that keeps its id.

    A step or a fact goes out of the lists that name it. Answers of test walks on it go too.
    """
    value = spots(text).value()
    parts = {each: part for each, part in value[section].items() if each != name}
    value = {**value, section: parts}
    if section in ("nodes", "outcomes"):
        value = _swapped(value, section, lambda each: instead if each == name else each)
    else:
        value = _unlisted(value, section, name)
    value = _without_answers(value, section, name)
    if section == "nodes" and heir in parts:
        former = [*_texts(parts[heir].get("was")), name]
        value = {**value, "nodes": {**value["nodes"], heir: {**value["nodes"][heir], "was": former}}}
    if not parts and section in ("facts", "steps"):
        del value[section]
    return changed(text, [], value)


def pointers(tree: Tree, section: str, name: str) -> tuple[Pointer, ...]:
    """Everything that names a part, in file order; test walks are left out, for they follow by themselves."""
    if section in ("nodes", "outcomes"):
        return tuple(_pointers_to_goal(tree, name))
    if section == "steps":
        return tuple(_pointers_to_step(tree, name))
    return tuple(_pointers_to_fact(tree, name))


def _pointers_to_goal(tree: Tree, name: str) -> Iterator[Pointer]:
    if tree.start == name:
        yield Pointer("", "", "The diagnostic begins here")
    for node in tree.nodes.values():
        for edge in edges_of(node, {}):
            if edge.target == name:
                yield Pointer("nodes", node.id, f"{heading_of(node)}: {words_of(node, edge.key)}")
    for outcome in tree.outcomes.values():
        if outcome.busy == name:
            yield Pointer("outcomes", outcome.id, f"On busy days, instead of: {outcome.say or outcome.id}")


def _pointers_to_step(tree: Tree, name: str) -> Iterator[Pointer]:
    for node in tree.nodes.values():
        if isinstance(node, Try) and name in node.steps:
            yield Pointer("nodes", node.id, heading_of(node))
    for step in tree.steps.values():
        if name in step.after:
            yield Pointer("steps", step.id, f"Comes after it: {step.do}")


def _pointers_to_fact(tree: Tree, name: str) -> Iterator[Pointer]:
    for node in tree.nodes.values():
        if (isinstance(node, Ask) and node.save == name) or (
            isinstance(node, Collect) and name in node.facts
        ):
            yield Pointer("nodes", node.id, heading_of(node))
        if isinstance(node, Call) and name in node.give.values():
            yield Pointer("nodes", node.id, heading_of(node))
    for outcome in tree.outcomes.values():
        if name in outcome.needs or f"{{{name}}}" in outcome.subject:
            yield Pointer("outcomes", outcome.id, outcome.say or outcome.id)


def _shared(section: str) -> tuple[str, ...]:
    """Pages and ends are both named as goals, so they share their names."""
    return ("nodes", "outcomes") if section in ("nodes", "outcomes") else (section,)


def _answer_edits(root: Spot, section: str, old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """The addresses of answers in test walks."""
    nodes = root.entries["nodes"].value() if "nodes" in root.entries else {}
    walks = root.entries["walks"].items if "walks" in root.entries else ()
    for walk in walks:
        answers = walk.entries.get("answers")
        for address, place in (answers.keys if answers else {}).items():
            moved = _address(address, section, old, new, nodes)
            if moved != address:
                yield (*place, moved)


def _address(address: str, section: str, old: str, new: str, nodes: Mapping[str, Any]) -> str:
    first, dot, rest = address.partition(".")
    name = _VISIT.sub("", first)
    visit = first[len(name) :]
    if section == "nodes" and name == old:
        return new + visit + dot + rest
    if section == "facts" and not rest and name == old and name not in nodes:
        return new + visit
    if section == "steps" and rest == old and "try" in (nodes.get(name) or {}):
        return first + dot + new
    return address


def _swapped(value: dict[str, Any], section: str, swap: Swap) -> dict[str, Any]:
    """The value with other names wherever a part of this section is named."""
    if section in ("nodes", "outcomes"):
        return _swapped_goals(value, swap)
    names = ("after", "try") if section == "steps" else ("save", "collect", "needs")
    swapped: dict[str, Any] = dict(value)
    for each in SECTIONS:
        if isinstance(value.get(each), dict):
            swapped[each] = {
                name: _renamed_in(part, names, swap, facts=section == "facts")
                for name, part in value[each].items()
            }
    return swapped


def _renamed_in(part: Any, names: tuple[str, ...], swap: Swap, *, facts: bool) -> Any:
    if not isinstance(part, dict):
        return part
    made = {key: _each(value, swap) if key in names else value for key, value in part.items()}
    if facts and isinstance(part.get("give"), dict):
        made["give"] = {key: _each(value, swap) for key, value in part["give"].items()}
    if facts and isinstance(part.get("subject"), str):
        made["subject"] = re.sub(
            r"\{([a-z][a-z0-9_]*)\}", lambda found: f"{{{swap(found[1])}}}", part["subject"]
        )
    return made


def _swapped_goals(value: dict[str, Any], swap: Swap) -> dict[str, Any]:
    swapped = {**value, "start": _each(value.get("start"), swap)}
    swapped["nodes"] = {name: _goals(node, swap) for name, node in (value.get("nodes") or {}).items()}
    swapped["outcomes"] = {
        name: {key: _each(each, swap) if key == "busy" else each for key, each in part.items()}
        for name, part in (value.get("outcomes") or {}).items()
    }
    if value.get("walks"):
        swapped["walks"] = [{**walk, "ends": _each(walk.get("ends"), swap)} for walk in value["walks"]]
    return swapped


def _goals(part: Any, swap: Swap) -> Any:
    """A page or an answer with other goals; what it says stays."""
    if not isinstance(part, dict):
        return part
    made: dict[str, Any] = {}
    for key, value in part.items():
        if key in ("go", "else") or (
            key in ("fixed", "not_fixed", "stopped", "not_sure") and isinstance(value, str)
        ):
            made[key] = _each(value, swap)
        elif key in ("fixed", "not_fixed", "stopped", "not_sure", "none"):
            made[key] = _goals(value, swap)
        elif key == "options" and isinstance(value, list):
            made[key] = [_goals(option, swap) for option in value]
        else:
            made[key] = value
    return made


def _each(value: Any, swap: Swap) -> Any:
    if isinstance(value, list):
        return [_each(each, swap) for each in value]
    return swap(value) if isinstance(value, str) else value


def _unlisted(value: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    """The value with a step or a fact out of every list and field that names it."""
    lists = ("try", "after") if section == "steps" else ("collect", "needs")
    made = dict(value)
    for each in SECTIONS:
        made[each] = {
            key: _part_without(part, lists, section, name) for key, part in (value.get(each) or {}).items()
        }
        if not made[each]:
            del made[each]
    return made


def _part_without(part: Any, lists: tuple[str, ...], section: str, name: str) -> Any:
    if not isinstance(part, dict):
        return part
    made: dict[str, Any] = {
        key: [each for each in _texts(value) if each != name] if key in lists else value
        for key, value in part.items()
    }
    if section == "facts" and made.get("save") == name:
        del made["save"]
    if section == "facts" and isinstance(made.get("give"), dict):
        # Left there, the name would be handed over as a word.
        made["give"] = {key: value for key, value in made["give"].items() if value != name}
    return {key: value for key, value in made.items() if value not in ([], {}) or key in ("try", "collect")}


def _without_answers(value: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    if not value.get("walks"):
        return value
    nodes = value.get("nodes") or {}
    walks = []
    for walk in value["walks"]:
        answers = {
            address: given
            for address, given in (walk.get("answers") or {}).items()
            if _address(address, section, name, "", nodes) == address
        }
        walks.append({**walk, "answers": answers} if "answers" in walk else walk)
    return {**value, "walks": walks}


def _texts(value: Any) -> list[Any]:
    """A list; one text counts as a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
