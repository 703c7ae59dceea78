"""The forms of a diagnostic know every name that its reader asks for: who adds one gives it a field, or this fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from kb.articles import Article, Revision
from kb.trees.editing.spots import spots
from kb.trees.fields import Fields, Problems
from kb.trees.parsing import _tree, parse
from kb.trees.source import Value, read
from portal.author.parts.blanks import SHORT, Blank
from portal.author.parts.kinds import blanks_of, rows_of
from portal.author.parts.opened import Opened
from portal.author.parts.saving import part_of
from portal.author.surroundings import Surroundings

# Every name of the format, in every place where it may stand. The reader says below what is missing here.
WHOLE = """\
title: T
slug: t
status: draft
topic: a
audience: public
storm: true
legal: true
symptoms: [s]
tags: [t]
services: [s]
owner: o
review_by: 2027-01-01
related: [r]
have: [h]
note: n
start: ask_it
facts:
  place: {label: L, ask: A, help: H, type: text, max: 80, optional: true, quiet: {private-data: A reason.}}
nodes:
  ask_it:
    ask: Q
    help: H
    look: [l]
    why: W
    picture: {file: p.png, alt: A, beside: 1}
    choose: many
    save: place
    options:
      - {id: a, say: A, ticket: {impact: low, urgency: now}, go: end, retry: 1, else: end, shareable: true, was: [b]}
    none: {say: N, ticket: {impact: low, urgency: now}, go: end, retry: 1, else: end, shareable: true, was: [b]}
    not_sure: {go: end, retry: 1, else: end, tell: T, ticket: {impact: low, urgency: now}, never: R}
    was: [old]
    quiet: {why-asked: A reason.}
  try_it:
    try: [do_it]
    order: fixed
    fixed: {go: end, retry: 1, else: end}
    not_fixed: {go: end, retry: 1, else: end}
    was: [older]
    quiet: {step-order: A reason.}
  read_it:
    read: r
    fixed: {go: end, retry: 1, else: end}
    not_fixed: {go: end, retry: 1, else: end}
    was: [oldest]
    quiet: {step-order: A reason.}
  collect_it: {collect: [place], go: end, retry: 1, else: end, was: [o], quiet: {step-order: A reason.}}
  call_it:
    call: c
    give: {place: here}
    fixed: {go: end, retry: 1, else: end}
    not_fixed: {go: end, retry: 1, else: end}
    stopped: {go: end, retry: 1, else: end}
    was: [eldest]
    quiet: {step-order: A reason.}
steps:
  do_it:
    do: D
    how: [H]
    minutes: 2
    guess: 0.5
    pin: first
    after: [do_it]
    place: P
    risk: none
    insult: 1
    why: W
    picture: {file: p.png, alt: A, beside: 1}
    was: [did]
    quiet: {step-order: A reason.}
outcomes:
  end:
    kind: ticket
    say: S
    next: N
    meanwhile: [M]
    line: help_desk
    ticket_too: true
    group: g
    subject: S
    impact: low
    urgency: now
    needs: [place]
    busy: end
    restricted: true
    quiet: {outcome-shape: A reason.}
walks:
  - {name: w, answers: {ask_it: a}, ends: end, mode: normal}
