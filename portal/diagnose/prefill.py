"""Answers that a link brings along, such as ``?light=red``: only options that their author marked as shareable."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from kb.trees.answers import choice_of
from kb.trees.tree import Ask, Tree

# Long enough to read the start page and press the button; a shared computer keeps it no longer.
KEPT_SECONDS = 3600
LONGEST = 500


def names_a_question(tree: Tree, sent: Mapping[str, str]) -> bool:
    """Whether an address names a question or a fact at all: then it is cleaned, whatever the answers are worth."""
    known = {name for node in _questions(tree) for name in (node.id, node.save) if name}
    return not known.isdisjoint(sent)


def brought(tree: Tree, sent: Mapping[str, str]) -> dict[str, str]:
    """The answers in an address by question: valid, of one choice, and shareable. The rest is left out."""
    found: dict[str, str] = {}
    for node in _questions(tree):
        value = sent.get(node.id) or (sent.get(node.save) if node.save else None) or ""
        if any(option.id == value and option.shareable for option in node.options):
            found[node.id] = value
    return found


def words_of(tree: Tree, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The brought answers as question and answer, for the start page."""
    rows = []
    for node in _questions(tree):
        choice = choice_of(node, answers.get(node.id, ""))
        if choice is not None:
            rows.append((node.question, choice.words))
    return rows


def cookie_name(slug: str) -> str:
    """Where the browser keeps them between the link and the button."""
    return f"brought-{slug}"


def as_cookie(answers: Mapping[str, str]) -> str:
    return urlencode(answers)[:LONGEST]


def from_cookie(tree: Tree, text: str) -> dict[str, str]:
    """The same answers again, judged anew: a cookie is anybody's text."""
    return brought(tree, dict(parse_qsl(text[:LONGEST])))


def _questions(tree: Tree) -> list[Ask]:
    return [node for node in tree.nodes.values() if isinstance(node, Ask) and not node.many]
