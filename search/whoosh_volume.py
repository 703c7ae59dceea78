"""One segment of the Whoosh index as it is read again and again: postings, lengths, topics and word lists.

A segment never changes once it is written, except that documents in it are marked as gone. So what is read
from it is kept for every later state of the index that still has the segment, and for all threads; a reader's
view leaves out what is gone and what is not for the reader.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from search.entry import Entry
from search.meaning import Meaning, Stack
from search.spelling import Shelf
from search.whoosh_fields import GAP

# Numbers and weights of this many postings are kept, eight bytes each; then the segment starts afresh.
MOST_POSTINGS = 2_000_000

# Ten to twenty kilobytes each.
MOST_ENTRIES = 500

Postings = tuple["array[int]", "array[float]"]


class Volume:
    """What is known of one segment; `leaf` is always an open reader of this same segment."""

    def __init__(self) -> None:
        self._postings: dict[tuple[str, str], Postings] = {}
        self._size = 0
        self._shelves: dict[str, Shelf] = {}
        self._topics: list[str] = []
        self._lengths: array[float] = array("f")
        self._stack: Stack | None = None
        self._entries: dict[int, Entry] = {}

    def postings(self, leaf: Any, field: str, word: str) -> Postings:
        """Give the documents with the word and its weight in each, in order of their numbers."""
        key = (field, word)
        kept = self._postings.get(key)
        if kept is None:
            kept = _read(leaf, field, word)
            if self._size > MOST_POSTINGS:
                self._postings, self._size = {}, 0
            self._postings[key] = kept
            self._size += len(kept[0]) + 20
        return kept

    def entry(self, number: int, read: Callable[[int], Entry]) -> Entry:
        """Give what is kept of one document, `read` when it is not in memory; the ones read last stay there."""
        kept = self._entries.get(number)
        if kept is None:
            if len(self._entries) >= MOST_ENTRIES:
                self._entries = {}
            kept = self._entries[number] = read(number)
        return kept

    def lengths(self, leaf: Any) -> array[float]:
        """Give the length of every document, in weighted words."""
        if len(self._lengths) != leaf.doc_count_all():
            numbers = range(leaf.doc_count_all())
            self._lengths = array("f", (leaf.doc_field_length(number, "words", 0) or 0 for number in numbers))
        return self._lengths

    def topics(self, leaf: Any) -> list[str]:
        """Give the topic of every document."""
        if len(self._topics) != leaf.doc_count_all():
            column = leaf.column_reader("topic", translate=False)
            names: dict[bytes, str] = {}
            rows = (bytes(column[number]) for number in range(leaf.doc_count_all()))
            self._topics = [names.setdefault(row, row.decode("utf-8", "surrogatepass")) for row in rows]
        return self._topics

    def stack(self, leaf: Any, meaning: Meaning) -> Stack:
        """Give the vectors of every document; half a kilobyte a passage stays in memory."""
        if self._stack is None:
            column = leaf.column_reader("vectors", translate=False)
            self._stack = meaning.stack(bytes(column[number]) for number in range(leaf.doc_count_all()))
        return self._stack

    def shelf(self, leaf: Any, audience: str) -> Shelf:
        """Give the words of all documents for one audience, those that are gone included."""
        if audience not in self._shelves:
            start = (audience + GAP).encode("utf-8")
            words = (word[len(start) :].decode("utf-8") for word in leaf.expand_prefix("lexicon", start))
            self._shelves[audience] = Shelf(words)
        return self._shelves[audience]


def _read(leaf: Any, field: str, word: str) -> Postings:
    numbers, weights = array("I"), array("f")
    term = word.encode("utf-8")
    if (field, term) in leaf:
        matcher = leaf.postings(field, term)
        while matcher.is_active():
            numbers.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
    return numbers, weights
