"""What happens to a ticket after it is there: replies, notes, states, people. Each change is an entry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from portal.mail.outbox import post
from portal.tickets.lessons import note_first_reply
from portal.tickets.opening import attachment_row, private_link
from portal.tickets.store import KeptFiles
from portal.tickets.ticket import Entry, Ticket


class Overtaken(Exception):
    """Somebody else wrote meanwhile. ``entry`` is what to read first."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.id)
        self.entry = entry


def reply_as_clerk(
    session: Session,
    ticket: Ticket,
    *,
    text: str,
    files: KeptFiles = (),
    by: Reader,
    now: datetime,
) -> Entry:
    """The clerk writes. A ticket that was waiting, solved or closed comes back to the desk."""
    entry = add_line(session, ticket, "message", "clerk", text, by=by, name=ticket.name, now=now)
    for file, storage_name in files:
        session.add(attachment_row(ticket, entry, file, storage_name))
    if ticket.state == "waiting":
        enter_state(ticket, "working" if ticket.worker_id else "new", now)
    elif not ticket.is_open:
        reopen(session, ticket, by=by, now=now)
    ticket.search_text = f"{ticket.search_text} {text.lower()}"
    return entry


def reply_as_desk(
    session: Session,
    ticket: Ticket,
    *,
    text: str,
    files: KeptFiles = (),
    by: Reader,
    next_news_at: datetime | None,
    last_seen: int,
    secret_key: str,
    base_url: str,
    now: datetime,
    asks: bool = False,
) -> Entry:
    """The desk answers. Raises Overtaken when a colleague or the clerk wrote after ``last_seen``.

    ``asks`` says that the reply asks for facts; it is kept with the first reply to a request from a run.
    """
    _check_overtaken(session, ticket, last_seen)
    entry = add_line(session, ticket, "message", "desk", text, by=by, name=by.name, now=now)
    for file, storage_name in files:
        session.add(attachment_row(ticket, entry, file, storage_name))
    note_first_reply(session, ticket, asks=asks, now=now)
    ticket.first_answer_at = ticket.first_answer_at or now
    ticket.answer_due_at = None
    ticket.next_news_at = next_news_at
    if ticket.worker_id is None:
        ticket.worker_id = by.user_id
    ticket.owner_id = ticket.owner_id or by.user_id
    if ticket.state == "new":
        enter_state(ticket, "working", now)
    ticket.search_text = f"{ticket.search_text} {text.lower()}"
    _tell_clerk(session, ticket, text, secret_key=secret_key, base_url=base_url, now=now)
    return entry


def add_note(session: Session, ticket: Ticket, *, text: str, by: Reader, now: datetime) -> Entry:
    """A note for the desk alone. Nothing is sent."""
    return add_line(session, ticket, "note", "desk", text, by=by, name=by.name, now=now)


def reopen(session: Session, ticket: Ticket, *, by: Reader, now: datetime, side: str = "clerk") -> None:
    """It came back: the clerk says so, or the desk sees it."""
    if ticket.is_open:
        return
    enter_state(ticket, "working" if ticket.worker_id else "new", now)
    ticket.solved_at = ticket.closed_at = None
    ticket.satisfied = None
    name = ticket.name if side == "clerk" else by.name
    add_event(session, ticket, "It came back", by=by, now=now, side=side, name=name)


def last_entry_id(session: Session, ticket: Ticket) -> int:
    """The newest message, which a form carries along so that nobody answers past a colleague."""
    newest = select(Entry.id).where(Entry.ticket_id == ticket.id, Entry.kind == "message")
    return session.scalar(newest.order_by(Entry.id.desc()).limit(1)) or 0


def _check_overtaken(session: Session, ticket: Ticket, last_seen: int) -> None:
    newer = session.scalar(
        select(Entry)
        .where(Entry.ticket_id == ticket.id, Entry.kind == "message", Entry.id > last_seen)
        .order_by(Entry.id.desc())
        .limit(1)
    )
    if newer is not None:
        raise Overtaken(newer)


def enter_state(ticket: Ticket, state: str, now: datetime) -> None:
    ticket.state, ticket.changed_at = state, now
    if state != "waiting":
        ticket.ask_again_at, ticket.waiting_for = None, ""


def add_line(
    session: Session, ticket: Ticket, kind: str, side: str, text: str, *, by: Reader, name: str, now: datetime
) -> Entry:
    entry = Entry(
        ticket_id=ticket.id,
        kind=kind,
        side=side,
        text=text,
        author_id=by.user_id,
        author_name=name,
        channel="portal",
        at=now,
    )
    session.add(entry)
    ticket.changed_at = now
    session.flush()
    return entry


def add_event(
    session: Session,
    ticket: Ticket,
    words: str,
    *,
    by: Reader,
    now: datetime,
    side: str = "desk",
    name: str = "",
) -> None:
    add_line(session, ticket, "event", side, words, by=by, name=name or by.name, now=now)


def _tell_clerk(
    session: Session, ticket: Ticket, text: str, *, secret_key: str, base_url: str, now: datetime
) -> None:
    """The answer by mail to a person we know; "there is news" to an address that nobody has proved."""
    if not ticket.email_verified:
        mail_news(session, ticket, "has news", secret_key=secret_key, base_url=base_url, now=now)
        return
    link = private_link(base_url, secret_key, ticket)
    post(
        session,
        to=ticket.email,
        subject=f"{ticket.reference}: the help desk answered",
        text=f"{text}\n\nAnswer here: {link}\n",
        kind="ticket_reply",
        now=now,
    )


def mail_news(
    session: Session, ticket: Ticket, what: str, *, secret_key: str, base_url: str, now: datetime
) -> None:
    link = private_link(base_url, secret_key, ticket)
    post(
        session,
        to=ticket.email,
        subject=f"Your request {ticket.reference} {what}",
        text=f"Your request {ticket.reference} {what}. Read it and answer here:\n{link}\n",
        kind="ticket_news",
        now=now,
    )
