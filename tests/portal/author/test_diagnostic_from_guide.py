"""A diagnostic begins from the numbered lines of a guide, each a step in the guide's own words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from front_door import words

from kb.rendering import render
from kb.trees.checks import check
from kb.trees.parsing import parse
from kb.trees.tree import Tree
from portal.author.diagnostics.from_guide import FromGuide, source_from, steps_in

ARTICLES = sorted((Path(__file__).parents[3] / "content" / "articles").rglob("*.md"))
GUIDE = """\
Turn the roll over.

## What to do

1. **Turn the printer off.** Lift the roll out. Wait a minute.
2. **Scratch a label.**
   ![A coin draws a dark line on a label.](roll.png "Try both sides.")
3. Print one label. It worked if it is dark.
4. **Still blank? Call us: {{ desk.phone }}.**

::: technician
1. Check the media type.
:::
"""


def begun_from(source: str, title: str = "Labels come out blank", audience: str = "public") -> Tree:
    steps = steps_in(render(source, title=title).html)
    guide = FromGuide("blank", title, "printing", audience, ("label-printing",), steps, 0)
    return parse(source_from(guide, f"{title}, step by step", "printing", today=date(2026, 11, 3)), "x")


def test_each_line_becomes_a_step_with_its_sentences_and_its_picture() -> None:
    tree = begun_from(GUIDE)
    steps = list(tree.steps.values())
    assert [step.do for step in steps] == ["Turn the printer off", "Scratch a label", "Print one label"]
    assert steps[0].how == ("Lift the roll out.", "Wait a minute.")
    assert steps[1].picture is not None
    assert (steps[1].picture.file, steps[1].picture.alt) == (
        "roll.png",
        "A coin draws a dark line on a label.",
    )
    assert steps[2].how == ("It worked if it is dark.",)


def test_a_line_that_calls_the_desk_and_lines_for_technicians_are_no_steps() -> None:
    assert len(begun_from(GUIDE).steps) == 3
    assert steps_in(render("1. **Call us: {{ desk.phone }}.**", title="x").html) == ()
    assert len(steps_in(render("1. **Call the printer's maker.**", title="x").html)) == 1


def test_lines_with_the_same_words_keep_names_of_their_own() -> None:
    tree = begun_from("1. **Print one label.**\n2. **Print one label.**\n3. **5 seconds: wait.**\n")
    assert list(tree.steps) == ["print_one_label", "step_2", "step_3"]


@pytest.mark.parametrize("odd", ['He said: "no" #1', "yes", "- {now}", "back\\slash: x", "a & b < c"])
def test_words_with_signs_stay_the_same_words(odd: str) -> None:
    (step,) = begun_from(f"1. **Press on.** {odd}\n", title=odd).steps.values()
    assert step.how == (odd,)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_every_guide_that_we_ship_gives_a_diagnostic_that_can_be_played(path: Path) -> None:
    tree = begun_from(path.read_text(encoding="utf-8").split("---", 2)[2], title=path.stem)
    wrong = {found.rule for found in check(tree) if found.level == "error"}
    # The words of a picture in a guide may be longer than those beside a step, and a long guide is too long a way.
    assert wrong <= {"picture", "too-long"}


def test_the_draft_is_for_the_readers_of_the_guide_and_says_where_it_is_from(newsroom: Any) -> None:
    slug = newsroom.guide(audience="staff", services=["label-printing"])
    browser = newsroom.browser(newsroom.author)
    page = words(browser.open(f"/author/diagnostics/new?guide={slug}"))
    assert "Each line of “Labels come out blank” becomes a step. The draft has 2 steps." in page
    answer = browser.press(
        "/author/diagnostics/new", title="Blank labels, step by step", topic="printing", guide=slug
    )
    assert answer.headers["Location"] == "/author/diagnostics/blank-labels-step-by-step?said=begun"
    made = newsroom.article("blank-labels-step-by-step")
    assert (made.status, made.audience, made.latest.note) == (
        "draft",
        "staff",
        "Begun from the guide “Labels come out blank”",
    )
    assert "related: [labels-come-out-blank]" in made.latest.source


def test_a_mistake_keeps_the_guide_and_what_was_typed(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    wrong = browser.press("/author/diagnostics/new", title="", topic="signing-in", guide=slug)
    assert wrong.status_code == 422
    assert f'name="guide" value="{slug}"' in wrong.text
    assert '<option value="signing-in" selected' in wrong.text


def test_a_guide_with_steps_offers_it_and_one_without_does_not(newsroom: Any) -> None:
    browser = newsroom.browser(newsroom.author)
    with_steps, without = newsroom.guide(), newsroom.guide("Opening hours", "We open at 8.")
    assert f"/author/diagnostics/new?guide={with_steps}" in browser.open(f"/author/guides/{with_steps}").text
    assert "/author/diagnostics/new?guide=" not in browser.open(f"/author/guides/{without}").text
    assert "becomes a step" not in words(browser.open(f"/author/diagnostics/new?guide={without}"))


def test_a_hidden_guide_looks_like_none(newsroom: Any) -> None:
    slug = newsroom.guide(audience="group:security")
    stranger = newsroom.browser(newsroom.author)
    assert stranger.open(f"/author/diagnostics/new?guide={slug}").status_code == 404
    assert stranger.open("/author/diagnostics/new?guide=no-such").status_code == 404
    newsroom.join(newsroom.author, "security")
    assert newsroom.browser(newsroom.author).open(f"/author/diagnostics/new?guide={slug}").status_code == 200
