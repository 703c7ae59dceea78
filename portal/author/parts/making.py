"""New parts of a diagnostic: what each begins with, and those that a form asks for on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kb.trees.tree import Tree
from portal.author.parts.naming import new_id, taken_in
from portal.author.parts.offers import NEW

SECTIONS = {"ask": "nodes", "try": "nodes", "read": "nodes", "collect": "nodes", "call": "nodes"} | {
    "step": "steps",
    "fact": "facts",
    "ticket": "outcomes",
    "call_now": "outcomes",
    "solved": "outcomes",
}
"""Which section a kind of part stands in."""

KINDS = {
    "ask": "Question",
    "try": "Page of steps",
    "read": "Guide",
    "collect": "Details to ask for",
    "call": "Other diagnostic",
    "step": "Step",
    "fact": "Line of the request",
    "ticket": "End: send to the help desk",
    "call_now": "End: call us now",
    "solved": "End: solved",
}


NAMES_A_PART = frozenset(
    {"go", "else", "fixed", "not_fixed", "stopped", "not_sure", "try", "collect", "save"}
)
"""Only under these names a "New…" is one; elsewhere it is what somebody wrote."""


@dataclass
class Making:
    """Parts made while a form is saved, by section and id."""

    tree: Tree
    made: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def named(self, value: str, words: str) -> str:
        """The id for a value of a list: itself, or that of a new part when it asks for one."""
        return self.make(value.removeprefix(NEW), words) if value.startswith(NEW) else value

    def make(self, kind: str, words: str, about: str = "") -> str:
        """A new part of a kind; ``about`` is the guide or the diagnostic it shows. Its id."""
        section = SECTIONS[kind]
        taken = {*taken_in(self.tree, section), *(name for _, name, _ in self.made)}
        name = new_id(words, taken)
        self.made.append((section, name, first_of(kind, words, about)))
        return name


def first_of(kind: str, words: str, about: str = "") -> dict[str, Any]:
    """What a new part begins with: enough to be shown, and the check says what is missing."""
    if kind == "ask":
        return {"ask": words, "options": []}
    if kind in ("try", "collect"):
        return {kind: []}
    if kind in ("read", "call"):
        return {kind: about}
    if kind == "step":
        return {"do": words, "minutes": 2}
    if kind == "fact":
        return {"label": words}
    if kind == "ticket":
        return {"kind": "ticket", "say": words, "group": "help-desk", "impact": "low", "urgency": "today"}
    if kind == "call_now":
        rank = {"group": "help-desk", "impact": "high", "urgency": "now"}
        return {"kind": "call_now", "say": words, "line": "help_desk", "ticket_too": True, **rank}
    return {"kind": "solved", "say": words}


def made_on_the_way(making: Making, part: dict[str, Any], words: str) -> dict[str, Any]:
    """The part with every "New…" of its lists made, and named by its id."""
    return {name: _named(making, name, value, words) for name, value in part.items()}


def _named(making: Making, name: str, value: Any, words: str) -> Any:
    if isinstance(value, str) and value.startswith(NEW) and name in NAMES_A_PART:
        return making.named(value, _stub_words(value, words))
    if isinstance(value, list):
        return [_named(making, name, each, words) for each in value]
    if isinstance(value, dict):
        said = f"after “{value['say']}”" if value.get("say") else words
        return {key: _named(making, key, each, said) for key, each in value.items()}
    return value


def _stub_words(value: str, words: str) -> str:
    first = {
        "ask": "New question",
        "try": "New steps",
        "ticket": "New end",
        "step": "New step",
        "fact": "New line",
    }
    return f"{first.get(value.removeprefix(NEW), 'New')} {words}".strip()[:120]
