"""YAML 1.2 text read by its events into plain values that know their line, with strict limits."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kb.findings import Finding

LARGEST_BYTES = 48 * 1024
"""64 kB takes ruamel.yaml 0.45 s; a diagnostic of 60 pages is about 25 kB."""

DEEPEST = 12
"""Our format needs 6 levels. A thousand brackets would end in a RecursionError further on."""

Built = TypeVar("Built")
Plain = str | int | float | bool | None


@dataclass(frozen=True)
class Value:
    """A value, the line it stands on, and whether it or its key was written without quotes."""

    of: "Plain | list[Value] | dict[str, Value]"
    line: int
    bare: str = ""
    key_line: int = 0
    key_is_bare: bool = False


class Unreadable(Exception):
    """The text cannot be read at all; `finding` says where and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read(text: str) -> Value:
    """The one value of a YAML 1.2 document. Raises `Unreadable`; costs about 5 ms for 10 kB."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_BYTES:
        limit = LARGEST_BYTES // 1024
        raise _unreadable(1, f"The file is larger than {limit} kB. Split it into two diagnostics.")
    return guarded(lambda: _build(allowed_events(text)))


def guarded(build: Callable[[], Built]) -> Built:
    """What reading makes of a text; everything that the reader does not bear is raised as `Unreadable`."""
    try:
        return build()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _unreadable(line, f"This line cannot be read as YAML: {error.problem or 'check it'}.") from None
    except (YAMLError, RecursionError, ValueError, AttributeError, AssertionError, IndexError):
        raise _unreadable(1, "The file cannot be read as YAML. Look for odd characters.") from None


def scalar_value(event: ScalarEvent) -> tuple[Plain, str]:
    """What a scalar says, and its text where it stands without quotes."""
    found = _scalar(event, 0)
    return (found.of if not isinstance(found.of, list | dict) else None), found.bare


def _unreadable(line: int, message: str) -> Unreadable:
    return Unreadable(Finding(line, "yaml", "error", message))


def allowed_events(text: str) -> Iterator[Event]:
    """The events of the text, refusing what the format does not know before anything is built."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    depth = documents = 0
    for event in yaml.parse(text):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, DocumentStartEvent):
            documents += 1
        if documents > 1:
            raise _unreadable(line, "The file holds a second document. Remove the line with three dashes.")
        _refuse_marks(event, line)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _unreadable(line, "There are too many brackets or levels here.")
        yield event


def _refuse_marks(event: Event, line: int) -> None:
    """Tags, anchors and aliases have no place in a diagnostic."""
    if isinstance(event, AliasEvent):
        raise _unreadable(line, "A star starts an alias here. Put the text in quotes.")
    if getattr(event, "anchor", None):
        raise _unreadable(line, 'An "&" starts an anchor here. Put the text in quotes.')
    if getattr(event, "tag", None):
        raise _unreadable(line, "An exclamation mark starts a tag here. Put the text in quotes.")


def _build(events: Iterator[Event]) -> Value:
    for event in events:
        if isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent):
            built = _value(event, events)
            for _rest in events:  # the limits hold for what follows too
                pass
            return built
    raise _unreadable(1, "The file is empty.")


def _value(event: Event, events: Iterator[Event]) -> Value:
    """The value that begins with `event`; recursion is bounded by `DEEPEST`."""
    line = event.start_mark.line + 1
    if isinstance(event, ScalarEvent):
        return _scalar(event, line)
    if isinstance(event, SequenceStartEvent):
        items: list[Value] = []
        while not isinstance(inner := next(events), SequenceEndEvent):
            items.append(_value(inner, events))
        return Value(items, line)
    return Value(_mapping(events), line)


def _mapping(events: Iterator[Event]) -> dict[str, Value]:
    """A mapping; its keys stay text, and a key given twice is refused."""
    found: dict[str, Value] = {}
    while not isinstance(key := next(events), MappingEndEvent):
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarEvent):
            raise _unreadable(line, "A list stands where a name is needed.")
        name = str(key.value)
        if name in found:
            raise _unreadable(line, f'"{name}" is given twice here. Remove one of them.')
        value = _value(next(events), events)
        found[name] = replace(value, key_line=line, key_is_bare=bool(key.implicit[0]))
    return found


_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_FRACTION = re.compile(r"[-+]?[0-9]{0,15}\.[0-9]{1,15}")
_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
_NOTHING = ("", "~", "null", "Null", "NULL")


def _scalar(event: ScalarEvent, line: int) -> Value:
    """A scalar by the YAML 1.2 core schema, without dates: a date stays text."""
    text = str(event.value)
    if not event.implicit[0]:
        return Value(text, line)
    if text in _NOTHING:
        return Value(None, line, text)
    if text in _TRUE + _FALSE:
        return Value(text in _TRUE, line, text)
    if _INTEGER.fullmatch(text):
        return Value(int(text), line, text)
    if _FRACTION.fullmatch(text):
        return Value(float(text), line, text)
    return Value(text, line, text)


_DOUBTFUL = re.compile(
    r"(y|n|yes|no|on|off|true|false|null|~|)|[-+]?[0-9][0-9_]*(\.[0-9]*)?|0[xo][0-9a-f]+|[0-9]+:[0-9:]+",
    re.IGNORECASE,
)


def is_doubtful(text: str) -> bool:
    """Would some YAML reader take this bare text for a truth value, nothing or a number?"""
    return _DOUBTFUL.fullmatch(text) is not None
