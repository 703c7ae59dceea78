"""The walk through a diagnostic: answers replayed from the start, always, and never an error."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kb.trees.answers import RESULT_WORDS, SKIPPED, choice_of, typed_words
from kb.trees.gathering import Gathering
from kb.trees.tree import (
    RESULTS,
    Ask,
    Call,
    Collect,
    Fact,
    Hint,
    Node,
    Outcome,
    Read,
    Step,
    Tree,
    Try,
    Way,
)
from kb.trees.walk import FactValue, Page, PageNode, Stop, Walk

BUSY_MODES = ("deadline_day", "election_day", "court_in_session")
"""In these modes an outcome with `busy` is swapped for that one."""

DEEPEST_CALL = 2
MOST_MOVES = 400
"""No checked diagnostic comes near; an unchecked one that turns in circles ends at `LOST`."""

LOST = Outcome(
    id="lost",
    kind="ticket",
    say="This page has no next step yet. Send us what you told us.",
    group="help-desk",
    impact="low",
    urgency="today",
)
"""Where a walk ends when a draft leads nowhere: at a person."""


def resolve(
    tree: Tree,
    answers: Mapping[str, str],
    mode: str = "normal",
    *,
    library: Mapping[str, Tree] | None = None,
    said: Mapping[str, str] | None = None,
) -> Walk:
    """The walk that these answers make in this mode. Unknown and stale answers are ignored.

    `answers` maps addresses to stored values, `library` slugs to the trees that may be called, `said`
    addresses to the note typed beside a step's result. Costs well under a millisecond for 20 pages.
    """
    gathered = Gathering(tree, answers, library or {}, said or {})
    end = _Walker(gathered, mode).run(_Frame(tree))
    return gathered.walk(end)


def rehearse(
    tree: Tree, answers: Mapping[str, str], mode: str = "normal", *, library: Mapping[str, Tree] | None = None
) -> Walk:
    """As `resolve`, with optional facts skipped: how test walks and the command line walk."""
    walk = resolve(tree, answers, mode, library=library)
    while walk.current is not None and walk.current.fact is not None and walk.current.fact.optional:
        answers = {**answers, walk.current.address: SKIPPED}
        walk = resolve(tree, answers, mode, library=library)
    return walk


def would_drop(
    tree: Tree,
    answers: Mapping[str, str],
    address: str,
    value: str,
    mode: str = "normal",
    *,
    library: Mapping[str, Tree] | None = None,
) -> tuple[Stop, ...]:
    """The answers that would no longer count if this one became `value`. Results of steps always count."""
    before = resolve(tree, answers, mode, library=library)
    after = resolve(tree, {**answers, address: value}, mode, library=library)
    kept = {stop.address for stop in after.trail}
    return tuple(stop for stop in before.trail if stop.address not in kept and stop.kind != "try")


@dataclass
class _Frame:
    """One diagnostic being walked: the first one, or one that was called."""

    tree: Tree
    prefixes: tuple[str, ...] = ("",)
    callers: tuple[str, ...] = ()
    visits: dict[str, int] = field(default_factory=dict)
    retries: dict[tuple[str, str], int] = field(default_factory=dict)

    def addresses(self, node: Node, name: str = "", *, visit: int = 0) -> tuple[str, ...]:
        """The address of this visit to a node, or of that one, then those it had under former names."""
        count = visit or self.visits[node.id]
        suffix = f"~{count}" if count > 1 else ""
        names = (name,) if name else (node.id, *node.was)
        return tuple(f"{prefix}{each}{suffix}" for prefix in self.prefixes for each in names)

    def step_addresses(self, node: Try, step: Step, *, visit: int = 0) -> tuple[str, ...]:
        """The same for one step of it, which may have had other names too."""
        nodes = self.addresses(node, visit=visit)
        return tuple(f"{each}.{name}" for each in nodes for name in (step.id, *step.was))

    def follow(self, node: Node, way: Way) -> str:
        """The id a way leads to; a way back counts its uses."""
        if not way.retry:
            return way.go
        used = self.retries.get((node.id, way.go), 0)
        self.retries[node.id, way.go] = used + 1
        return way.go if used < way.retry else way.otherwise


class _Walker:
    """Moves from node to node. `_visit` and its kin return the way on, or None when a page must be shown."""

    def __init__(self, gathered: Gathering, mode: str) -> None:
        self.gathered, self.mode, self.moves = gathered, mode, 0

    def run(self, frame: _Frame) -> Outcome | None:
        """The outcome of a diagnostic, or None when one of its pages must be shown."""
        self.gathered.entered.setdefault(frame.tree.slug, frame.tree)
        passed = self.gathered.pass_call(frame.tree.slug) if frame.callers else self.gathered.nodes
        target = frame.tree.start
        while target not in frame.tree.outcomes:
            node = frame.tree.nodes.get(target)
            self.moves += 1
            if node is None or self.moves > MOST_MOVES:
                return LOST
            passed.append(node.id)
            frame.visits[node.id] = frame.visits.get(node.id, 0) + 1
            way = self._visit(frame, node)
            if way is None:
                return None
            target = frame.follow(node, way)
            if not frame.callers:
                self.gathered.ways.append((node.id, way, target))
        end = self._swapped(frame.tree, frame.tree.outcomes[target])
        if frame.callers:
            passed.append(end.id)
        return end

    def _swapped(self, tree: Tree, outcome: Outcome) -> Outcome:
        if self.mode in BUSY_MODES and outcome.busy in tree.outcomes:
            return tree.outcomes[outcome.busy]
        return outcome

    def _visit(self, frame: _Frame, node: Node) -> Way | None:
        if isinstance(node, Ask):
            return self._ask(frame, node)
        if isinstance(node, Try):
            return self._try(frame, node)
        if isinstance(node, Read):
            return self._read(frame, node)
        if isinstance(node, Collect):
            return self._collect(frame, node)
        return self._call(frame, node)

    def _ask(self, frame: _Frame, node: Ask) -> Way | None:
        known = self._known_elsewhere(frame, node.save)
        choice = choice_of(node, known.value) if known else None
        if choice is not None:
            self.gathered.hints.extend(choice.hints)
            return choice.way
        addresses = frame.addresses(node)
        page = self._page(frame, addresses[0], node)
        choice = choice_of(node, self.gathered.answer(addresses))
        if choice is None:
            return self._show(page)
        self.gathered.pass_page(page, choice.value, choice.words, tell=choice.tell)
        self.gathered.hints.extend(choice.hints)
        if node.save:
            self._save(frame, node.save, choice.value, choice.words, addresses[0])
        return choice.way

    def _try(self, frame: _Frame, node: Try) -> Way | None:
        for name in node.steps:
            if name in frame.tree.steps:
                self.gathered.offer(frame.tree.slug, frame.tree.steps[name])
        for step in self._steps_to_do(frame, node):
            addresses = frame.step_addresses(node, step)
            result = self.gathered.answer(addresses) or self._carried(frame, node, step)
            page = self._page(frame, addresses[0], node, step=step)
            if result not in RESULTS:
                return self._show(page)
            self.gathered.pass_page(page, result, RESULT_WORDS[result], minutes=step.minutes)
            self.gathered.note_result(frame.tree.slug, step, addresses[0], result)
            if result in ("fixed", "other"):
                return node.fixed if result == "fixed" else node.not_fixed
        return node.not_fixed

    def _steps_to_do(self, frame: _Frame, node: Try) -> Iterator[Step]:
        """The steps in order, without those that an earlier `try` of this walk has had."""
        for name in node.steps:
            step = frame.tree.steps.get(name)
            had = (frame.tree.slug, name) in self.gathered.tried
            if step is not None and (not had or frame.visits[node.id] > 1):
                yield step

    def _carried(self, frame: _Frame, node: Try, step: Step) -> str:
        """The result that the step had under another `try`: what was done stays done, whatever changes."""
        if frame.visits[node.id] > 1:
            return ""
        others = [other for other in frame.tree.nodes.values() if isinstance(other, Try)]
        for address in (each for other in others for each in frame.step_addresses(other, step, visit=1)):
            if self.gathered.answers.get(address) in ("not_fixed", "could_not"):
                return self.gathered.answer((address,))
        return ""

    def _read(self, frame: _Frame, node: Read) -> Way | None:
        addresses = frame.addresses(node)
        page = self._page(frame, addresses[0], node)
        result = self.gathered.answer(addresses)
        if result not in RESULTS:
            return self._show(page)
        self.gathered.pass_page(page, result, RESULT_WORDS[result])
        return node.fixed if result == "fixed" else node.not_fixed

    def _collect(self, frame: _Frame, node: Collect) -> Way | None:
        for fact in [frame.tree.facts[name] for name in node.facts if name in frame.tree.facts]:
            if self._known_elsewhere(frame, fact.name):
                continue
            addresses = frame.addresses(node, fact.name)
            page = self._page(frame, addresses[0], node, fact=fact)
            value = self.gathered.answer(addresses)
            words = typed_words(fact, value) if value else None
            if words is None:
                return self._show(page)
            self.gathered.pass_page(page, value, words)
            if words:
                self._save(frame, fact.name, value, words, addresses[0])
        return node.way

    def _call(self, frame: _Frame, node: Call) -> Way | None:
        """Walk the other diagnostic. A missing one, a circle and one too deep all count as stopped."""
        called = self.gathered.library.get(node.tree)
        callers = (*frame.callers, frame.tree.slug)
        if called is None or node.tree in callers or len(callers) > DEEPEST_CALL:
            return node.stopped
        self._give(frame, node, called)
        prefixes = tuple(f"{address}." for address in frame.addresses(node))
        end = self.run(_Frame(called, prefixes, callers))
        if end is None:
            return None
        if end.kind == "solved":
            return node.fixed
        self.gathered.hints.append((Hint(end.impact, end.urgency), ""))
        return node.not_fixed if end.kind == "ticket" and end is not LOST else node.stopped

    def _give(self, frame: _Frame, node: Call, called: Tree) -> None:
        """Hand facts over: the value of a fact known here, or the word itself."""
        for name, given in node.give.items():
            known, _ = self.gathered.facts.get(given, (None, ""))
            value = known.value if known else given
            words = known.words if known else _words_in(called, name, given)
            self._save(frame, name, value, words, "", called)

    def _known_elsewhere(self, frame: _Frame, name: str) -> FactValue | None:
        """A fact that was learned outside this diagnostic, and so is not asked again in it."""
        known, origin = self.gathered.facts.get(name, (None, ""))
        return known if known and origin != frame.prefixes[0] else None

    def _page(
        self,
        frame: _Frame,
        address: str,
        node: PageNode,
        *,
        step: Step | None = None,
        fact: Fact | None = None,
    ) -> Page:
        within = frame.tree.title if frame.callers else ""
        page = Page(address, node.kind, node, step, fact, within=within, tell=self.gathered.tell)
        return replace(page, slug=frame.tree.slug)

    def _show(self, page: Page) -> Way | None:
        """End the replay at a page that waits for its answer."""
        self.gathered.current = page
        return None

    def _save(
        self, frame: _Frame, name: str, value: str, words: str, address: str, called: Tree | None = None
    ) -> None:
        tree, origin = called or frame.tree, frame.prefixes[0]
        self.gathered.save(name, value, words, address=address, asked_in=tree, origin=origin)


def _words_in(called: Tree, name: str, value: str) -> str:
    """The words that a called diagnostic has for a value handed to it."""
    for node in called.nodes.values():
        if isinstance(node, Ask) and node.save == name and (choice := choice_of(node, value)):
            return choice.words
    return value
