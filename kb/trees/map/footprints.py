"""Where a run went on the map of its diagnostic."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from kb.trees.drawing import Shown
from kb.trees.graph import edges_of
from kb.trees.tree import Ask, Tree
from kb.trees.walk import Walk


def footprints(tree: Tree, walk: Walk) -> Shown:
    """The pages and answers of a walk for the map of one diagnostic: the first of the run, or one that it called."""
    legs = [nodes for slug, nodes in walk.called if slug == tree.slug]
    if not legs:
        legs = [(*walk.nodes, *([walk.outcome.id] if walk.outcome else []))]
    said = _said_in(tree, walk)
    ways: set[tuple[str, str]] = set()
    for source, target in (pair for leg in legs for pair in pairwise(leg)):
        keys = [edge.key for edge in edges_of(tree.nodes[source], {}) if edge.target == target]
        ways.update((source, key) for key in [key for key in keys if key in said[source]] or keys[:1])
    return Shown(walked=frozenset(name for leg in legs for name in leg), walked_ways=frozenset(ways))


def _said_in(tree: Tree, walk: Walk) -> dict[str, set[str]]:
    """The answers by page: those of the trail, and what was known already where a question was not asked again."""
    said: dict[str, set[str]] = defaultdict(set)
    for stop in walk.trail:
        if stop.page.slug == tree.slug:
            said[stop.page.node.id].update(stop.value.split("+"))
    known = {fact.name: fact.value for fact in walk.facts}
    for node in tree.nodes.values():
        if isinstance(node, Ask) and node.id not in said and node.save in known:
            said[node.id].update(known[node.save].split("+"))
    return said
