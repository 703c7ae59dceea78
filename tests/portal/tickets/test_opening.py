"""Opening: one transaction for everything, one request for one key, and a plain sequence of numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from cast import Cast
from grounds import Clock
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import Config
from portal.database import Database
from portal.mail.outbox import OutgoingMail
from portal.tickets.opening import Opened, known_key
from portal.tickets.store import clean_file
from portal.tickets.ticket import Attachment, Entry, Ticket, entries_of, take_number

Opens = Callable[..., Opened]


def test_the_same_key_opens_one_request(opens: Opens, session: Session) -> None:
    first, second = opens(key="k"), opens(key="k", subject="Other words")
    assert (first.new, second.new) == (True, False)
    assert second.ticket is first.ticket
    assert len(session.scalars(select(OutgoingMail)).all()) == 1
    assert known_key(session, "k") is not None
    assert known_key(session, "never") is None


def test_another_key_opens_another_request(opens: Opens) -> None:
    assert [opens(key=key).ticket.reference for key in "abc"] == ["R-2001", "R-2002", "R-2003"]


def test_a_run_opens_one_request_whatever_the_key(opens: Opens) -> None:
    first, second = opens(key="a", run_id="run-1"), opens(key="b", run_id="run-1")
    assert second.ticket is first.ticket


def test_nothing_is_there_when_the_transaction_is_not_committed(
    opens: Opens, session: Session, database: Database, config: Config
) -> None:
    opens(files=(clean_file("a.txt", b"words"),))
    session.rollback()
    with database.reading() as looking:
        for kind in (Ticket, Entry, Attachment, OutgoingMail):
            assert looking.scalars(select(kind)).all() == []
    assert len(list(config.attachments_folder.glob("??/*"))) == 1  # a file that nobody names


def test_files_are_on_disk_before_the_request_says_so(opens: Opens, session: Session, config: Config) -> None:
    ticket = opens(files=(clean_file("a.txt", b"words"),)).ticket
    row = session.scalars(select(Attachment).where(Attachment.ticket_id == ticket.id)).one()
    place = config.attachments_folder / row.storage_name[:2] / row.storage_name
    assert place.read_bytes() == b"words"
    assert (row.name, row.media_type, row.size, row.internal) == ("a.txt", "text/plain", 5, False)
    assert Path(row.storage_name).name == row.storage_name


def test_the_history_begins_with_the_words_of_the_clerk(opens: Opens, session: Session, clock: Clock) -> None:
    ticket = opens().ticket
    (first,) = entries_of(session, ticket, with_notes=True)
    assert (first.kind, first.side, first.text, first.at) == (
        "message",
        "clerk",
        "It went dark at noon.",
        clock(),
    )


def test_an_address_is_proved_by_a_sign_in_alone(opens: Opens, cast: Cast) -> None:
    assert not opens(key="a").ticket.email_verified
    assert opens(key="b", by=cast.clerk.as_reader()).ticket.email_verified


def test_a_logged_call_belongs_to_the_agent_and_mails_nobody(
    opens: Opens, cast: Cast, session: Session
) -> None:
    ticket = opens(by=cast.agent.as_reader(), channel="phone").ticket
    assert (ticket.state, ticket.worker_id, ticket.reporter_id) == ("working", cast.agent.id, None)
    assert (ticket.email_verified, ticket.answer_due_at) == (False, None)
    assert session.scalars(select(OutgoingMail)).all() == []


def test_the_search_text_holds_words_and_the_digits_of_the_phone(opens: Opens) -> None:
    text = opens(facts=[{"label": "Light", "words": "Red or orange"}]).ticket.search_text
    for words in ("r-2001", "my screen is dark", "4065550117", "yellowstone county", "red or orange"):
        assert words in text


def test_numbers_are_taken_one_by_one_by_many_at_once(database: Database) -> None:
    taken: list[int] = []

    def take() -> None:
        for _ in range(5):
            with database.writing() as session:
                taken.append(take_number(session))
                session.commit()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(2001, 2021))
