"""Rules about test walks: each ends as it says, together they visit every page, end and way."""

from collections.abc import Iterator
from dataclasses import dataclass

from kb.trees.around import Around, Findings, error, warning
from kb.trees.graph import Library, edges, ways_of
from kb.trees.tree import Tree, Walkthrough
from kb.trees.walk import Walk
from kb.trees.walking import LOST, rehearse


@dataclass(frozen=True)
class Ending:
    """How a test walk ends: at which outcome (empty when it waits at a page), how grave, with which facts."""

    outcome: str
    words: str
    impact: str
    urgency: str
    facts: tuple[tuple[str, str, str, str], ...]
    """Name, label, value and words of each."""

    @property
    def summary(self) -> str:
        """The ending in one line, by ids and never by the words of pages: two endings are equal when theirs are."""
        facts = ", ".join(f"{name}={value}" for name, _, value, _ in self.facts)
        end = self.outcome or f"waits at {self.words}"
        return f"{end} ({self.impact or 'no impact'}, {self.urgency or 'no urgency'}; {facts or 'no facts'})"


@dataclass(frozen=True)
class Change:
    """A test walk that ends differently now: outcome, severity or facts."""

    name: str
    was: Ending
    now: Ending

    @property
    def before(self) -> str:
        return self.was.summary

    @property
    def after(self) -> str:
        return self.now.summary


def walk_fails(tree: Tree, around: Around) -> Findings:
    """A test walk that does not end where it says."""
    for each in tree.walks:
        walk = _rehearsed(tree, each, around.library)
        ends = walk.outcome.id if walk.outcome else ""
        if ends != each.ends or walk.outcome is LOST:
            at = f'it waits at "{walk.current.address}"' if walk.current else f'it ends at "{ends}"'
            message = f'The walk "{each.name}" should end at "{each.ends}", but {at}.'
            yield error(each.line, "walk-fails", message, each.name)
        unused = _unused(each, walk)
        if unused:
            message = f'The walk "{each.name}" never uses: {", ".join(unused)}.'
            yield warning(each.line, "walk-unused-answer", message, each.name)


def walks_missing(tree: Tree, around: Around) -> Findings:
    """A page, an end or a way that no test walk visits."""
    walks = [_rehearsed(tree, each, around.library) for each in tree.walks]
    visited = {name for walk in walks for name in _path(walk)}
    for each in (*tree.nodes.values(), *tree.outcomes.values()):
        if each.id not in visited:
            yield error(each.line, "walks-missing", f'No test walk visits "{each.id}".', each.id)
    passed = {way for walk in walks for way in _ways(tree, walk)}
    for edge in edges(tree):
        if (edge.source, edge.key, edge.target) not in passed and edge.target in visited:
            message = f'No test walk goes from "{edge.source}" by "{edge.key}" to "{edge.target}".'
            yield warning(edge.line, "walks-missing", message, f"{edge.source}.{edge.key}")


def version_stamp(tree: Tree, around: Around) -> Findings:
    """About to be published without a review date ahead, or without a word on what changed."""
    if around.today is None:
        return
    if not tree.front.review_by:
        yield error(1, "version-stamp", 'Give the day of the next review as "review_by".', "review_by")
    elif tree.front.review_by <= around.today.isoformat():
        yield error(1, "version-stamp", "The day of the next review has passed.", "review_by")
    if not tree.front.note:
        yield error(1, "version-stamp", 'Say what changed as "note".', "note")


def changed_walks(before: Tree, after: Tree, library: Library | None = None) -> tuple[Change, ...]:
    """The test walks of the published tree that now end differently; the author accepts each."""
    changes = []
    for each in before.walks:
        old, new = (ending(tree, each, library) for tree in (before, after))
        if old.summary != new.summary:
            changes.append(Change(each.name, old, new))
    return tuple(changes)


def ending(tree: Tree, each: Walkthrough, library: Library | None = None) -> Ending:
    """How a test walk ends in a tree today."""
    walk = _rehearsed(tree, each, library)
    waits = walk.current.address if walk.current else "nothing"
    return Ending(
        outcome=walk.outcome.id if walk.outcome else "",
        words=(walk.outcome.say or walk.outcome.id) if walk.outcome else waits,
        impact=walk.impact,
        urgency=walk.urgency,
        facts=tuple((fact.name, fact.label, fact.value, fact.words) for fact in walk.facts),
    )


def _rehearsed(tree: Tree, each: Walkthrough, library: Library | None) -> Walk:
    return rehearse(tree, each.answers, each.mode, library=library)


def _path(walk: Walk) -> tuple[str, ...]:
    return (*walk.nodes, *([walk.outcome.id] if walk.outcome else []))


def _ways(tree: Tree, walk: Walk) -> Iterator[tuple[str, str, str]]:
    """The ways that a walk took: from where, by which answer or result, to where.

    A way is known by being the same object. Two answers with equal ways are two ways all the same.
    """
    for source, taken, target in walk.ways:
        for key, way in ways_of(tree.nodes[source]):
            if way is taken:
                yield source, key, target


def _unused(each: Walkthrough, walk: Walk) -> list[str]:
    passed = {stop.address for stop in walk.trail}
    return [address for address in each.answers if address not in passed]
