"""Showing a hit: the piece of text that answers, with the found words marked, as safe HTML."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

from search.ranking import Weighed
from search.tokens import spots

# Private-use letters stand for the marks until everything else is escaped; texts are cleaned of them first.
OPEN, CLOSE = "\ue000", "\ue001"
# Two lines of a result on a wide page, four on a phone.
SNIPPET_LETTERS = 240


def snippet(text: str, stems: Collection[str], limit: int = SNIPPET_LETTERS) -> str:
    """Give at most about `limit` letters of the text around its most telling words, marked; safe HTML."""
    plain = _without_marks(text)
    found = spots(plain, stems)
    start, end = _window(plain, found, limit)
    inside = [(max(a, start), min(b, end)) for a, b in found if a < end and b > start]
    return _html(_marked(plain, start, end, inside), before=start > 0, after=end < len(plain.rstrip()))


def marked(text: str, stems: Collection[str]) -> str:
    """Give the whole of a short text, a title say, with the found words marked; safe HTML."""
    plain = _without_marks(text)
    return _html(_marked(plain, 0, len(plain), spots(plain, stems)), before=False, after=False)


def place(weighed: Weighed) -> tuple[str, str, str]:
    """Give the text, the anchor and the heading of the best passage; the first section when there is none."""
    sections = weighed.entry.sections()
    if weighed.passage is None:
        anchor, heading, text = next((s for s in sections if s[2].strip()), ("", "", ""))
        return text, anchor, heading
    anchor, heading, text = sections[weighed.passage.section]
    return text[weighed.passage.start : weighed.passage.end], anchor, heading


def _without_marks(text: str) -> str:
    return text.replace(OPEN, " ").replace(CLOSE, " ")


def _window(text: str, found: list[tuple[int, int]], limit: int) -> tuple[int, int]:
    """Choose the piece that begins just before a found word and holds the most found words."""
    if len(text) <= limit:
        return 0, len(text)
    best, most = 0, 0
    words = [(a, b, text[a:b].casefold()) for a, b in found[:40]]
    for start, _, _ in words:
        held = {word for a, b, word in words if start <= a and b <= start + limit - limit // 5}
        if len(held) > most:
            best, most = max(0, start - limit // 5), len(held)
    best = _word_start(text, best)
    return best, _word_end(text, min(len(text), best + limit))


def _word_start(text: str, place: int) -> int:
    """Go back to the end of the sentence before when it is near, else forward to the next word."""
    for mark in (". ", "\n"):
        near = text.rfind(mark, max(0, place - 60), place)
        if near >= 0:
            return near + len(mark)
    gap = text.find(" ", place, place + 30)
    return gap + 1 if place and gap >= 0 else place


def _word_end(text: str, place: int) -> int:
    gap = text.rfind(" ", max(0, place - 30), place)
    return gap if place < len(text) and gap > 0 else place


def _marked(text: str, start: int, end: int, found: list[tuple[int, int]]) -> str:
    parts, at = [], start
    for a, b in found:
        parts += [text[at:a], OPEN, text[a:b], CLOSE]
        at = b
    return "".join([*parts, text[at:end]])


def _html(line: str, *, before: bool, after: bool) -> str:
    safe = escape(" ".join(line.split())).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
    return ("… " if before and safe else "") + safe + (" …" if after and safe else "")
