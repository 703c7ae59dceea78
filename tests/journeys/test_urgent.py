"""Urgent journeys: voters waiting, it got worse, a second unsolved run, and stopping in the middle."""

from __future__ import annotations

from collections.abc import Callable

from cast import Cast
from factories import Factory
from grounds import Clock
from sqlalchemy import select
from visitor import Visitor
from walks import SUSPICIOUS, ask_plainly, begin_labels, give_contact, send_labels

from portal.database import Database
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]


def test_voters_waiting_is_a_call_and_the_request_is_there_at_once(
    visit: Visit, cast: Cast, database: Database
) -> None:
    page = begin_labels(visit()).press("Continue", answer="waiting")
    assert page.heading == "Call us now. Voters are waiting."
    assert "406-555-0142" in page.main
    assert "We already have your request." in page.main
    ticket = only_ticket(database)
    assert (ticket.priority, ticket.voter_waiting, ticket.state) == ("P1", True, "new")
    first = visit(cast.agent).open("/desk/")
    assert "R-2001" in first.main


def test_a_number_given_after_the_call_goes_to_the_same_request(visit: Visit, database: Database) -> None:
    page = begin_labels(visit()).press("Continue", answer="waiting")
    assert only_ticket(database).phone == ""
    page = give_contact(page.follow("Give us a number to call back"))
    assert "We call you back at 406-555-0117" in page.main
    ticket = only_ticket(database)
    assert (ticket.phone, ticket.office_name) == ("406-555-0117", "Yellowstone County")


def test_taking_the_waiting_voters_back_lowers_the_rank(visit: Visit, database: Database) -> None:
    page = begin_labels(visit()).press("Continue", answer="waiting")
    page = page.follow("No one is waiting after all").press("Continue", answer="no_line")
    assert page.heading == "What color is the light on the front of the printer?"
    assert not only_ticket(database).voter_waiting or only_ticket(database).priority == "P1"


def test_stopping_in_the_middle_sends_what_is_there(visit: Visit, cast: Cast, database: Database) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="green")
    contact = page.follow("Stop here and send what I have")
    check = give_contact(contact)
    assert check.heading == "Check your answers before you send"
    sent = check.press("Send to the help desk")
    assert "We have your request" in sent.main
    ticket = only_ticket(database)
    assert ticket.path["stopped"]
    assert [row["words"] for row in ticket.path["answers"]] == ["No, no one is waiting", "Green"]
    assert ticket.path["not_asked"] or ticket.path["not_tried"] is not None
    desk = visit(cast.agent).open("/desk/tickets/R-2001")
    assert "Green" in desk.main


def test_a_second_unsolved_run_of_the_office_within_a_day_is_more_urgent(
    visit: Visit, cast: Cast, clock: Clock, database: Database
) -> None:
    send_labels(visit(cast.clerk))
    clock.later(hours=3)
    send_labels(visit(cast.colleague))
    first, second = all_tickets(database)
    assert (first.urgency, first.priority) == ("today", "P3")
    assert (second.urgency, second.priority) == ("now", "P2")
    assert second.priority_reason.startswith("second try of this office in a day")


def test_the_same_run_two_days_later_is_an_ordinary_one(
    visit: Visit, cast: Cast, clock: Clock, database: Database
) -> None:
    send_labels(visit(cast.clerk))
    clock.later(hours=49)
    send_labels(visit(cast.colleague))
    assert [ticket.urgency for ticket in all_tickets(database)] == ["today", "today"]


def test_it_got_worse_moves_the_request_up(visit: Visit, cast: Cast, database: Database) -> None:
    casey = visit()
    sent = ask_plainly(casey, "The label printer is slow.")
    worse = sent.follow("Open my request").follow("It got worse")
    page = worse.press("Tell the help desk", what="Now nothing comes out.", waiting="no")
    assert "It got worse. Now nothing comes out." in page.main
    assert (only_ticket(database).urgency, only_ticket(database).priority) == ("now", "P2")
    page = page.follow("It got worse").press("Tell the help desk", what="A line forms.", waiting="yes")
    assert "More urgent now: voters are waiting" in page.main
    assert only_ticket(database).priority == "P1"


def test_more_urgent_on_the_check_page_is_kept(visit: Visit, cast: Cast, database: Database) -> None:
    page = begin_labels(visit(cast.clerk)).press("Continue", answer="no_line")
    check = page.follow("Stop here and send what I have").press("It is more urgent")
    check.press("Send to the help desk")
    assert only_ticket(database).urgency == "now"


def test_a_suspicious_thing_is_seen_by_the_lead_and_not_by_agents_or_the_office(
    visit: Visit, cast: Cast, database: Database
) -> None:
    page = visit(cast.clerk).open(SUSPICIOUS).press("Start now").press("Continue", answer="safe")
    page = page.press("Continue", answer="clicked")
    assert "Call us now" in page.heading
    assert only_ticket(database).restricted

    assert "Restricted" in visit(cast.lead).open("/desk/tickets/R-2001").main
    for person in (cast.agent, cast.specialist):
        desk = visit(person)
        desk.open("/desk/tickets/R-2001", 404)
        assert "R-2001" not in desk.open("/desk/").main
        assert "R-2001" not in desk.open("/desk/search?q=R-2001").main.replace("“R-2001”", "")
    lead_of_office = visit(cast.site_lead)
    lead_of_office.open("/tickets/R-2001", 404)
    assert "R-2001" not in lead_of_office.open("/requests").main
    assert "R-2001" in visit(cast.clerk).open("/requests").main


def test_an_agent_who_is_named_sees_the_restricted_request_and_the_other_still_does_not(
    visit: Visit, cast: Cast, make: Factory
) -> None:
    ticket = make.ticket("Possible attack", restricted=True, worker=cast.agent)
    visit(cast.agent).open(f"/desk/tickets/{ticket.reference}")
    visit(cast.other_agent).open(f"/desk/tickets/{ticket.reference}", 404)


def only_ticket(database: Database) -> Ticket:
    (ticket,) = all_tickets(database)
    return ticket


def all_tickets(database: Database) -> list[Ticket]:
    with database.reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.number)))
