"""What every index promises: the shapes that go in, the shapes that come out, and the errors in between."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from search.query import Query
from search.words import Words


@dataclass(frozen=True, slots=True)
class Section:
    """One headed part of an article; the first one of an article often has neither anchor nor heading.

    An `aside` is for a few readers, such as technicians: it is searched, but seldom shown first.
    """

    anchor: str
    heading: str
    text: str
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One article as the index sees it: plain text, no markup, with the values of today filled in.

    `version` is any text that changes when the article changes. `kind` is `guide` or `diagnostic`.
    `audience` is `public`, `clerks`, `staff` or `group:<slug>`.
    """

    slug: str
    version: str
    kind: str
    title: str
    topic: str
    audience: str
    symptoms: tuple[str, ...]
    tags: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found; `snippet_html` is safe HTML, `anchor` and `heading` name the section it is from."""

    slug: str
    kind: str
    title: str
    topic: str
    score: float
    snippet_html: str
    anchor: str
    heading: str


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits with the counts around it.

    `query` is what was typed, cut to what is used. `total` counts all hits of this reader, `topics` the
    same hits by topic, most first. `offered` is a "did you mean". `corrected` is set when the typed words
    found nothing and these words were used in their place.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    offered: str | None
    corrected: str | None
    topics: tuple[tuple[str, int], ...]


class IndexBusy(Exception):
    """Somebody else holds the lock of the index; try again later."""


class IndexDamaged(Exception):
    """The index cannot be read; call `reset()` and fill it again from the database."""


@runtime_checkable
class Edit(Protocol):
    """The one open change of an index; everything in it becomes visible at once, or not at all."""

    def versions(self) -> dict[str, str]:
        """Give the version of every document held, by slug, as it was when the change began."""
        ...

    def put(self, document: Document) -> None:
        """Add the document, or replace the one with the same slug."""
        ...

    def remove(self, slug: str) -> None:
        """Take the document out; a slug that is not held is no error."""
        ...


@runtime_checkable
class Index(Protocol):
    """A place to find articles in; a reader only ever meets documents of one of the reader's audiences.

    A document of any other audience is not a hit, not in a count, not a suggestion and not a spelling.
    Reading raises `IndexDamaged` when the index is gone or broken.
    """

    @property
    def flavour(self) -> str:
        """What documents are kept with, such as "words" or "meaning"; another one needs every document anew."""
        ...

    def edit(self, timeout_seconds: float = 0.0) -> AbstractContextManager[Edit]:
        """Open the one change: kept when the block ends well, dropped when it raises.

        Raises `IndexBusy` when another change is still open after `timeout_seconds`.
        """
        ...

    def find(
        self,
        query: Query,
        audiences: frozenset[str],
        *,
        words: Words,
        limit: int = 10,
        offset: int = 0,
        topic: str | None = None,
        exact: bool = False,
        priors: Mapping[str, float] | None = None,
    ) -> Results:
        """Find documents, best first; `exact` uses the words as typed and never a correction.

        `priors` maps slugs to a gentle factor, held between .8 and 1.25 (1 means nothing is known).
        """
        ...

    def suggest(self, text: str, audiences: frozenset[str], *, limit: int = 6) -> tuple[Hit, ...]:
        """Find titles and symptoms that hold all the words typed; the last word may be unfinished."""
        ...

    def documents(self) -> int:
        """Count the documents held, for all audiences."""
        ...

    def checksum(self) -> dict[str, str]:
        """Give a digest of every document as it is stored, by slug, to compare with the database's own.

        Equal to `entry.digest(document)` of the same document. Reads everything: for the nightly check.
        """
        ...

    def reset(self) -> None:
        """Throw everything away and begin empty; raises `IndexBusy` when a change is open."""
        ...


@runtime_checkable
class Lacking(Protocol):
    """An index that works without something that it would be better with, and says so."""

    def lacks(self) -> tuple[str, ...]:
        """Give a sentence for each thing that is missing, with what to do; nothing when all is there."""
        ...
