"""How hard a text is to read: syllables, words, and the Flesch-Kincaid grade."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Words whose letters mislead the rules below.
_EXCEPTIONS = {
    "area": 3,
    "being": 2,
    "business": 2,
    "client": 2,
    "clients": 2,
    "create": 2,
    "created": 3,
    "creates": 2,
    "different": 3,
    "diagnosis": 4,
    "doing": 2,
    "elsewhere": 2,
    "every": 2,
    "everyone": 3,
    "everything": 3,
    "everywhere": 3,
    "evening": 2,
    "going": 2,
    "idea": 3,
    "ideas": 3,
    "interest": 2,
    "people": 2,
    "quiet": 2,
    "reuse": 2,
    "science": 2,
    "seeing": 2,
    "something": 2,
    "sometimes": 2,
    "someone": 2,
    "trying": 2,
    "typing": 2,
    "usual": 3,
    "usually": 4,
    "vehicle": 3,
    "video": 3,
    "videos": 3,
    "wednesday": 2,
    "whose": 1,
}
_GROUP = re.compile(r"[aeiouy]+")
_SPLIT_VOWELS = re.compile(
    r"i[ao](?!us\b|n\b|ns\b|ned\b|ning\b|nal\b)|(?<!q)ua[lt]|eo(?!u|p)|iu|ier\b|iest\b|ying\b|(?<![cstgx])ious|eyo"
)
_SILENT_TAIL = re.compile(
    r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouytdl]ed$|[aeiouyl]led$|[^aeiouyscgxzhl]es$|[aeiouy]les$|thes$|hed$"
)
# Joined words keep the silent e of their first part.
_SILENT_INSIDE = re.compile(
    r"(?:[aeiou][^aeiouy]e(?=ment|ly\b|ful|less|ness|where|time|work|line|side))|(?<=som)e(?=\w)|(?<=her)e(?=\w)"
)

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


def syllables(word: str) -> int:
    """The syllables of an English word, at least one; right for about nineteen words in twenty."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    if plain in _EXCEPTIONS:
        return _EXCEPTIONS[plain]
    count = len(_GROUP.findall(plain)) + len(_SPLIT_VOWELS.findall(plain))
    if _SILENT_TAIL.search(plain):
        count -= 1
    count -= len(_SILENT_INSIDE.findall(plain))
    return max(count, 1)


def words_of(text: str) -> list[str]:
    """The words of a text. Numbers alone are not words for the grade."""
    return _WORD.findall(text)


def grade(sentences: Iterable[str]) -> float:
    """The Flesch-Kincaid grade, 0.39 words/sentence + 11.8 syllables/word - 15.59 (Kincaid and others, 1975)."""
    counted = [words for sentence in sentences if (words := words_of(sentence))]
    total = sum(map(len, counted))
    if not total:
        return 0.0
    sounds = sum(syllables(word) for words in counted for word in words)
    return 0.39 * total / len(counted) + 11.8 * sounds / total - 15.59
