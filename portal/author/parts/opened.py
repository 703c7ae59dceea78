"""A draft as its forms need it: read, numbered, checked, with what is around it to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kb.articles import Article, Revision
from kb.findings import Finding
from kb.trees.checks import check
from kb.trees.editing.spots import spots
from kb.trees.outline import Entry, Outline, heading_of, outline
from kb.trees.parsing import parse
from kb.trees.tree import Tree
from portal.author.evidence.measuring import measured_lately
from portal.author.surroundings import Surroundings, audiences_for, surroundings
from portal.request import db, now, reader, site, wiring

SECTION_OF = {"nodes": "nodes", "steps": "steps", "outcomes": "outcomes", "facts": "facts"}
WALK_CHANGED = "walk-changed"
WALKS_MISSING = "walks-missing"


@dataclass
class Opened:
    """A version of a diagnostic that can be read. ``value`` is the text as plain names and values."""

    article: Article
    revision: Revision
    source: str
    tree: Tree
    near: Surroundings

    @property
    def url(self) -> str:
        return f"/author/diagnostics/{self.article.slug}"

    @cached_property
    def value(self) -> dict[str, Any]:
        found = spots(self.source).value()
        return found if isinstance(found, dict) else {}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The titles of guides and other diagnostics by slug."""
        return {slug: other.title for slug, other in self.near.articles.items()}

    @cached_property
    def outline(self) -> Outline:
        return outline(self.tree, self.titles)

    @cached_property
    def library(self) -> Mapping[str, Tree]:
        """The live diagnostics that this person may read, with this one as it is in the draft."""
        live = wiring().shelf.library(db(), site().version)
        return {name: tree for name, tree in live.items() if name in self.near.articles}

    @cached_property
    def audiences(self) -> dict[str, str]:
        """Who may be named as its readers by this person, in words; who is named already is among them."""
        return audiences_for(self.near, reader(), self.tree.front.audience)

    @cached_property
    def before(self) -> Tree | None:
        """What readers see now."""
        live = self.article.published
        return Tree.from_json(live.tree) if live is not None and live.tree else None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the check says, without the walks that end differently: those stand on the page of tests."""
        around = self.near.around(
            self.library,
            avoid=site().settings.get("words.avoid") or {},
            today=None,
            before=self.before,
            placeholders=frozenset(site().placeholders),
        )
        measured = measured_lately(db(), self.article.id, now().astimezone(site().zone).date())
        found = check(self.tree, replace(around, measured=measured))
        return tuple(each for each in found if each.rule != WALK_CHANGED)

    def about(self, section: str, name: str) -> tuple[Finding, ...]:
        """What the check says about one part; ``about`` names the head of the file."""
        if section == "about":
            known = self.parts_with_findings
            return tuple(each for each in self.findings if each.where.split(".")[0] not in known)
        return tuple(
            each
            for each in self.findings
            if name in each.where.split(".")[:2] and each.rule != "walk-fails" and self._is_of(each, section)
        )

    def _is_of(self, finding: Finding, section: str) -> bool:
        """A step and a page may have one name; the line says which of them is meant."""
        first = finding.where.split(".")[0]
        owners = [each for each in SECTION_OF if first in getattr(self.tree, each)]
        return len(owners) < 2 or section == _owner_at(self.tree, finding, owners)

    @cached_property
    def parts_with_findings(self) -> frozenset[str]:
        tree = self.tree
        walks = {walk.name.split(".")[0] for walk in tree.walks}
        return frozenset({*tree.nodes, *tree.steps, *tree.outcomes, *tree.facts, *walks})

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """The numbers and letters of pages and ends in the outline."""
        entries: tuple[Entry, ...] = (*self.outline.pages, *self.outline.apart, *self.outline.ends)
        return {entry.id: entry.mark for entry in entries}

    def words(self, section: str, name: str) -> str:
        """The words by which a person knows a part."""
        if section == "nodes":
            return heading_of(self.tree.nodes[name], self.titles) or name
        if section == "steps":
            return self.tree.steps[name].do or name
        if section == "facts":
            return self.tree.facts[name].label or name
        return self.tree.outcomes[name].say or name


def opened(article: Article, revision: Revision) -> Opened:
    """A version opened in its forms. Raises ``TreeProblems`` for one that cannot be read. Five queries, one more
    when the live diagnostics are not kept yet."""
    tree = parse(revision.source, article.slug)
    return Opened(article, revision, revision.source, tree, surroundings(db(), reader()))


def _owner_at(tree: Tree, finding: Finding, owners: list[str]) -> str:
    """The section whose part with this name begins last before the line of the finding."""
    name = finding.where.split(".")[0]
    lines = {each: getattr(tree, each)[name].line for each in owners}
    before = {each: line for each, line in lines.items() if line <= finding.line}
    return max(before or lines, key=lambda each: lines[each])
