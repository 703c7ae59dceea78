"""The open change of the PostgreSQL index: rows for pages, the weights of their words, and how words are spelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from search import postgres_tables
from search.entry import entry_of, field_weights, lead_words, pack, passages_to_mean, surface
from search.index import Document
from search.meaning import Meaning
from search.postgres_vectors import key_of, lead_vector, plain, raw, word_vector

# After a change of more pages, the tables are tidied at once: until then each search looks at every row twice.
MANY_PAGES = 20
# Rows of words sent at once.
AT_ONCE = 5000

_HELD = text("SELECT slug, version FROM pages")
_PUT = text(
    "INSERT INTO pages (key, slug, version, audience, topic, length, words, lead, surface, entry, packed, vectors)"
    " VALUES (:key, :slug, :version, :audience, :topic, :length, CAST(:words AS tsvector),"
    " CAST(:lead AS tsvector), :surface, :entry, :packed, :vectors) RETURNING number"
)
_WEIGH = text(
    "INSERT INTO weights SELECT stem, :page, weight"
    " FROM unnest(CAST(:stems AS text[]), CAST(:weights AS real[])) AS row (stem, weight)"
)
_UNWEIGH = text(
    "DELETE FROM weights w USING pages p, unnest(tsvector_to_array(p.words)) AS held (stem)"
    " WHERE p.key = ANY(:keys) AND w.stem = held.stem AND w.page = p.number"
)
_REMOVE = text("DELETE FROM pages WHERE key = ANY(:keys) RETURNING audience, surface")
_SPELL = text(
    "INSERT INTO spellings SELECT CAST(:audience AS bytea), word, pages"
    " FROM unnest(CAST(:words AS text[]), CAST(:pages AS integer[])) AS row (word, pages)"
    " ON CONFLICT (audience, word) DO UPDATE SET pages = spellings.pages + excluded.pages"
)


class PostgresEdit:
    """The open change; what is in it is written at its end, in one transaction."""

    def __init__(self, connection: Connection, meaning: Meaning | None) -> None:
        self._connection = connection
        self._meaning = meaning
        self._held = {plain(row.slug): plain(row.version) for row in connection.execute(_HELD)}
        self._changes: dict[str, Document | None] = {}
        self.is_large = False

    def versions(self) -> dict[str, str]:
        """Give the versions held when the change began."""
        return dict(self._held)

    def put(self, document: Document) -> None:
        """Add or replace one document."""
        self._changes[document.slug] = document

    def remove(self, slug: str) -> None:
        """Take one document out."""
        self._changes[slug] = None

    def finish(self) -> None:
        """Write the changes; about five milliseconds a document."""
        changes = {slug: new for slug, new in self._changes.items() if new is not None or slug in self._held}
        if not changes:
            return
        pages: dict[bytes, Counter[str]] = {}
        self._take_out([key_of(slug) for slug in changes if slug in self._held], pages)
        for document in changes.values():
            if document is not None:
                self._add(document)
                pages.setdefault(raw(document.audience), Counter()).update(surface(document))
        self._spell(pages)
        self.is_large = len(changes) > MANY_PAGES
        postgres_tables.write_filled(self._connection)

    def _take_out(self, keys: list[str], pages: dict[bytes, Counter[str]]) -> None:
        if keys:
            self._connection.execute(_UNWEIGH, {"keys": keys})
            for row in self._connection.execute(_REMOVE, {"keys": keys}):
                pages.setdefault(bytes(row.audience), Counter()).subtract(row.surface)

    def _add(self, document: Document) -> None:
        row, weights = _row(document, self._meaning)
        number = self._connection.scalar(_PUT, row)
        self._connection.execute(
            _WEIGH, {"page": number, "stems": list(weights), "weights": list(weights.values())}
        )

    def _spell(self, pages: Mapping[bytes, Counter[str]]) -> None:
        """Add up in how many pages each word stands, and forget the words that stand in none."""
        for audience, counts in pages.items():
            changed = sorted((word, count) for word, count in counts.items() if count)
            for start in range(0, len(changed), AT_ONCE):
                words, more = zip(*changed[start : start + AT_ONCE], strict=True)
                values: dict[str, Any] = {"audience": audience, "words": list(words), "pages": list(more)}
                self._connection.execute(_SPELL, values)
        self._connection.exec_driver_sql("DELETE FROM spellings WHERE pages <= 0")


def _row(document: Document, meaning: Meaning | None) -> tuple[dict[str, Any], dict[str, float]]:
    """Give the row of one document, and the weight of each of its stems."""
    entry = entry_of(document)
    kept, packed = pack(entry)
    words, weights = word_vector(entry, field_weights(entry.fields, entry.passages))
    row = {
        "key": key_of(document.slug),
        "slug": raw(document.slug),
        "version": raw(document.version),
        "audience": raw(document.audience),
        "topic": raw(document.topic),
        "length": entry.weight,
        "words": words,
        "lead": lead_vector(lead_words(document)),
        "surface": sorted(surface(document)),
        "entry": kept,
        "packed": packed,
        "vectors": meaning.packed(passages_to_mean(entry)) if meaning else b"",
    }
    return row, weights