"""
PARTS = {
    "facts": ("place",),
    "nodes": ("ask_it", "try_it", "read_it", "collect_it", "call_it"),
    "steps": ("do_it",),
    "outcomes": ("end",),
}
ELSEWHERE = {
    "was": "“Change it…” writes it, and so does the form when an answer goes and another takes it over.",
    "quiet": "It stands beside the warning that it keeps quiet.",
    "options.id": "It is made from the words of a new answer and then never changes.",
    "options.was": "Written when an answer goes and another takes it over.",
    "none.shareable": "Means nothing: no link can bring “none of these”.",
    "none.was": "Means nothing: the id of “none of these” is fixed.",
    "picture.beside": "Means nothing beside a question, which has no numbered lines.",
    "slug": "Written by an export.",
    "status": "Written by an export.",
    "walks": "On the page of tests; a play is kept there.",
}
"""What has no field in a form, and why."""
ELSEWHERE |= dict.fromkeys(PARTS, "Each part has a form of its own.")

Asked = dict[tuple[str, ...], set[str]]


class Listening(dict[str, Value]):
    """A mapping that remembers what it was asked for."""

    def __init__(self, inner: Mapping[str, Value], asked: set[str]) -> None:
        super().__init__(inner)
        self.asked = asked

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def listening(value: Value, asked: Asked, path: tuple[str, ...] = ()) -> Value:
    """The value with mappings that remember; the items of a list share the place of the list."""
    if isinstance(value.of, list):
        return replace(value, of=[listening(each, asked, path) for each in value.of])
    if not isinstance(value.of, dict):
        return value
    inner = {name: listening(each, asked, (*path, name)) for name, each in value.of.items()}
    return replace(value, of=Listening(inner, asked.setdefault(path, set())))


@pytest.fixture(scope="module")
def asked() -> Asked:
    """What the reader asks each mapping of the whole diagnostic for."""
    found: Asked = {}
    problems = Problems()
    _tree(Fields(listening(read(WHOLE), found), "", problems), "t")
    assert problems.found == []
    return found


@pytest.fixture(scope="module")
def draft() -> Opened:
    """The whole diagnostic, opened without a request."""
    article, revision = Article(slug="t", kind="diagnostic"), Revision(title="T", source=WHOLE)
    opened = Opened(article, revision, WHOLE, parse(WHOLE, "t"), Surroundings({}, {}, {}, {}, {}))
    opened.library, opened.audiences = {}, {"public": "Public"}
    return opened


def value_at(path: tuple[str, ...]) -> Any:
    found = spots(WHOLE).value()
    for name in path:
        found = found[0][name] if isinstance(found, list) else found[name]
    return found[0] if isinstance(found, list) else found


def test_the_whole_diagnostic_has_every_name_that_the_reader_asks_for(asked: Asked) -> None:
    for path, names in asked.items():
        if path not in {(section,) for section in PARTS}:
            assert names - set(value_at(path)) == set(), f"Add it to WHOLE at {path}"


def places_in(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place of a part; the rows of a list share theirs. What a name is chosen for freely is one place."""
    if path in (("quiet",), ("give",), ("walks",), *((section,) for section in PARTS)):
        yield path
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from places_in(each, (*path, name))
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for each in value:
            yield from places_in(each, path)
    else:
        yield path


def fields_of(blanks: tuple[Blank, ...], within: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """The places that these fields change. A text that may be a mapping has its own place in it."""
    found = {(*within, *each.place) for each in blanks}
    return found | {(*place, SHORT[place[-1]]) for place in found if place[-1] in SHORT}


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section, names in PARTS.items() for name in names]
)
def test_a_form_has_a_field_for_every_name_of_a_part(draft: Opened, section: str, name: str) -> None:
    assert without_field(draft, section, name) == set()


def test_the_head_of_a_diagnostic_has_a_field_for_every_name(draft: Opened) -> None:
    assert without_field(draft, "about", "") == set()


def test_a_name_without_a_field_is_found(draft: Opened) -> None:
    part = {"do": "D", "later": "a name that nobody made a field for"}
    assert set(places_in(part)) - fields_of(blanks_of("steps", part, draft)) == {("later",)}


def without_field(draft: Opened, section: str, name: str) -> set[str]:
    """The places of a part that no field of its form changes, and that need one."""
    part = part_of(draft, section, name)
    assert part is not None
    known = fields_of(blanks_of(section, part, draft, name))
    rows = rows_of(section, part, draft)
    if rows is not None:
        known |= fields_of(rows.columns, (rows.name,)) if rows.name == "options" else {(rows.name,)}
    return {".".join(place) for place in places_in(part) if place not in known} - set(ELSEWHERE)
