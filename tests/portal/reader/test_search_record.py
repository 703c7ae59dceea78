"""What the pages write down of a search, after the answer: shown, opened, chosen, given up, filed, solved, told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cast import Cast
from flask import Flask
from sqlalchemy import event, select
from visitor import HOME, Visitor
from walks import begin_labels, send_labels

from portal.database import Database
from portal.mail.outbox import OutgoingMail
from portal.reader.wanted import tell_answers
from portal.reports.events import AnswerWanted, PageOpened, SearchMade, Solved

Visit = Callable[..., Visitor]
BLANK = "labels-come-out-blank"
STUCK = "label-printer-wont-print"


@pytest.fixture
def rows(database: Database) -> Iterator[Callable[[type[Any]], list[Any]]]:
    """All rows of a table, as they are on disk now."""

    def read(kind: type[Any]) -> list[Any]:
        with database.reading() as session:
            return list(session.scalars(select(kind).order_by(kind.id)))

    yield read


def token(browser: Visitor) -> str:
    """The token of this browser, as its scripts read it."""
    page = browser.open("/")
    (meta,) = [one for one in page.root.all("meta") if one.attributes.get("name") == "csrf-token"]
    return meta.attributes["content"] or ""


def choose(browser: Visitor, **fields: str) -> int:
    headers = {"X-CSRF-Token": token(browser), "Origin": HOME}
    return browser.ask("POST", "/suggest/choice", data=fields, headers=headers).status_code


def test_a_search_says_what_was_shown_and_which_result_was_opened(visit: Visit, rows: Any) -> None:
    casey = visit()
    found = casey.open("/").search("labels come out blank")
    found.follow("Labels come out blank")
    (made,) = rows(SearchMade)
    (opened,) = rows(PageOpened)
    assert made.words == "labels come out blank" and BLANK in made.shown and made.total >= len(made.shown)
    assert (opened.search_id, opened.place) == (made.id, made.shown.index(BLANK) + 1)
    assert (made.ending, made.is_staff, made.way) == ("opened", False, "page")


def test_reading_writes_only_after_the_answer_and_no_link_names_the_words(app: Flask, visit: Visit) -> None:
    browser = visit()
    page = browser.open("/search?q=labels+come+out+blank")
    links = [link.attributes.get("href", "") or "" for link in page.root.all("a")]
    for link in links:
        if link.startswith(("/articles/", "/diagnose/")):
            assert "?" not in link
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        written.append(statement)

    engine = app.extensions["signpost"].database.engine
    event.listen(engine, "before_cursor_execute", note)
    answer = browser.client.get(f"/articles/{BLANK}")
    before_closing = list(written)
    answer.close()
    event.remove(engine, "before_cursor_execute", note)
    assert not [one for one in before_closing if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [one for one in written if one.startswith("INSERT INTO openings")]


def test_a_diagnostic_that_is_opened_is_an_opening_too(visit: Visit, rows: Any) -> None:
    casey = visit()
    casey.open("/search?q=label+printer+wont+print")
    casey.open(f"/diagnose/{STUCK}")
    assert rows(SearchMade)[0].ending == "opened"


def test_a_search_by_the_desk_is_marked(visit: Visit, cast: Cast, rows: Any) -> None:
    visit(cast.agent).open("/search?q=labels")
    assert rows(SearchMade)[0].is_staff


def test_yes_on_the_guide_ends_the_search(visit: Visit, rows: Any) -> None:
    guide = visit().open("/").search("labels come out blank").follow("Labels come out blank")
    guide.press("Yes")
    (said,) = rows(Solved)
    assert (rows(SearchMade)[0].ending, said.where, said.search_id) == ("solved", "guide", 1)


def test_none_of_these_helped_and_then_a_request_is_filed_with_the_search(visit: Visit, rows: Any) -> None:
    casey = visit()
    form = casey.open("/search?q=labels+come+out+blank").follow("Ask the help desk")
    assert rows(SearchMade)[0].ending == "none_helped"
    form.press(
        "Send to the help desk",
        waiting="no",
        reach="me",
        urgency="this_week",
        office="yellowstone",
        name="Casey",
        phone="406-555-0117",
    )
    made = rows(SearchMade)[0]
    assert (made.ending, made.ticket_id) == ("filed", 1)


def test_a_chosen_suggestion_is_written_down_with_what_was_suggested(visit: Visit, rows: Any) -> None:
    casey = visit()
    assert choose(casey, q="labels co", slug=BLANK) == 204
    casey.open(f"/articles/{BLANK}")
    (made,) = rows(SearchMade)
    (opened,) = rows(PageOpened)
    assert (made.words, made.way, made.ending) == ("labels co", "suggestions", "opened")
    assert (opened.search_id, opened.place) == (made.id, made.shown.index(BLANK) + 1)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"q": "labels co"},
        {"slug": BLANK},
        {"q": "labels co", "slug": "no-such-guide"},
        {"q": "zzyzx", "slug": BLANK},
        {"q": "\x00" * 300, "slug": "\ud7ff"},
    ],
)
def test_what_was_never_suggested_is_not_written_down(
    visit: Visit, rows: Any, fields: dict[str, str]
) -> None:
    assert choose(visit(), **fields) == 204
    assert rows(SearchMade) == []


def test_nobody_waits_for_a_guide_that_was_there_already(visit: Visit, rows: Any, app: Flask) -> None:
    casey = visit()
    results = casey.open("/search?q=labels+come+out+blank")
    ask = results.follow("Tell me when there is a guide")
    assert ask.heading == "Tell me when there is a guide"
    wrong = ask.press("Tell me", status=422, email="nobody")
    assert "Enter an e-mail address like name@county.example.gov" in wrong.main
    told = wrong.press("Tell me", email="casey@county.example.gov")
    assert told.heading == "We will write to you once"
    (wanted,) = rows(AnswerWanted)
    assert BLANK in wanted.shown and wanted.words == "labels come out blank"
    parts = app.extensions["signpost"]
    with parts.database.writing() as session:
        now = parts.clock()
        site = parts.sites.site(now)
        assert tell_answers(session, parts.finder, site, base_url=HOME, now=now) == 0
    assert rows(OutgoingMail) == []


def test_asking_to_be_told_about_nothing_is_missing(visit: Visit) -> None:
    visit().open("/search/tell", 404)
    visit().open("/search/tell?q=+", 404)


def test_a_long_number_in_the_words_is_masked_on_the_page_that_asks(visit: Visit) -> None:
    page = visit().open("/search/tell?q=voter+123456789")
    assert "123456789" not in page.words and "(number left out)" in page.words


def test_a_run_that_fixed_it_ends_the_search_that_led_to_it(visit: Visit, rows: Any) -> None:
    casey = visit()
    casey.open("/search?q=label+printer+wont+print")
    page = begin_labels(casey).press("Continue", answer="no_line")
    page.press("Continue", answer="red").press("Yes, it is fixed")
    (said,) = rows(Solved)
    assert (said.where, rows(SearchMade)[0].ending) == ("diagnostic", "solved")


def test_a_run_that_becomes_a_request_ends_the_search_with_it(visit: Visit, rows: Any) -> None:
    casey = visit()
    casey.open("/search?q=label+printer+wont+print")
    send_labels(casey)
    made = rows(SearchMade)[0]
    assert (made.ending, made.ticket_id) == ("filed", 1)
