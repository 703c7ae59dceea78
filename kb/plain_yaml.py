"""Plain YAML 1.2: maps, lists and scalars read from an event scan that refuses tags, anchors and aliases."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.scalarstring import LiteralScalarString

# Deeper than any file that a person writes; the parser itself falls at about a thousand.
MAX_DEPTH = 24

# Only numbers that are written back as they were read: 007 and 1.10 stay text.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,9})\.[0-9]*[1-9]|-?(?:0|[1-9][0-9]{0,9})\.0")
_CONSTANTS = {"true": True, "True": True, "false": False, "False": False, "null": None, "~": None, "": None}


class BadYaml(Exception):
    """The text cannot be read. ``line`` counts from 1; ``message`` is a sentence for people."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


def read(text: str, *, cap_bytes: int, depth: int = MAX_DEPTH) -> Any:
    """The value of one YAML document, None for an empty one. Dates stay text. Raises ``BadYaml``.

    Brackets are counted before the parser starts, so deep nesting ends in a sentence, not in a RecursionError.
    """
    if len(text.encode("utf-8", "surrogatepass")) > cap_bytes:
        raise BadYaml(1, f"This is longer than {cap_bytes // 1024} kB.")
    if _deepest_brackets(text) > depth * 4:
        raise BadYaml(1, "Too many brackets inside brackets.")
    try:
        return _value_of(text, depth)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYaml(mark.line + 1 if mark else 1, _sentence(error)) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise BadYaml(1, f"This cannot be read as YAML ({type(error).__name__}).") from None


def write(value: Any) -> str:
    """YAML that ``read`` gives back as the same value, in block style, keys in their own order."""
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 4096
    yaml.allow_unicode = True
    yaml.default_flow_style = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_readable(value), out)
    return out.getvalue()


def _deepest_brackets(text: str) -> int:
    deepest = now = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        now += 1 if bracket in "[{" else -1
        deepest = max(deepest, now)
    return deepest


def _value_of(text: str, depth: int) -> Any:
    builder = _Builder(depth)
    # The parser is pure Python: the C one reads YAML 1.1, where a bare "no" is false.
    for event in YAML(typ="safe", pure=True).parse(text):
        builder.take(event)
    return builder.value


def _sentence(error: MarkedYAMLError) -> str:
    problem = " ".join(str(error.problem or error.context or "").split())
    return f"This cannot be read as YAML: {problem}." if problem else "This cannot be read as YAML."


class _Builder:
    """Builds values from parse events. Open maps and lists wait on a stack with the function that fills them."""

    def __init__(self, depth: int) -> None:
        self.value: Any = None
        self._depth = depth
        self._documents = 0
        self._stack: list[Callable[[Any, int], None]] = [self._root]

    def take(self, event: Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        self._refuse(event, line)
        if isinstance(event, MappingStartEvent):
            mapping: dict[str, Any] = {}
            self._open(_filled_map(mapping), mapping, line)
        elif isinstance(event, SequenceStartEvent):
            listed: list[Any] = []
            self._open(_filled_list(listed), listed, line)
        elif isinstance(event, ScalarEvent):
            self._stack[-1](_scalar(event), line)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._stack.pop()

    def _refuse(self, event: Event, line: int) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise BadYaml(line, "Anchors and aliases (& and *) are not used here.")
        if getattr(event, "tag", None) and not isinstance(event, AliasEvent):
            raise BadYaml(line, "Tags (words that start with an exclamation mark) are not used here.")

    def _open(self, fill: Callable[[Any, int], None], made: Any, line: int) -> None:
        self._stack[-1](made, line)
        self._stack.append(fill)
        if len(self._stack) > self._depth + 1:
            raise BadYaml(line, f"This is nested more than {self._depth} levels deep.")

    def _root(self, value: Any, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise BadYaml(line, "Only one document is expected here.")
        self.value = value


def _filled_list(made: list[Any]) -> Callable[[Any, int], None]:
    def fill(item: Any, _line: int) -> None:
        made.append(item)

    return fill


def _filled_map(made: dict[str, Any]) -> Callable[[Any, int], None]:
    waiting: list[str] = []

    def fill(item: Any, line: int) -> None:
        if waiting:
            made[waiting.pop()] = item
            return
        if isinstance(item, dict | list):
            raise BadYaml(line, "A key must be a word.")
        key = "" if item is None else str(item)
        if key in made:
            raise BadYaml(line, f"The key “{key}” stands here twice.")
        waiting.append(key)

    return fill


def _scalar(event: ScalarEvent) -> str | int | float | bool | None:
    text = str(event.value)
    if event.style:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _readable(value: Any) -> Any:
    """Long texts with line breaks as literal blocks."""
    if isinstance(value, dict):
        return {key: _readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if isinstance(value, str) and "\n" in value and _fits_a_literal_block(value):
        return LiteralScalarString(value)
    return value


def _fits_a_literal_block(text: str) -> bool:
    # Leading blanks and trailing spaces change when a literal block is read again.
    lines = text.split("\n")
    return text.isprintable() or all(
        line == line.strip() and line.isprintable() and bool(line or index)
        for index, line in enumerate(lines)
    )
