"""Finding requests: every word, numbers, codes, and never what the reader may not see."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.desk.finding import (
    desk_people,
    offices_with,
    open_tickets,
    run_code,
    ticket_named,
    tickets_with,
)


def test_every_word_must_occur(session: Session, world: Any) -> None:
    printer = world.ticket("Label printer will not print")
    world.ticket("Locked out after a password change", description="")
    ada = world.ada.as_reader()
    assert tickets_with(session, "PRINTER label", ada) == [printer]
    assert tickets_with(session, "printer password", ada) == []


def test_offices_and_phone_numbers_are_words_too(session: Session, world: Any) -> None:
    ticket = world.ticket()
    ada = world.ada.as_reader()
    assert tickets_with(session, "yellowstone 4065550117", ada) == [ticket]


@pytest.mark.parametrize("words", ["%", "_", "100%", "'; drop table tickets; --", "", "   "])
def test_signs_are_only_signs(session: Session, world: Any, words: str) -> None:
    world.ticket("Plain")
    assert tickets_with(session, words, world.ada.as_reader()) == []


def test_a_number_or_a_code_names_one_request(session: Session, world: Any) -> None:
    ticket = world.ticket(path={"code": "K7M4QD"})
    ada = world.ada.as_reader()
    for words in (ticket.reference, ticket.reference.lower().replace("-", ""), "K7M4QD", "k7m 4qd"):
        assert ticket_named(session, words, ada) is ticket
    assert ticket_named(session, "R-9999", ada) is None
    assert ticket_named(session, "K7M4QX", ada) is None


def test_words_are_not_taken_for_codes() -> None:
    assert run_code("k7m-4qd") == "K7M4QD"
    assert run_code("labels") == ""
    assert run_code("K7M4Q") == ""


def test_restricted_requests_are_seen_by_leads_and_by_those_who_are_named(
    session: Session, world: Any
) -> None:
    secret = world.ticket("Security incident", restricted=True, path={"code": "K7M4QD"})
    for who, sees in ((world.ada, False), (world.lea, True)):
        reader = who.as_reader()
        assert (ticket_named(session, secret.reference, reader) is secret) == sees
        assert (ticket_named(session, "K7M4QD", reader) is secret) == sees
        assert (tickets_with(session, "security", reader) == [secret]) == sees
        assert (len(open_tickets(session, reader)) == 1) == sees
    secret.worker_id = world.ada.id
    session.flush()
    assert tickets_with(session, "security", world.ada.as_reader()) == [secret]


def test_a_specialist_sees_the_own_group_and_no_other(session: Session, world: Any) -> None:
    own = world.ticket("Batch job", group="systems-analyst")
    world.ticket("Printer job")
    found = tickets_with(session, "job", world.sam.as_reader())
    assert found == [own]


def test_a_clerk_and_an_admin_find_nothing(session: Session, world: Any) -> None:
    world.ticket("Printer", by=world.cora)
    for who in (world.cora, world.adam):
        assert tickets_with(session, "printer", who.as_reader()) == []
        assert open_tickets(session, who.as_reader()) == []


def test_the_queue_knows_the_newest_message(session: Session, world: Any) -> None:
    ticket = world.ticket()
    [one] = open_tickets(session, world.ada.as_reader())
    assert one.ticket is ticket
    assert one.news is not None
    assert one.news.side == "clerk"


def test_offices_are_found_by_name_code_and_phone(session: Session, world: Any) -> None:
    assert offices_with(session, "yell") == [world.yellowstone]
    assert offices_with(session, "ravalli-court") == [world.court]
    assert offices_with(session, "(406) 555-0126") == [world.cascade]
    assert offices_with(session, "%") == []


def test_people_of_the_desk_are_those_who_work_requests(session: Session, world: Any) -> None:
    names = [person.name for person in desk_people(session)]
    assert names == ["Ada Agent", "Ben Agent", "Lea Lead", "Sam Specialist"]
