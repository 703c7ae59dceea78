"""A CSV file of offices: its lines by the names of their columns, or a sentence that says why it cannot be read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from portal.admin.offices.forms import FACT_WORDS
from portal.forms import clean

LARGEST_FILE = 1_000_000
# Far above the number of offices of any state, and what one page can still show.
MOST_LINES = 2_000
NEEDED = ("code", "name", "kind")
QUOTES = "Check the quotation marks from line {line} on. One is missing or stands in the wrong place."


class CannotRead(Exception):
    """The file as a whole cannot be read. The text is the sentence that people read."""


@dataclass(frozen=True)
class Line:
    """One line: its number in the file, its cells by column, or what is wrong with its shape."""

    number: int
    cells: dict[str, str]
    wrong: str = ""


@dataclass(frozen=True)
class CSVFile:
    """The columns in the order of the file, and the lines below them that are not blank."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def text_of(body: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises CannotRead."""
    if len(body) > LARGEST_FILE:
        raise CannotRead("Choose a file of at most 1 MB. This one is larger.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise CannotRead(
            "Save the file as “CSV UTF-8” and choose it again. We cannot read its letters."
        ) from wrong


def read_csv(text: str) -> CSVFile:
    """The file as RFC 4180 has it: commas, quotation marks, cells of several lines. Raises CannotRead.

    A cell is text whatever it begins with: nothing here or later computes it.
    """
    rows = list(_rows(text.removeprefix("\ufeff")))
    if not rows:
        raise CannotRead("Choose a file or paste lines. There is nothing to read.")
    if len(rows) - 1 > MOST_LINES:
        raise CannotRead(f"Use at most {MOST_LINES:,} lines at once. This has {len(rows) - 1:,}.")
    columns = _columns(rows[0][1])
    return CSVFile(columns, tuple(_line(columns, number, cells) for number, cells in rows[1:]))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, cleaned, with the number of the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            cleaned = [clean(cell) for cell in cells]
            if any(cleaned):
                yield begins, cleaned
            begins = reader.line_num + 1
    except csv.Error as wrong:
        raise CannotRead(QUOTES.format(line=begins)) from wrong


def _columns(cells: list[str]) -> tuple[str, ...]:
    """The names of the columns. Capitals, spaces and empty columns at the end do not matter."""
    columns = [" ".join(cell.lower().split()).replace(" ", "_") for cell in cells]
    while not columns[-1]:
        columns.pop()
    if len(columns) == 1 and (";" in columns[0] or "\t" in cells[0]):
        raise CannotRead("Put commas between the columns. The first line has other marks.")
    if unknown := [column for column in columns if column not in FACT_WORDS]:
        raise CannotRead(f"Name the columns {', '.join(FACT_WORDS)}. We do not know: {_listed(unknown)}.")
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise CannotRead(f"Name each column once. There twice: {', '.join(twice)}.")
    if missing := [column for column in NEEDED if column not in columns]:
        raise CannotRead(f"Name the columns in the first line. Missing: {', '.join(missing)}.")
    return tuple(columns)


def _listed(unknown: list[str]) -> str:
    """A few of the names, short: a file without a first line of names would list a whole office."""
    return ", ".join(f"“{name[:30]}”" for name in unknown[:3])


def _line(columns: tuple[str, ...], number: int, cells: list[str]) -> Line:
    """The cells by column. Empty cells beyond the last column do not matter, missing ones do."""
    kept = [*cells[: len(columns)], *(cell for cell in cells[len(columns) :] if cell)]
    if len(kept) != len(columns):
        counts = f"Use {len(columns)} cells. This line has {len(kept)}."
        return Line(number, {}, f"{counts} A cell with a comma in it needs quotation marks.")
    return Line(number, dict(zip(columns, kept, strict=True)))
