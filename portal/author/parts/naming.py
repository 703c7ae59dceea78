"""Ids made of words: short, plain, free, and read as a text by every program."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from kb.trees.fields import NAME
from kb.trees.source import is_doubtful
from kb.trees.tree import RESERVED_FACTS, Tree

LONGEST = 28
RESERVED = frozenset(
    {"not_sure", "none", "check", "contact", "sent", "end", "urgent", "photo", "new", *RESERVED_FACTS}
)
_SMALL = frozenset(
    ["a", "an", "the", "is", "are", "do", "does", "of", "to", "it", "and", "or", "you", "your"]
)


def new_id(words: str, taken: Container[str]) -> str:
    """The first free id that these words make."""
    plain = unicodedata.normalize("NFKD", words.casefold()).encode("ascii", "ignore").decode()
    parts = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    parts = [part for part in parts if part not in _SMALL] or parts
    stem = ""
    for part in parts:
        if stem and len(stem) + len(part) >= LONGEST:
            break
        stem = f"{stem}_{part}" if stem else part[:LONGEST]
    if not stem or not stem[0].isalpha() or is_doubtful(stem) or stem in RESERVED:
        stem = f"item_{stem}".rstrip("_")
    number, name = 1, stem
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name


def problem_with(name: str) -> str:
    """Why this cannot be an id, in a sentence; empty when it can."""
    if not NAME.fullmatch(name):
        return "Use small letters, digits and underscores, a letter first"
    if is_doubtful(name):
        return "Some programs read this as true, false or nothing. Choose another"
    if name in RESERVED - set(RESERVED_FACTS):
        return "This name is used by the pages of a run. Choose another"
    return ""


def taken_in(tree: Tree, section: str) -> frozenset[str]:
    """The ids that a new part of this section cannot have. Pages and ends share theirs, and typed facts with them."""
    if section in ("nodes", "outcomes"):
        former = {name for node in tree.nodes.values() for name in node.was}
        return frozenset({*tree.nodes, *tree.outcomes, *former, *tree.facts})
    if section == "steps":
        return frozenset({*tree.steps, *(name for step in tree.steps.values() for name in step.was)})
    return frozenset({*tree.facts, *tree.nodes})
