"""The table that the kit's own search looks words up in, made with the words, stems and synonyms of the site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from search.tokens import NEGATIONS, STOP_WORDS, tokens
from search.tokens import stem as stem_of
from search.words import Words, is_telling, meaning_of

# How soon a word said often in a field stops counting more (BM25's k1, Robertson and Zaragoza 2009).
SATURATION = 1.2
# Scores are sums of whole numbers, which are short in the file.
SCALE = 10


@dataclass(frozen=True)
class Document:
    """One guide or diagnostic: its texts with how much a word in each counts."""

    fields: tuple[tuple[float, str], ...]


def search_table(documents: Sequence[Document], words: Words) -> dict[str, Any]:
    """`words` maps a folded word to the number of its stem, below zero for common words. `posts` holds for each stem
    the documents with what it counts there, and `said` the sayings with their meanings, all as numbers of stems.
    """
    table = _Table()
    posts = table.posts([_counts(document, table) for document in documents])
    return {"words": table.words, "posts": posts, "said": table.said(words)}


class _Table:
    """Stems get their numbers in the order in which they are met; common words get numbers of their own."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self.stems: dict[str, int] = {}
        for number, word in enumerate(sorted(STOP_WORDS), 1):
            self.words[word] = -number

    def number(self, word: str, stem: str) -> int:
        """The number of a word of a document."""
        if word in STOP_WORDS:
            return self.words[word]
        return self.words.setdefault(word, self.stems.setdefault(stem, len(self.stems)))

    def posts(self, counts: Sequence[Counter[int]]) -> list[list[int]]:
        """For each stem: document, score, document, score. Rare stems count more (the idf of BM25)."""
        # Each way to write "not" is one, whether or not a page has it.
        for word in sorted(NEGATIONS):
            self.number(word, stem_of(word))
        found: list[list[int]] = [[] for _ in self.stems]
        held = Counter(stem for count in counts for stem in count)
        for at, count in enumerate(counts):
            for stem, strength in count.items():
                rarity = log(1 + (len(counts) - held[stem] + 0.5) / (held[stem] + 0.5))
                found[stem] += [at, max(1, round(SCALE * rarity * strength / 1000))]
        return found

    def said(self, words: Words) -> list[list[Any]]:
        """The sayings whose meaning stands in some document."""
        rows: list[list[Any]] = []
        for row in words.rows:
            means = [known for text in row.means if (known := self._known(meaning_of(text)))]
            if means:
                rows += [[self._spoken(say), means] for say in row.say if is_telling(say)]
        return rows

    def _known(self, stems: Iterable[str]) -> list[int]:
        return [self.stems[stem] for stem in stems if stem in self.stems]

    def _spoken(self, say: str) -> list[int]:
        return [self.number(token.word, token.stem) for token in tokens(say)]


def _counts(document: Document, table: _Table) -> Counter[int]:
    """How strongly each stem stands in a document, in thousandths."""
    strength: Counter[int] = Counter()
    for weight, text in document.fields:
        said = Counter(table.number(token.word, token.stem) for token in tokens(text))
        for stem, times in said.items():
            if stem >= 0:
                strength[stem] += round(1000 * weight * times / (times + SATURATION))
    return strength
