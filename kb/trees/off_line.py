"""What an end of a diagnostic says on paper and without a network, where nothing is kept and nothing can be sent."""

from __future__ import annotations

import re

ONLY_ON_LINE = (
    "code on this page",
    "stay on this page",
    "already have your request",
    "send them to us",
    "we have what we need",
    "we kept your answers",
    "reads your answers",
    "this request",
    "if you sent a request",
    "request is enough",
    "post a notice",
)
"""What only our pages can promise. A sentence with one of these is untrue on paper, so it is left out there."""

_BETWEEN = re.compile(r"(?<=[.!?])\s+")


def off_line(text: str) -> str:
    """The sentences of a text that also hold without our pages."""
    return " ".join(each for each in _BETWEEN.split(text.strip()) if not _needs_the_line(each))


def _needs_the_line(sentence: str) -> bool:
    return any(words in sentence.lower() for words in ONLY_ON_LINE)
