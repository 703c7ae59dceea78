"""What the PostgreSQL index writes of one page: keys, bytes for any text at all, and text vectors made by us.

The vectors hold our own stems, so PostgreSQL's dictionaries never read a text: pages and questions are taken
apart in one way only, the same for every index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from search.entry import Entry

# PostgreSQL refuses a vector of a megabyte; of a page with more, the least weighty words are left out.
LARGEST_VECTOR = 900_000
# What a word costs in a vector besides its letters: its entry and up to four places.
WORD_COST = 16
# The label of each field; the text itself is D.
LABELS = (("A", ("title",)), ("B", ("symptoms", "tags")), ("C", ("headings",)))


def key_of(slug: str) -> str:
    """Give a key of one length for any slug at all, whatever letters it is made of."""
    return hashlib.sha256(raw(slug)).hexdigest()


def raw(text: str) -> bytes:
    """Give any text as bytes; PostgreSQL's text takes neither NUL nor half letters."""
    return text.encode("utf-8", "surrogatepass")


def plain(stored: bytes) -> str:
    """Give back what `raw` took."""
    return bytes(stored).decode("utf-8", "surrogatepass")


def word_vector(entry: Entry, weights: Mapping[str, float]) -> tuple[str, dict[str, float]]:
    """Give the vector of a page's stems with their fields, and the weights of the stems in it."""
    kept = _within_reason(weights)
    labels: dict[str, list[str]] = {one: [] for one in kept}
    for label, names in LABELS:
        _mark(labels, label, (entry.fields[name] for name in names))
    _mark(labels, "D", (passage.stems for passage in entry.passages))
    return " ".join(_lexeme(one, found) for one, found in labels.items()), kept


def lead_vector(leads: Mapping[str, float]) -> str:
    """Give the vector of the words of title (A) and symptoms (B), as `entry.lead_words` weighs them."""
    kept = _within_reason(leads)
    return " ".join(_lexeme(word, ["A" if weight >= 2 else "B"]) for word, weight in kept.items())


def every_of(groups: Iterable[Iterable[str]], beginning: str = "") -> str:
    """Give the question for pages with a word of each group, and one that begins so, in PostgreSQL's writing."""
    parts = ["(" + " | ".join(quoted(word) for word in sorted(group)) + ")" for group in groups]
    return " & ".join([*parts, *([f"{quoted(beginning)}:*"] if beginning else [])])


def quoted(word: str) -> str:
    """Write one word so that nothing in it is read as a sign; words hold letters and digits only, anyway."""
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _within_reason(weights: Mapping[str, float]) -> dict[str, float]:
    size = sum(len(word.encode()) + WORD_COST for word in weights)
    if size <= LARGEST_VECTOR:
        return dict(weights)
    kept: dict[str, float] = {}
    room = LARGEST_VECTOR
    for word, weight in sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])):
        room -= len(word.encode()) + WORD_COST
        if room < 0:
            break
        kept[word] = weight
    return kept


def _mark(labels: dict[str, list[str]], label: str, lines: Iterable[str]) -> None:
    for one in {one for line in lines for one in line.split()} & labels.keys():
        labels[one].append(label)


def _lexeme(word: str, labels: list[str]) -> str:
    """One place for each field: which places these are says nothing, as phrases are read in the pages themselves."""
    places = ",".join(f"{place}{label}" for place, label in enumerate(labels or ["D"], start=1))
    return f"{quoted(word)}:{places}"
