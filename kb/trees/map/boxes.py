"""What a map of a diagnostic shows: a box for each page with a row for each answer, and a chip for each end."""

from __future__ import annotations

from dataclasses import dataclass

from kb.trees.graph import edges_of
from kb.trees.outline import Entry, Outline
from kb.trees.tree import Outcome, Tree

BOX_WIDTH = 236.0
CHIP_WIDTH = 204.0
SOLVED_WIDTH, SOLVED_HEIGHT = 96.0, 28.0
"""A problem that is solved stands beside nearly every page, so it takes one line."""

LINE = 16.0
PADDING = 10.0
HEAD = 18.0
"""Height of the line above the title that says the number and the kind."""

TITLE_LETTERS, ROW_LETTERS, CHIP_LETTERS = 30, 32, 27
"""What fits in a line of a box or a chip at 13 pixels, measured with the widest usual words."""

MOST_TITLE_LINES, MOST_ROW_LINES, MOST_CHIP_LINES = 4, 3, 2


@dataclass(frozen=True)
class Row:
    """One line of a box: an answer with its way (`key` and `target`), or a step or fact without one."""

    lines: tuple[str, ...]
    key: str = ""
    target: str = ""

    @property
    def height(self) -> float:
        return len(self.lines) * LINE + 6


@dataclass(frozen=True)
class Box:
    """One thing on the map. `name` is the page or end it stands for; `id` is its own on the map.

    An end is drawn beside each page that leads to it, so that no line crosses the whole map; so is a way back.
    """

    id: str
    name: str
    kind: str
    mark: str
    title: tuple[str, ...]
    whole: str
    rows: tuple[Row, ...] = ()

    @property
    def is_chip(self) -> bool:
        return self.kind not in PAGE_KINDS

    @property
    def width(self) -> float:
        if self.kind == "solved":
            return SOLVED_WIDTH
        return CHIP_WIDTH if self.is_chip else BOX_WIDTH

    @property
    def entry(self) -> float:
        """How far below its top the lines arrive."""
        return self.height / 2 if self.is_chip else PADDING + HEAD / 2

    @property
    def head_height(self) -> float:
        return PADDING + HEAD + len(self.title) * LINE + 6

    @property
    def height(self) -> float:
        if self.kind == "solved":
            return SOLVED_HEIGHT
        rows = sum(row.height for row in self.rows)
        return self.head_height + (rows + PADDING if rows else 2)

    def row_middle(self, place: int) -> float:
        """How far below the top of the box the middle of a row is."""
        above = sum(row.height for row in self.rows[:place])
        return self.head_height + above + self.rows[place].height / 2


PAGE_KINDS = ("ask", "try", "read", "collect", "call")
BACK = "back"
"""The kind of a chip that stands for a way back to a page further left."""


def boxes_of(tree: Tree, plan: Outline, back: frozenset[tuple[str, str]]) -> dict[str, Box]:
    """All boxes by id, in the order of the outline. `back` names the ways that lead back, as (page, target)."""
    entries = {entry.id: entry for entry in (*plan.pages, *plan.apart)}
    marks = {entry.id: entry.mark for entry in (*entries.values(), *plan.ends)}
    boxes: dict[str, Box] = {}
    for entry in entries.values():
        box = _page(tree, entry, back)
        boxes[box.id] = box
        for row in box.rows:
            if row.target and row.target not in entries and row.target not in boxes:
                chip = _chip(tree, row.target, entries, marks)
                boxes[chip.id] = chip
    return boxes


def chip_id(source: str, target: str) -> str:
    """The id of the chip beside a page that stands for an end or a way back."""
    return f"{source}>{target}"


def wrapped(text: str, letters: int, most: int) -> tuple[str, ...]:
    """The text in lines of about so many letters, at most so many lines; what is left out shows as dots."""
    lines: list[str] = [""]
    for word in text.split():
        word = word if len(word) <= letters else word[: letters - 1] + "…"
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= letters:
            lines[-1] = longer
        elif len(lines) == most:
            return (*lines[:-1], lines[-1][: letters - 1].rstrip(" .,") + "…")
        else:
            lines.append(word)
    return tuple(lines)


def _page(tree: Tree, entry: Entry, back: frozenset[tuple[str, str]]) -> Box:
    said = tuple(
        Row(wrapped(f"{number}. {line}", ROW_LETTERS, MOST_ROW_LINES))
        for number, line in enumerate(entry.lines, 1)
    )
    answers = tuple(
        Row(
            wrapped(branch.words, ROW_LETTERS, MOST_ROW_LINES),
            branch.key,
            branch.target
            if branch.target in tree.nodes and (entry.id, branch.target) not in back
            else chip_id(entry.id, branch.target)
            if branch.target
            else "",
        )
        for branch in entry.branches
    )
    return Box(
        id=entry.id,
        name=entry.id,
        kind=entry.kind,
        mark=entry.mark,
        title=wrapped(entry.heading, TITLE_LETTERS, MOST_TITLE_LINES),
        whole=entry.heading,
        rows=said + answers,
    )


def _chip(tree: Tree, chip: str, pages: dict[str, Entry], marks: dict[str, str]) -> Box:
    name = chip.split(">", 1)[1]
    outcome = tree.outcomes.get(name)
    if isinstance(outcome, Outcome):
        kind, whole = outcome.kind, outcome.say
    elif name in pages:
        kind, whole = BACK, pages[name].heading
    else:
        kind, whole = "nowhere", f"“{name}” is not there"
    title = wrapped(whole, CHIP_LETTERS, MOST_CHIP_LINES) if kind != "solved" else ()
    return Box(id=chip, name=name, kind=kind, mark=marks.get(name, ""), title=title, whole=whole)


def ways_back(tree: Tree, plan: Outline) -> frozenset[tuple[str, str]]:
    """The ways that lead back to a page they came from, as (page, target): counted retries and circles."""
    found: set[tuple[str, str]] = set()
    state: dict[str, int] = {}
    for root in (entry.id for entry in (*plan.pages, *plan.apart)):
        stack = [(root, 0)] if root not in state else []
        while stack:
            name, place = stack.pop()
            state[name] = 1
            targets = _pages_after(tree, name)
            if place == len(targets):
                state[name] = 2
                continue
            stack.append((name, place + 1))
            if state.get(targets[place]) == 1:
                found.add((name, targets[place]))
            elif targets[place] not in state:
                stack.append((targets[place], 0))
    return frozenset(found)


def _pages_after(tree: Tree, name: str) -> tuple[str, ...]:
    targets = (edge.target for edge in edges_of(tree.nodes[name], {}))
    return tuple(dict.fromkeys(target for target in targets if target in tree.nodes))
