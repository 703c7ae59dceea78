"""A diagnostic as a numbered outline: the form that is read aloud, printed, compared and clicked."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from kb.trees.answers import NOT_SURE_WORDS
from kb.trees.graph import edges_of
from kb.trees.tree import Ask, Call, Collect, Node, Outcome, Read, Tree, Try

DEEPEST = 8
"""Lists nested deeper than this cannot be read; what lies deeper starts again at the left."""


@dataclass(frozen=True)
class Branch:
    """One answer and where it leads. `entry` is the page itself where the outline shows it for the first
    time; elsewhere it is None, and the outline says "goes to" and the `mark`."""

    key: str
    words: str
    target: str
    mark: str
    heading: str
    entry: "Entry | None" = None


@dataclass(frozen=True)
class Entry:
    """One page or end: `mark` is 1, 2, 3 for pages and A, B, C for ends; `lines` are its steps or facts."""

    mark: str
    id: str
    kind: str
    heading: str
    lines: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Outline:
    """The whole diagnostic. `roots` nest everything that can be reached; `pages` list it flat, by number;
    `apart` are pages that no answer leads to."""

    roots: tuple[Entry, ...]
    pages: tuple[Entry, ...]
    ends: tuple[Entry, ...]
    apart: tuple[Entry, ...] = ()


def outline(tree: Tree, titles: Mapping[str, str] | None = None) -> Outline:
    """The outline of a tree, pages numbered in the order in which the outline shows them.

    `titles` gives guides and other diagnostics their titles by slug; without it, words made of the slug stand there.
    """
    plan = _Plan(tree, titles or {})
    reached = tuple(name for name in plan.order if name in plan.reached)
    return Outline(
        roots=tuple(plan.entry(name) for name in plan.roots),
        pages=tuple(plan.entry(name, nested=False) for name in reached),
        ends=tuple(plan.end(outcome) for outcome in tree.outcomes.values()),
        apart=tuple(plan.entry(name, nested=False) for name in plan.order if name not in plan.reached),
    )


class _Plan:
    """Which edge shows which page for the first time, and what number each page gets."""

    def __init__(self, tree: Tree, titles: Mapping[str, str]) -> None:
        self.tree, self.titles = tree, titles
        self.roots: list[str] = []
        self.order: list[str] = []
        self.shown_by: dict[str, tuple[str, str]] = {}
        self.reached: set[str] = set()
        self._lay_out()
        self.marks = {name: str(number) for number, name in enumerate(self.order, 1)}
        self.marks |= {name: _letter(place) for place, name in enumerate(tree.outcomes)}

    def entry(self, name: str, *, nested: bool = True) -> Entry:
        """The entry of a page; nested, it holds the pages that it shows for the first time."""
        node = self.tree.nodes[name]
        branches = tuple(self._branch(node, edge.key, edge.target, nested) for edge in edges_of(node, {}))
        return Entry(
            self.marks[name],
            name,
            node.kind,
            heading_of(node, self.titles),
            _lines(self.tree, node),
            branches,
            node.line,
        )

    def end(self, outcome: Outcome) -> Entry:
        """The entry of an outcome."""
        return Entry(
            self.marks[outcome.id], outcome.id, outcome.kind, outcome.say, outcome.meanwhile, (), outcome.line
        )

    def _lay_out(self) -> None:
        waiting = deque([self.tree.start])
        while waiting:
            name = waiting.popleft()
            if name in self.tree.nodes and name not in self.reached:
                self.roots.append(name)
                self._place(name, 1, waiting)
        self.order += [name for name in self.tree.nodes if name not in self.reached]

    def _place(self, name: str, depth: int, waiting: deque[str]) -> None:
        self.reached.add(name)
        self.order.append(name)
        for edge in edges_of(self.tree.nodes[name], {}):
            if edge.target in self.reached or edge.target not in self.tree.nodes:
                continue
            if depth == DEEPEST:
                waiting.append(edge.target)
                continue
            self.shown_by[edge.target] = (name, edge.key)
            self._place(edge.target, depth + 1, waiting)

    def _branch(self, node: Node, key: str, target: str, nested: bool) -> Branch:
        shows = nested and self.shown_by.get(target) == (node.id, key)
        goal = self.tree.nodes.get(target) or self.tree.outcomes.get(target)
        heading = goal.say if isinstance(goal, Outcome) else heading_of(goal, self.titles) if goal else ""
        entry = self.entry(target) if shows else None
        return Branch(key, words_of(node, key), target, self.marks.get(target, ""), heading, entry)


def heading_of(node: Node, titles: Mapping[str, str] | None = None) -> str:
    """The few words that stand for a page in an outline; guides and other diagnostics by their titles."""
    if isinstance(node, Ask):
        return node.question
    if isinstance(node, Read):
        return (titles or {}).get(node.article) or node.article.replace("-", " ").capitalize()
    if isinstance(node, Call):
        return (titles or {}).get(node.tree) or node.tree.replace("-", " ").capitalize()
    return node.id.replace("_", " ").capitalize()


_RESULTS = {"fixed": "Fixed", "not_fixed": "Not fixed", "stopped": "Stopped", "go": "Continue"}


def words_of(node: Node, key: str) -> str:
    """The words of an answer or a result."""
    if not isinstance(node, Ask):
        return _RESULTS.get(key, key)
    if key == "not_sure":
        return NOT_SURE_WORDS
    options = (*node.options, *([node.none] if node.none else []))
    return next((option.say for option in options if option.id == key), key)


def _lines(tree: Tree, node: Node) -> tuple[str, ...]:
    if isinstance(node, Try):
        return tuple(tree.steps[name].do for name in node.steps if name in tree.steps)
    if isinstance(node, Collect):
        return tuple(tree.facts[name].label for name in node.facts if name in tree.facts)
    return ()


def _letter(place: int) -> str:
    """A to Z, then AA, AB and so on."""
    first, second = divmod(place, 26)
    return ("" if first == 0 else chr(64 + first)) + chr(65 + second)
