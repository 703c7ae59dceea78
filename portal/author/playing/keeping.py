"""Test walks in the text of a draft: one added, one taken out, and the end that one should have."""

from __future__ import annotations

from typing import Any

from kb.trees.tree import Walkthrough
from portal.author.drafts import Text
from portal.author.parts.opened import Opened
from portal.author.parts.saving import text_of


class NameTaken(Exception):
    """Another test walk has this name."""


def text_with_test(draft: Opened, test: Walkthrough) -> Text:
    """The draft with one more test walk. Raises ``NameTaken`` and ``NotSaved``."""
    if any(each.name == test.name for each in draft.tree.walks):
        raise NameTaken(test.name)
    mode = {"mode": test.mode} if test.mode != "normal" else {}
    walk = {"name": test.name, **mode, "answers": dict(test.answers), "ends": test.ends}
    return _with_walks(draft, [*_walks(draft), walk], note=f"New test: {test.name}")


def text_without_test(draft: Opened, name: str) -> Text:
    """The draft without one test walk. Raises ``LookupError`` when there is none of that name."""
    walks = [each for each in _walks(draft) if str(each.get("name", "")) != name]
    if len(walks) == len(_walks(draft)):
        raise LookupError(name)
    return _with_walks(draft, walks, note=f"Test taken out: {name}")


def text_with_end(draft: Opened, name: str, ends: str) -> Text:
    """The draft in which a test walk should end elsewhere; the same text when there is no such walk."""
    walks = [{**each, "ends": ends} if str(each.get("name", "")) == name else each for each in _walks(draft)]
    return _with_walks(draft, walks, note=f"Accepted: {name} ends at {ends}")


def _with_walks(draft: Opened, walks: list[dict[str, Any]], *, note: str) -> Text:
    return text_of(draft, [(["walks"], walks or None)], draft.revision.number, note=note[:200])


def _walks(draft: Opened) -> list[dict[str, Any]]:
    walks = draft.value.get("walks")
    return [each for each in walks if isinstance(each, dict)] if isinstance(walks, list) else []
