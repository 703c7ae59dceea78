"""The first journey: search, guide, run, ticket, reply, solved, and it came back; on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cast import Cast
from flask import Flask
from grounds import Clock
from sqlalchemy import func, select
from visitor import Visitor
from walks import give_contact, walk_labels

from portal.database import Database
from portal.mail.outbox import OutgoingMail
from portal.tickets.ticket import Entry, Ticket

on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
Visit = Callable[..., Visitor]


@on_both
def test_a_clerk_finds_is_guided_asks_is_answered_and_comes_back(
    visit: Visit, cast: Cast, clock: Clock, database: Database, base: str
) -> None:
    casey = visit()
    found = casey.open("/").search("stickers come out blank")
    guide = found.follow("Labels come out blank")
    assert "Did this solve it?" in guide
    why = guide.follow("No")
    better = why.press("Send and see what to do next", reason="did_not_help")
    start = better.follow("My label printer won't print")
    assert start.heading == "My label printer won't print"

    clock.later(minutes=2)
    contact = walk_labels(casey)
    assert contact.heading == "How we reach you"
    check = give_contact(contact, email="casey@county.example.gov")
    assert check.heading == "Check your answers before you send"
    assert "Front counter" in check.main
    assert "Yellowstone County" in check.main
    sent = check.press("Send to the help desk")
    assert "We have your request" in sent.main
    assert "R-2001" in sent.main
    assert "stickers come out blank" in sent.main
    assert "Labels come out blank" in sent.main
    request = sent.follow("Open my request")

    desk = visit(cast.agent).open("/desk/tickets/R-2001")
    assert "Clerk not signed in" in desk.main
    for words in ("Red or orange", "Front counter", "stickers come out blank", "Labels come out blank"):
        assert words in desk.main
    clock.later(minutes=5)
    answered = desk.press("Send to Yellowstone County", text="Press the lid down until it clicks.")
    assert "Press the lid down until it clicks." in answered.main

    request = casey.open(request.address)
    assert "We are working on it" in request.main
    assert "Press the lid down until it clicks." in request.main
    solved = request.press("Solved, thank you")
    assert "Solved. Tell us if it comes back." in solved.main
    rated = solved.press("Good")
    assert "You said: Good" in rated.main
    clock.later(hours=2)
    again = rated.press("It came back")
    assert "We are working on it" in again.main

    states = [entry.text for entry in history(database, "R-2001") if entry.kind == "event"]
    assert states == ["Solved, thank you", "It came back"]


@on_both
def test_mails_to_an_address_nobody_proved_hold_a_number_and_a_link_alone(
    visit: Visit, cast: Cast, database: Database, base: str
) -> None:
    contact = walk_labels(visit(), place="Secret basement room")
    give_contact(contact, email="casey@county.example.gov", name="Typed Name").press("Send to the help desk")
    desk = visit(cast.agent).open("/desk/tickets/R-2001")
    desk.press("Send to Yellowstone County", text="Our secret answer.")
    with database.reading() as session:
        mails = list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
    assert [mail.subject for mail in mails] == ["We have your request R-2001", "Your request R-2001 has news"]
    for mail in mails:
        assert "/tickets/R-2001/" in mail.text
        for typed in ("basement", "Typed Name", "secret", "label", "406-555-0117"):
            assert typed.lower() not in (mail.subject + mail.text).lower()


def test_a_clerk_who_is_signed_in_types_no_contact_and_reads_the_answer_in_the_mail(
    visit: Visit, cast: Cast, database: Database
) -> None:
    check = walk_labels(visit(cast.clerk))
    assert check.heading == "Check your answers before you send"
    assert "Casey of Yellowstone" in check.main
    check.press("Send to the help desk")
    desk = visit(cast.agent).open("/desk/tickets/R-2001")
    assert "Clerk not signed in" not in desk.main
    desk.press("Send to Yellowstone County", text="Press the lid down.")
    with database.reading() as session:
        mails = list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
    assert mails[1].to == cast.clerk.email
    assert "Press the lid down." in mails[1].text


def test_a_restart_in_the_middle_loses_nothing(visit: Visit, start: Callable[[], Flask]) -> None:
    casey = visit()
    contact = walk_labels(casey)
    restarted = Visitor(start())
    page = restarted.open(contact.address.rsplit("/", 1)[0])
    assert page.heading == "How we reach you"
    check = give_contact(page)
    assert "Front counter" in check.main
    sent = check.press("Send to the help desk")
    again = Visitor(start()).open(sent.links("Open my request")[0])
    assert again.heading.startswith("Label")


def test_a_second_press_makes_one_request(visit: Visit, database: Database) -> None:
    check = give_contact(walk_labels(visit()))
    first = check.press("Send to the help desk")
    second = check.press("Send to the help desk")
    assert first.address == second.address
    assert tickets(database) == 1


def test_an_answer_from_an_old_tab_leads_to_the_page_that_is_asked_now(visit: Visit) -> None:
    casey = visit()
    page = casey.open("/diagnose/label-printer-wont-print").press("Start now")
    page = page.press("Continue", answer="no_line")
    signs = page.press("Continue", answer="green")
    assert signs.heading == "What happens when you print a label?"
    red = casey.open(page.address).press("Continue", answer="red")
    assert red.address != signs.address
    late = signs.press("Continue", answer="nothing")
    assert late.address.removesuffix("?went=on") == red.address
    assert "That question is not asked any more. We go on here." in late


def history(database: Database, reference: str) -> list[Entry]:
    number = int(reference.removeprefix("R-"))
    with database.reading() as session:
        found = select(Entry).join(Ticket, Ticket.id == Entry.ticket_id).where(Ticket.number == number)
        return list(session.scalars(found.order_by(Entry.id)))


def tickets(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0
