"""A diagnostic as Mermaid text, to be pasted into other documents; its labels cannot break out of their quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kb.trees.graph import edges_of
from kb.trees.outline import Entry, outline, words_of
from kb.trees.tree import Tree

# The pairs of signs around a label that make its shape: the same shapes as on our own map, as far as there are.
SHAPES = {
    "ask": ("(", ")"),
    "try": ("{{", "}}"),
    "read": ("[", "]"),
    "collect": ("[/", "/]"),
    "call": ("[[", "]]"),
    "solved": ("([", "])"),
    "ticket": (">", "]"),
    "call_now": ("{{", "}}"),
}
_SPACE = re.compile(r"\s+")


def mermaid(tree: Tree, titles: Mapping[str, str] | None = None) -> str:
    """The flowchart of a diagnostic, left to right, with a title and a description for screen readers."""
    plan = outline(tree, titles)
    pages = (*plan.pages, *plan.apart)
    lines = [
        "flowchart LR",
        f"  accTitle: {_line(tree.title)}",
        f"  accDescr: {len(pages)} pages and {len(plan.ends)} ends of the diagnostic {_line(tree.title)}",
    ]
    ids = {entry.id: f"n{number}" for number, entry in enumerate((*pages, *plan.ends), 1)}
    lines += [f"  {ids[entry.id]}{_shaped(entry)}" for entry in (*pages, *plan.ends)]
    for entry in pages:
        node = tree.nodes[entry.id]
        for edge in edges_of(node, {}):
            if edge.target in ids:
                label = _quoted(words_of(node, edge.key))
                lines.append(f"  {ids[entry.id]} -->|{label}| {ids[edge.target]}")
    return "\n".join(lines) + "\n"


def _shaped(entry: Entry) -> str:
    opening, closing = SHAPES[entry.kind]
    return f"{opening}{_quoted(f'{entry.mark}. {entry.heading}')}{closing}"


def _quoted(text: str) -> str:
    """A label in quotes. Signs that mean something to Mermaid or to HTML become its numbered entities."""
    plain = _SPACE.sub(" ", text).strip()
    return '"' + re.sub(r"[^\w .,:;!?()'’“”/-]", _entity, plain) + '"'


def _entity(found: re.Match[str]) -> str:
    return f"#{ord(found.group())};"


def _line(text: str) -> str:
    """One line of words for a title: what could begin something else is left out."""
    return re.sub(r"[^\w .,:!?()'’“”/-]", "", _SPACE.sub(" ", text)).strip()
