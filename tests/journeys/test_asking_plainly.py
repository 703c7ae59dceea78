"""Asking without a guide: nothing found, the plain form, files, a second press, and what a bad form keeps."""

from __future__ import annotations

from collections.abc import Callable

from cast import Cast
from grounds import Clock
from sqlalchemy import select
from visitor import Visitor
from walks import CONTACT, ask_plainly

from portal.database import Database
from portal.mail.outbox import OutgoingMail
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
NOTHING = "zxqv blorptag"


def test_a_search_that_finds_nothing_becomes_a_request_with_its_words(
    visit: Visit, cast: Cast, database: Database
) -> None:
    page = visit().open("/").search(NOTHING)
    assert page.heading == f"We have no guide for “{NOTHING}” yet"
    form = page.press("Continue", words="The blorptag on my screen is gone.")
    assert form.heading == "Ask the help desk"
    assert form.value("words") == "The blorptag on my screen is gone."
    chosen = {"waiting": "no", "reach": "me", "urgency": "today"} | CONTACT
    form.press("Send to the help desk", **chosen)
    ticket = only_ticket(database)
    assert ticket.subject == "The blorptag on my screen is gone"
    assert ticket.path["searched"] == [NOTHING]
    assert NOTHING in visit(cast.agent).open("/desk/tickets/R-2001").main


def test_what_one_browser_searched_does_not_go_with_the_request_of_another(
    visit: Visit, database: Database
) -> None:
    visit().open("/").search("private words of somebody else")
    ask_plainly(visit(), "My screen is dark.")
    assert only_ticket(database).path["searched"] == []


def test_a_long_number_is_left_out_of_the_words_that_go_along(visit: Visit, database: Database) -> None:
    casey = visit()
    page = casey.open("/").search("zxqv 123456789")
    assert "We left out a long number." in page.main
    ask_plainly(casey, "My screen is dark.")
    assert "123456789" not in str(only_ticket(database).path)


def test_none_of_these_helped_carries_the_words_to_the_form(visit: Visit) -> None:
    page = visit().open("/").search("labels come out blank").follow("Ask the help desk")
    assert page.value("words") == "labels come out blank"
    assert "“labels come out blank”" in page.main


def test_an_empty_form_says_what_is_missing_and_keeps_what_was_typed(
    visit: Visit, database: Database
) -> None:
    page = visit().open("/tickets/new").press("Send to the help desk", 422, words="My screen is dark.")
    assert page.title.startswith("Error: ")
    for sentence in (
        "Select yes if a voter, candidate, judge or jury is waiting",
        "Choose your office",
        "Enter your name",
        "Enter a number with area code, like 406-555-0117",
    ):
        assert sentence in page.main
    assert page.value("words") == "My screen is dark."
    assert tickets(database) == []


def test_the_form_pressed_twice_makes_one_request(visit: Visit, database: Database) -> None:
    page = visit().open("/tickets/new")
    fields = {"words": "My screen is dark.", "waiting": "no", "reach": "me", "urgency": "today"} | CONTACT
    first = page.press("Send to the help desk", **fields)
    second = page.press("Send to the help desk", **fields)
    assert first.address == second.address
    assert len(tickets(database)) == 1


def test_a_voter_waiting_is_first(visit: Visit, database: Database) -> None:
    ask_plainly(visit(), "My screen is dark.", waiting="yes")
    ticket = only_ticket(database)
    assert (ticket.priority, ticket.priority_reason) == ("P1", "voters or a court waiting")


