"""Finding: the index, or the database's own texts when the index is damaged; each hit is authorised again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article
from kb.indexing import catch_up
from kb.words import search_words
from portal.database import Database
from portal.site.context import Site
from search.index import Hit, Index, IndexBusy, IndexDamaged, Results
from search.meaning import load as load_meaning
from search.memory_index import MemoryIndex
from search.query import parse
from search.words import NO_WORDS, Words

PAGE_SIZE = 10
# Another process holds the lock only while it writes; nobody waits longer than this for it.
LOCK_SECONDS = 20.0

Answer = TypeVar("Answer")
log = logging.getLogger("signpost.search")


@dataclass(frozen=True)
class Found:
    """A page of results. ``spare`` says that the index was damaged and the database answered."""

    typed: str
    results: Results
    spare: bool


class Finder:
    """Searches for a reader. Knows the synonyms of this version of the site, and what to do without an index."""

    def __init__(self, index: Index, database: Database) -> None:
        self.index = index
        self._database = database
        self._words: tuple[int, Words] = (-1, Words())
        self._spare: tuple[int, Index] | None = None
        self._mending = threading.Lock()

    def find(
        self,
        session: Session,
        site: Site,
        reader: Reader,
        typed: str,
        *,
        topic: str | None = None,
        exact: bool = False,
        page: int = 1,
        limit: int = PAGE_SIZE,
    ) -> Found:
        """Results for this reader, whatever was typed. One query besides the index."""
        query = parse(typed)
        words = self.words(session, site)
        offset = (page - 1) * limit

        def ask(index: Index) -> Results:
            return index.find(
                query, reader.audiences, words=words, limit=limit, offset=offset, topic=topic, exact=exact
            )

        results, spare = self._ask(session, site, ask)
        return Found(query.text, replace(results, hits=_allowed(session, reader, results.hits)), spare)

    def slugs(
        self,
        session: Session,
        site: Site,
        reader: Reader,
        typed: str,
        words: Words,
        *,
        limit: int = PAGE_SIZE,
    ) -> tuple[tuple[str, ...], str]:
        """What a search with this word list would find, best first, and the words used in place of those typed.

        For trying and measuring: the slugs are the index's own. Look titles up for the person who reads them.
        """
        query = parse(typed)
        results, _ = self._ask(
            session, site, lambda index: index.find(query, reader.audiences, words=words, limit=limit)
        )
        return tuple(hit.slug for hit in results.hits), results.corrected or ""

    def holds(self, session: Session, site: Site, reader: Reader, word: str) -> bool:
        """Whether any page of this reader has the word itself: no correction, no synonym, no meaning."""
        query = parse(word)
        results, _ = self._ask(
            session,
            site,
            lambda index: index.find(query, reader.audiences, words=NO_WORDS, limit=1, exact=True),
        )
        return results.total > 0

    def suggest(
        self, session: Session, site: Site, reader: Reader, typed: str, *, limit: int = 5
    ) -> tuple[Hit, ...]:
        """Titles that go on from what is typed."""
        hits, _ = self._ask(session, site, lambda index: index.suggest(typed, reader.audiences, limit=limit))
        return _allowed(session, reader, hits)

    def words(self, session: Session, site: Site) -> Words:
        """The synonyms, read once for each version of the site."""
        if self._words[0] != site.version:
            self._words = (site.version, search_words(session))
        return self._words[1]

    def catch_up(self, session: Session, site: Site) -> int:
        """Bring the index up to what is published; returns how many documents changed. Waits for the lock."""
        try:
            return catch_up(
                session,
                self.index,
                values=site.placeholders,
                phone=site.desk_phone,
                timeout_seconds=LOCK_SECONDS,
            )
        except IndexDamaged:
            self.index.reset()
            return catch_up(
                session,
                self.index,
                values=site.placeholders,
                phone=site.desk_phone,
                timeout_seconds=LOCK_SECONDS,
            )

    def mend(self, site: Site) -> None:
        """Make the index whole again from the database; a second caller leaves it to the first."""
        if not self._mending.acquire(blocking=False):
            return
        try:
            self.index.reset()
            with self._database.reading() as session:
                self.catch_up(session, site)
        except (IndexBusy, IndexDamaged, OSError):
            log.exception("The index could not be mended; the next search tries again")
        finally:
            self._mending.release()

    def _ask(self, session: Session, site: Site, ask: Callable[[Index], Answer]) -> tuple[Answer, bool]:
        try:
            return ask(self.index), False
        except (TimeoutError, IndexBusy):
            # Slow is not broken: building the index anew would only make a busy database slower.
            log.warning("The index was too slow; memory answers")
            return ask(self._spare_index(session, site)), True
        except (IndexDamaged, OSError):
            log.exception("The index is damaged; the database answers while it is mended")
            threading.Thread(target=self.mend, args=(site,), daemon=True).start()
            return ask(self._spare_index(session, site)), True

    def _spare_index(self, session: Session, site: Site) -> Index:
        """An index in memory, filled from the database; kept until something is published."""
        if self._spare is None or self._spare[0] != site.version:
            spare = MemoryIndex(load_meaning())
            catch_up(
                session, spare, values=site.placeholders, phone=site.desk_phone, timeout_seconds=LOCK_SECONDS
            )
            self._spare = (site.version, spare)
        return self._spare[1]


def _allowed(session: Session, reader: Reader, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Only hits that the database still has live for this reader, with the titles of now. One query."""
    if not hits:
        return ()
    rows = session.execute(
        select(Article.slug, Article.title).where(
            Article.slug.in_([hit.slug for hit in hits]),
            Article.status == "published",
            Article.audience.in_(sorted(reader.audiences)),
        )
    )
    titles = {row.slug: row.title for row in rows}
    return tuple(replace(hit, title=titles[hit.slug]) for hit in hits if hit.slug in titles)
