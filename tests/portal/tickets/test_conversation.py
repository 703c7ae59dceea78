"""The conversation: states, people, being overtaken, waiting, reopening; each change one entry and one mail at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cast import Cast
from grounds import Clock
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import VISITOR
from portal.mail.outbox import OutgoingMail
from portal.tickets import conversation, progress
from portal.tickets.conversation import Overtaken, last_entry_id
from portal.tickets.opening import Opened
from portal.tickets.progress import AlreadyDone
from portal.tickets.ticket import Ticket, entries_of

SECRETS = {"secret_key": "s" * 40, "base_url": "http://localhost"}


class Desk:
    """The verbs with the values that no test here is about."""

    def __init__(self, session: Session, ticket: Ticket, cast: Cast, clock: Clock) -> None:
        self.session, self.ticket, self.cast, self.clock = session, ticket, cast, clock

    def answer(self, text: str = "Press the lid down.", **more: Any) -> None:
        seen = more.pop("last_seen", last_entry_id(self.session, self.ticket))
        given = {"by": self.cast.agent.as_reader(), "next_news_at": None, "last_seen": seen} | SECRETS
        conversation.reply_as_desk(self.session, self.ticket, text=text, now=self.clock(), **given | more)

    def write(self, text: str = "It is still dark.") -> None:
        conversation.reply_as_clerk(self.session, self.ticket, text=text, by=VISITOR, now=self.clock())

    def wait(self, waiting_for: str = "") -> None:
        progress.set_waiting(
            self.session,
            self.ticket,
            ask_again_at=self.clock() + timedelta(days=1),
            waiting_for=waiting_for,
            by=self.cast.agent.as_reader(),
            now=self.clock(),
        )

    def solve(self) -> None:
        progress.solve_as_desk(
            self.session,
            self.ticket,
            resolution="New head",
            cause="local_equipment",
            guide="none needed",
            by=self.cast.agent.as_reader(),
            now=self.clock(),
            **SECRETS,
        )

    def history(self) -> list[tuple[str, str]]:
        return [(entry.kind, entry.text) for entry in entries_of(self.session, self.ticket, with_notes=True)]

    def mails(self) -> list[str]:
        return [mail.subject for mail in self.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]


@pytest.fixture
def desk(opens: Callable[..., Opened], session: Session, cast: Cast, clock: Clock) -> Desk:
    return Desk(session, opens().ticket, cast, clock)


def test_the_first_answer_takes_the_request_and_ends_its_target(desk: Desk, cast: Cast, clock: Clock) -> None:
    assert desk.ticket.answer_due_at is not None
    desk.answer()
    ticket = desk.ticket
    assert (ticket.state, ticket.worker_id, ticket.owner_id) == ("working", cast.agent.id, cast.agent.id)
    assert (ticket.first_answer_at, ticket.answer_due_at) == (clock(), None)


def test_a_later_answer_keeps_the_time_of_the_first_and_its_worker(
    desk: Desk, cast: Cast, clock: Clock
) -> None:
    desk.answer()
    clock.later(hours=1)
    desk.answer(by=cast.other_agent.as_reader())
    assert desk.ticket.first_answer_at == clock() - timedelta(hours=1)
    assert desk.ticket.worker_id == cast.agent.id


def test_an_answer_past_a_colleague_is_stopped_and_names_what_to_read(desk: Desk) -> None:
    seen = last_entry_id(desk.session, desk.ticket)
    desk.answer("From a colleague.")
    with pytest.raises(Overtaken) as caught:
        desk.answer("Mine.", last_seen=seen)
    assert caught.value.entry.text == "From a colleague."
    assert ("message", "Mine.") not in desk.history()
    assert len(desk.mails()) == 2


def test_a_note_or_an_event_overtakes_nobody(desk: Desk, cast: Cast) -> None:
    seen = last_entry_id(desk.session, desk.ticket)
    conversation.add_note(
        desk.session, desk.ticket, text="For us.", by=cast.other_agent.as_reader(), now=desk.clock()
    )
    progress.give_to(desk.session, desk.ticket, worker=cast.agent, by=cast.lead.as_reader(), now=desk.clock())
    desk.answer(last_seen=seen)
    assert desk.ticket.state == "working"


def test_waiting_needs_a_day_and_ends_with_the_clerks_answer(desk: Desk) -> None:
    desk.answer()
    desk.wait()
    assert (desk.ticket.state, desk.ticket.state_words) == ("waiting", "We need an answer from you")
    assert desk.ticket.ask_again_at is not None
    desk.write()
    assert (desk.ticket.state, desk.ticket.ask_again_at) == ("working", None)


def test_waiting_for_somebody_outside_says_for_whom(desk: Desk) -> None:
    desk.wait("the printer company")
    assert desk.ticket.state_words == "Waiting for someone else: the printer company"
    desk.write()
    assert (desk.ticket.state, desk.ticket.waiting_for) == ("new", "")


def test_a_request_that_is_over_cannot_be_set_to_wait(desk: Desk) -> None:
    desk.solve()
    with pytest.raises(AlreadyDone):
        desk.wait()


def test_solving_twice_is_solving_once(desk: Desk, clock: Clock) -> None:
    desk.solve()
    desk.solve()
    assert (desk.ticket.state, desk.ticket.solved_at, desk.ticket.resolution) == (
        "solved",
        clock(),
        "New head",
    )
    assert desk.history().count(("event", "The help desk says this is solved")) == 1
    assert desk.mails()[1:] == ["Your request R-2001 is solved"]


def test_the_clerk_solves_once_and_it_comes_back_once(desk: Desk, clock: Clock) -> None:
    for _ in range(2):
        progress.solve_as_clerk(desk.session, desk.ticket, by=VISITOR, now=clock())
    progress.rate(desk.ticket, good=True)
    for _ in range(2):
        conversation.reopen(desk.session, desk.ticket, by=VISITOR, now=clock())
    assert [text for kind, text in desk.history() if kind == "event"] == ["Solved, thank you", "It came back"]
    assert (desk.ticket.state, desk.ticket.solved_at, desk.ticket.satisfied) == ("new", None, None)


def test_a_message_to_a_solved_request_opens_it_again(desk: Desk) -> None:
    desk.answer()
    desk.solve()
    desk.write()
    assert desk.ticket.state == "working"
    assert desk.history()[-1] == ("event", "It came back")


def test_giving_a_request_to_the_one_who_has_it_changes_nothing(desk: Desk, cast: Cast) -> None:
    for _ in range(2):
        progress.give_to(
            desk.session, desk.ticket, worker=cast.agent, by=cast.lead.as_reader(), now=desk.clock()
        )
    assert [text for kind, text in desk.history() if kind == "handover"] == ["Alex Agent"]


def test_a_change_of_priority_is_a_note_with_its_reason(desk: Desk, cast: Cast) -> None:
    progress.change_severity(
        desk.session, desk.ticket, impact="high", urgency="now", waiting=False, reason="Ten offices call",
        grid=None, mode="normal", by=cast.agent.as_reader(), now=desk.clock(),
    )  # fmt: skip
    assert desk.ticket.priority == "P1"
    assert desk.history()[-1] == ("note", "Priority P3 to P1: Ten offices call")
    assert desk.ticket.priority_reason.endswith("(Ten offices call)")


def test_notes_are_sent_to_nobody(desk: Desk, cast: Cast) -> None:
    before = desk.mails()
    conversation.add_note(
        desk.session, desk.ticket, text="For us.", by=cast.agent.as_reader(), now=desk.clock()
    )
    assert desk.mails() == before
    assert all(entry.kind != "note" for entry in entries_of(desk.session, desk.ticket, with_notes=False))


def test_the_words_of_both_sides_are_found_by_the_desk(desk: Desk) -> None:
    desk.answer("Turn the KNOB.")
    desk.write("The Wheel squeaks.")
    assert "turn the knob." in desk.ticket.search_text
    assert "the wheel squeaks." in desk.ticket.search_text
