"""Typing slips as people make them, to measure how much is still found with one in each question."""

from __future__ import annotations

import random
import re

from search.spelling import touching

# Shorter words are seldom mistyped, and their slips are other words: "or" and "of".
SHORTEST = 4
_WORD = re.compile(rf"[A-Za-z]{{{SHORTEST},}}")


def mistyped(text: str, seed: int, name: str) -> str:
    """Give the text with one slip in one of its longer words; the same for the same seed and name.

    The first letter stays, as it nearly always does. The four kinds of slip (Damerau 1964) come equally often:
    a letter left out, one typed twice, two changed round, and the key beside. A text without a longer word
    is given as it is.
    """
    chance = random.Random(f"{seed}:{name}")  # noqa: S311  Nothing is secret here.
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    return text[: word.start()] + _slipped(word.group(), chance) + text[word.end() :]


def _slipped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    swapped = after[:1] + letter + after[1:]
    kinds = [after, letter * 2 + after, chance.choice(sorted(touching(letter.lower())) or [letter]) + after]
    # The same letter twice cannot be changed round, and the last one has no neighbour.
    kinds.append(swapped if swapped[:1] not in ("", letter) else after)
    return before + chance.choice(kinds)
