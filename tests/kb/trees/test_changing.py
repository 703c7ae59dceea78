"""A part of a diagnostic's text changes, and nothing else does: no comment, no order, no line that nobody touched."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from kb.trees.editing.changing import changed
from kb.trees.editing.renaming import pointers, renamed, without
from kb.trees.editing.spots import spots
from kb.trees.editing.yaml_text import scalar
from kb.trees.parsing import parse
from kb.trees.source import Unreadable

SHIPPED = sorted((Path(__file__).parents[3] / "content/diagnostics").glob("*.yaml"))
SECTIONS = ("nodes", "steps", "facts", "outcomes")
WORDS = ("ask", "do", "say", "label", "help", "why", "subject")
TEXT = """\
# The first line stays.
title: Printer   # so does this
start: see

nodes:
  see:
    ask: What do you see?   # the question
    options:
      # the good one
      - {id: light, say: "A light, maybe", go: send}
      - id: dark
        say: 'It''s dark'
        go: send

  # about the second
  look: {try: [a, b], fixed: send, not_fixed: send}
steps:
  a:
    do: Look
    how:
      - One.
      - Two, really.
  b: {do: Look again}
outcomes:
  send: {kind: ticket, say: Sent}
walks:
  - {name: one, answers: {see: light}, ends: send}
  - {name: two, answers: {look.a: fixed}, ends: send}
"""


def parts_of(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    value = spots(text).value()
    return [(each, name, part) for each in SECTIONS for name, part in (value.get(each) or {}).items()]


def lines_changed(old: str, new: str) -> int:
    before, after = old.split("\n"), new.split("\n")
    assert len(before) == len(after)
    return sum(one != other for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_one_label_changes_one_line_of_a_shipped_diagnostic(file: Path) -> None:
    text = file.read_text()
    # Every seventh part: reading a text twice for each of a thousand labels takes minutes.
    for section, name, part in parts_of(text)[::7]:
        assert changed(text, [section, name], part) == text
        for key in WORDS:
            if isinstance(part.get(key), str) and "\n" not in part[key]:
                new = changed(text, [section, name, key], f'{part[key]}: "new", # {{x}}')
                assert lines_changed(text, new) == 1, (section, name, key)
        if part.get("options"):
            reworded = copy.deepcopy(part)
            reworded["options"][-1]["say"] = "Other words"
            assert lines_changed(text, changed(text, [section, name], reworded)) == 1


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_an_id_of_each_kind_in_a_shipped_diagnostic_can_be_renamed_and_taken_out(file: Path) -> None:
    text = file.read_text()
    tree = parse(text, file.stem)
    for section in SECTIONS:
        for name in list(getattr(tree, section))[1:2]:
            other = parse(renamed(text, section, name, "another_name"), file.stem)
            assert "another_name" in getattr(other, section)
            assert name not in getattr(other, section)
            assert not pointers(other, section, name)
            assert len(pointers(other, section, "another_name")) == len(pointers(tree, section, name))
            gone = parse(without(text, section, name, next(iter(tree.outcomes))), file.stem)
            assert name not in getattr(gone, section)


def test_comments_and_quotes_stay_where_they_are() -> None:
    value = spots(TEXT).value()["nodes"]["see"]
    value["ask"] = "What is it: red?"
    value["options"].reverse()
    value["options"].append({"id": "other", "say": "Something else", "go": "send"})
    value["why"] = "We want to know."
    made = changed(TEXT, ["nodes", "see"], value)
    assert '    ask: "What is it: red?"   # the question\n    why: We want to know.\n' in made
    assert (
        made.index("say: 'It''s dark'") < made.index("# the good one") < made.index('say: "A light, maybe"')
    )
    assert "      - {id: other, say: Something else, go: send}\n\n  # about the second" in made
    assert made.split("\n")[:3] == TEXT.split("\n")[:3]


def test_a_new_part_stands_behind_its_kind_and_a_removed_one_leaves_no_gap() -> None:
    made = changed(TEXT, ["facts", "seen"], {"label": "What they see"})
    assert "facts: {seen: {label: What they see}}\nstart: see\n" in made or "facts:\n  seen:" in made
    assert parse(made).facts["seen"].label == "What they see"
    assert changed(TEXT, ["steps", "b"], None) == TEXT.replace("  b: {do: Look again}\n", "")
    assert changed(TEXT, ["nodes", "look", "fixed"], None) == TEXT.replace(" fixed: send,", "")
    assert changed(TEXT, ["nodes", "look", "not_fixed"], None) == TEXT.replace(", not_fixed: send", "")


def test_a_list_grows_and_shrinks_by_whole_lines() -> None:
    longer = changed(TEXT, ["steps", "a", "how"], ["One.", "One and a half.", "Two, really."])
    assert longer == TEXT.replace("      - One.\n", "      - One.\n      - One and a half.\n")
    assert changed(TEXT, ["steps", "a", "how"], ["Two, really."]) == TEXT.replace("      - One.\n", "")
    assert changed(TEXT, ["nodes", "look", "try"], ["b", "a"]) == TEXT.replace("[a, b]", "[b, a]")


def test_renaming_follows_into_test_walks_and_keeps_the_old_name() -> None:
    made = renamed(TEXT, "nodes", "see", "seen")
    assert "start: seen" in made
    assert "answers: {seen: light}" in made
    assert parse(made).nodes["seen"].was == ("see",)
    made = renamed(TEXT, "steps", "a", "first")
    assert "{try: [first, b]" in made
    assert "{look.first: fixed}" in made
    with pytest.raises(ValueError, match="send"):
        renamed(TEXT, "nodes", "see", "send")


def test_what_led_to_a_part_leads_elsewhere_when_it_goes() -> None:
    made = parse(without(TEXT, "nodes", "see", "look", heir="look"))
    assert made.start == "look"
    assert made.nodes["look"].was == ("see",)
    assert made.walks[0].answers == {}
    assert parse(without(TEXT, "steps", "a")).nodes["look"].steps == ("b",)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    ["yes", "007", "- a", "a: b", "a #b", "", " x", "it's", "a, b", "{x}", "*a", "!b", "ä", "\u2028x", "x:"],
)
def test_any_text_is_read_back_as_itself(text: str) -> None:
    assert spots(f"a: {scalar(text, flow=False)}").value() == {"a": text}
    assert spots(f"[{scalar(text)}]").value() == [text]


def test_a_text_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(Unreadable):
        changed("a: [", ["a"], "b")
