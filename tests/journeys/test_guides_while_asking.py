"""Guides while a request is written, without scripts: seen, read, solved without a request, or sent after all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cast import Cast
from factories import Factory
from sqlalchemy import func, select
from visitor import HOME, Page, Visitor
from walks import CONTACT
from werkzeug.test import TestResponse

from kb.articles import Article, ArticleFeedback
from portal.database import Database
from portal.logs import without_secrets
from portal.reports.events import PageOpened, SearchMade, Solved
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
BLANK = "The label printer prints blank labels."
TYPED = {"words": BLANK, "reach": "office", "urgency": "today"} | CONTACT
SOLVED_IT = "This solved it : Labels come out blank"


def look(browser: Visitor, **typed: str) -> Page:
    return browser.open("/tickets/new").press("See guides that may help", **(TYPED | typed))


def test_the_guides_come_with_everything_that_was_typed(visit: Visit, database: Database) -> None:
    page = look(visit())
    assert "guides may help" in page.main
    assert "The roll is most likely in upside down." in page.main
    for name, value in TYPED.items():
        assert held(page, name) == value, name
    assert count(database, Ticket) == count(database, SearchMade) == 0
    assert not page.title.startswith("Error")


def test_a_strong_match_never_stands_between_a_clerk_and_the_help_desk(
    visit: Visit, database: Database
) -> None:
    page = visit().open("/tickets/new").press("Send to the help desk", **TYPED, waiting="yes")
    assert page.heading == "We have your request"
    assert count(database, Ticket) == 1
    # And so it is after a look at the guides.
    page = look(visit()).press("Send to the help desk", waiting="no")
    assert page.heading == "We have your request"
    assert count(database, Ticket) == 2


def test_a_guide_is_read_whole_in_its_place(visit: Visit, database: Database) -> None:
    page = look(visit()).press("Read all of it here : Labels come out blank")
    assert "Scratch a label" in page.main
    assert page.value("words") == BLANK
    assert page.value("phone") == TYPED["phone"]
    with database.reading() as session:
        opened = session.scalars(select(PageOpened)).one()
        article = session.get_one(Article, opened.article_id)
    assert article.slug == "labels-come-out-blank"


def test_this_solved_it_ends_without_a_request_and_is_counted(visit: Visit, database: Database) -> None:
    page = look(visit()).press(SOLVED_IT)
    assert page.heading == "Glad that solved it"
    assert "No request was sent." in page.main
    assert count(database, Ticket) == 0
    with database.reading() as session:
        said = session.scalars(select(Solved)).one()
        search = session.get_one(SearchMade, said.search_id)
        assert said.where == "form"
        assert (search.words, search.ending, search.way) == (BLANK, "solved", "form")
        assert "labels-come-out-blank" in search.shown
        assert session.scalars(select(ArticleFeedback)).one().solved


def test_pressed_twice_it_counts_once_and_another_browser_counts_again(
    visit: Visit, database: Database
) -> None:
    casey = visit()
    page = look(casey)
    page.press(SOLVED_IT)
    assert page.press(SOLVED_IT).heading == "Glad that solved it"
    assert count(database, Solved) == count(database, ArticleFeedback) == 1
    look(visit()).press(SOLVED_IT)
    assert count(database, Solved) == count(database, ArticleFeedback) == 2


def test_a_clerk_who_is_signed_in_says_it_too(visit: Visit, cast: Cast, database: Database) -> None:
    assert look(visit(cast.clerk)).press(SOLVED_IT).heading == "Glad that solved it"
    with database.reading() as session:
        assert session.scalars(select(SearchMade)).one().office_id == cast.clerk.office_id


def test_the_request_can_be_sent_after_all_with_everything_that_was_typed(
    visit: Visit, database: Database
) -> None:
    page = look(visit(), waiting="no").press(SOLVED_IT).press("Send the request after all")
    assert page.heading == "Ask the help desk"
    for name, value in (TYPED | {"waiting": "no"}).items():
        assert held(page, name) == value, name
    # What was said to have solved it is not offered again.
    assert SOLVED_IT not in page.words
    assert page.press("Send to the help desk").heading == "We have your request"
    assert count(database, Ticket) == 1


def test_long_numbers_are_not_in_the_record(visit: Visit, database: Database) -> None:
    look(visit(), words=f"{BLANK} The voter has 123-45-6789.").press(SOLVED_IT)
    with database.reading() as session:
        kept = session.scalars(select(SearchMade)).one().words
    assert "6789" not in kept
    assert "(number left out)" in kept


def test_a_diagnostic_started_from_the_form_takes_the_words_along(
    visit: Visit, cast: Cast, database: Database
) -> None:
    page = look(visit(), words=f"{BLANK} Roll 123456789.").press("Start now : My label printer won't print")
    page = page.press("Continue", answer="no_line").follow("Stop here and send what I have")
    page = page.press("Continue", **CONTACT)
    assert BLANK in page.main
    page.press("Send to the help desk")
    with database.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
    assert ticket.description == f"{BLANK} Roll (number left out)."
    assert BLANK in visit(cast.agent).open(f"/desk/tickets/{ticket.reference}").main


def test_none_of_these_helped_does_not_offer_the_same_pages_again(visit: Visit) -> None:
    results = visit().open("/").search("labels come out blank")
    form = results.follow("Ask the help desk")
    assert form.value("words") == "labels come out blank"
    assert SOLVED_IT not in form.words
    assert "labels-come-out-blank" in form.value("without").split()
    # Other words bring other pages, and still not those.
    again = form.press("See guides that may help", words="I forgot my password, and labels come out blank")
    assert "This solved it : I forgot my password" in again.words
    assert SOLVED_IT not in again.words


def test_a_guide_that_did_not_help_is_not_offered_again(visit: Visit) -> None:
    form = visit().open("/articles/labels-come-out-blank/next/did_not_help").follow("Ask the help desk")
    page = form.press("See guides that may help", words=BLANK)
    assert "guide" in page.main
    assert SOLVED_IT not in page.words


def test_words_that_came_along_are_looked_up_at_once(visit: Visit) -> None:
    page = visit().open("/tickets/new?words=labels+come+out+blank")
    assert SOLVED_IT in page.words


def test_a_known_problem_stands_before_the_form_is_filled_in(visit: Visit, make: Factory) -> None:
    notice = make.notice()
    page = visit().open("/tickets/new")
    assert "1 known problem now" in page.main
    assert page.follow("This is my problem too").address == f"/status/{notice.id}/too"


def test_the_names_of_chosen_files_come_back_in_a_sentence(visit: Visit) -> None:
    browser = visit()
    sent = {"csrf": browser.open("/tickets/new").value("csrf"), "words": BLANK, "files": "screen.png"}
    page = browser.arrive(post(browser, "/tickets/new/guides", sent))
    assert "Choose your files again: screen.png." in page.main


def test_a_guide_that_is_gone_keeps_the_words(visit: Visit, database: Database) -> None:
    page = look(visit())
    with database.writing() as session:
        session.query(Article).filter_by(slug="labels-come-out-blank").one().audience = "staff"
        session.commit()
    page = page.press(SOLVED_IT, status=422)
    assert "That guide is not here any more. What you typed is kept." in page.main
    assert page.value("words") == BLANK
    assert count(database, Solved) == 0


@pytest.mark.parametrize("bad", ["", "nothing-here", "../x", "<b>", "x" * 5000, "\x00"])
def test_bad_input_keeps_the_words_and_counts_nothing(visit: Visit, database: Database, bad: str) -> None:
    browser = visit()
    sent = {"csrf": browser.open("/tickets/new").value("csrf"), "words": BLANK, "without": bad, "read": bad}
    assert browser.arrive(post(browser, "/tickets/new/guides", sent)).value("words") == BLANK
    page = browser.arrive(post(browser, "/tickets/new/solved", sent | {"solved": bad}), 422)
    assert page.value("words") == BLANK
    assert count(database, Solved) == 0


def test_words_too_long_for_a_request_still_find_guides(visit: Visit) -> None:
    page = look(visit(), words=BLANK + " again" * 3000)
    assert SOLVED_IT in page.words


def test_the_script_gets_the_panel_alone_and_nothing_is_written(visit: Visit, database: Database) -> None:
    browser = visit()
    token = browser.open("/tickets/new").value("csrf")
    answer = post(browser, "/tickets/new/guides", {"csrf": token, "words": BLANK}, **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<form" not in answer.text
    assert "guides may help" in answer.text
    assert BLANK not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert count(database, SearchMade) == 0


def test_a_browser_that_asks_too_often_gets_nothing_and_can_still_send(visit: Visit) -> None:
    browser = visit()
    token = browser.open("/tickets/new").value("csrf")
    asked = {"csrf": token, "words": BLANK}
    codes = {
        post(browser, "/tickets/new/guides", asked, **{"HX-Request": "true"}).status_code for _ in range(65)
    }
    assert codes == {200, 204}
    page = look(browser)
    assert "We cannot look for guides right now." in page.main
    assert page.press("Send to the help desk", waiting="no").heading == "We have your request"


def test_typed_addresses_of_the_buttons_lead_to_the_form(visit: Visit) -> None:
    for address in ("/tickets/new/guides", "/tickets/new/solved"):
        assert visit().open(address).heading == "Ask the help desk"


def test_words_that_came_in_an_address_are_not_in_the_log() -> None:
    assert without_secrets("GET /tickets/new?words=Jane+Doe&about=x&without=a") == (
        "GET /tickets/new?words=…&about=…&without=a"
    )


def held(page: Page, name: str) -> str:
    """What a field holds, or which answer is chosen."""
    chosen = [one["value"] for one in page.root.all("input", type="radio", name=name) if "checked" in one]
    return chosen[0] if chosen else page.value(name)


def post(browser: Visitor, address: str, sent: dict[str, str], **headers: str) -> TestResponse:
    return browser.ask("POST", address, data=sent, headers={"Origin": HOME} | headers)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
