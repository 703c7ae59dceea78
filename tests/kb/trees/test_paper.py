"""The checklist on paper: every way on is there, numbers are those of the outline, and nothing untrue is printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.trees.off_line import ONLY_ON_LINE, off_line
from kb.trees.outline import outline
from kb.trees.paper import Paper, paper_of
from kb.trees.parsing import parse
from kb.trees.tree import Ask, Tree

FOLDER = Path(__file__).parents[3] / "content" / "diagnostics"
SLUGS = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def shipped(slug: str) -> Tree:
    return parse((FOLDER / f"{slug}.yaml").read_text("utf-8"), slug)


@pytest.fixture(scope="module")
def labels() -> Paper:
    return paper_of(shipped("label-printer-wont-print"), {"labels-come-out-blank": "Labels come out blank"})


def test_a_question_shows_each_answer_with_the_number_of_its_box(labels: Paper) -> None:
    light = next(box for box in labels.boxes if box.id == "light")
    power = next(box for box in labels.boxes if box.id == "power")
    assert light.heading == "What color is the light on the front of the printer?"
    assert [(way.words, way.mark) for way in light.ways][2] == ("There is no light", power.mark)
    assert light.ways[-1].words == "I'm not sure"
    assert light.ways[-1].tell == "No problem. The next steps are safe for any light."


def test_steps_come_with_their_lines_and_pictures(labels: Paper) -> None:
    power = next(box for box in labels.boxes if box.id == "power")
    assert [step.do for step in power.steps] == ["Check that the printer has power", "Try another outlet"]
    assert labels.pictures == ("label-printer-light.svg", "printer-plug.svg")
    assert [way.words for way in power.ways] == ["Fixed", "None of them helped"]


def test_a_guide_is_named_by_its_title(labels: Paper) -> None:
    blank = next(box for box in labels.boxes if box.id == "blank_labels")
    assert (blank.heading, blank.other) == ("Labels come out blank", "labels-come-out-blank")


def test_what_to_type_is_a_line_to_write_on_and_a_photo_is_kept(labels: Paper) -> None:
    details = next(box for box in labels.boxes if box.id == "details")
    assert [(fact.words, fact.photo) for fact in details.facts] == [
        ("Where is the printer?", False),
        ("Add a photo of the front of the printer", True),
    ]


def test_an_end_names_the_one_that_takes_its_place_on_a_busy_day(labels: Paper) -> None:
    ends = {end.outcome.id: end for end in labels.ends}
    assert ends["send"].busy == ends["call_us"].mark
    assert ends["call_us"].say == "Call us now."
    assert ends["call_us"].next == ""


def test_a_way_back_says_how_often_and_where_to_then() -> None:
    tree = parse(
        """
title: Twice
start: again
nodes:
  again:
    ask: Is it on?
    options:
      - {id: not_yet, say: "No", retry: 2, go: again, else: call}
      - {id: fine, say: "Yes", go: call}
outcomes:
  call: {kind: call_now, say: Call us now., line: help_desk}
""",
        "twice",
    )
    way = paper_of(tree).boxes[0].ways[0]
    assert (way.mark, way.times, way.then) == ("1", 2, "A")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_way_of_a_shipped_diagnostic_leads_to_something_on_the_sheet(slug: str) -> None:
    paper = paper_of(shipped(slug))
    marks = [box.mark for box in paper.boxes] + [end.mark for end in paper.ends]
    assert len(marks) == len(set(marks))
    assert paper.start == "1"
    assert set(goals(paper)) <= set(marks)
    assert {end.mark for end in paper.ends} <= set(goals(paper))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_sheet_holds_every_answer_under_the_number_of_the_outline(slug: str) -> None:
    tree = shipped(slug)
    paper = {box.id: box for box in paper_of(tree).boxes}
    for entry in outline(tree).pages:
        assert paper[entry.id].mark == entry.mark
        node = tree.nodes[entry.id]
        if isinstance(node, Ask):
            said = {way.words for way in paper[entry.id].ways}
            assert {option.say for option in node.options} <= said


@pytest.mark.parametrize("slug", SLUGS)
def test_a_sheet_says_nothing_that_only_our_pages_can_keep(slug: str) -> None:
    for end in paper_of(shipped(slug)).ends:
        said = f"{end.say} {end.next}".lower()
        assert [words for words in ONLY_ON_LINE if words in said] == []


def test_only_the_untrue_sentences_are_left_out() -> None:
    assert (
        off_line("When everyone is safe, call us. Tell us the code on this page.")
        == "When everyone is safe, call us."
    )
    assert off_line("If the line is busy, stay on this page. We already have your request.") == ""
    assert off_line("Call us at 406-555-0142, e.g. now") == "Call us at 406-555-0142, e.g. now"
    assert off_line("") == ""


def goals(paper: Paper) -> Iterator[str]:
    for box in paper.boxes:
        for way in box.ways:
            yield way.mark
            if way.times:
                yield way.then
    yield from (end.busy for end in paper.ends if end.busy)
