"""A diagnostic as a numbered checklist on paper: boxes, steps to tick, and where each answer goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb.trees.answers import NOT_SURE_WORDS
from kb.trees.off_line import off_line
from kb.trees.outline import Outline, heading_of, outline
from kb.trees.tree import Ask, Call, Collect, Node, Outcome, Picture, Read, Step, Tree, Try, Way

RESULT_LINES = {
    "fixed": "Fixed",
    "not_fixed": "Not fixed, or could not do it",
    "stopped": "It sent you to call",
}

# What two sheets of Letter hold in the usual type. The longest of ours has 30, and fits in slightly smaller type.
MOST_BOXES = 25


@dataclass(frozen=True)
class PaperWay:
    """One answer and the mark it goes to. After `times` ways back it goes `then` instead; `tell` comes first."""

    words: str
    mark: str
    tell: str = ""
    times: int = 0
    then: str = ""


@dataclass(frozen=True)
class PaperFact:
    """A line to write on, or with `photo` a picture to keep for later."""

    words: str
    help: str = ""
    photo: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Box:
    """One numbered box. `other` is the slug of the guide or the sheet that it sends the reader to."""

    mark: str
    id: str
    kind: str
    heading: str
    help: str = ""
    many: bool = False
    picture: Picture | None = None
    steps: tuple[Step, ...] = ()
    facts: tuple[PaperFact, ...] = ()
    other: str = ""
    ways: tuple[PaperWay, ...] = ()
    look: tuple[str, ...] = ()


@dataclass(frozen=True)
class End:
    """One lettered end: what it says without our pages, and the mark that takes its place on a busy day."""

    mark: str
    outcome: Outcome
    say: str
    next: str
    meanwhile: tuple[str, ...] = ()
    busy: str = ""


@dataclass(frozen=True)
class Paper:
    """The whole checklist, boxes in order of their numbers, beginning with `start`."""

    slug: str
    title: str
    have: tuple[str, ...]
    start: str
    boxes: tuple[Box, ...]
    ends: tuple[End, ...]

    @property
    def is_long(self) -> bool:
        """Whether it needs smaller type to stay on two sheets."""
        return len(self.boxes) + len(self.ends) > MOST_BOXES

    @property
    def pictures(self) -> tuple[str, ...]:
        """The file names of the pictures it shows, each once, in order."""
        shown = [each for box in self.boxes for each in (box.picture, *(step.picture for step in box.steps))]
        return tuple(dict.fromkeys(each.file for each in shown if each is not None))


def paper_of(tree: Tree, titles: Mapping[str, str] | None = None) -> Paper:
    """The checklist of a diagnostic, numbered as its outline is. `titles` names guides and other diagnostics.

    Pages that no answer leads to and ends that nothing reaches are left out. Well under a millisecond a page.
    """
    plan = outline(tree, titles)
    marks = _marks(plan)
    boxes = tuple(_box(tree, tree.nodes[entry.id], marks, titles or {}) for entry in plan.pages)
    reached = {way.mark for box in boxes for way in box.ways} | {
        way.then for box in boxes for way in box.ways
    }
    ends = [_end(outcome, marks) for outcome in tree.outcomes.values()]
    reached |= {end.busy for end in ends if end.mark in reached and end.busy}
    return Paper(
        tree.slug,
        tree.title,
        tree.front.have,
        marks.get(tree.start, ""),
        boxes,
        tuple(end for end in ends if end.mark in reached or end.outcome.id == tree.start),
    )


def _marks(plan: Outline) -> dict[str, str]:
    return {entry.id: entry.mark for entry in (*plan.pages, *plan.ends)}


def _box(tree: Tree, node: Node, marks: Mapping[str, str], titles: Mapping[str, str]) -> Box:
    ways = tuple(
        PaperWay(words, marks.get(way.go, ""), tell, way.retry, marks.get(way.otherwise, ""))
        for words, way, tell in _ways(node)
    )
    shown = (marks[node.id], node.id, node.kind)
    if isinstance(node, Ask):
        return Box(*shown, node.question, node.help, node.many, node.picture, ways=ways, look=node.look)
    if isinstance(node, Try):
        steps = tuple(tree.steps[name] for name in node.steps if name in tree.steps)
        return Box(
            *shown, "Do these until one helps" if len(steps) > 1 else "Do this", steps=steps, ways=ways
        )
    if isinstance(node, Collect):
        return Box(*shown, "Write this down", facts=tuple(_facts(tree, node)), ways=ways)
    heading, other = heading_of(node, titles), node.tree if isinstance(node, Call) else node.article
    return Box(*shown, heading, other=other, ways=ways)


def _facts(tree: Tree, node: Collect) -> Iterator[PaperFact]:
    for fact in [tree.facts[name] for name in node.facts if name in tree.facts]:
        yield PaperFact(fact.ask or fact.label, fact.help, fact.type == "photo", fact.optional)


def _ways(node: Node) -> Iterator[tuple[str, Way, str]]:
    """The answers of a node in its order, each with where it leads and what is said first."""
    if isinstance(node, Ask):
        yield from ((option.say, option.way, "") for option in node.options)
        if node.many and node.none is not None:
            yield node.none.say, node.none.way, ""
        if node.not_sure is not None and not node.not_sure.never:
            yield NOT_SURE_WORDS, node.not_sure.way, node.not_sure.tell
        return
    if isinstance(node, Collect):
        yield "Then", node.way, ""
        return
    yield RESULT_LINES["fixed"], node.fixed, ""
    yield _not_fixed_words(node), node.not_fixed, ""
    if isinstance(node, Call):
        yield RESULT_LINES["stopped"], node.stopped, ""


def _not_fixed_words(node: Try | Read | Call) -> str:
    return (
        "None of them helped" if isinstance(node, Try) and len(node.steps) > 1 else RESULT_LINES["not_fixed"]
    )


def _end(outcome: Outcome, marks: Mapping[str, str]) -> End:
    return End(
        marks[outcome.id],
        outcome,
        off_line(outcome.say),
        off_line(outcome.next),
        outcome.meanwhile,
        marks.get(outcome.busy, ""),
    )
