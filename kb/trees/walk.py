"""What a replayed run looks like: its trail, the page to show, its facts, steps, severity and end."""

from dataclasses import dataclass

from kb.trees.tree import Ask, Collect, Fact, Outcome, Read, Step, Try, Way

PageNode = Ask | Try | Read | Collect


@dataclass(frozen=True)
class Page:
    """One page of a run: a question, one step of a `try`, a guide, or one fact to give.

    `within` is the title of the diagnostic that was called, empty in the first one. `tell` is what to
    say first, after "I'm not sure" on the page before.
    """

    address: str
    kind: str
    node: PageNode
    step: Step | None = None
    fact: Fact | None = None
    slug: str = ""
    within: str = ""
    tell: str = ""

    @property
    def heading(self) -> str:
        """The words that head the page. For a guide they are made from its address, without its title."""
        if isinstance(self.node, Ask):
            return self.node.question
        if isinstance(self.node, Read):
            return self.node.article.replace("-", " ").capitalize()
        if self.fact is not None:
            return self.fact.ask or self.fact.label
        return self.step.do if self.step is not None else ""


@dataclass(frozen=True)
class Stop:
    """An answered page. `value` is the stored answer, `words` its labels, `minutes` what a step takes."""

    address: str
    kind: str
    question: str
    value: str
    words: str
    minutes: float
    page: Page
    said: str = ""


@dataclass(frozen=True)
class FactValue:
    """A fact that the ticket carries, with the words the clerk saw or typed."""

    name: str
    label: str
    value: str
    words: str
    address: str = ""


@dataclass(frozen=True)
class Tried:
    """A step with its result. It stays true after answers change; `on_trail` is then False."""

    address: str
    step: str
    do: str
    result: str
    words: str
    minutes: float
    said: str = ""
    on_trail: bool = True


@dataclass(frozen=True)
class Parked:
    """An answer that the present path does not use. It is shown as not used, and dropped when sending."""

    address: str
    question: str
    value: str
    words: str


@dataclass(frozen=True)
class Walk:
    """A run replayed from the start: either `current` is the page to show, or `outcome` is its end.

    `nodes` are the ids of the first diagnostic's nodes in the order passed, for its map; `ways` the ways taken from
    them, each with where it led. `called` are the diagnostics called on the way, each with its nodes and its end.
    """

    trail: tuple[Stop, ...]
    current: Page | None
    outcome: Outcome | None
    facts: tuple[FactValue, ...]
    not_asked: tuple[str, ...]
    impact: str
    urgency: str
    reasons: tuple[str, ...]
    tried: tuple[Tried, ...]
    not_tried: tuple[Step, ...]
    guides: tuple[str, ...]
    parked: tuple[Parked, ...]
    nodes: tuple[str, ...] = ()
    ways: tuple[tuple[str, Way, str], ...] = ()
    called: tuple[tuple[str, tuple[str, ...]], ...] = ()
    tell: str = ""

    @property
    def ends(self) -> bool:
        """Has the run reached an outcome?"""
        return self.outcome is not None

    def page(self, address: str) -> Page | None:
        """The page at an address, if it is on the trail or the one to show now."""
        pages = [stop.page for stop in self.trail]
        if self.current is not None:
            pages.append(self.current)
        return next((page for page in pages if page.address == address), None)

    def stop(self, address: str) -> Stop | None:
        """The answered page at an address."""
        return next((stop for stop in self.trail if stop.address == address), None)

    def before(self, address: str) -> str:
        """The address that Back leads to from this one; empty at the first page. "check" is after all."""
        addresses = [stop.address for stop in self.trail]
        if address in addresses:
            place = addresses.index(address)
            return addresses[place - 1] if place else ""
        return addresses[-1] if addresses else ""


def addresses_after(walk: Walk, address: str) -> tuple[str, ...]:
    """The answered addresses after this one: those that a change here may drop."""
    addresses = [stop.address for stop in walk.trail]
    if address not in addresses:
        return ()
    return tuple(addresses[addresses.index(address) + 1 :])
