"""A diagnostic as a graph: its edges, what can be reached, and what holds on every path."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kb.trees.tree import (
    IMPACTS,
    URGENCIES,
    Ask,
    Call,
    Collect,
    Hint,
    Node,
    Option,
    Outcome,
    Read,
    Tree,
    Try,
    Way,
)

NO_HINT = Hint()
Library = Mapping[str, Tree]


@dataclass(frozen=True)
class Edge:
    """One way from a node: `key` is the answer or the result, `sets` the facts that are known afterwards.

    `is_retry` marks a way back that may be taken a few times only.
    """

    source: str
    key: str
    target: str
    hint: Hint = NO_HINT
    sets: frozenset[str] = frozenset()
    is_retry: bool = False
    line: int = 0


def edges(tree: Tree, library: Library | None = None) -> tuple[Edge, ...]:
    """All edges in file order; ways without a target are left out."""
    return tuple(
        edge for node in tree.nodes.values() for edge in edges_of(node, library or {}) if edge.target
    )


def edges_of(node: Node, library: Library) -> tuple[Edge, ...]:
    """The edges of one node; a missing target is an empty one."""
    if isinstance(node, Ask):
        return _edges_of_ask(node)
    if isinstance(node, Try | Read):
        return (*_edges(node, "fixed", node.fixed), *_edges(node, "not_fixed", node.not_fixed))
    if isinstance(node, Collect):
        return _edges(node, "go", node.way, sets=frozenset(node.facts))
    ways = {"fixed": node.fixed, "not_fixed": node.not_fixed, "stopped": node.stopped}
    learned = {key: _learned(node, key, library) for key in ways}
    return tuple(edge for key, way in ways.items() for edge in _edges(node, key, way, sets=learned[key]))


def reachable(tree: Tree, start: str) -> frozenset[str]:
    """Everything that can be reached from a node or outcome, itself included, swaps on busy days too."""
    return frozenset({start} | _beyond(_ahead(tree), start))


def leading_to(tree: Tree, ends: frozenset[str]) -> frozenset[str]:
    """Everything from which one of these ends can be reached, the ends included."""
    behind: dict[str, set[str]] = {"": set(ends)}
    for source, targets in _ahead(tree).items():
        for target in targets:
            behind.setdefault(target, set()).add(source)
    return frozenset(_beyond(behind, ""))


def in_order(tree: Tree) -> tuple[str, ...] | None:
    """Nodes and outcomes from the start so that every edge leads onwards; None when there is a circle."""
    ahead: dict[str, list[str]] = {}
    for edge in edges(tree):
        if not edge.is_retry:
            ahead.setdefault(edge.source, []).append(edge.target)
    order: list[str] = []
    state: dict[str, int] = {}
    stack: list[tuple[str, int]] = [(tree.start, 0)]
    while stack:
        name, place = stack.pop()
        state[name] = 1
        targets = ahead.get(name, [])
        if place == len(targets):
            state[name] = 2
            order.append(name)
            continue
        stack.append((name, place + 1))
        found = state.get(targets[place], 0)
        if found == 1:
            return None
        if found == 0:
            stack.append((targets[place], 0))
    return tuple(reversed(order))


def circles(tree: Tree) -> tuple[str, ...]:
    """The nodes that can come back to themselves without a counted retry."""
    if in_order(tree) is not None and reachable(tree, tree.start) >= tree.nodes.keys():
        return ()
    ahead: dict[str, set[str]] = {}
    for edge in edges(tree):
        if not edge.is_retry:
            ahead.setdefault(edge.source, set()).add(edge.target)
    return tuple(name for name in tree.nodes if name in _beyond(ahead, name))


def always_known(
    tree: Tree, library: Library | None = None, given: frozenset[str] = frozenset()
) -> dict[str, frozenset[str]]:
    """For each node and outcome the facts that are known on every path to it; empty when there is a circle.

    The must-define analysis of compilers. Severity counts as the facts "!impact" and "!urgency". What a
    clerk may leave empty is never known for sure.
    """
    known: dict[str, frozenset[str]] = {tree.start: given}
    for name in in_order(tree) or ():
        for edge in _onwards(tree, name, library or {}):
            after = known[name] | (edge.sets - _skippable(tree, name)) | _severity(edge.hint)
            known[edge.target] = known.get(edge.target, after) & after
    for outcome in tree.outcomes.values():
        if outcome.busy and outcome.id in known:
            known[outcome.busy] = known.get(outcome.busy, known[outcome.id]) & known[outcome.id]
    return known


def always_said(tree: Tree) -> dict[str, Hint]:
    """For each node and outcome the severity that every path to it has said before; empty with a circle.

    What a called diagnostic says is left out: it depends on how it ends.
    """
    said = {tree.start: NO_HINT}
    for name in in_order(tree) or ():
        for edge in _onwards(tree, name, {}):
            after = _picked(max, said[name], edge.hint)
            said[edge.target] = _picked(min, said.get(edge.target, after), after)
    for outcome in tree.outcomes.values():
        if outcome.busy and outcome.id in said:
            said[outcome.busy] = _picked(min, said.get(outcome.busy, said[outcome.id]), said[outcome.id])
    return said


def maybe_known(tree: Tree) -> dict[str, frozenset[str]]:
    """For each node and outcome the facts that this diagnostic itself asked on some path to it."""
    known: dict[str, frozenset[str]] = {tree.start: frozenset()}
    for name in in_order(tree) or ():
        node = tree.nodes.get(name)
        own = frozenset() if isinstance(node, Call) or node is None else asked_by(node)
        for edge in _onwards(tree, name, {}):
            known[edge.target] = known.get(edge.target, frozenset()) | known[name] | own
    return known


def asked_by(node: Node) -> frozenset[str]:
    """The facts that a node asks for."""
    if isinstance(node, Ask):
        return frozenset({node.save} - {""})
    return frozenset(node.facts) if isinstance(node, Collect) else frozenset()


def longest(
    tree: Tree, cost: Callable[[Node, frozenset[str]], float], ends: frozenset[str], library: Library
) -> float:
    """The greatest sum of node costs on a path from the start to one of these ends; 0 with a circle.

    `cost` takes the node and the facts known on every path to it.
    """
    known = always_known(tree, library)
    best: dict[str, float] = {tree.start: 0}
    for name in in_order(tree) or ():
        node = tree.nodes.get(name)
        if node is None:
            continue
        through = best[name] + cost(node, known.get(name, frozenset()))
        for edge in _onwards(tree, name, library):
            best[edge.target] = max(best.get(edge.target, 0), through)
    return max((best.get(end, 0) for end in ends), default=0)


def people(tree: Tree) -> frozenset[str]:
    """The outcomes that reach a person: a ticket or a call."""
    return frozenset(outcome.id for outcome in tree.outcomes.values() if outcome.kind != "solved")


def answers_in(node: Ask) -> tuple[Option, ...]:
    """The options of a question, "none of these" included."""
    return (*node.options, *([node.none] if node.none else []))


def ways_of(node: Node) -> tuple[tuple[str, Way], ...]:
    """Each answer or result of a node with its way, also where it leads nowhere."""
    if isinstance(node, Ask):
        answers = [(option.id, option.way) for option in answers_in(node)]
        if node.not_sure is not None and not node.not_sure.never:
            answers.append(("not_sure", node.not_sure.way))
        return tuple(answers)
    if isinstance(node, Collect):
        return (("go", node.way),)
    ways = (("fixed", node.fixed), ("not_fixed", node.not_fixed))
    return (*ways, ("stopped", node.stopped)) if isinstance(node, Call) else ways


def _onwards(tree: Tree, name: str, library: Library) -> tuple[Edge, ...]:
    """The edges of a node that lead somewhere and are no way back; an outcome has none."""
    node = tree.nodes.get(name)
    found = edges_of(node, library) if node is not None else ()
    return tuple(edge for edge in found if edge.target and not edge.is_retry)


def _ahead(tree: Tree) -> dict[str, set[str]]:
    """What each node leads to, and each outcome on a busy day."""
    ahead: dict[str, set[str]] = {}
    for edge in edges(tree):
        ahead.setdefault(edge.source, set()).add(edge.target)
    for outcome in tree.outcomes.values():
        if outcome.busy:
            ahead.setdefault(outcome.id, set()).add(outcome.busy)
    return ahead


def _beyond(ahead: Mapping[str, set[str]], start: str) -> set[str]:
    """What lies one edge or more after the start."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = ahead.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _edges_of_ask(node: Ask) -> tuple[Edge, ...]:
    sets = frozenset({node.save} - {""})
    found: list[Edge] = []
    for option in answers_in(node):
        found.extend(_edges(node, option.id, option.way, option.hint, sets, option.line))
    if node.not_sure is not None and not node.not_sure.never:
        given = node.not_sure
        found.extend(_edges(node, "not_sure", given.way, given.hint, sets, given.line))
    return tuple(found)


