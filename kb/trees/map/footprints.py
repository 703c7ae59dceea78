"""Where a run went on the map of its diagnostic."""

from __future__ import annotations

from itertools import pairwise

from kb.trees.drawing import Shown
from kb.trees.graph import edges_of
from kb.trees.tree import Tree
from kb.trees.walk import Walk


def footprints(tree: Tree, walk: Walk) -> Shown:
    """The pages and answers of a walk, for its map: those of the first diagnostic, not of those it called."""
    names = [*walk.nodes, *([walk.outcome.id] if walk.outcome else [])]
    answers: dict[str, set[str]] = {}
    for stop in walk.trail:
        if stop.page.slug == tree.slug:
            answers.setdefault(stop.page.node.id, set()).update(stop.value.split("+"))
    ways: set[tuple[str, str]] = set()
    for source, target in pairwise(names):
        keys = [edge.key for edge in edges_of(tree.nodes[source], {}) if edge.target == target]
        said = [key for key in keys if key in answers.get(source, ())]
        ways.update((source, key) for key in said or keys[:1])
    return Shown(walked=frozenset(names), walked_ways=frozenset(ways))
