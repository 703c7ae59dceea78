"""A check of the live diagnostics: none is recalled, and each number that one sends people to is filled in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article
from kb.trees.recalls import Recall
from portal.diagnose.lines import NUMBER
from portal.diagnose.shelf import published_trees
from portal.keeping.checkup import Check, good, warning

# The setting that holds the number of each line of a call, beside the help desk's own.
LINES = {"elections": "elections.phone", "security": "placeholder.security.contact"}


def check_diagnostics(session: Session, settings: dict[str, Any]) -> Check:
    """Whether people can begin every live diagnostic, and are sent to the right number at its end. Two queries."""
    recalled = list(
        session.scalars(
            select(Article.slug)
            .join(Recall, Recall.revision_id == Article.published_id)
            .where(Article.status == "published")
            .order_by(Article.slug)
        )
    )
    if recalled:
        return warning(
            "diagnostics",
            f"Nobody can begin {', '.join(recalled)}: the live version is recalled.",
            "Publish a mended version, or take it out of use.",
        )
    outcomes = [end for tree in published_trees(session).values() for end in tree.outcomes.values()]
    called = {end.phone for end in outcomes if end.kind == "call_now"}
    empty = [
        name
        for line, name in LINES.items()
        if line in called and not NUMBER.search(str(settings.get(name) or ""))
    ]
    if empty:
        names = " and ".join(name.removeprefix("placeholder.") for name in empty)
        return warning(
            "diagnostics",
            f"Diagnostics send people to a number that is not filled in: {names}. They call the help desk instead.",
            "Fill it in under Set up, Settings.",
        )
    return good(
        "diagnostics", "Every live diagnostic can begin, and every number it sends people to is known."
    )
