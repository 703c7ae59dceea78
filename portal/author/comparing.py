"""Comparing two versions: lines side by side, changed words marked, equal lines folded, settings that differ."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from kb.front_matter import Front, understand
from portal.formatting import day_words, plural

# Comparing takes time with the square of the lines; nobody reads more than this side by side.
MOST_LINES = 3000
MOST_WORDS = 400
# Two lines with less than this in common are a new line beside an old one, not a line reworded.
ALIKE = 0.35
# Runs of equal lines up to this long stay to be seen between changes.
SHOWN_EQUAL = 2

Piece = dict[str, str]
Row = dict[str, Any]

SETTINGS = {
    "title": "Title",
    "topic": "Topic",
    "audience": "Who can read it",
    "owner": "Owner",
    "review_by": "Check again by",
    "symptoms": "Symptoms",
    "tags": "Tags",
    "services": "Services",
    "related": "Related",
    "diagnostic": "Diagnostic",
    "legal": "Legal",
    "storm": "In the storm kit",
}


@dataclass(frozen=True)
class Comparison:
    """What the compare page shows: rows for the table, how many places of each sort, settings that changed."""

    rows: list[Row]
    added: int
    removed: int
    reworded: int
    settings: list[tuple[str, str, str]]

    @property
    def words(self) -> str:
        """Such as "4 places: 2 added, 1 removed, 1 reworded"."""
        total = self.added + self.removed + self.reworded
        if not total:
            return "The text is the same."
        parts = ((self.added, "added"), (self.removed, "removed"), (self.reworded, "reworded"))
        return f"{plural(total, 'place')}: " + ", ".join(f"{count} {name}" for count, name in parts if count)


def compared(older: tuple[dict[str, Any], str], newer: tuple[dict[str, Any], str]) -> Comparison:
    """Compare two texts, each a front matter and a source."""
    rows = _rows(older[1].strip("\n").split("\n"), newer[1].strip("\n").split("\n"))
    sorts = Counter(_sort(row) for row in rows)
    return Comparison(
        rows=rows,
        added=sorts["added"],
        removed=sorts["removed"],
        reworded=sorts["reworded"],
        settings=_settings(understand(older[0]), understand(newer[0])),
    )


def _rows(old: list[str], new: list[str]) -> list[Row]:
    if len(old) + len(new) > MOST_LINES:
        return [{"gap": "These texts are too long to show side by side."}]
    rows: list[Row] = []
    for sort, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        rows += _equal(old[a:b]) if sort == "equal" else _changed(old[a:b], new[c:d])
    return rows


def _equal(lines: list[str]) -> list[Row]:
    said = [line for line in lines if line.strip()]
    if len(said) > SHOWN_EQUAL:
        return [{"gap": f"{len(said)} lines are the same."}]
    return [{"left": [_piece(line)], "right": [_piece(line)]} for line in said]


def _changed(old: list[str], new: list[str]) -> list[Row]:
    """Pairs in order; empty lines say nothing and are left out."""
    pairs = zip_longest([line for line in old if line.strip()], [line for line in new if line.strip()])
    rows: list[Row] = []
    for left, right in pairs:
        rows += _pair(left or "", right or "")
    return rows


def _pair(left: str, right: str) -> list[Row]:
    if left and right:
        before, after = _words(left), _words(right)
        if max(len(before), len(after)) <= MOST_WORDS:
            # A word is the same whether a space follows it or not.
            same = SequenceMatcher(None, [word.strip() for word in before], [word.strip() for word in after])
            if same.ratio() >= ALIKE:
                return [_reworded(before, after, same)]
    rows: list[Row] = [{"left": [_piece(left, "removed")], "right": []}] if left else []
    return rows + ([{"left": [], "right": [_piece(right, "added")]}] if right else [])


def _words(line: str) -> list[str]:
    """The words of a line, each with the space after it, so that together they are the line again."""
    return re.findall(r"^\s+|\S+\s*", line)


def _reworded(before: list[str], after: list[str], same: SequenceMatcher[str]) -> Row:
    left: list[Piece] = []
    right: list[Piece] = []
    for sort, a, b, c, d in same.get_opcodes():
        is_same = sort == "equal"
        left += [_piece("".join(before[a:b]), "" if is_same else "removed")] if b > a else []
        right += [_piece("".join(after[c:d]), "" if is_same else "added")] if d > c else []
    return {"left": left, "right": right}


def _piece(words: str, mark: str = "") -> Piece:
    return {"words": words, "mark": mark}


def _sort(row: Row) -> str:
    if "gap" in row:
        return "equal"
    if not row["left"]:
        return "added"
    if not row["right"]:
        return "removed"
    marked = any(piece["mark"] for piece in (*row["left"], *row["right"]))
    return "reworded" if marked else "equal"


def _settings(older: Front, newer: Front) -> list[tuple[str, str, str]]:
    """The settings that differ: label, value before, value after."""
    found = []
    for name, label in SETTINGS.items():
        before, after = getattr(older, name), getattr(newer, name)
        if before != after:
            found.append((label, _said(before), _said(after)))
    return found


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value) or "none"
    if not value:
        return "none"
    return value if isinstance(value, str) else day_words(value)
