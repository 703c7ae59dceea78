"""The postings of one change on their way into a segment: gathered in memory, eight bytes each.

Whoosh would keep a tuple for each and, past a limit, write pickles to the disk, sort them and merge them
again. That was half of the time that ten thousand pages took to be written, and more memory than this.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from whoosh.codec import whoosh3

# Whoosh is half typed.
CODEC: Any = whoosh3.W3Codec
Posting = tuple[str, bytes, int, float, bytes | None]


class Gathered:
    """Takes the place of Whoosh's pool; documents must come in the order of their numbers, as they do."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[bytes, tuple[array[int], array[float]]]] = {}

    def add(self, posting: Posting) -> None:
        """Take one posting: field, word, document, weight, and a value, which our fields never have."""
        field, word, number, weight, _ = posting
        words = self._fields.setdefault(field, {})
        kept = words.get(word)
        if kept is None:
            kept = words[word] = array("I"), array("f")
        kept[0].append(number)
        kept[1].append(weight)

    def iter_postings(self) -> Iterator[Posting]:
        """Give all postings by field, word and document, and forget them on the way."""
        for field in sorted(self._fields):
            words = self._fields[field]
            for word in sorted(words):
                numbers, weights = words.pop(word)
                for number, weight in zip(numbers, weights, strict=True):
                    yield field, word, number, weight, b""

    def cleanup(self) -> None:
        """Forget everything."""
        self._fields = {}


def codec() -> Any:
    """Give the way segments are written, without the shortest and longest page of each word, which nobody asks."""
    plain: Any = CODEC()
    plain.length_stats = False
    return plain
