"""A diagnostic with today's local facts in its texts, in place of placeholders such as ``{{ desk.phone }}``."""

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from kb.placeholders import fill_text
from kb.trees.tree import Tree


def has_placeholders(tree: Tree) -> bool:
    """Whether any text of it has to be filled when it is read. About a millisecond; keep the answer."""
    return "{{" in tree.as_json()


def filled(tree: Tree, values: Mapping[str, str], *, phone: str) -> Tree:
    """The diagnostic with its placeholders filled as plain text, which a page still escapes.

    ``values`` has every known name; an empty or unknown one becomes "ask your help desk" with the number. Ids and
    addresses hold no placeholders, so walks and answers stay what they are. About a millisecond.
    """
    return cast(Tree, _filled(tree, values, phone))


def _filled(part: Any, values: Mapping[str, str], phone: str) -> Any:
    if isinstance(part, str):
        return fill_text(part, values, phone=phone) if "{{" in part else part
    if isinstance(part, tuple):
        return tuple(_filled(each, values, phone) for each in part)
    if isinstance(part, dict):
        return {name: _filled(each, values, phone) for name, each in part.items()}
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        fields = {each.name: getattr(part, each.name) for each in dataclasses.fields(part)}
        return dataclasses.replace(
            part, **{name: _filled(value, values, phone) for name, value in fields.items()}
        )
    return part
