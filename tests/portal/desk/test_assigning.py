"""Taking and giving requests: nobody gets one twice, nothing is taken from a colleague by accident."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from portal.database import Database
from portal.desk import queue
from portal.desk.assigning import (
    NoSuchPerson,
    TakenMeanwhile,
    Ticked,
    give,
    give_many,
    hand_to_group,
    read_ticked,
    take,
    take_next,
)
from portal.desk.finding import open_tickets
from portal.tickets.ticket import Entry, Ticket

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)
ZONE = ZoneInfo("America/Denver")


def rows_for(session: Session, reader: Reader) -> list[queue.Row]:
    return queue.order(open_tickets(session, reader), NOW, "normal", zone=ZONE, reader=reader)


def test_the_next_one_is_the_first_that_nobody_has(session: Session, world: Any) -> None:
    world.ticket("Taken and urgent", voter_waiting=True, worker=world.ben)
    world.ticket("Ordinary")
    first = world.ticket("Urgent", voter_waiting=True)
    ada = world.ada.as_reader()
    taken = take_next(session, rows_for(session, ada), by=ada, now=NOW)
    assert taken is first
    assert (first.worker_id, first.state) == (world.ada.id, "working")
    assert session.scalars(select(Entry.text).where(Entry.ticket_id == first.id)).all()[-1] == ("Ada Agent")


def test_two_people_who_look_at_the_same_list_get_different_requests(session: Session, world: Any) -> None:
    one, two = world.ticket("First"), world.ticket("Second")
    ada, ben = world.ada.as_reader(), world.ben.as_reader()
    seen_by_ben = rows_for(session, ben)
    assert take_next(session, rows_for(session, ada), by=ada, now=NOW) is one
    assert take_next(session, seen_by_ben, by=ben, now=NOW) is two
    assert take_next(session, seen_by_ben, by=ben, now=NOW) is None


def test_people_who_press_at_the_same_moment_never_share_a_request(
    database: Database, session: Session, world: Any
) -> None:
    for number in range(4):
        world.ticket(f"Request {number}")
    people = [world.ada.as_reader(), world.ben.as_reader(), world.lea.as_reader()]
    session.commit()
    got: list[tuple[int | None, int]] = []

    def press(who: Reader) -> None:
        with database.writing() as own:
            taken = take_next(own, rows_for(own, who), by=who, now=NOW)
            own.commit()
            assert taken is not None
            got.append((who.user_id, taken.number))

    threads = [threading.Thread(target=press, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({number for _, number in got}) == 3


def test_taking_from_nobody_works_and_taking_what_a_colleague_just_took_does_not(
    session: Session, world: Any
) -> None:
    ticket = world.ticket()
    take(session, ticket, seen_worker=0, by=world.ben.as_reader(), now=NOW)
    with pytest.raises(TakenMeanwhile, match="Ben Agent has it now"):
        take(session, ticket, seen_worker=0, by=world.ada.as_reader(), now=NOW)
    assert ticket.worker_id == world.ben.id


def test_taking_from_the_colleague_that_the_page_showed_works(session: Session, world: Any) -> None:
    ticket = world.ticket(worker=world.ben)
    take(session, ticket, seen_worker=world.ben.id, by=world.ada.as_reader(), now=NOW)
    assert ticket.worker_id == world.ada.id


def test_a_request_goes_to_people_of_the_desk_and_to_nobody_else(session: Session, world: Any) -> None:
    ticket = world.ticket()
    give(session, ticket, to=world.sam.id, seen_worker=0, by=world.ada.as_reader(), now=NOW)
    assert ticket.worker_id == world.sam.id
    for other in (world.cora.id, world.adam.id, 9999):
        with pytest.raises(NoSuchPerson):
            give(session, ticket, to=other, seen_worker=world.sam.id, by=world.ada.as_reader(), now=NOW)
    assert ticket.worker_id == world.sam.id


def test_many_are_given_at_once_and_what_was_taken_meanwhile_stays(session: Session, world: Any) -> None:
    one, two = world.ticket("One"), world.ticket("Two", worker=world.ben)
    moved = give_many(
        session,
        [Ticked(one.number, 0), Ticked(two.number, 0)],
        to=world.ada.id,
        by=world.ada.as_reader(),
        now=NOW,
    )
    assert (moved.moved, moved.left) == ((one.reference,), (two.reference,))
    assert (one.worker_id, two.worker_id) == (world.ada.id, world.ben.id)


def test_a_restricted_request_is_not_moved_by_one_who_may_not_see_it_and_is_by_a_lead(
    session: Session, world: Any
) -> None:
    secret = world.ticket("Security", restricted=True)
    ticked = [Ticked(secret.number, 0)]
    assert give_many(session, ticked, to=world.ada.id, by=world.ada.as_reader(), now=NOW).moved == ()
    assert secret.worker_id is None
    moved = give_many(session, ticked, to=world.ada.id, by=world.lea.as_reader(), now=NOW)
    assert moved.moved == (secret.reference,)


def test_a_group_gets_a_request_with_a_note(session: Session, world: Any) -> None:
    ticket = world.ticket(worker=world.ada)
    hand_to_group(
        session, ticket, group=world.analysts, note="Needs the batch log.", by=world.ada.as_reader(), now=NOW
    )
    assert (ticket.group_slug, ticket.worker_id) == ("systems-analyst", None)
    note = session.scalars(select(Entry).where(Entry.ticket_id == ticket.id, Entry.kind == "note")).one()
    assert note.text == "Handed to Systems analysts. Needs the batch log."


def test_ticked_rows_that_are_no_rows_are_left_out() -> None:
    assert read_ticked(["2048.7", "2049.0", "x.1", "2050", "²048.0", ""]) == [
        Ticked(2048, 7),
        Ticked(2049, 0),
    ]


def test_a_closed_request_is_not_taken(session: Session, world: Any) -> None:
    ticket: Ticket = world.ticket()
    ticket.state = "solved"
    session.flush()
    with pytest.raises(TakenMeanwhile):
        take(session, ticket, seen_worker=0, by=world.ada.as_reader(), now=NOW)
