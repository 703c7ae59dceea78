"""Words that an office avoids, and the plain ones to use instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache


def jargon_in(text: str, avoid: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each avoided word of a text as it is written there, with a sentence that names the plain one.

    An empty plain word means that the word is better left out. Costs one pass over the text.
    """
    if not avoid:
        return
    plain = {word.casefold(): instead for word, instead in avoid.items()}
    for found in _pattern(tuple(sorted(plain))).finditer(text):
        instead = plain[" ".join(found.group().casefold().split())]
        word = found.group()
        yield word, f"Say “{instead}” instead of “{word}”." if instead else f"Leave out “{word}”."


@lru_cache(maxsize=8)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words only, the longest first, so that “log on to” is met before “log on”."""
    longest_first = sorted(words, key=len, reverse=True)
    either = "|".join(r"\s+".join(re.escape(part) for part in word.split()) for word in longest_first)
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)
