"""What an index keeps of one document: its stems by field, its passages, and enough text to show it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.spelling import is_spelling
from search.tokens import Token, compounds, distinct, joined, stem, tokens

if TYPE_CHECKING:
    from search.index import Document

# Counts up when a page is prepared in another way than before: then every index takes in every page anew.
LAYOUT = 2
# About what a person reads at one glance; long enough to hold a question's words together.
PASSAGE_LETTERS = 600
# A word of the title is worth three of the text; the sum bends afterwards (see `ranking.py`).
FIELD_WEIGHTS = {"title": 3.0, "symptoms": 2.0, "tags": 2.0, "headings": 1.0}
# A page of more is a book: its end is still shown, but not weighed passage by passage.
MOST_PASSAGES = 120


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one section: which section, from which letter to which, and its stems between spaces."""

    section: int
    start: int
    end: int
    stems: str
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One document, ready to be weighed; the text itself stays packed until it is shown."""

    slug: str
    version: str
    kind: str
    title: str
    topic: str
    audience: str
    symptoms: tuple[str, ...]
    fields: dict[str, str]
    passages: tuple[Passage, ...]
    symptom_stems: tuple[str, ...]
    weight: float
    digest: str
    packed: bytes

    def sections(self) -> list[tuple[str, str, str]]:
        """Unpack the sections as (anchor, heading, text); some tens of microseconds a page."""
        return [(one[0], one[1], one[2]) for one in json.loads(zlib.decompress(self.packed))]


def entry_of(document: Document) -> Entry:
    """Prepare one document for an index; about a millisecond for a thousand words."""
    passages = tuple(_passages(document))
    symptoms = tuple(stems_of(symptom) for symptom in document.symptoms)
    fields = {
        "title": stems_of(document.title),
        "symptoms": "".join(symptoms),
        "headings": "".join(stems_of(section.heading) for section in document.sections),
        "tags": "".join(stems_of(tag) for tag in document.tags),
    }
    sections = [(section.anchor, section.heading, section.text) for section in document.sections]
    return Entry(
        slug=document.slug,
        version=document.version,
        kind=document.kind,
        title=document.title,
        topic=document.topic,
        audience=document.audience,
        symptoms=document.symptoms,
        fields=fields,
        passages=passages,
        symptom_stems=symptoms,
        weight=sum(field_weights(fields, passages).values()),
        digest=digest(document),
        packed=zlib.compress(json.dumps(sections).encode(), 1),
    )


def field_weights(fields: Mapping[str, str], passages: Sequence[Passage]) -> dict[str, float]:
    """Give each stem the weight of all its places together: what an index holds for the first look."""
    weights: dict[str, float] = {}
    for name, factor in FIELD_WEIGHTS.items():
        for one in fields[name].split():
            weights[one] = weights.get(one, 0.0) + factor
    for passage in passages:
        for one in passage.stems.split():
            weights[one] = weights.get(one, 0.0) + 1.0
    return weights


def digest(document: Document) -> str:
    """Give the same short text for the same document, on every machine and in every process."""
    fields = {name: getattr(document, name) for name in document.__slots__}
    fields["sections"] = [{name: getattr(one, name) for name in one.__slots__} for one in document.sections]
    whole = json.dumps(fields, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def stems_of(text: str) -> str:
    """Give the stems of a text, each between spaces of its own: ` print  label `.

    So `count(" label ")` counts a word and `" print  label " in` finds a phrase, both at the speed of C.
    """
    row = list(tokens(text))
    return _line(text, row)


def passages_to_mean(entry: Entry) -> list[str]:
    """Give the texts whose meaning is kept: the title, each passage with the title before it, and each symptom.

    A symptom stands alone: it is what a clerk says, and so is the question that it is compared with.
    """
    sections = entry.sections()
    texts = (sections[one.section][2][one.start : one.end] for one in entry.passages)
    return [entry.title, *(f"{entry.title}\n{text}" for text in texts), *entry.symptoms]


def surface(document: Document) -> set[str]:
    """Give the folded words of a document as they are written: what a spelling may be made of."""
    parts = [document.title, *document.symptoms, *document.tags]
    parts += [f"{section.heading}\n{section.text}" for section in document.sections]
    return {word for word in distinct("\n".join(parts)) if is_spelling(word)}


def lead_words(document: Document) -> dict[str, float]:
    """Give the words of title and symptoms, folded and as stems, with their weight in suggestions."""
    weights: dict[str, float] = {}
    for line, weight in ((document.title, 2.0), *((symptom, 1.0) for symptom in document.symptoms)):
        for place, token in enumerate(tokens(line)):
            for word in (token.word, token.stem):
                weights[word] = max(weights.get(word, 0.0), weight + (place == 0))
    return weights


def pack(entry: Entry) -> tuple[bytes, bytes]:
    """Give the entry as two pieces of bytes to be stored, the second one its text.

    Both carry a check sum, and nothing in them is ever run when they are read.
    """
    kept = {name: getattr(entry, name) for name in entry.__slots__ if name != "packed"}
    kept["passages"] = [[one.section, one.start, one.end, one.stems, one.aside] for one in entry.passages]
    line = json.dumps(kept).encode()
    return zlib.crc32(line).to_bytes(4, "big") + line, entry.packed


def unpack(kept: bytes, packed: bytes) -> Entry:
    """Read back what `pack` gave; raises `ValueError` when it is damaged."""
    if zlib.crc32(kept[4:]) != int.from_bytes(kept[:4], "big"):
        raise ValueError("an entry of the index is damaged")
    row = json.loads(kept[4:])
    row["passages"] = tuple(Passage(*one) for one in row["passages"])
    row["symptoms"] = tuple(row["symptoms"])
    row["symptom_stems"] = tuple(row["symptom_stems"])
    return Entry(**row, packed=packed)


def _line(text: str, row: Sequence[Token]) -> str:
    """Put the stems of a text in a line, with the words that are written in two parts added behind it."""
    whole = {word for _, word in joined(text, list(row))} | set(compounds([token.word for token in row]))
    stems = [token.stem for token in row] + [stem(word) for word in sorted(whole)]
    return "".join(f" {one} " for one in stems)


def _passages(document: Document) -> Iterator[Passage]:
    """Cut the sections into passages; after the most, what is left of each section is one long passage."""
    made = 0
    for number, section in enumerate(document.sections):
        for start, end in _cuts(section.text, MOST_PASSAGES - made):
            made += 1
            yield Passage(number, start, end, stems_of(section.text[start:end]), section.aside)


def _cuts(text: str, most: int) -> Iterator[tuple[int, int]]:
    """Cut a text where a person would pause: a blank line, a line, a sentence, at worst a space."""
    start = made = 0
    while len(text) - start > PASSAGE_LETTERS and made < most - 1:
        end = _pause(text, start)
        yield start, end
        start, made = end, made + 1
    if text[start:].strip():
        yield start, len(text)


def _pause(text: str, start: int) -> int:
    """Find the best place to stop in the second half of a full passage."""
    window = text[start + PASSAGE_LETTERS // 2 : start + PASSAGE_LETTERS]
    for mark in ("\n\n", "\n", ". ", "? ", "; ", ", ", " "):
        place = window.rfind(mark)
        if place >= 0:
            return start + PASSAGE_LETTERS // 2 + place + len(mark)
    return start + PASSAGE_LETTERS