def test_a_file_comes_back_as_a_download_to_the_clerk_and_the_desk(visit: Visit, cast: Cast) -> None:
    casey = visit()
    page = casey.open("/tickets/new")
    fields = {"words": "My screen is dark.", "waiting": "no", "reach": "me", "urgency": "today"} | CONTACT
    sent = page.press("Send to the help desk", files={"files": (b"what it said", "words.txt")}, **fields)
    request = sent.follow("Open my request")
    (address,) = [link["href"] for link in request.root.all("a") if "/files/" in link["href"]]
    for answer in (
        casey.ask("GET", address),
        visit(cast.agent).ask("GET", f"/desk/tickets/R-2001/files/{address.rsplit('/', 1)[1]}"),
    ):
        assert answer.data == b"what it said"
        assert answer.headers["Content-Disposition"] == "attachment; filename=words.txt"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_that_cannot_be_taken_is_named_and_the_rest_is_kept(visit: Visit, database: Database) -> None:
    fields = {"words": "My screen is dark.", "waiting": "no", "reach": "me", "urgency": "today"} | CONTACT
    page = visit().open("/tickets/new")
    page = page.press("Send to the help desk", 422, files={"files": (b"MZ\x90\x00", "run.exe")}, **fields)
    assert "We cannot take “run.exe”." in page.main
    assert page.value("words") == "My screen is dark."
    assert tickets(database) == []


def test_the_office_is_remembered_for_the_next_request(visit: Visit) -> None:
    casey = visit()
    ask_plainly(casey, "My screen is dark.")
    assert casey.open("/tickets/new").value("office") == "yellowstone"
    assert visit().open("/tickets/new").value("office") == ""


def test_an_office_that_is_not_listed_is_asked_for_by_name(visit: Visit, database: Database) -> None:
    browser = visit()
    page = browser.open("/tickets/new")
    fields = {"words": "Help.", "waiting": "no", "reach": "me", "urgency": "today"} | CONTACT
    page = page.press("Send to the help desk", 422, **fields | {"office": "not-listed"})
    assert "Enter the name of your office" in page.main
    page.press("Send to the help desk", office_words="Lake District Court")
    assert only_ticket(database).office_name == "Lake District Court"


def test_a_request_of_nobody_signed_in_is_marked_for_the_desk_and_the_site_lead(
    visit: Visit, cast: Cast
) -> None:
    ask_plainly(visit(), "Sent by nobody known.")
    ask_plainly(visit(cast.clerk), "Sent by Casey.")
    assert "Clerk not signed in" in visit(cast.agent).open("/desk/tickets/R-2001").main
    assert "Clerk not signed in" not in visit(cast.agent).open("/desk/tickets/R-2002").main
    rows = [row.words for row in visit(cast.site_lead).open("/requests").root.all("li")]
    assert [("not signed in" in row) for row in rows if "R-2001" in row] == [True]
    assert [("not signed in" in row) for row in rows if "R-2002" in row] == [False]


def test_follow_a_request_answers_the_same_whoever_asks(visit: Visit, database: Database) -> None:
    casey = visit()
    ask_plainly(casey, "My screen is dark.", email="casey@county.example.gov")
    with database.reading() as session:
        before = len(session.scalars(select(OutgoingMail)).all())
    answers = []
    for reference, address in (
        ("R-2001", "casey@county.example.gov"),
        ("R-2001", "mallory@elsewhere.example"),
        ("R-9999", "casey@county.example.gov"),
    ):
        page = visit().open("/tickets/find").press("Send me the link", reference=reference, email=address)
        answers.append((page.answer.status_code, page.address, page.main))
    assert len(set(answers)) == 1
    with database.reading() as session:
        mails = list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
    assert len(mails) == before + 1
    assert (mails[-1].to, mails[-1].kind) == ("casey@county.example.gov", "ticket_link")


def test_a_reply_pressed_twice_is_said_once(visit: Visit, clock: Clock) -> None:
    request = ask_plainly(visit(), "My screen is dark.").follow("Open my request")
    request.press("Send", text="It is still dark.")
    page = request.press("Send", text="It is still dark.")
    assert page.main.count("It is still dark.") == 1


def only_ticket(database: Database) -> Ticket:
    (ticket,) = tickets(database)
    return ticket


def tickets(database: Database) -> list[Ticket]:
    with database.reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.number)))
