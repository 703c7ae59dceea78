"""The prose of a source: its lines without code and addresses, its headings, and its sentences with their lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)[^`\n]+?\1(?!`)")
_PLACEHOLDER = re.compile(r"\{\{[^{}\n]*\}\}")
# The lengths are bounded: without a bound, a long line of brackets takes minutes.
_PICTURE = re.compile(r"!\[(?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,400}\]\([^()\n]{0,900}\)")
_LINK = re.compile(r"\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,400})\]\([^()\n]{0,900}\)")
_HTML = re.compile(r"</?[a-zA-Z][^<>\n]*>|<!--(?:(?!<!--)[^\n])*?-->")
_MARKUP = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_OPENING = re.compile(r"^ {0,3}:::[ \t]*([A-Za-z][\w-]*)[ \t]*$")
_CLOSING = re.compile(r"^ {0,3}:::[ \t]*$")
_NOT_PROSE = re.compile(r"^\s*(?:\||:::|[-*_=](?:[ \t]*[-*_=]){2,}\s*$|\[[^\]]+\]:)")
_STOP = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s+[\"“‘'(\[]?[A-Z0-9])|[.!?…]+[\"”’')\]]*\s*$|\n\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|No|Nos|Mr|Mrs|Ms|Dr|St|a\.m|p\.m|U\.S|approx)|\b[A-Z])\.$"
)


@dataclass(frozen=True)
class Heading:
    """A heading of a source with its level, 1 to 6."""

    line: int
    level: int
    text: str


@dataclass(frozen=True)
class Sentence:
    """A sentence with the line on which it begins. A placeholder counts as one short word."""

    line: int
    text: str


@dataclass(frozen=True)
class Prose:
    """A source taken apart. ``lines`` are all lines with code blanked out; ``technician`` are exempt line numbers."""

    lines: list[str]
    headings: list[Heading]
    sentences: list[Sentence]
    technician: frozenset[int]
    unclosed: tuple[int, ...]


def prose_of(source: str) -> Prose:
    """Take a source apart. Line numbers count from 1 in the source. Linear in its length."""
    lines = _without_code(source.replace("\r\n", "\n").split("\n"))
    technician, unclosed = _blocks(lines)
    return Prose(lines, _headings(lines), _sentences(lines, technician), technician, unclosed)


def plain_words(text: str) -> str:
    """A line as a reader hears it: no addresses, tags or marks."""
    text = _LINK.sub(r"\1", _PICTURE.sub("", _PLACEHOLDER.sub("it", text)))
    return _MARKUP.sub("", _HTML.sub("", text))


def _without_code(lines: list[str]) -> list[str]:
    kept: list[str] = []
    fence = ""
    for line in lines:
        found = _FENCE.match(line)
        if fence:
            fence = "" if found and found.group(1).startswith(fence) and not line.strip(" `~\t") else fence
            kept.append("")
        elif found:
            fence = found.group(1)
            kept.append("")
        else:
            # As many letters as before, so that columns stay true.
            kept.append(_CODE.sub(lambda match: "x" * len(match.group(0)), line))
    return kept


def _blocks(lines: list[str]) -> tuple[frozenset[int], tuple[int, ...]]:
    """The numbers of the lines in technician blocks, and of the opening lines that nothing closes."""
    waiting: list[tuple[int, str]] = []
    technician: set[int] = set()
    for number, line in enumerate(lines, start=1):
        if opening := _OPENING.match(line):
            waiting.append((number, opening.group(1)))
        elif waiting and _CLOSING.match(line):
            start, name = waiting.pop()
            if name == "technician":
                technician.update(range(start, number + 1))
    return frozenset(technician), tuple(number for number, _ in waiting)


def _headings(lines: list[str]) -> list[Heading]:
    found = []
    for number, line in enumerate(lines, start=1):
        if match := _HEADING.match(line):
            found.append(Heading(number, len(match.group(1)), plain_words(match.group(2) or "").strip()))
    return found


def _sentences(lines: list[str], technician: frozenset[int]) -> list[Sentence]:
    sentences: list[Sentence] = []
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*lines, ""], start=1):
        ends = not line.strip() or number in technician or _HEADING.match(line) or _NOT_PROSE.match(line)
        if ends or _ITEM.match(line):
            sentences += _split(block)
            block = []
        if not ends:
            block.append((number, plain_words(_ITEM.sub("", line)).lstrip(" >")))
    return sentences


def _split(block: list[tuple[int, str]]) -> list[Sentence]:
    """The sentences of one paragraph or list item."""
    text = "\n".join(line for _, line in block)
    sentences: list[Sentence] = []
    start = 0
    for stop in [*_STOP.finditer(text), None]:
        end = stop.end() if stop else len(text)
        if stop and _ABBREVIATION.search(text[start : stop.start() + 1]):
            continue
        said = text[start:end]
        if re.search(r"\w", said):
            lead = len(said) - len(said.lstrip())
            at = text.count("\n", 0, start + lead)
            sentences.append(Sentence(block[at][0], " ".join(said.split())))
        start = end
    return sentences
