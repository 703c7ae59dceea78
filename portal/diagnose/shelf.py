"""The shelf: diagnostics parsed once and kept, by revision, with those that they call, in the words of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.trees.called import Change, Histories, first_live, histories, live_at
from kb.trees.filling import filled, has_placeholders
from kb.trees.recalls import Recall
from kb.trees.tree import Tree
from portal.site.context import Site

MOST_KEPT = 200
Words = tuple[int, str]


@dataclass(frozen=True)
class Label:
    """What stands on a version: of which diagnostic, which number, its services, and why it was recalled if it was."""

    slug: str
    title: str
    topic: str
    version: int
    services: tuple[str, ...]
    recalled: str = ""


@dataclass(frozen=True)
class Called:
    """What a run calls, by slug: the trees, and which of their versions were recalled since then."""

    trees: dict[str, Tree] = field(default_factory=dict)
    recalled: dict[str, Recalled] = field(default_factory=dict)


@dataclass(frozen=True)
class Recalled:
    """Why a called version was recalled, and whether a mended one is live."""

    reason: str
    is_mended: bool


class Shelf:
    """Trees by revision, which never change; labels, histories and the published trees, until the site changes."""

    def __init__(self) -> None:
        self._trees: dict[int, Tree] = {}
        self._plain: set[int] = set()
        self._filled: dict[int, tuple[Words, Tree]] = {}
        self._labels: tuple[int, dict[int, Label]] = (-1, {})
        self._published: tuple[int, Mapping[str, Tree]] = (-1, {})
        self._histories: tuple[int, Histories] = (-1, {})

    def tree(self, session: Session, revision_id: int) -> Tree:
        """The tree of a revision, as its author wrote it. One query the first time, none after."""
        found = self._trees.get(revision_id)
        if found is None:
            stored = session.scalar(select(Revision.tree).where(Revision.id == revision_id))
            if stored is None:
                raise LookupError(f"revision {revision_id} is not a diagnostic")
            found = Tree.from_json(stored)
            if len(self._trees) >= MOST_KEPT:
                self._trees.clear()
                self._plain.clear()
                self._filled.clear()
            self._trees[revision_id] = found
            if not has_placeholders(found):
                self._plain.add(revision_id)
        return found

    def tree_today(self, session: Session, revision_id: int, site: Site) -> Tree:
        """The tree of a revision with today's local facts in its texts. No query more than ``tree``."""
        tree = self.tree(session, revision_id)
        if revision_id in self._plain:
            return tree
        words = _words_of(site)
        kept = self._filled.get(revision_id)
        if kept is None or kept[0] != words:
            kept = (words, filled(tree, site.placeholders, phone=site.line.phone))
            self._filled[revision_id] = kept
        return kept[1]

    def label(self, session: Session, revision_id: int, site: Site) -> Label:
        """What stands on a version. One query after each change of the site, then none."""
        if self._labels[0] != site.version or len(self._labels[1]) >= MOST_KEPT:
            self._labels = (site.version, {})
        labels = self._labels[1]
        if revision_id not in labels:
            labels[revision_id] = _label_of(session, revision_id)
        return labels[revision_id]

    def library(self, session: Session, version: int) -> Mapping[str, Tree]:
        """The published diagnostics, for calls from one to another. One query after each change of the site."""
        if self._published[0] != version:
            self._published = (version, published_trees(session, recalled=False))
        return self._published[1]

    def called(self, session: Session, revision_id: int, since: datetime, site: Site) -> Called:
        """What a run on this revision that began at ``since`` calls, in today's words: what was live then.

        A version published or retired later changes nothing for it. One query after each change of the site, and
        one for each called revision the first time.
        """
        known = self._known(session, site)
        own = self.label(session, revision_id, site).slug
        # A run that went on with a mended version, or an invented one, is older than what it walks on.
        moment = max(since, first_live(known, own, revision_id) or since)
        found, wanted = Called(), list(self.tree(session, revision_id).calls)
        for slug in wanted:
            change = live_at(known.get(slug, ()), moment)
            if slug in found.trees or change is None or change.revision_id is None:
                continue
            found.trees[slug] = self.tree_today(session, change.revision_id, site)
            wanted += found.trees[slug].calls
            if change.recalled is not None:
                found.recalled[slug] = Recalled(change.reason, _is_mended(known[slug]))
        return found

    def _known(self, session: Session, site: Site) -> Histories:
        if self._histories[0] != site.version:
            self._histories = (site.version, histories(session))
        return self._histories[1]


def published_trees(session: Session, *, recalled: bool = True) -> dict[str, Tree]:
    """The published diagnostics by slug; without recalled ones a call to them ends as stopped. One query."""
    wanted = (
        select(Article.slug, Revision.tree)
        .join(Revision, Revision.id == Article.published_id)
        .where(Article.kind == "diagnostic", Article.status == "published")
    )
    if not recalled:
        wanted = wanted.outerjoin(Recall, Recall.revision_id == Revision.id).where(Recall.reason.is_(None))
    rows = session.execute(wanted)
    return {row.slug: Tree.from_json(row.tree) for row in rows if row.tree}


def _is_mended(history: tuple[Change, ...]) -> bool:
    last = history[-1]
    return last.revision_id is not None and last.recalled is None


def _words_of(site: Site) -> Words:
    """What the filled texts depend on: the settings, and the number of the line to call now."""
    return site.version, site.line.phone


def _label_of(session: Session, revision_id: int) -> Label:
    row = session.execute(
        select(Article.slug, Article.title, Article.topic, Revision.number, Revision.front, Recall.reason)
        .join(Revision, Revision.article_id == Article.id)
        .outerjoin(Recall, Recall.revision_id == Revision.id)
        .where(Revision.id == revision_id)
    ).one()
    services = tuple(row.front.get("services") or ())
    return Label(row.slug, row.title, row.topic, row.number, services, row.reason or "")
