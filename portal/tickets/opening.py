"""Opening a ticket: one transaction for the ticket, its history, its files, its key and its mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auth.offices import Office
from auth.roles import Reader
from portal.mail.outbox import post
from portal.site.context import Site
from portal.tickets.priority import Priority, priority_of
from portal.tickets.store import CleanFile, KeptFiles, Store
from portal.tickets.targets import answer_due
from portal.tickets.ticket import Attachment, Entry, IdempotencyKey, Ticket, link_key, take_number


@dataclass(frozen=True)
class Draft:
    """Everything a new ticket is made from. ``path`` is what the person did before; see ``Ticket``."""

    subject: str
    description: str
    name: str
    phone: str
    email: str
    office: Office | None
    office_words: str
    impact: str
    urgency: str
    voter_waiting: bool
    channel: str
    group: str = "help-desk"
    service: str = ""
    restricted: bool = False
    run_id: str | None = None
    reason: str = ""
    facts: list[dict[str, str]] = field(default_factory=list)
    path: dict[str, Any] = field(default_factory=dict)
    files: tuple[CleanFile, ...] = ()
    resolution: str = ""
    cause: str = ""
    guide: str = ""


@dataclass(frozen=True)
class Opened:
    """A ticket that is there now, and whether this call made it."""

    ticket: Ticket
    new: bool


def open_ticket(
    session: Session,
    draft: Draft,
    *,
    by: Reader,
    key: str,
    site: Site,
    store: Store,
    secret_key: str,
    base_url: str,
    now: datetime,
    kept: KeptFiles = (),
) -> Opened:
    """Open a ticket, or return the one that the same key opened before. The caller commits.

    ``kept`` are files that are in the store already, beside those of the draft.

    Attachments are on disk before this returns; a crash before the commit leaves only files nobody names.
    """
    hold_key(session, key)
    earlier = ticket_of_key(session, key) or _ticket_of_run(session, draft.run_id)
    if earlier is not None:
        return Opened(earlier, new=False)
    all_files = [*kept, *store.keep_all(draft.files)]
    impact, urgency, waiting = severity_of(draft)
    priority = priority_for(site, impact=impact, urgency=urgency, voter_waiting=waiting)
    ticket = _row(session, draft, by=by, priority=priority, site=site, now=now)
    session.add(ticket)
    session.flush()
    first = _first_entry(ticket, draft, by=by, now=now)
    session.add(first)
    session.flush()
    for file, storage_name in all_files:
        session.add(attachment_row(ticket, first, file, storage_name))
    session.add(IdempotencyKey(key=key, fingerprint=fingerprint_of(draft), ticket_id=ticket.id, at=now))
    if draft.channel != "phone":
        confirm(session, ticket, secret_key=secret_key, base_url=base_url, site=site, now=now)
    session.flush()
    return Opened(ticket, new=True)


def severity_of(draft: Draft) -> tuple[str, str, bool]:
    """Impact, urgency and whether somebody waits; who waits makes the other two the highest."""
    if draft.voter_waiting:
        return ("high", "now", True)
    return (draft.impact, draft.urgency, False)


def priority_for(site: Site, *, impact: str, urgency: str, voter_waiting: bool) -> Priority:
    """The priority by the grid of this site, today."""
    grid, mode = site.settings.get("priority.grid"), site.mode.slug
    return priority_of(grid, impact=impact, urgency=urgency, voter_waiting=voter_waiting, mode=mode)


def reason_of(draft: Draft, priority: Priority) -> str:
    """Why it has this priority, the answer that set it first."""
    return (f"{draft.reason}: {priority.reason}" if draft.reason else priority.reason)[:300]


def said_of(draft: Draft) -> list[Any]:
    """How grave the answers say it is, to see later whether they say something else."""
    return [*severity_of(draft), draft.reason]


def hold_key(session: Session, key: str) -> None:
    """Make a second request with the same key wait until the first is written. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(sha256(key.encode()).digest()[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def fingerprint_of(draft: Draft) -> str:
    """What a key stands for: the same key with other words is a mistake of the sender."""
    return sha256(f"{draft.subject}\n{draft.description}\n{draft.name}\n{draft.phone}".encode()).hexdigest()


def known_key(session: Session, key: str) -> IdempotencyKey | None:
    """The row of a key that was used before, or None."""
    return session.get(IdempotencyKey, key)


def ticket_of_key(session: Session, key: str) -> Ticket | None:
    """The ticket that was opened with this key, or None."""
    return session.scalar(
        select(Ticket)
        .join(IdempotencyKey, IdempotencyKey.ticket_id == Ticket.id)
        .where(IdempotencyKey.key == key)
    )


def confirm(
    session: Session, ticket: Ticket, *, secret_key: str, base_url: str, site: Site, now: datetime
) -> None:
    """The confirmation: number and link, and nothing that anybody typed, for the address may be anyone's."""
    if not ticket.email:
        return
    link = private_link(base_url, secret_key, ticket)
    post(
        session,
        to=ticket.email,
        subject=f"We have your request {ticket.reference}",
        text=(
            f"We have your request. Its number is {ticket.reference}.\n\n"
            f"Read it, answer, or add to it here:\n{link}\n\n"
            "Only someone with this link can open it. Keep it to yourself.\n\n"
            f"Is it urgent? Call us: {site.line.phone}\n"
        ),
        kind="ticket_opened",
        now=now,
    )


def private_link(base_url: str, secret_key: str, ticket: Ticket) -> str:
    """The address that only the person who asked is given."""
    return f"{base_url}/tickets/{ticket.reference}/{link_key(secret_key, ticket)}"


def attachment_row(ticket: Ticket, entry: Entry, file: CleanFile, storage_name: str) -> Attachment:
    """The row of a file that is already in the store."""
    return Attachment(
        ticket_id=ticket.id,
        entry_id=entry.id,
        name=file.name,
        media_type=file.media_type,
        size=len(file.body),
        sha256=file.sha256,
        storage_name=storage_name,
        internal=entry.kind == "note",
    )


def search_text_of(ticket: Ticket, *more: str) -> str:
    """What the desk's search looks through, in lower case, with phone numbers as digits too."""
    digits = "".join(letter for letter in ticket.phone if letter.isdigit())
    parts = (
        ticket.reference,
        ticket.subject,
        ticket.description,
        ticket.name,
        ticket.phone,
        digits,
        ticket.email,
        ticket.office.name if ticket.office else ticket.office_words,
        *more,
    )
    return " ".join(" ".join(parts).split()).lower()


def _ticket_of_run(session: Session, run_id: str | None) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.run_id == run_id)) if run_id else None


