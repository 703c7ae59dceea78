"""The shipped diagnostics, and a small tree to change one line of."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.trees.parsing import parse
from kb.trees.tree import Tree

SHIPPED = Path(__file__).parents[3] / "content" / "diagnostics"

SMALL = """
title: My lamp is dark
topic: help-desk
audience: public
review_by: 2030-01-01
note: First version
facts:
  line: {label: Someone waiting}
  bulb: {label: The bulb}
  place: {label: Where the lamp is, ask: Where is the lamp?, type: text, max: 80}
start: line
nodes:
  line:
    ask: Is someone waiting?
    why: If someone is, we help by phone.
    save: line
    options:
      - {id: waiting, say: Someone waits, ticket: {impact: high, urgency: now}, go: call_us}
      - {id: no_line, say: No one waits, go: bulb}
    not_sure: {go: call_us, tell: That is fine.}
  bulb:
    ask: What does the bulb look like?
    save: bulb
    options:
      - {id: black, say: The glass is black, go: fixes}
      - {id: loose, say: The bulb is loose, go: fixes}
    not_sure: {go: fixes}
  fixes: {try: [turn, swap], fixed: solved, not_fixed: details}
  details: {collect: [place], go: send}
steps:
  turn: {do: Turn the bulb, how: [Hold the bulb., Turn it to the right., Look for light.], minutes: 1}
  swap: {do: Put in a new bulb, how: [Take the old bulb out., Put the new bulb in., Look for light.], minutes: 2}
outcomes:
  solved: {kind: solved, say: There is light.}
  send: {kind: ticket, group: help-desk, say: Send this., subject: "Lamp is dark ({bulb})", needs: [place],
    impact: low, urgency: today, busy: call_us}
  call_us: {kind: call_now, line: help_desk, say: Call us now., impact: high, urgency: now}
walks:
  - {name: someone waits, answers: {line: waiting}, ends: call_us}
  - {name: not sure who waits, answers: {line: not_sure}, ends: call_us}
  - {name: not sure about the bulb, answers: {line: no_line, bulb: not_sure, fixes.turn: fixed}, ends: solved}
  - {name: light, answers: {line: no_line, bulb: black, fixes.turn: fixed}, ends: solved}
  - name: dark
    answers: {line: no_line, bulb: loose, fixes.turn: not_fixed, fixes.swap: could_not, place: Hall}
    ends: send
"""


@pytest.fixture(scope="session")
def shipped() -> dict[str, Tree]:
    """Every diagnostic that comes with the product, by slug."""
    return {path.stem: parse(path.read_text("utf-8"), path.stem) for path in sorted(SHIPPED.glob("*.yaml"))}


@pytest.fixture(scope="session")
def label_printer(shipped: dict[str, Tree]) -> Tree:
    return shipped["label-printer-wont-print"]


@pytest.fixture
def lamp() -> Callable[..., Tree]:
    """The small tree, with pieces of its text replaced."""

    def build(*changes: tuple[str, str], slug: str = "lamp") -> Tree:
        return parse(changed(*changes), slug)

    return build


@pytest.fixture
def lamp_text() -> Callable[..., str]:
    return changed


def changed(*changes: tuple[str, str]) -> str:
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text
