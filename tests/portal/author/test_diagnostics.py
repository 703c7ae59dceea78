"""A diagnostic is written as YAML beside its outline, with the line of each mistake, and published like a guide."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from front_door import words

from kb.trees.around import Around
from kb.trees.checks import check
from kb.trees.parsing import parse
from portal.author.diagnostics.beginning import first_source

SLUG = "printer-is-slow"


@pytest.fixture
def browser(newsroom: Any) -> Any:
    """An author who has begun a diagnostic."""
    made = newsroom.browser(newsroom.author)
    answer = made.press("/author/diagnostics/new", title="Printer is slow", topic="printing")
    assert answer.headers["Location"] == f"/author/diagnostics/{SLUG}?said=begun"
    return made


def source_of(newsroom: Any) -> str:
    source: str = newsroom.article(SLUG).latest.source
    return source


def send(browser: Any, newsroom: Any, source: str, **fields: str) -> Any:
    number = str(newsroom.article(SLUG).latest.number)
    fields = {"based_on": number, "action": "save", "note": ""} | fields
    return browser.press(f"/author/diagnostics/{SLUG}", source=source, **fields)


@pytest.mark.parametrize("title", ["Printer is slow", 'It says: "no" #1 {now} \\ end', "yes"])
def test_the_first_text_is_a_diagnostic_without_mistakes(title: str) -> None:
    source = first_source(title, "printing", today=date(2026, 11, 3))
    tree = parse(source, "x")
    assert tree.title == title
    found = check(tree, Around(library={}, guides=frozenset(), today=date(2026, 11, 3)))
    assert [each for each in found if each.level == "error"] == []


def test_a_new_one_begins_as_a_draft_and_needs_a_title(newsroom: Any, browser: Any) -> None:
    article = newsroom.article(SLUG)
    assert (article.kind, article.status, article.topic) == ("diagnostic", "draft", "printing")
    wrong = browser.press("/author/diagnostics/new", title="", topic="")
    assert wrong.status_code == 422
    assert words(wrong).count("Give the diagnostic a title, in the words of a clerk") == 2


def test_the_outline_stands_beside_the_text(newsroom: Any, browser: Any) -> None:
    page = words(browser.open(f"/author/diagnostics/{SLUG}/yaml"))
    assert "What do you see? Question" in page
    assert "A message on the screen: goes to 2" in page
    assert "A. Good. It works again. Solved" in page
    alone = browser.press(f"/author/diagnostics/{SLUG}/outline", source=source_of(newsroom))
    assert alone.text.lstrip().startswith('<ol class="st-outline">')
    broken = browser.press(f"/author/diagnostics/{SLUG}/outline", source="title: x\nnodes: [")
    assert "Line 2:" in words(broken)


def test_a_mistake_names_its_line_and_the_draft_is_kept(newsroom: Any, browser: Any) -> None:
    source = source_of(newsroom).replace("go: try_first", "go: nowhere")
    line = 1 + source[: source.index("go: nowhere")].count("\n")
    checked = send(browser, newsroom, source, action="check")
    assert f"Must fix Line {line}:" in words(checked)
    assert "go: nowhere" in checked.text
    assert newsroom.article(SLUG).latest.number == 1
    saved = send(browser, newsroom, source)
    assert f"Must fix Line {line}:" in words(browser.open(saved.headers["Location"]))
    assert newsroom.article(SLUG).latest.number == 2
    assert browser.press(f"/author/diagnostics/{SLUG}/publication", number="2").status_code == 422


def test_text_that_is_no_yaml_keeps_who_may_read_it(newsroom: Any, browser: Any) -> None:
    newsroom.join(newsroom.specialist, "security")
    inside, outside = newsroom.browser(newsroom.specialist), newsroom.browser(newsroom.lead)
    send(inside, newsroom, source_of(newsroom).replace("audience: public", "audience: group:security"))
    assert outside.open(f"/author/diagnostics/{SLUG}").status_code == 404
    send(inside, newsroom, "title: [not closed\n")
    assert inside.open(f"/author/diagnostics/{SLUG}").status_code == 200
    assert outside.open(f"/author/diagnostics/{SLUG}").status_code == 404


def test_publishing_opens_it_to_readers_and_the_rights_are_those_of_guides(
    newsroom: Any, browser: Any
) -> None:
    agent = newsroom.browser(newsroom.agent)
    assert agent.press(f"/author/diagnostics/{SLUG}/publication", number="1").status_code == 403
    visitor = newsroom.door.browser()
    assert visitor.open(f"/diagnose/{SLUG}").status_code == 404
    assert browser.press(f"/author/diagnostics/{SLUG}/publication", number="1").status_code == 303
    assert "Printer is slow" in words(visitor.open(f"/diagnose/{SLUG}"))
    assert "Printer is slow" in words(visitor.open("/search?q=printer+slow"))


def test_a_walk_that_ends_differently_is_accepted_by_name(newsroom: Any, browser: Any) -> None:
    browser.press(f"/author/diagnostics/{SLUG}/publication", number="1")
    changed = (
        source_of(newsroom)
        .replace("impact: low", "impact: medium")
        .replace("First version", "Second version")
    )
    send(browser, newsroom, changed)
    page = browser.open(f"/author/diagnostics/{SLUG}/publish")
    assert "These test walks now end differently. Tick each one that is right." in words(page)
    refused = browser.press(
        f"/author/diagnostics/{SLUG}/publication", number="2", accepted=["Nothing happens"]
    )
    assert refused.status_code == 422
    assert newsroom.article(SLUG).published.number == 1
    accepted = ["Nothing happens", "Closing it does not help", "Not sure"]
    answer = browser.press(f"/author/diagnostics/{SLUG}/publication", number="2", accepted=accepted)
    assert answer.status_code == 303
    assert newsroom.article(SLUG).published.number == 2


def test_an_overtaken_diagnostic_shows_both_texts(newsroom: Any, browser: Any) -> None:
    first = source_of(newsroom)
    send(newsroom.browser(newsroom.lead), newsroom, first.replace("Nothing happens,", "It hums,"))
    answer = send(browser, newsroom, first.replace("Nothing happens,", "It is dark,"), based_on="1")
    assert answer.status_code == 409
    assert "Lead saved this diagnostic at" in words(answer)
    kept = send(browser, newsroom, first.replace("Nothing happens,", "It is dark,"), action="theirs")
    assert "said=theirs&version=3" in kept.headers["Location"]
    assert "It hums," in source_of(newsroom)


def test_history_compare_and_bring_back_work_as_for_guides(newsroom: Any, browser: Any) -> None:
    first = source_of(newsroom)
    send(browser, newsroom, first.replace("minutes: 2", "minutes: 5"), note="Slower")
    assert "Slower" in words(browser.open(f"/author/diagnostics/{SLUG}/history"))
    assert "minutes: added: 5" in words(browser.open(f"/author/diagnostics/{SLUG}/compare"))
    browser.press(f"/author/diagnostics/{SLUG}/versions/1/bring-back")
    assert source_of(newsroom) == first
    assert browser.open(f"/author/guides/{SLUG}").status_code == 404


def test_a_clerk_writes_no_diagnostic(newsroom: Any, browser: Any) -> None:
    clerk = newsroom.browser(newsroom.clerk)
    for path in ("/new", f"/{SLUG}", f"/{SLUG}/outline", f"/{SLUG}/publication"):
        assert clerk.press(f"/author/diagnostics{path}", source="x", title="x").status_code == 403
    assert newsroom.article(SLUG).latest.number == 1
