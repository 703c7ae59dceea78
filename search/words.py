"""Clerks' words and what they mean: synonyms read one way, with a lower weight than the words typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from search.query import Query, parse
from search.tokens import STOP_WORDS, compounds, stem, tokens

# A word that only means the same counts this much of a word that was typed.
SYNONYM_WEIGHT = 0.4
# A meaning of several words is not found by one of them: each counts its share, but never less than this.
LEAST_WEIGHT = 0.12
# More words than this make a search slow and vague; the first found are the ones closest to the query.
MOST_SYNONYMS = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the word list: what a clerk may say, what it means, and a note for technicians."""

    say: tuple[str, ...]
    means: tuple[str, ...]
    note: str = ""


# The stems of one saying, and the stems of each of its meanings.
Saying = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Words:
    """The word list, ready to look up by the first word of what is said."""

    rows: tuple[Row, ...] = ()
    _meanings: Mapping[str, tuple[Saying, ...]] = field(default_factory=dict)
    _said: frozenset[str] = frozenset()

    def expand(self, query: Query) -> dict[str, float]:
        """Give the stems to look for with their weights: 1 for what was typed, less for what it means."""
        weights = {stem(word): 1.0 for word in query.terms}
        row = tuple(stem(word) for word in query.words)
        for whole in (*query.joins, *compounds(query.words)):
            weights.setdefault(stem(whole), 1.0)
        added = 0
        for meaning in self._found(row):
            share = max(SYNONYM_WEIGHT / len(meaning), LEAST_WEIGHT)
            for part in meaning:
                if part not in weights and added < MOST_SYNONYMS:
                    weights[part] = share
                    added += 1
        return weights

    def knows(self, word: str) -> bool:
        """Tell whether the word stands anywhere in what may be said, so that it is not taken for a slip."""
        return stem(word) in self._said

    def notes(self, query: Query) -> tuple[Row, ...]:
        """Give the rows that the query touches, for the technician who reads over a clerk's shoulder."""
        typed = " " + " ".join(stem(word) for word in query.words) + " "
        return tuple(row for row in self.rows if any(f" {' '.join(_stems(s))} " in typed for s in row.say))

    def _found(self, row: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Give the meanings of everything said in the row, longest sayings first."""
        found = []
        for place, first in enumerate(row):
            for said, meanings in self._meanings.get(first, ()):
                if tuple(row[place : place + len(said)]) == said:
                    found.append((len(said), meanings))
        for _, meanings in sorted(found, key=lambda pair: -pair[0]):
            yield from meanings


def words_from(rows: Iterable[Mapping[str, object]]) -> Words:
    """Build the word list from rows with `say` and `means` (lists of text) and perhaps a `note`.

    Raises `ValueError` that names the row when a row has another shape.
    """
    read = tuple(_row(number, row) for number, row in enumerate(rows, start=1))
    table: dict[str, list[Saying]] = {}
    for row in read:
        meanings = tuple(filter(None, (_meaning(text) for text in row.means)))
        for said in filter(_is_telling, map(_stems, row.say)):
            table.setdefault(said[0], []).append((said, meanings))
    said_words = frozenset(one for pairs in table.values() for said, _ in pairs for one in said)
    return Words(read, {first: tuple(pairs) for first, pairs in table.items()}, said_words)


def is_telling(said: str) -> bool:
    """Tell whether a saying may stand for something; common words and single letters alone are left out."""
    return _is_telling(_stems(said))


def meaning_of(text: str) -> tuple[str, ...]:
    """Give the stems that a meaning adds to a search; nothing when it has only common words."""
    return _meaning(text)


def reads_alike(text: str, before: Words, after: Words) -> bool:
    """Tell whether two word lists read a typed text in the same way, so that a search for it finds the same."""
    query = parse(text)
    if any(before.knows(word) != after.knows(word) for word in query.terms):
        return False
    return before.expand(query) == after.expand(query)


NO_WORDS = Words()


def _row(number: int, row: Mapping[str, object]) -> Row:
    say, means, note = row.get("say"), row.get("means"), row.get("note") or ""
    if not _is_texts(say) or not _is_texts(means) or not isinstance(note, str):
        raise ValueError(f"row {number} of the word list needs `say` and `means` as lists of words")
    return Row(tuple(say), tuple(means), note)  # type: ignore[arg-type]


def _is_texts(value: object) -> bool:
    return (
        isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(v, str) for v in value)
    )


def _stems(text: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokens(text))


def _is_telling(said: tuple[str, ...]) -> bool:
    """Tell whether a saying may stand for something: `it`, `E+` or `the` alone would match everything."""
    return any(len(one) > 1 and one not in STOP_WORDS for one in said)


def _meaning(text: str) -> tuple[str, ...]:
    """Give the stems of a meaning without its stop words, which would match everything: `sign in` is `signin`."""
    row = [token.word for token in tokens(text)]
    whole = list(compounds(row))
    parts = [word for word in row if word not in STOP_WORDS and not any(word in one for one in whole)]
    return tuple(dict.fromkeys(stem(word) for word in [*whole, *parts]))
