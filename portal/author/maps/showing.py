"""What the page of a map needs: the tree, its findings by page, and the titles of the guides it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from kb.findings import Finding
from kb.trees.checks import check
from kb.trees.drawing import Shown, drawn
from kb.trees.figures.measures import by_place, traffic_of
from kb.trees.map.mermaid import mermaid
from kb.trees.tree import Tree
from portal.author.surroundings import Surroundings

GRAVEST_FIRST = ("error", "warning", "note")


@dataclass(frozen=True)
class Map:
    """A diagnostic drawn, with its text for other documents and how many findings stand on it by level."""

    svg: Markup
    mermaid: str
    has_traffic: bool
    counts: Mapping[str, int]


def map_of(
    tree: Tree,
    near: Surroundings,
    findings: Iterable[Finding],
    base: str,
    *,
    measured: Mapping[str, Counter[str]],
    alone: bool = False,
) -> Map:
    """The map of a tree. `base` is the address of its editor; each page links to its form there;
    `measured` counts by address how many runs took each answer."""
    found = tuple(findings)
    titles = {slug: other.title for slug, other in near.articles.items()}
    traffic = traffic_of(tree, by_place(tree, measured))
    svg = drawn(
        tree,
        lambda name: "" if alone else form_of(tree, base, name),
        Shown(marks=marks_of(tree, found), traffic=traffic),
        titles=titles,
        alone=alone,
    )
    return Map(
        svg=Markup(svg),  # noqa: S704 - drawn by us; every word on it is escaped
        mermaid=mermaid(tree, titles),
        has_traffic=bool(traffic),
        counts={level: sum(each.level == level for each in found) for level in GRAVEST_FIRST},
    )


def marks_of(tree: Tree, findings: Iterable[Finding]) -> dict[str, str]:
    """The gravest level of what is said about each page and end; what is said about a step marks its page."""
    marks: dict[str, str] = {}
    for finding in sorted(findings, key=lambda each: GRAVEST_FIRST.index(each.level), reverse=True):
        first = finding.where.split(".")[0]
        for name in [first] if first in {*tree.nodes, *tree.outcomes} else pages_with(tree, first):
            marks[name] = finding.level
    return marks


def pages_with(tree: Tree, part: str) -> list[str]:
    """The pages that hold a step or ask for a fact."""
    held = (
        (name, (*getattr(node, "steps", ()), *getattr(node, "facts", ())))
        for name, node in tree.nodes.items()
    )
    return [name for name, parts in held if part in parts]


def form_of(tree: Tree, base: str, name: str) -> str:
    """The address of the form of a page or an end; empty for what is neither."""
    section = "nodes" if name in tree.nodes else "outcomes"
    return f"{base}/{section}/{name}" if name in getattr(tree, section) else ""


def findings_of(
    tree: Tree,
    near: Surroundings,
    library: Mapping[str, Tree],
    avoid: Mapping[str, str],
    measured: Mapping[str, Counter[str]],
) -> list[Finding]:
    """What the check says of a tree among what is around it; nothing that only publishing asks for."""
    around = near.around(library, avoid=avoid, today=None)
    return list(check(tree, replace(around, measured=measured)))
