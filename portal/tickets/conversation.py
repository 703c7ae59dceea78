"""What happens to a ticket after it is there: replies, notes, states, people. Each change is an entry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import VISITOR, Reader
from auth.users import User
from portal.mail.outbox import post
from portal.site.context import Site
from portal.tickets.opening import Draft, attachment_row, private_link, search_text_of
from portal.tickets.priority import priority_of, raised_urgency
from portal.tickets.store import KeptFiles
from portal.tickets.ticket import Entry, Ticket
from portal.vocabulary import CAUSES


class AlreadyDone(Exception):
    """The ticket is not in a state where this can be done."""


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
    entry = _add(session, ticket, "message", "clerk", text, by=by, name=ticket.name, now=now)
    for file, storage_name in files:
        session.add(attachment_row(ticket, entry, file, storage_name))
    if ticket.state == "waiting":
        _enter(ticket, "working" if ticket.worker_id else "new", now)
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
) -> Entry:
    """The desk answers. Raises Overtaken when a colleague or the clerk wrote after ``last_seen``."""
    _check_overtaken(session, ticket, last_seen)
    entry = _add(session, ticket, "message", "desk", text, by=by, name=by.name, now=now)
    for file, storage_name in files:
        session.add(attachment_row(ticket, entry, file, storage_name))
    ticket.first_answer_at = ticket.first_answer_at or now
    ticket.answer_due_at = None
    ticket.next_news_at = next_news_at
    if ticket.worker_id is None:
        ticket.worker_id = by.user_id
    ticket.owner_id = ticket.owner_id or by.user_id
    if ticket.state == "new":
        _enter(ticket, "working", now)
    ticket.search_text = f"{ticket.search_text} {text.lower()}"
    _tell_clerk(session, ticket, text, secret_key=secret_key, base_url=base_url, now=now)
    return entry


def add_note(session: Session, ticket: Ticket, *, text: str, by: Reader, now: datetime) -> Entry:
    """A note for the desk alone. Nothing is sent."""
    return _add(session, ticket, "note", "desk", text, by=by, name=by.name, now=now)


def give_to(session: Session, ticket: Ticket, *, worker: User | None, by: Reader, now: datetime) -> None:
    """Change who works on it. Giving it to the one who has it changes nothing."""
    if ticket.worker_id == (worker.id if worker else None):
        return
    ticket.worker_id = worker.id if worker else None
    ticket.owner_id = ticket.owner_id or by.user_id
    if worker and ticket.state == "new":
        _enter(ticket, "working", now)
    words = "Nobody works on it now"
    if worker:
        words = "Works on it now" if worker.id == by.user_id else f"{worker.name} works on it now"
    _event(session, ticket, words, by=by, now=now)


def set_waiting(
    session: Session, ticket: Ticket, *, ask_again_at: datetime, waiting_for: str, by: Reader, now: datetime
) -> None:
    """Wait for the clerk, or for someone outside; always with the day to ask again."""
    if not ticket.is_open:
        raise AlreadyDone(ticket.reference)
    _enter(ticket, "waiting", now)
    ticket.ask_again_at, ticket.waiting_for = ask_again_at, waiting_for
    words = f"Waiting for {waiting_for}" if waiting_for else "Waiting for an answer from you"
    _event(session, ticket, words, by=by, now=now)


def set_working(session: Session, ticket: Ticket, *, by: Reader, now: datetime) -> None:
    """Take it back to work."""
    if ticket.state == "working":
        return
    _enter(ticket, "working", now)
    _event(session, ticket, "We are working on it", by=by, now=now)


def solve_as_desk(
    session: Session,
    ticket: Ticket,
    *,
    resolution: str,
    cause: str,
    guide: str,
    by: Reader,
    secret_key: str,
    base_url: str,
    now: datetime,
) -> None:
    """Close with what fixed it, why it happened and which guide says so. The clerk is told. Twice is once."""
    if not ticket.is_open:
        return
    ticket.resolution, ticket.cause, ticket.guide = resolution, cause, guide
    ticket.owner_id = ticket.owner_id or by.user_id
    _enter(ticket, "solved", now)
    ticket.solved_at = now
    ticket.next_news_at = ticket.answer_due_at = ticket.ask_again_at = None
    _event(session, ticket, "The help desk says this is solved", by=by, now=now)
    _add(
        session,
        ticket,
        "note",
        "desk",
        f"What fixed it: {resolution}\nCause: {CAUSES[cause]}",
        by=by,
        name=by.name,
        now=now,
    )
    _mail_news(session, ticket, "is solved", secret_key=secret_key, base_url=base_url, now=now)


def solve_as_clerk(session: Session, ticket: Ticket, *, by: Reader, now: datetime) -> None:
    """The clerk says "Solved, thank you". Pressing twice is pressing once."""
    if not ticket.is_open:
        return
    _enter(ticket, "solved", now)
    ticket.solved_at = now
    ticket.next_news_at = ticket.answer_due_at = ticket.ask_again_at = None
    _event(session, ticket, "Solved, thank you", by=by, now=now, side="clerk", name=ticket.name)


def reopen(session: Session, ticket: Ticket, *, by: Reader, now: datetime, side: str = "clerk") -> None:
    """It came back: the clerk says so, or the desk sees it."""
    if ticket.is_open:
        return
    _enter(ticket, "working" if ticket.worker_id else "new", now)
    ticket.solved_at = ticket.closed_at = None
    ticket.satisfied = None
    name = ticket.name if side == "clerk" else by.name
    _event(session, ticket, "It came back", by=by, now=now, side=side, name=name)


def got_worse(
    session: Session,
    ticket: Ticket,
    *,
    what: str,
    waiting: bool,
    grid: dict[str, list[str]] | None,
    mode: str,
    by: Reader,
    now: datetime,
) -> None:
    """The clerk says that it got worse: one step more urgent, or at once when voters wait."""
    reply_as_clerk(session, ticket, text=f"It got worse. {what}", by=by, now=now)
    ticket.urgency = "now" if waiting else raised_urgency(ticket.urgency)
    ticket.voter_waiting = ticket.voter_waiting or waiting
    _rank(ticket, grid, mode)
    words = "More urgent now: voters are waiting" if waiting else "More urgent now"
    _event(session, ticket, words, by=by, now=now, side="clerk", name=ticket.name)


def change_severity(
    session: Session,
    ticket: Ticket,
    *,
    impact: str,
    urgency: str,
    waiting: bool,
    reason: str,
    grid: dict[str, list[str]] | None,
    mode: str,
    by: Reader,
    now: datetime,
) -> None:
    """The desk ranks it anew, and says why."""
    before = ticket.priority
    ticket.impact, ticket.urgency, ticket.voter_waiting = impact, urgency, waiting
    _rank(ticket, grid, mode)
    ticket.priority_reason = f"{ticket.priority_reason} ({reason})"[:300]
    _add(
        session,
        ticket,
        "note",
        "desk",
        f"Priority {before} to {ticket.priority}: {reason}",
        by=by,
        name=by.name,
        now=now,
    )


def take_new_facts(
    session: Session,
    ticket: Ticket,
    draft: Draft,
    *,
    grid: dict[str, list[str]] | None,
    site: Site,
    now: datetime,
) -> None:
    """The clerk went on with the diagnostic after the ticket was there: keep what is new, and say so once."""
    before = (ticket.facts, ticket.path, ticket.phone, ticket.name)
    ticket.facts, ticket.path = draft.facts, draft.path
    if draft.phone:
        ticket.name, ticket.phone, ticket.email = draft.name, draft.phone, draft.email
        ticket.office, ticket.office_words = draft.office, draft.office_words
    ticket.impact, ticket.urgency, ticket.voter_waiting = draft.impact, draft.urgency, draft.voter_waiting
    _rank(ticket, grid, site.mode.slug)
    if before != (ticket.facts, ticket.path, ticket.phone, ticket.name):
        ticket.search_text = search_text_of(ticket, *(str(fact.get("words", "")) for fact in ticket.facts))
        words = "The answers and contact details were brought up to date"
        _event(session, ticket, words, by=VISITOR, now=now, side="clerk", name=ticket.name)


def rate(ticket: Ticket, *, good: bool) -> None:
    """The answer to "How did we do?", in one press."""
    ticket.satisfied = good


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


def _rank(ticket: Ticket, grid: dict[str, list[str]] | None, mode: str) -> None:
    priority = priority_of(
        grid, impact=ticket.impact, urgency=ticket.urgency, voter_waiting=ticket.voter_waiting, mode=mode
    )
    ticket.priority, ticket.priority_reason = priority.level, priority.reason


def _enter(ticket: Ticket, state: str, now: datetime) -> None:
    ticket.state, ticket.changed_at = state, now
    if state != "waiting":
        ticket.ask_again_at, ticket.waiting_for = None, ""


def _add(
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


def _event(
    session: Session,
    ticket: Ticket,
    words: str,
    *,
    by: Reader,
    now: datetime,
    side: str = "desk",
    name: str = "",
) -> None:
    _add(session, ticket, "event", side, words, by=by, name=name or by.name, now=now)


def _tell_clerk(
    session: Session, ticket: Ticket, text: str, *, secret_key: str, base_url: str, now: datetime
) -> None:
    """The answer by mail to a person we know; "there is news" to an address that nobody has proved."""
    if not ticket.email_verified:
        _mail_news(session, ticket, "has news", secret_key=secret_key, base_url=base_url, now=now)
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


def _mail_news(
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
