"""Shares measured in runs, each with its count and the interval it may lie in: of pages, steps, ways and ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.trees.answers import RESULT_WORDS, choice_of
from kb.trees.figures.chances import wilson
from kb.trees.figures.day_counts import OPTION, TIME, VERDICT, WHOLE_RUN, share_of_times
from kb.trees.figures.records import Names, Record
from kb.trees.figures.results import RESULTS_OF_RUNS
from kb.trees.tree import Ask, Collect, Node, Read, Tree, Try

FEWEST = 20
"""A share of fewer says more about those few people than about the page, and may tell who they are."""

Counts = Mapping[str, Counter[str]]


@dataclass(frozen=True)
class Share:
    """A part of a whole. Below `FEWEST` there is a count and no share."""

    part: int
    whole: int

    @property
    def is_shown(self) -> bool:
        return self.whole >= FEWEST

    @property
    def percent(self) -> float:
        return 100 * self.part / self.whole if self.whole else 0.0

    @property
    def between(self) -> tuple[float, float]:
        """In percent, with 95 % confidence."""
        low, high = wilson(self.part, self.whole)
        return 100 * low, 100 * high


@dataclass(frozen=True)
class PageMeasured:
    """One page: who came, who left there, who was not sure, went back, changed or asked for a person; its seconds.

    ``looked`` is who opened its lesson, None for a page without one.
    """

    address: str
    heading: str
    reach: Share
    left: Share
    not_sure: Share
    back: Share
    changed: Share
    person: Share
    looked: Share | None
    timed: int
    median: float
    ninetieth: float


@dataclass(frozen=True)
class StepMeasured:
    """One step at one place: what it did for those who gave a result there."""

    address: str
    heading: str
    fixed: Share
    not_fixed: Share
    could_not: Share


@dataclass(frozen=True)
class DeskMeasured:
    """What the desk did with the requests: first replies that ask for facts, and requests given another priority."""

    asked: Share
    ranked: Share


@dataclass(frozen=True)
class WayMeasured:
    """The answers up to the first step, and how many of those runs were solved for good."""

    answers: tuple[str, ...]
    solved: Share


def by_place(tree: Tree, counts: Mapping[str, Counter[str]]) -> dict[str, Counter[str]]:
    """The counts under the names of today: pages that were renamed are added up."""
    names, found = Names(tree), dict[str, Counter[str]]()
    for address, count in counts.items():
        found.setdefault(names.place(address), Counter()).update(count)
    return found


def ends_measured(counts: Counts) -> dict[str, Share]:
    """How many of the runs ended in each way; "open" are those of which it cannot be known yet."""
    whole = counts.get(WHOLE_RUN, Counter())
    return {name: Share(whole[name], whole["runs"]) for name in (*RESULTS_OF_RUNS, "open")}


def verdicts_measured(counts: Counts) -> dict[str, int]:
    """How often the desk gave each verdict, the most frequent first."""
    whole = counts.get(WHOLE_RUN, Counter())
    said = {name.removeprefix(VERDICT): count for name, count in whole.items() if name.startswith(VERDICT)}
    return dict(sorted(said.items(), key=lambda pair: (-pair[1], pair[0])))


def desk_measured(counts: Counts) -> DeskMeasured:
    """Of the first written replies, those that ask; of the requests that the desk worked on, those ranked anew.

    A request that was solved on the phone has no written reply, and one that nobody touched could not be ranked:
    neither is known, so neither is counted.
    """
    whole = counts.get(WHOLE_RUN, Counter())
    return DeskMeasured(
        asked=Share(whole["desk_asked"], whole["desk_replied"]),
        ranked=Share(whole["desk_ranked"], whole["desk_worked"]),
    )


def pages_measured(tree: Tree, counts: Counts) -> list[PageMeasured]:
    """Every page that somebody has seen, in the order of the diagnostic."""
    runs = counts.get(WHOLE_RUN, Counter())["runs"]
    found = []
    for address, heading in places(tree):
        count = counts.get(address, Counter())
        viewed, answered = count["viewed"], count["answered"]
        if viewed:
            found.append(
                PageMeasured(
                    address,
                    heading,
                    reach=Share(viewed, runs),
                    left=Share(count["left"], viewed),
                    not_sure=Share(count["not_sure"], answered),
                    back=Share(count["back"], viewed),
                    changed=Share(count["changed"], viewed),
                    person=Share(count["person"], viewed),
                    looked=Share(count["helped"], viewed) if has_lesson(tree, address) else None,
                    timed=sum(times for name, times in count.items() if name.startswith(TIME)),
                    median=share_of_times(count, 0.5),
                    ninetieth=share_of_times(count, 0.9),
                )
            )
    return found


def has_lesson(tree: Tree, address: str) -> bool:
    """Whether the page is a question that shows how to look."""
    node = tree.nodes.get(address)
    return isinstance(node, Ask) and bool(node.look)


def steps_measured(tree: Tree, counts: Counts) -> list[StepMeasured]:
    """Every step and every guide shown inside a run that somebody gave a result for."""
    found = []
    for address, heading in places(tree):
        node = tree.nodes[address.split(".")[0]]
        count = counts.get(address, Counter())
        whole = sum(count[result] for result in RESULT_WORDS)
        if isinstance(node, Try | Read) and whole:
            shares = (Share(count[name], whole) for name in ("fixed", "not_fixed", "could_not"))
            found.append(StepMeasured(address, heading, *shares))
    return found


def ways_measured(tree: Tree, records: Iterable[Record]) -> list[WayMeasured]:
    """The runs that are over, by their answers up to the first step; the most walked way first."""
    names, found = Names(tree), dict[tuple[tuple[str, str], ...], Counter[str]]()
    for record in records:
        if record.result:
            found.setdefault(_answers_first(tree, record, names), Counter())[record.result] += 1
    ways = [
        WayMeasured(_words(tree, way), Share(ends["solved"], ends.total()))
        for way, ends in found.items()
        if way
    ]
    return sorted(ways, key=lambda way: (-way.solved.whole, way.answers))


def traffic_of(tree: Tree, counts: Counts) -> dict[tuple[str, str], int]:
    """How many runs took each answer, by (page, answer), for the map; none for a page that fewer than `FEWEST` left."""
    found: dict[tuple[str, str], int] = {}
    for name, node in tree.nodes.items():
        if isinstance(node, Ask):
            count = counts.get(name, Counter())
            found |= {(name, key[len(OPTION) :]): n for key, n in count.items() if key.startswith(OPTION)}
        elif isinstance(node, Read):
            found |= _both(name, counts.get(name, Counter()), last=counts.get(name, Counter()))
        elif isinstance(node, Try) and node.steps:
            together = sum((counts.get(f"{name}.{step}", Counter()) for step in node.steps), Counter())
            found |= _both(name, together, last=counts.get(f"{name}.{node.steps[-1]}", Counter()))
    left = Counter[str]()
    for (name, _), runs in found.items():
        left[name] += runs
    return {place: runs for place, runs in found.items() if runs and left[place[0]] >= FEWEST}


def places(tree: Tree) -> Iterable[tuple[str, str]]:
    """The address and the heading of every page, in the order of the file."""
    for name, node in tree.nodes.items():
        if isinstance(node, Try):
            yield from ((f"{name}.{step}", tree.steps[step].do) for step in node.steps if step in tree.steps)
        elif isinstance(node, Collect):
            facts = [tree.facts[fact] for fact in node.facts if fact in tree.facts]
            yield from ((f"{name}.{fact.name}", fact.ask or fact.label) for fact in facts)
        elif isinstance(node, Ask | Read):
            yield name, _heading(node)


def _heading(node: Node) -> str:
    if isinstance(node, Ask):
        return node.question
    return f"Guide: {node.article.replace('-', ' ')}" if isinstance(node, Read) else ""


def _both(name: str, together: Counter[str], *, last: Counter[str]) -> dict[tuple[str, str], int]:
    """What fixed it leaves by one way; who did the last step in vain, or met something else, by the other."""
    on = last["not_fixed"] + last["could_not"] + together["other"]
    return {(name, "fixed"): together["fixed"], (name, "not_fixed"): on}


def _answers_first(tree: Tree, record: Record, names: Names) -> tuple[tuple[str, str], ...]:
    way = []
    for address, event in record.answers().items():
        place = names.place(address)
        node = tree.nodes.get(place.split(".")[0])
        if isinstance(node, Try | Read):
            break
        if isinstance(node, Ask):
            way.append((place, "+".join(names.options(place, event.option))))
    return tuple(way)


def _words(tree: Tree, way: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The answers as people read them; one that is offered no more stands as its id."""
    said = []
    for place, option in way:
        node = tree.nodes[place]
        choice = choice_of(node, option) if isinstance(node, Ask) else None
        said.append(choice.words if choice else option)
    return tuple(said)
