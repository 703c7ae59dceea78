"""What a person typed, made into words; there is no query language and nothing that can be wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from search.tokens import STOP_WORDS, joined, stem, tokens

# A question of more letters is a letter to the desk: what comes first says what it is about. Nearly all of its words
# are used: the first 16 alone often miss what it is about, which cost one to two points of success at 3.
MOST_LETTERS = 256
MOST_WORDS = 32

_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True, slots=True)
class Query:
    """The words of one search.

    `text` is what was typed, cleaned and cut. `words` are all its words, folded, in order. `terms` are the
    words worth looking for: stop words are left out when something else remains. `joins` are words typed in
    parts, such as `wifi` for `wi-fi`. `phrases` are the stems of what stood between quotation marks.
    """

    text: str
    words: tuple[str, ...]
    terms: tuple[str, ...]
    joins: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to look for."""
        return not self.terms

    @property
    def has_words(self) -> bool:
        """Tell whether there is a word besides codes and numbers, which mean nothing: `0x8007`, not `2fa`."""
        return any(2 * sum(letter.isdigit() for letter in word) <= len(word) for word in self.terms)

    @property
    def cites(self) -> bool:
        """Tell whether what is quoted is only a part of what was typed, such as the words of a message."""
        quoted = {one for phrase in self.phrases for one in phrase}
        return bool(quoted) and any(stem(word) not in quoted for word in self.terms)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Give the stems of the words that stand side by side, when the stop words between them are left out."""
        row = [stem(word) for word in self.words if word in self.terms]
        return tuple(dict.fromkeys(pair for pair in pairwise(row) if pair[0] != pair[1]))


def parse(text: str) -> Query:
    """Read what was typed; takes any text at all, never raises, and costs at most a millisecond."""
    line = _clean(text)
    row = list(tokens(line))[:MOST_WORDS]
    words = tuple(token.word for token in row)
    kept = [word for word in words if word not in STOP_WORDS] or list(words)
    return Query(
        text=line,
        words=words,
        terms=tuple(dict.fromkeys(kept)),
        joins=tuple(dict.fromkeys(whole for _, whole in joined(line, row))),
        phrases=_phrases(line),
    )


def _clean(text: str) -> str:
    """Cut first, so that a megabyte costs no more than a line; then normalise and cut again."""
    plain = unicodedata.normalize("NFKC", text[: 4 * MOST_LETTERS])
    shown = "".join(" " if unicodedata.category(letter) in _UNPRINTABLE else letter for letter in plain)
    return " ".join(shown.split())[:MOST_LETTERS].strip()


def _phrases(line: str) -> tuple[tuple[str, ...], ...]:
    """Give the stems of each quoted part of two words or more; a lone quotation mark means nothing."""
    quoted = (
        tuple(stem(token.word) for token in tokens(part))[:MOST_WORDS] for part in _QUOTED.findall(line)
    )
    return tuple(dict.fromkeys(phrase for phrase in quoted if len(phrase) > 1))
