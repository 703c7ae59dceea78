"""What may stand in a row of the word list: problems that stop it, and notes on what it does and does not do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from kb.questions import same_words
from kb.words import Synonym
from search.query import MOST_WORDS
from search.tokens import tokens
from search.words import MOST_SYNONYMS, is_telling, meaning_of

LONGEST = 160
LONGEST_NOTE = 500
# Longer rows are two rows: nobody can say any more what they do.
MOST_SAYINGS, MOST_MEANINGS = 40, 12


def texts_of(lines: str) -> list[str]:
    """The texts that stand one a line, without spare spaces and empty lines."""
    return [" ".join(line.split()) for line in lines.splitlines() if line.strip()]


def row_from(say: Sequence[str], means: Sequence[str], note: str) -> dict[str, Any]:
    """A row as files have it."""
    words = " ".join(note.split())
    return {"say": list(say), "means": list(means)} | ({"note": words} if words else {})


def problems_of(say: Sequence[str], means: Sequence[str], note: str = "") -> dict[str, str]:
    """Why this cannot be a row: a sentence by field, ``say``, ``means`` or ``note``; nothing when it can."""
    found = {
        "say": next(_wrong_sayings(say), ""),
        "means": next(_wrong_meanings(say, means), ""),
        "note": f"Use at most {LONGEST_NOTE} letters. This has {len(note)}."
        if len(note) > LONGEST_NOTE
        else "",
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def notes_on(row: dict[str, Any], others: Sequence[Synonym], *, questions: Collection[str] = ()) -> list[str]:
    """What is good to know about a row that may be saved. ``others`` are the other rows in use."""
    say, means = row["say"], row["means"]
    asked = {same_words(question) for question in questions}
    return [
        *_silent(say),
        *_same_to_search(say),
        *(f"“{text}” also means itself here. That changes nothing." for text in _selves(say, means)),
        *_elsewhere(say, others),
        *_circles(row, others),
        *(
            f"“{text}” is a test question, word for word. It tests nothing once search is told it."
            for text in say
            if same_words(text) in asked
        ),
    ]


def stems_of(text: str) -> tuple[str, ...]:
    """The stems of a text in order, as search compares it."""
    return tuple(token.stem for token in tokens(text))


def _wrong_sayings(say: Sequence[str]) -> Iterator[str]:
    yield from _wrong_texts(say, "Type what clerks say, one a line", MOST_SAYINGS, "sayings")
    for text in say:
        if len(stems_of(text)) > MOST_WORDS:
            yield f"Shorten “{text[:60]}…”: search reads the first {MOST_WORDS} words of what is typed."
    if not any(is_telling(text) for text in say):
        yield f"Add a word that says more: “{say[0]}” has only common words, and search leaves it out."


def _wrong_meanings(say: Sequence[str], means: Sequence[str]) -> Iterator[str]:
    yield from _wrong_texts(
        means, "Type what it means, one a line, in words that guides use", MOST_MEANINGS, "meanings"
    )
    for text in means:
        if not meaning_of(text):
            yield f"Use other words than “{text}”: it has only common words, and search leaves them out."
    if say and {stems_of(text) for text in say} == {stems_of(text) for text in means}:
        yield f"“{means[0]}” means itself. Type other words that guides use."
    stems = {part for text in means for part in meaning_of(text)}
    if len(stems) > MOST_SYNONYMS:
        yield f"Leave some out: these are {len(stems)} words, and search adds {MOST_SYNONYMS} at most."


def _wrong_texts(texts: Sequence[str], missing: str, most: int, name: str) -> Iterator[str]:
    if not texts:
        yield missing
    if len(texts) > most:
        yield f"Keep at most {most} {name} in a row. This has {len(texts)}. Make two rows of it."
    seen: set[str] = set()
    for text in texts:
        if len(text) > LONGEST:
            yield f"Shorten “{text[:60]}…”: a line can have {LONGEST} letters, and this has {len(text)}."
        if not stems_of(text):
            yield f"Type words: search finds no letters or digits in “{text[:60]}”."
        if text.casefold() in seen:
            yield f"Keep “{text}” once. It stands there twice."
        seen.add(text.casefold())


def _selves(say: Sequence[str], means: Sequence[str]) -> list[str]:
    """The meanings that are also said."""
    said = {stems_of(text) for text in say}
    return [text for text in means if stems_of(text) in said]


def _silent(say: Sequence[str]) -> Iterator[str]:
    for text in say:
        if not is_telling(text):
            yield f"“{text}” has only common words or single letters. Search leaves it out; the rest of the row works."


def _same_to_search(say: Sequence[str]) -> Iterator[str]:
    first: dict[tuple[str, ...], str] = {}
    for text in say:
        known = first.setdefault(stems_of(text), text)
        if known is not text:
            yield f"“{known}” and “{text}” are one word to search. One of them is enough."


def _elsewhere(say: Sequence[str], others: Sequence[Synonym]) -> Iterator[str]:
    for text in say:
        for other in others:
            if stems_of(text) in {stems_of(said) for said in other.say}:
                yield (
                    f"“{text}” also stands in the row “{other.key}”. Who types it finds what both rows mean."
                )


def _circles(row: dict[str, Any], others: Sequence[Synonym]) -> Iterator[str]:
    """Rows that lead back: harmless, for search reads one step and one way."""
    said = {stems_of(text) for text in row["say"]}
    for other in others:
        back = {stems_of(text) for text in other.means} & said
        there = {stems_of(text) for text in other.say} & {stems_of(text) for text in row["means"]}
        if back and there:
            yield (
                f"The row “{other.key}” leads back to this one. That is no harm: "
                "search looks up each row once, and only for what was typed."
            )
