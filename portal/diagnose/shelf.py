"""The shelf: diagnostics parsed once and kept, by revision, with those that they may call."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.trees.tree import Tree

MOST_KEPT = 200


class Shelf:
    """Trees by revision, which never change, and the published ones by slug, until the site changes."""

    def __init__(self) -> None:
        self._trees: dict[int, Tree] = {}
        self._published: tuple[int, Mapping[str, Tree]] = (-1, {})

    def tree(self, session: Session, revision_id: int) -> Tree:
        """The tree of a revision. One query the first time, none after."""
        found = self._trees.get(revision_id)
        if found is None:
            stored = session.scalar(select(Revision.tree).where(Revision.id == revision_id))
            if stored is None:
                raise LookupError(f"revision {revision_id} is not a diagnostic")
            found = Tree.from_json(stored)
            if len(self._trees) >= MOST_KEPT:
                self._trees.clear()
            self._trees[revision_id] = found
        return found

    def library(self, session: Session, version: int) -> Mapping[str, Tree]:
        """The published diagnostics, for calls from one to another. One query after each change of the site."""
        if self._published[0] != version:
            self._published = (version, published_trees(session))
        return self._published[1]


def published_trees(session: Session) -> dict[str, Tree]:
    """The published diagnostics by slug. One query."""
    rows = session.execute(
        select(Article.slug, Revision.tree)
        .join(Revision, Revision.id == Article.published_id)
        .where(Article.kind == "diagnostic", Article.status == "published")
    )
    return {row.slug: Tree.from_json(row.tree) for row in rows if row.tree}
