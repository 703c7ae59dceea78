"""What a play remembers: where it began, on which kind of day, and the answers; signed, and kept by the browser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from kb.trees.tree import Tree
from portal.vocabulary import MODES

LONGEST_WORDS = 120
"""Typed answers are cut for the play, so that a whole walk fits into the 4 kB that browsers keep."""

LARGEST = 3800
_SALT = "play of a draft"


@dataclass(frozen=True)
class Play:
    """A walk through a draft. ``begin`` is the page it began at, empty for the first one of the diagnostic."""

    begin: str = ""
    mode: str = "normal"
    answers: dict[str, str] = field(default_factory=dict)

    def answered(self, address: str, value: str) -> Play:
        """With one answer, new or in the place of an old one."""
        return replace(self, answers={**self.answers, address: value[:LONGEST_WORDS]})

    def in_tree(self, tree: Tree) -> Tree:
        """The diagnostic with the page first that the play began at, if it is there still."""
        return replace(tree, start=self.begin) if self.begin in tree.nodes else tree

    def is_whole(self, tree: Tree) -> bool:
        """Whether it began where readers begin; only then it can be a test."""
        return self.in_tree(tree).start == tree.start


def packed(play: Play, key: str) -> str:
    """The play as the browser keeps it; empty when it has grown too long to be kept."""
    text = URLSafeSerializer(key, salt=_SALT).dumps([play.begin, play.mode, play.answers])
    found = text if isinstance(text, str) else text.decode("ascii")
    return found if len(found) <= LARGEST else ""


def unpacked(text: str, key: str) -> Play | None:
    """The play that the browser brought; None for what is none of ours."""
    try:
        begin, mode, answers = URLSafeSerializer(key, salt=_SALT).loads(text)
    except (BadData, ValueError, TypeError):
        return None
    return Play(str(begin), _mode(mode), {str(name): str(value) for name, value in dict(answers).items()})


def _mode(value: Any) -> str:
    return str(value) if value in MODES else "normal"
