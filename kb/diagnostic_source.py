"""The YAML of a diagnostic as an article keeps it: its front matter, its tree and its sections for search."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from kb.trees.parsing import TreeProblems, parse
from kb.trees.tree import Ask, Collect, Front, Step, Tree

FRONT_KEYS = (
    "title",
    "topic",
    "audience",
    "symptoms",
    "tags",
    "services",
    "owner",
    "review_by",
    "related",
    "note",
    "legal",
    "storm",
)


@dataclass(frozen=True)
class DiagnosticText:
    """What a diagnostic's YAML says. Without a tree when the text has mistakes; then only a draft can keep it."""

    title: str = ""
    front: dict[str, Any] = field(default_factory=dict)
    tree: dict[str, Any] | None = None
    outline: list[dict[str, str]] = field(default_factory=list)


def diagnostic_text(source: str, slug: str = "") -> DiagnosticText:
    """Read the YAML of a diagnostic; never raises. Costs some milliseconds."""
    try:
        tree = parse(source, slug)
    except TreeProblems:
        return DiagnosticText()
    # Through JSON, so that tuples are lists here as they are when the row is read again.
    stored = json.loads(json.dumps(dataclasses.asdict(tree)))
    return DiagnosticText(tree.title, _front(tree.front), stored, _outline(tree))


def _front(front: Front) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for key in FRONT_KEYS:
        value = getattr(front, key)
        if value:
            read[key] = list(value) if isinstance(value, tuple) else value
    return read


def _outline(tree: Tree) -> list[dict[str, str]]:
    """One section of questions with their answers, and one of steps: what a clerk may search for."""
    asked = [_question(node) for node in tree.nodes.values() if isinstance(node, Ask)]
    typed = [
        tree.facts[name].ask
        for node in tree.nodes.values()
        if isinstance(node, Collect)
        for name in node.facts
        if name in tree.facts
    ]
    tried = [_step(step) for step in tree.steps.values()]
    sections = [("", "Questions", [*asked, *typed]), ("", "Steps", tried)]
    return [
        {"anchor": anchor, "heading": heading, "text": " ".join(filter(None, texts))}
        for anchor, heading, texts in sections
        if any(texts)
    ]


def _question(node: Ask) -> str:
    return " ".join(filter(None, [node.question, node.help, *(f"{option.say}." for option in node.options)]))


def _step(step: Step) -> str:
    return " ".join([f"{step.do}.", *step.how]).replace("..", ".")
