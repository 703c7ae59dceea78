"""Upkeep of the index: bring it up to date, compare it with the database, fill it anew while it serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.indexing import catch_up, document_of
from portal.site.context import Site, SiteCache
from search.entry import digest
from search.index import Document, Index, IndexDamaged

# Another process holds the lock only while it writes; a rebuild by hand waits this long for it.
LOCK_SECONDS = 20.0


@dataclass(frozen=True)
class Upkeep:
    """The index and the three things that are done to it.

    ``catch_up`` compares published with indexed, mends the difference and counts it; ``expected`` gives the
    digest of every document that should be held, by slug; ``rebuild`` fills the index anew and counts.
    """

    index: Index
    catch_up: Callable[[Session], int]
    expected: Callable[[Session], Mapping[str, str]]
    rebuild: Callable[[Session], int]


@dataclass(frozen=True)
class IndexGap:
    """What is wrong with an index, by slug; nothing at all when it is whole."""

    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.missing) + len(self.extra) + len(self.changed)

    @property
    def words(self) -> str:
        """Such as "1 missing, 2 that should be gone, 1 with an old text"."""
        parts = (
            (self.missing, "missing"),
            (self.extra, "that should be gone"),
            (self.changed, "with an old text"),
        )
        return ", ".join(f"{len(slugs)} {words}" for slugs, words in parts if slugs) or "nothing"


def upkeep_of(
    index: Index, sites: SiteCache, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Upkeep:
    """The upkeep of an index that holds the published articles with today's values in their placeholders."""

    def site() -> Site:
        return sites.site(clock())

    return Upkeep(
        index=index,
        catch_up=lambda session: _catch_up(session, index, site()),
        expected=lambda session: expected_digests(session, site(), index.flavour),
        rebuild=lambda session: rebuild(session, index, site()),
    )


def compare(held: Mapping[str, str], wanted: Mapping[str, str]) -> IndexGap:
    """Compare what the index holds with what the database wants it to hold: digests or versions, by slug."""
    return IndexGap(
        missing=tuple(sorted(wanted.keys() - held.keys())),
        extra=tuple(sorted(held.keys() - wanted.keys())),
        changed=tuple(sorted(slug for slug in wanted.keys() & held.keys() if wanted[slug] != held[slug])),
    )


def expected_digests(session: Session, site: Site, flavour: str) -> dict[str, str]:
    """The digest of every document that the index should hold, by slug. Reads every published text once."""
    return {document.slug: digest(document) for document in _documents(session, site, flavour)}


def rebuild(session: Session, index: Index, site: Site) -> int:
    """Write every document anew in one change, while searches go on with the old state. Raises IndexBusy.

    A damaged index is thrown away first; then searches find nothing until this is done.
    """
    try:
        return _write_all(session, index, site)
    except IndexDamaged:
        index.reset()
        return _write_all(session, index, site)


def _write_all(session: Session, index: Index, site: Site) -> int:
    with index.edit(LOCK_SECONDS) as edit:
        gone = set(edit.versions())
        written = 0
        for document in _documents(session, site, index.flavour):
            edit.put(document)
            gone.discard(document.slug)
            written += 1
        for slug in gone:
            edit.remove(slug)
    return written


def _catch_up(session: Session, index: Index, site: Site) -> int:
    try:
        return catch_up(session, index, values=site.placeholders, phone=site.desk_phone)
    except IndexDamaged:
        index.reset()
        return catch_up(session, index, values=site.placeholders, phone=site.desk_phone)


def _documents(session: Session, site: Site, flavour: str) -> Iterator[Document]:
    live = (
        select(Article, Revision)
        .join(Revision, Revision.id == Article.published_id)
        .where(Article.status == "published")
        .order_by(Article.slug)
        .execution_options(yield_per=200)
    )
    for article, revision in session.execute(live):
        yield document_of(article, revision, site.placeholders, phone=site.desk_phone, flavour=flavour)
