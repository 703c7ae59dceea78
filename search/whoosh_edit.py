"""The open change of a Whoosh index: what is put and removed, and which segments are written anew for it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from whoosh import writing

from search.entry import entry_of, field_weights, lead_words, pack, passages_to_mean, surface
from search.index import Document
from search.meaning import Meaning
from search.whoosh_fields import GAP
from search.whoosh_folder import key_of, text_of
from search.whoosh_postings import Gathered

WRITING: Any = writing  # Whoosh is half typed.
# Documents taken out still lie in their segment and are passed over; past this share all is written anew.
MOST_GONE, GONE_SHARE = 50, 0.2


class WhooshEdit:
    """The open change of a Whoosh index; nothing is written before it ends well."""

    def __init__(self, writer: Any, meaning: Meaning | None) -> None:
        self._writer = writer
        self._writer.pool = Gathered()
        self._meaning = meaning
        self._held = _versions(writer)
        self._changes: dict[str, Document | None] = {}

    def versions(self) -> dict[str, str]:
        """Give the versions held when the change began."""
        return dict(self._held)

    def put(self, document: Document) -> None:
        """Add or replace one document."""
        self._changes[document.slug] = document

    def remove(self, slug: str) -> None:
        """Take one document out."""
        self._changes[slug] = None

    def cancel(self) -> None:
        """Let go of the lock; nothing has changed."""
        with suppress(Exception):
            self._writer.cancel()

    def finish(self) -> None:
        """Write the changes and make them visible; about two milliseconds a document."""
        changes = {slug: new for slug, new in self._changes.items() if new is not None or slug in self._held}
        if not changes:
            self._writer.cancel()
            return
        # When nothing old is left, it need not be looked at: a rebuild is as fast as a first filling, and as whole.
        is_rebuild = self._held.keys() <= changes.keys()
        for slug, document in changes.items():
            if slug in self._held and not is_rebuild:
                self._writer.delete_by_term("key", key_of(slug))
            if document is not None:
                self._writer.add_document(**_fields(document, self._meaning))
        self._writer.commit(mergetype=WRITING.CLEAR if is_rebuild else _merged)


def _merged(writer: Any, segments: list[Any]) -> list[Any]:
    """Tell which segments stay; small ones, or all when too much in them is gone, are written into the new one."""
    gone = sum(segment.deleted_count() for segment in segments)
    most = max(MOST_GONE, sum(segment.doc_count() for segment in segments) * GONE_SHARE)
    stay: list[Any] = (WRITING.OPTIMIZE if gone > most else WRITING.MERGE_SMALL)(writer, segments)
    return stay


def _versions(writer: Any) -> dict[str, str]:
    reader = writer.reader()
    try:
        found: dict[str, str] = {}
        for leaf, _ in reader.leaf_readers():
            if leaf.doc_count_all():
                column = leaf.column_reader("version", translate=False)
                for number in leaf.all_doc_ids():
                    found[str(leaf.stored_fields(number)["slug"])] = text_of(column[number])
        return found
    finally:
        reader.close()


def _fields(document: Document, meaning: Meaning | None) -> dict[str, Any]:
    entry = entry_of(document)
    kept, packed = pack(entry)
    lexicon = {document.audience + GAP + word: 1.0 for word in surface(document)}
    return {
        "key": key_of(document.slug),
        "audience": document.audience,
        "words": field_weights(entry.fields, entry.passages),
        "lead": lead_words(document),
        "lexicon": lexicon,
        "slug": document.slug,
        "topic": document.topic.encode("utf-8", "surrogatepass"),
        "version": document.version.encode("utf-8", "surrogatepass"),
        "entry": kept,
        "packed": packed,
        "vectors": meaning.packed(passages_to_mean(entry)) if meaning else b"",
    }