def _row(
    session: Session, draft: Draft, *, by: Reader, priority: Priority, site: Site, now: datetime
) -> Ticket:
    desk_logs = draft.channel == "phone" and by.may("log calls")
    impact, urgency, waiting = severity_of(draft)
    reason = reason_of(draft, priority)
    ticket = Ticket(
        number=take_number(session),
        subject=draft.subject,
        description=draft.description,
        impact=impact,
        urgency=urgency,
        priority=priority.level,
        priority_reason=reason,
        voter_waiting=waiting,
        restricted=draft.restricted,
        channel=draft.channel,
        group_slug=draft.group,
        service=draft.service,
        office=draft.office,
        office_words=draft.office_words,
        reporter_id=None if desk_logs else by.user_id,
        name=draft.name,
        phone=draft.phone,
        email=draft.email,
        email_verified=by.signed_in and not desk_logs,
        owner_id=by.user_id if desk_logs else None,
        worker_id=by.user_id if desk_logs else None,
        run_id=draft.run_id,
        facts=draft.facts,
        path=draft.path,
        created_at=now,
        changed_at=now,
        answer_due_at=answer_due(site.settings.get("promises"), site.hours, priority=priority.level, now=now),
    )
    if draft.run_id:
        # See going_on.py. The rank of a call that the desk logs is the desk's, and so is not remembered here.
        rank = None if desk_logs else [impact, urgency, waiting, reason]
        ticket.path = draft.path | {"end": {"group": draft.group, "said": said_of(draft), "rank": rank}}
    if desk_logs:
        ticket.state, ticket.first_answer_at, ticket.answer_due_at = "working", now, None
    ticket.search_text = search_text_of(ticket, *(str(fact.get("words", "")) for fact in draft.facts))
    return ticket


def _first_entry(ticket: Ticket, draft: Draft, *, by: Reader, now: datetime) -> Entry:
    return Entry(
        ticket_id=ticket.id,
        kind="message",
        side="clerk",
        text=draft.description,
        author_id=by.user_id if draft.channel != "phone" else None,
        author_name=draft.name,
        channel=draft.channel,
        at=now,
    )
