"""What one replay gathers on its way (answers used, facts, severity, steps) and the walk made of it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from kb.trees.answers import RESULT_WORDS, SKIPPED, place_of, words_at
from kb.trees.tree import (
    IMPACTS,
    RESULTS,
    URGENCIES,
    Hint,
    Outcome,
    Read,
    Step,
    Tree,
    Way,
)
from kb.trees.walk import FactValue, Page, Parked, Stop, Tried, Walk


class Gathering:
    """The answers of a run and what has been learned from them so far."""

    def __init__(
        self, tree: Tree, answers: Mapping[str, str], library: Mapping[str, Tree], said: Mapping[str, str]
    ) -> None:
        self.tree, self.answers, self.library, self.said = tree, answers, library, said
        self.trail: list[Stop] = []
        self.current: Page | None = None
        self.facts: dict[str, tuple[FactValue, str]] = {}
        self.hints: list[tuple[Hint, str]] = []
        self.tried: dict[tuple[str, str], Tried] = {}
        self.used: set[str] = set()
        self.kept_at: dict[str, str] = {}
        self.entered: dict[str, Tree] = {}
        self.nodes: list[str] = []
        self.ways: list[tuple[str, Way, str]] = []
        self.called: list[tuple[str, list[str]]] = []
        self.offered: dict[tuple[str, str], Step] = {}
        self.tell = ""

    def answer(self, addresses: tuple[str, ...]) -> str:
        """The stored answer at the first of these addresses that has one; empty when none has."""
        for address in addresses:
            if address in self.answers:
                self.used.add(address)
                self.kept_at[addresses[0]] = address
                return str(self.answers[address])
        return ""

    def pass_page(self, page: Page, value: str, words: str, *, minutes: float = 0, tell: str = "") -> None:
        """Put an answered page on the trail."""
        said = self._note_at(page.address)
        self.trail.append(Stop(page.address, page.kind, page.heading, value, words, minutes, page, said))
        self.tell = tell

    def pass_call(self, slug: str) -> list[str]:
        """Begin a called diagnostic; what is passed in it goes into the list that this returns."""
        self.called.append((slug, []))
        return self.called[-1][1]

    def save(self, name: str, value: str, words: str, *, address: str, asked_in: Tree, origin: str) -> None:
        """Remember a fact. `origin` is the address prefix of the diagnostic that learned it."""
        fact = self.tree.facts.get(name) or asked_in.facts.get(name)
        label = fact.label if fact else name.replace("_", " ").capitalize()
        self.facts[name] = (FactValue(name, label, value, words, address), origin)

    def offer(self, slug: str, step: Step) -> None:
        """Remember a step of a `try` on the way, whether or not it is done."""
        self.offered.setdefault((slug, step.id), step)

    def note_result(self, slug: str, step: Step, address: str, result: str) -> None:
        """Remember the result of a step on the trail."""
        self.tried[slug, step.id] = self._tried(step, address, result)

    def walk(self, end: Outcome | None) -> Walk:
        """Everything that the replay found; `end` is None while a page must be shown."""
        if end is not None:
            self.hints.append((Hint(end.impact, end.urgency), ""))
        impact = _highest(IMPACTS, [hint.impact for hint, _ in self.hints])
        urgency = _highest(URGENCIES, [hint.urgency for hint, _ in self.hints])
        self._remember_other_steps()
        facts = self._facts_in_order()
        return Walk(
            trail=tuple(self.trail),
            current=self.current,
            outcome=replace(end, subject=_filled(end.subject or self.tree.title, facts)) if end else None,
            facts=facts,
            not_asked=tuple(each.label for name, each in self.tree.facts.items() if name not in self.facts),
            impact=impact,
            urgency=urgency,
            reasons=self._reasons(impact, urgency),
            tried=tuple(self.tried.values()),
            not_tried=self._not_tried(),
            guides=self._guides(),
            parked=self._parked(),
            nodes=tuple(self.nodes),
            ways=tuple(self.ways),
            called=tuple((slug, tuple(passed)) for slug, passed in self.called),
            tell=self.tell,
        )

    def _note_at(self, address: str) -> str:
        """What was typed beside the answer, also when it was given under a former name of the page."""
        return self.said.get(self.kept_at.get(address, address), "")

    def _tried(self, step: Step, address: str, result: str) -> Tried:
        said = self._note_at(address)
        return Tried(address, step.id, step.do, result, RESULT_WORDS[result], step.minutes, said)

    def _remember_other_steps(self) -> None:
        """Steps done on a path that was left: they were done all the same."""
        for address, result in self.answers.items():
            place = place_of(self.tree, address, self.library)
            if address in self.used or place is None or place.step is None or result not in RESULTS:
                continue
            done = replace(self._tried(place.step, address, result), on_trail=False)
            self.tried.setdefault((place.tree.slug, place.step.id), done)

    def _facts_in_order(self) -> tuple[FactValue, ...]:
        """The facts in the order the first diagnostic declares them, then those of the called ones."""
        order = [name for tree in self.entered.values() for name in tree.facts]
        names = dict.fromkeys([*order, *self.facts])
        return tuple(self.facts[name][0] for name in names if name in self.facts)

    def _reasons(self, impact: str, urgency: str) -> tuple[str, ...]:
        """The words of the answers that set the severity."""
        grave = {("impact", impact), ("urgency", urgency)} - {("impact", ""), ("urgency", "")}
        setting = [
            words
            for hint, words in self.hints
            if words and grave & {("impact", hint.impact), ("urgency", hint.urgency)}
        ]
        return tuple(dict.fromkeys(setting))

    def _guides(self) -> tuple[str, ...]:
        nodes = [stop.page.node for stop in self.trail]
        return tuple(dict.fromkeys(node.article for node in nodes if isinstance(node, Read)))

    def _not_tried(self) -> tuple[Step, ...]:
        """The steps of every `try` on the way that nobody did; what stands on other branches says nothing."""
        return tuple(step for name, step in self.offered.items() if name not in self.tried)

    def _parked(self) -> tuple[Parked, ...]:
        parked = []
        for address, value in self.answers.items():
            place = None if address in self.used else place_of(self.tree, address, self.library)
            words = words_at(place, value) if place and not place.step else None
            if place is not None and words is not None and value != SKIPPED:
                heading = Page(address, "", place.node, fact=place.fact).heading  # type: ignore[arg-type]
                parked.append(Parked(address, heading, value, words))
        return tuple(parked)


def _highest(scale: tuple[str, ...], values: list[str]) -> str:
    return max((value for value in values if value), key=scale.index, default="")


_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def _filled(subject: str, facts: tuple[FactValue, ...]) -> str:
    """The subject with the labels of answers in place of `{fact}`."""
    words = {fact.name: fact.words for fact in facts}
    return _PLACEHOLDER.sub(lambda match: words.get(match[1], "not asked"), subject)
