"""Where each value of a YAML text stands, so that one of them can be changed and the rest stays as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.events import (
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kb.trees.source import allowed_events, guarded, scalar_value

Plain = Any
"""A text, a number, a truth value or nothing; a list of them; or names with them."""


@dataclass(frozen=True)
class Spot:
    """A value with the place of its own text: ``start`` and ``end`` count letters, ``end`` is behind the last one.

    ``flow`` says that it is written in brackets. ``keys`` holds the place of each name of a mapping.
    """

    kind: str
    start: int
    end: int
    column: int
    plain: Plain = None
    bare: str = ""
    style: str = ""
    flow: bool = False
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    entries: dict[str, Spot] = field(default_factory=dict)
    items: tuple[Spot, ...] = ()

    def same(self, wanted: Plain) -> bool:
        """Whether it says this already. A bare number is the same as its text; white space does not count."""
        if isinstance(wanted, dict):
            return (
                self.kind == "map"
                and self.entries.keys() == wanted.keys()
                and all(spot.same(wanted[name]) for name, spot in self.entries.items())
            )
        if isinstance(wanted, list):
            return (
                self.kind == "list"
                and len(self.items) == len(wanted)
                and all(spot.same(each) for spot, each in zip(self.items, wanted, strict=True))
            )
        if self.kind != "scalar":
            return False
        if isinstance(wanted, str):
            return wanted.split() in (self.bare.split(), str(self.plain or "").split())
        return bool(self.plain == wanted) and isinstance(self.plain, bool) == isinstance(wanted, bool)

    def value(self) -> Plain:
        """The value without its place; a bare number or truth value as such."""
        if self.kind == "map":
            return {name: spot.value() for name, spot in self.entries.items()}
        if self.kind == "list":
            return [spot.value() for spot in self.items]
        return self.plain


def spots(text: str) -> Spot:
    """The places of everything in a text. Raises ``Unreadable``; costs as much as reading it."""
    return guarded(lambda: _spots(text))


def _spots(text: str) -> Spot:
    events = allowed_events(text)
    for event in events:
        if isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent):
            return _spot(text, event, events)
    raise ValueError("There is nothing in this text.")


def _spot(text: str, event: Event, events: Iterator[Event]) -> Spot:
    start = event.start_mark.index
    if isinstance(event, ScalarEvent):
        end = start + len(text[start : event.end_mark.index].rstrip())
        plain, bare = scalar_value(event)
        column = event.start_mark.column
        return Spot("scalar", start, end, column, plain, bare, event.style or "")
    flow = bool(getattr(event, "flow_style", False))
    if isinstance(event, SequenceStartEvent):
        return _list(text, event, events, flow)
    return _map(text, event, events, flow)


def _list(text: str, event: Event, events: Iterator[Event], flow: bool) -> Spot:
    items: list[Spot] = []
    while not isinstance(inner := next(events), SequenceEndEvent):
        items.append(_spot(text, inner, events))
    start = event.start_mark.index
    end = inner.end_mark.index if flow or not items else items[-1].end
    return Spot("list", start, end, event.start_mark.column, flow=flow, items=tuple(items))


def _map(text: str, event: Event, events: Iterator[Event], flow: bool) -> Spot:
    keys: dict[str, tuple[int, int]] = {}
    entries: dict[str, Spot] = {}
    while not isinstance(key := next(events), MappingEndEvent):
        name = str(getattr(key, "value", ""))
        keys[name] = (key.start_mark.index, key.end_mark.index)
        entries[name] = _placed(text, _spot(text, next(events), events), key.end_mark.index)
    start = event.start_mark.index
    end = key.end_mark.index if flow else max((spot.end for spot in entries.values()), default=start)
    return Spot("map", start, end, event.start_mark.column, flow=flow, keys=keys, entries=entries)


def _placed(text: str, spot: Spot, key_end: int) -> Spot:
    """A name without a value has its place right behind the colon, wherever the reader went to look for it."""
    if spot.kind != "scalar" or spot.end > spot.start:
        return spot
    place = text.index(":", key_end) + 1 if ":" in text[key_end : spot.start + 1] else key_end
    return Spot("scalar", place, place, spot.column, spot.plain, spot.bare, spot.style)
