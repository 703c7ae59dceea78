"""A question can show how to look. Opening that is counted once, and nothing else can be counted with it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from visitor import HOME, Visitor
from walks import begin_labels

from kb.trees.runs import RunEvent
from portal.database import Database

Visit = Callable[..., Visitor]


def lessons(database: Database) -> list[str]:
    """Where a lesson was opened."""
    with database.reading() as session:
        return list(session.scalars(select(RunEvent.address).where(RunEvent.kind == "help_open")))


def tell(browser: Visitor, run: str, at: str, **headers: str) -> int:
    token = browser.open(f"/runs/{run}").root.all("meta", name="csrf-token")[0]["content"]
    said = {"Origin": HOME, "X-CSRF-Token": token} | headers
    return browser.ask("POST", f"/runs/{run}/looked?at={at}", headers=said).status_code


def test_a_hard_question_shows_how_to_look_and_an_easy_one_does_not(visit: Visit) -> None:
    waiting = begin_labels(visit())
    assert "Show me how to look" not in waiting
    light = waiting.press("Continue", answer="no_line")
    assert "Show me how to look" in light
    assert "Find the round Feed button." in light


def test_a_lesson_that_was_opened_counts_once(visit: Visit, database: Database) -> None:
    browser = visit()
    light = begin_labels(browser).press("Continue", answer="no_line")
    run = light.address.split("/")[2]
    assert [tell(browser, run, "light") for _ in range(2)] == [204, 204]
    assert lessons(database) == ["light"]


def test_a_page_that_is_not_on_the_way_counts_nothing(visit: Visit, database: Database) -> None:
    browser = visit()
    run = begin_labels(browser).address.split("/")[2]
    for other in ("light", "no_such", "", "line%00", "../line"):
        assert tell(browser, run, other) == 204
    assert lessons(database) == []


def test_a_run_that_is_not_there_is_missing_and_a_strange_page_is_refused(visit: Visit) -> None:
    browser = visit()
    run = begin_labels(browser).address.split("/")[2]
    assert tell(browser, run, "line") == 204
    assert tell(browser, run, "line", **{"X-CSRF-Token": "made-up"}) in (400, 403)
    answer = browser.ask("POST", "/runs/none/looked?at=line", headers={"Origin": HOME})
    assert answer.status_code in (400, 403, 404)
