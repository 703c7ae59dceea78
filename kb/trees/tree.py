"""The shape of a diagnostic: questions, steps, facts, outcomes and test walks, and how it is stored."""

import dataclasses
import json
from dataclasses import dataclass, field

from kb.trees.stored import Stored, revive

IMPACTS = ("low", "medium", "high")
URGENCIES = ("this_week", "today", "now")
RESULTS = ("fixed", "not_fixed", "could_not", "other")
"""The four answers under every step and every guide shown inside a run."""

RESERVED_FACTS = ("line", "reach")
"""Someone waiting, and who else has it: asked once in a run, whatever diagnostics it passes through."""


@dataclass(frozen=True)
class Way:
    """Where an answer leads. With `retry` it may lead back that many times; then it leads to `otherwise`."""

    go: str = ""
    retry: int = 0
    otherwise: str = ""


@dataclass(frozen=True)
class Hint:
    """What an answer says about the ticket's severity. Hints only ever raise it."""

    impact: str = ""
    urgency: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture beside a question or a step: bare file name and the words that replace it.

    ``beside`` is the number of the step's line that it shows, from 1; 0 stands for the whole.
    """

    file: str
    alt: str = ""
    beside: int = 0


@dataclass(frozen=True)
class Option:
    """One answer of a question. Rewording `say` never changes `id`."""

    id: str
    say: str
    way: Way = Way()
    hint: Hint = Hint()
    shareable: bool = False
    was: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class NotSure:
    """The answer "I'm not sure"; `never` holds the reason when the author switched it off."""

    way: Way = Way()
    tell: str = ""
    hint: Hint = Hint()
    never: str = ""
    line: int = 0


@dataclass(frozen=True)
class Ask:
    """A question with answers to choose from: one, or with `many` all that apply.

    `look` is a small lesson on how to find the answer, line by line; it is folded until somebody opens it. `quiet`,
    here and below, holds the reasons why a warning about this part does not matter, by rule.
    """

    id: str
    question: str
    options: tuple[Option, ...] = ()
    not_sure: NotSure | None = None
    many: bool = False
    none: Option | None = None
    why: str = ""
    help: str = ""
    look: tuple[str, ...] = ()
    picture: Picture | None = None
    save: str = ""
    was: tuple[str, ...] = ()
    quiet: dict[str, str] = field(default_factory=dict)
    line: int = 0
    kind: str = "ask"


@dataclass(frozen=True)
class Try:
    """Steps to do one after another until one of them fixes the problem."""

    id: str
    steps: tuple[str, ...] = ()
    order: str = "fixed"
    fixed: Way = Way()
    not_fixed: Way = Way()
    was: tuple[str, ...] = ()
    quiet: dict[str, str] = field(default_factory=dict)
    line: int = 0
    kind: str = "try"


@dataclass(frozen=True)
class Read:
    """A guide shown inside the run, with the same four answers as a step."""

    id: str
    article: str
    fixed: Way = Way()
    not_fixed: Way = Way()
    was: tuple[str, ...] = ()
    quiet: dict[str, str] = field(default_factory=dict)
    line: int = 0
    kind: str = "read"


@dataclass(frozen=True)
class Collect:
    """Facts to type or attach, one page each."""

    id: str
    facts: tuple[str, ...] = ()
    way: Way = Way()
    was: tuple[str, ...] = ()
    quiet: dict[str, str] = field(default_factory=dict)
    line: int = 0
    kind: str = "collect"


@dataclass(frozen=True)
class Call:
    """Another diagnostic run as a part of this one; it comes back fixed, not fixed or stopped."""

    id: str
    tree: str
    give: dict[str, str] = field(default_factory=dict)
    fixed: Way = Way()
    not_fixed: Way = Way()
    stopped: Way = Way()
    was: tuple[str, ...] = ()
    quiet: dict[str, str] = field(default_factory=dict)
    line: int = 0
    kind: str = "call"


Node = Ask | Try | Read | Collect | Call


@dataclass(frozen=True)
class Step:
    """One thing to do. `guess` is the share of clerks it fixes (0 to 1); `minutes` is how long it takes.

    `insult` is how many minutes more it costs to be asked what sounds silly, such as whether it is plugged in.
    """

    id: str
    do: str
    how: tuple[str, ...] = ()
    minutes: float = 1.0
    guess: float = 0.0
    pin: str = ""
    after: tuple[str, ...] = ()
    place: str = ""
    risk: str = "none"
    insult: float = 0.0
    why: str = ""
    picture: Picture | None = None
    was: tuple[str, ...] = ()
    quiet: dict[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Fact:
    """Something the ticket carries; `ask` and `max` (letters) matter when it is typed by hand."""

    name: str
    label: str
    ask: str = ""
    help: str = ""
    type: str = ""
    max: int = 0
    optional: bool = False
    quiet: dict[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Outcome:
    """An end of a run: `kind` is solved, ticket or call_now; `phone` names the line to call."""

    id: str
    kind: str
    say: str = ""
    next: str = ""
    meanwhile: tuple[str, ...] = ()
    group: str = ""
    subject: str = ""
    impact: str = ""
    urgency: str = ""
    needs: tuple[str, ...] = ()
    busy: str = ""
    phone: str = ""
    ticket_too: bool = False
    restricted: bool = False
    quiet: dict[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Walkthrough:
    """A test walk: these answers, in this mode, must end at this outcome."""

    name: str
    answers: dict[str, str] = field(default_factory=dict)
    ends: str = ""
    mode: str = "normal"
    line: int = 0


@dataclass(frozen=True)
class Front:
    """What a diagnostic shares with a guide: the front matter. `review_by` is an ISO date or empty.

    `storm` puts it into the storm kit. `have` names what the person should have at hand before the first question.
    """

    title: str = ""
    topic: str = ""
    audience: str = ""
    symptoms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    owner: str = ""
    review_by: str = ""
    related: tuple[str, ...] = ()
    have: tuple[str, ...] = ()
    note: str = ""
    legal: bool = False
    storm: bool = False


@dataclass(frozen=True)
class Tree:
    """A whole diagnostic, in file order. Ids may point nowhere: `checks` says so, walking bears it."""

    slug: str
    front: Front
    start: str
    facts: dict[str, Fact] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    walks: tuple[Walkthrough, ...] = ()

    @property
    def title(self) -> str:
        """The title of the diagnostic."""
        return self.front.title

    @property
    def calls(self) -> tuple[str, ...]:
        """The slugs of the diagnostics this one calls, each once, in file order."""
        return tuple(dict.fromkeys(node.tree for node in self.nodes.values() if isinstance(node, Call)))

    @property
    def guides(self) -> tuple[str, ...]:
        """The slugs of the guides shown inside a run, each once, in file order."""
        return tuple(dict.fromkeys(node.article for node in self.nodes.values() if isinstance(node, Read)))

    def as_json(self) -> str:
        """The tree as JSON text, the same text for equal trees; `from_json` gives back an equal tree."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(stored: str | Stored) -> "Tree":
        """The tree that `as_json` wrote, from its text or from the values a JSON column gives back.

        Fields added since then take their defaults; unknown ones are left out. About 2 ms for 20 pages.
        """
        return revive(Tree, json.loads(stored) if isinstance(stored, str) else stored)