def _edges(
    node: Node,
    key: str,
    way: Way,
    hint: Hint = NO_HINT,
    sets: frozenset[str] = frozenset(),
    line: int = 0,
) -> tuple[Edge, ...]:
    first = Edge(node.id, key, way.go, hint, sets, bool(way.retry), line or node.line)
    if not way.retry:
        return (first,)
    return (first, Edge(node.id, key, way.otherwise, hint, sets, line=line or node.line))


def _learned(node: Call, key: str, library: Library, depth: int = 2) -> frozenset[str]:
    """The facts that a called diagnostic has learned whenever it comes back this way."""
    called = library.get(node.tree)
    given = frozenset(node.give)
    if called is None or depth == 0:
        return given
    known = always_known(called, {slug: tree for slug, tree in library.items() if slug != node.tree}, given)
    ends = [
        known[outcome.id]
        for outcome in called.outcomes.values()
        if _returns(outcome) == key and outcome.id in known
    ]
    return frozenset.intersection(*ends) - {"!impact", "!urgency"} if ends else given


def _returns(outcome: Outcome) -> str:
    return {"solved": "fixed", "ticket": "not_fixed"}.get(outcome.kind, "stopped")


def _severity(hint: Hint) -> frozenset[str]:
    return frozenset(({"!impact"} if hint.impact else set()) | ({"!urgency"} if hint.urgency else set()))


def _skippable(tree: Tree, name: str) -> frozenset[str]:
    """The facts that a clerk may leave empty on this page."""
    node = tree.nodes.get(name)
    facts = node.facts if isinstance(node, Collect) else ()
    return frozenset(each for each in facts if each in tree.facts and tree.facts[each].optional)


def _picked(pick: Callable[..., str], one: Hint, other: Hint) -> Hint:
    """The graver of two on each scale with `max`, the milder with `min`; unsaid is mildest."""
    return Hint(
        pick(one.impact, other.impact, key=("", *IMPACTS).index),
        pick(one.urgency, other.urgency, key=("", *URGENCIES).index),
    )
