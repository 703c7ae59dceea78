"""Rules about ways: every way leads somewhere, to an end, to a person, without turning in circles."""

from collections.abc import Callable

from kb.trees.around import Around, Findings, error, warning
from kb.trees.graph import asked_by, circles, edges, edges_of, leading_to, longest, people, reachable
from kb.trees.tree import Ask, Call, Collect, Node, Read, Tree, Try

MOST_PAGES, PAGES_TO_WARN = 15, 10
"""Advice for page-by-page forms is ten pages; the longest public one known needs about 21."""

MOST_MINUTES = 20
DEEPEST_CALL = 2

Cost = Callable[[Tree, Node, frozenset[str]], float]
"""What a node of a diagnostic costs a clerk, in pages or minutes, given the facts that are known already."""


def unknown_target(tree: Tree) -> Findings:
    """A way leads to a name that is not there."""
    names = {*tree.nodes, *tree.outcomes}
    if tree.start not in names:
        yield error(1, "unknown-target", f'The start "{tree.start}" is not there.', tree.start)
    for edge in edges(tree):
        if edge.target not in names:
            message = f'"{edge.key}" leads to "{edge.target}", which is not there.'
            yield error(edge.line, "unknown-target", message, f"{edge.source}.{edge.key}")
    for outcome in tree.outcomes.values():
        if outcome.busy and outcome.busy not in tree.outcomes:
            message = f'On busy days this ends at "{outcome.busy}", which is not an outcome.'
            yield error(outcome.line, "unknown-target", message, outcome.id)
    yield from _unknown_parts(tree)


def unreachable(tree: Tree, around: Around) -> Findings:
    """A node, outcome, step or fact that no run can come to."""
    reached = reachable(tree, tree.start)
    for each in (*tree.nodes.values(), *tree.outcomes.values()):
        if each.id not in reached:
            yield error(each.line, "unreachable", "No answer leads here.", each.id)
    tried = {name for node in tree.nodes.values() if isinstance(node, Try) for name in node.steps}
    for step in tree.steps.values():
        if step.id not in tried:
            yield error(step.line, "unreachable", 'No "try" uses this step.', step.id)
    asked = {name for node in tree.nodes.values() for name in asked_by(node)}
    for fact in tree.facts.values():
        if fact.name not in asked and not _is_given(fact.name, around):
            yield error(fact.line, "unreachable", "No question saves this fact.", fact.name)


def dead_end(tree: Tree) -> Findings:
    """An answer or a result that leads nowhere."""
    for node in tree.nodes.values():
        found = edges_of(node, {})
        if not found or (isinstance(node, Ask) and not node.options):
            yield error(node.line, "dead-end", "This page has no way on.", node.id)
        for edge in found:
            if not edge.target:
                yield error(edge.line, "dead-end", f'"{edge.key}" leads nowhere.', f"{node.id}.{edge.key}")


def cannot_finish(tree: Tree) -> Findings:
    """A node from which no outcome can be reached."""
    finishing = leading_to(tree, frozenset(tree.outcomes))
    for node in tree.nodes.values():
        if node.id not in finishing:
            yield error(node.line, "cannot-finish", "From here a run never ends.", node.id)


def no_way_to_a_person(tree: Tree) -> Findings:
    """A node from which neither a ticket nor a call can be reached."""
    helped = leading_to(tree, people(tree))
    for node in tree.nodes.values():
        if node.id not in helped:
            message = "From here nobody can be reached. Let one way end in a ticket or a call."
            yield error(node.line, "no-way-to-a-person", message, node.id)


def loop_without_progress(tree: Tree) -> Findings:
    """A circle that is not a counted retry."""
    for name in circles(tree):
        message = 'This page can come back to itself. Count the way back with "retry".'
        yield error(tree.nodes[name].line, "loop-without-progress", message, name)


def subtree_recursion(tree: Tree, around: Around) -> Findings:
    """Diagnostics that call each other in a circle, or deeper than two."""
    for node in tree.nodes.values():
        if isinstance(node, Call) and node.tree == tree.slug:
            yield error(node.line, "subtree-recursion", "The diagnostic calls itself.", node.id)
        elif isinstance(node, Call) and _depth(node.tree, around, {tree.slug}) > DEEPEST_CALL:
            message = f'"{node.tree}" calls back here, or calls more than one level further.'
            yield error(node.line, "subtree-recursion", message, node.id)


