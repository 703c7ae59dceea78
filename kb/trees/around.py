"""What a diagnostic is checked against: the other diagnostics, the guides, the pictures and the day."""

from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from kb.findings import Finding
from kb.trees.tree import Tree


@dataclass(frozen=True)
class Around:
    """Each part may be None: then what needs it is not checked.

    `library` holds the published diagnostics by slug, `guides` the slugs of published guides, `overdue`
    those whose review date has passed, `pictures` the size in bytes by file name. `avoid` holds the words
    the office does not use, with the plain ones, `placeholders` the names that are filled in. `today` is
    given when the diagnostic is about to be published; `before` is the published tree. `measured` holds
    what runs did, as counts by address. `strict` is for the diagnostics that ship: their words must be plainer.
    """

    library: Mapping[str, Tree] | None = None
    guides: AbstractSet[str] | None = None
    overdue: AbstractSet[str] = frozenset()
    pictures: Mapping[str, int] | None = None
    avoid: Mapping[str, str] = field(default_factory=dict)
    placeholders: AbstractSet[str] | None = None
    today: date | None = None
    before: Tree | None = None
    measured: Mapping[str, Counter[str]] = field(default_factory=dict)
    strict: bool = False


NOTHING_AROUND = Around()
Findings = Iterator[Finding]


def error(line: int, rule: str, message: str, where: str) -> Finding:
    """A finding that blocks publishing."""
    return Finding(line, rule, "error", message, where)


def warning(line: int, rule: str, message: str, where: str) -> Finding:
    """A finding that needs a reason to publish."""
    return Finding(line, rule, "warning", message, where)