def call_contract(tree: Tree, around: Around) -> Findings:
    """A call of a diagnostic that is not published, or that does not take what it is given."""
    for node in tree.nodes.values():
        if not isinstance(node, Call) or around.library is None or node.tree == tree.slug:
            continue
        called = around.library.get(node.tree)
        if called is None:
            message = f'The diagnostic "{node.tree}" is not published.'
            yield error(node.line, "call-contract", message, node.id)
            continue
        for name in node.give:
            if name not in called.facts:
                message = f'"{node.tree}" has no fact "{name}".'
                yield error(node.line, "call-contract", message, node.id)


def too_long(tree: Tree, around: Around) -> Findings:
    """A path with too many pages, or too many minutes, before it ends."""
    pages = int(_greatest(tree, around, lambda _, node, known: _pages(node, known), _ends))
    if pages > PAGES_TO_WARN:
        message = f"The longest way has {pages} pages. Aim for {PAGES_TO_WARN} or fewer."
        level = error if pages > MOST_PAGES else warning
        yield level(1, "too-long", message, "")
    minutes = _greatest(tree, around, lambda within, node, _: _minutes(node, within), people)
    if minutes > MOST_MINUTES:
        message = f"The longest way to a person takes {minutes:g} minutes. Offer a person sooner."
        yield warning(1, "too-slow", message, "")


def _unknown_parts(tree: Tree) -> Findings:
    """Steps and facts that are named but not there."""
    for node in tree.nodes.values():
        missing = asked_by(node) - tree.facts.keys()
        if isinstance(node, Try):
            missing = frozenset(node.steps) - tree.steps.keys()
        for name in sorted(missing):
            yield error(node.line, "unknown-target", f'"{name}" is not there.', node.id)
    for step in tree.steps.values():
        for name in step.after:
            if name not in tree.steps:
                yield error(step.line, "unknown-target", f'The step "{name}" is not there.', step.id)


def _is_given(name: str, around: Around) -> bool:
    """Does a diagnostic that calls others hand this fact over?"""
    trees = (around.library or {}).values()
    return any(isinstance(node, Call) and name in node.give for tree in trees for node in tree.nodes.values())


def _depth(slug: str, around: Around, above: set[str]) -> int:
    """How many calls lie one under another from this diagnostic on; a circle counts as too deep."""
    tree = (around.library or {}).get(slug)
    if slug in above:
        return DEEPEST_CALL + 1
    if tree is None:
        return 1
    return 1 + max((_depth(each, around, above | {slug}) for each in tree.calls), default=0)


def _greatest(
    tree: Tree,
    around: Around,
    cost: Cost,
    ends: Callable[[Tree], frozenset[str]],
    known: frozenset[str] = frozenset(),
    depth: int = 0,
) -> float:
    """The greatest cost of a way to one of these ends, called diagnostics counted in full."""
    library = around.library or {}

    def cost_of(node: Node, here: frozenset[str]) -> float:
        called = library.get(node.tree) if isinstance(node, Call) else None
        if called is not None and depth < DEEPEST_CALL:
            return _greatest(called, around, cost, ends, here | known, depth + 1)
        return cost(tree, node, known)

    return longest(tree, cost_of, ends(tree), library)


def _ends(tree: Tree) -> frozenset[str]:
    return frozenset(tree.outcomes)


def _pages(node: Node, known: frozenset[str]) -> float:
    """The pages of one node; what is known already is not asked."""
    if isinstance(node, Ask):
        return 0 if node.save in known else 1
    if isinstance(node, Collect):
        return len(set(node.facts) - known)
    return len(node.steps) if isinstance(node, Try) else 1


def _minutes(node: Node, tree: Tree) -> float:
    if isinstance(node, Try):
        return sum(tree.steps[name].minutes for name in node.steps if name in tree.steps)
    return 2 if isinstance(node, Read) else 0


def orphan_tree(tree: Tree, around: Around) -> Findings:
    """Nothing leads to the diagnostic: no topic, no words of a clerk, and no other diagnostic calls it."""
    called = any(tree.slug in other.calls for other in (around.library or {}).values())
    if not (tree.front.topic or tree.front.symptoms or called):
        message = "Nothing leads here. Choose a topic, or add what clerks say as symptoms."
        yield warning(1, "orphan-tree", message, "topic")
