"""The ticket: its columns, its append-only history, its attachments and the doors that lead to it."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.base import Base
from auth.offices import Office
from auth.roles import Reader
from auth.users import User
from portal.vocabulary import OPEN_STATES, STAFF_STATE_WORDS, STATE_WORDS

FIRST_NUMBER = 2001
KEY_LETTERS = 32


class NoSuchTicket(Exception):
    """No ticket here for this reader: missing and hidden look the same."""


class Ticket(Base):
    """What somebody asked. ``owner_id`` is the agent who answers for it, ``worker_id`` whoever is on it now.

    ``facts`` is a list of ``{"label", "words"}``; ``path`` is what the clerk did before asking: ``{"answers",
    "tried", "not_tried", "opened", "searched", "diagnostic", "version", "code", "seconds"}``, and under ``"end"`` what
    the run put on the ticket (see ``going_on``).
    """

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="new")
    impact: Mapped[str] = mapped_column(String(20))
    urgency: Mapped[str] = mapped_column(String(20))
    priority: Mapped[str] = mapped_column(String(4))
    priority_reason: Mapped[str] = mapped_column(String(300))
    voter_waiting: Mapped[bool] = mapped_column(default=False)
    restricted: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(20))
    group_slug: Mapped[str] = mapped_column(String(60), default="help-desk")
    service: Mapped[str] = mapped_column(String(60), default="")

    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    office_words: Mapped[str] = mapped_column(String(160), default="")
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    email_verified: Mapped[bool] = mapped_column(default=False)

    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    facts: Mapped[list[Any]]
    path: Mapped[dict[str, Any]]
    search_text: Mapped[str] = mapped_column(Text, default="")
    link_version: Mapped[int] = mapped_column(default=1)

    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]
    first_answer_at: Mapped[datetime | None]
    next_news_at: Mapped[datetime | None]
    ask_again_at: Mapped[datetime | None]
    waiting_for: Mapped[str] = mapped_column(String(200), default="")
    solved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(String(40), default="")
    guide: Mapped[str] = mapped_column(String(160), default="")
    satisfied: Mapped[bool | None]

    office: Mapped[Office | None] = relationship(lazy="joined")
    worker: Mapped[User | None] = relationship(foreign_keys=[worker_id], lazy="raise_on_sql")
    entries: Mapped[list[Entry]] = relationship(order_by="Entry.id", lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_tickets_state_priority", "state", "priority"),
        Index("ix_tickets_changed_at", "changed_at"),
    )

    @property
    def reference(self) -> str:
        return f"R-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def office_name(self) -> str:
        return self.office.name if self.office else self.office_words or "Office not listed"

    @property
    def state_words(self) -> str:
        """The state as clerks read it."""
        if self.state == "waiting" and self.waiting_for:
            return f"Waiting for someone else: {self.waiting_for}"
        return STATE_WORDS[self.state]

    @property
    def staff_state_words(self) -> str:
        return STAFF_STATE_WORDS[self.state]


class Entry(Base):
    """One line of a ticket's history; never changed.

    ``kind`` is message, note, event or handover; ``side`` is clerk, desk or system. Notes are for the desk alone.
    The text of a handover is the name of who has it now, which is for the desk alone too; empty means nobody.
    """

    __tablename__ = "ticket_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    side: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(120), default="")
    channel: Mapped[str] = mapped_column(String(20), default="portal")
    at: Mapped[datetime]

    attachments: Mapped[list[Attachment]] = relationship(lazy="selectin", order_by="Attachment.id")

    @property
    def clerk_words(self) -> str:
        """What the person who asked reads."""
        if self.kind != "handover":
            return self.text
        return (
            "The help desk works on your request" if self.text else "Your request waits for the next person"
        )

    @property
    def desk_words(self) -> str:
        """What the desk reads."""
        if self.kind != "handover":
            return self.text
        return f"{self.text or 'Nobody'} works on it now"


class Attachment(Base):
    """A file that came with an entry. Its bytes lie in the store under ``storage_name``."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ticket_entries.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_name: Mapped[str] = mapped_column(String(64), unique=True)
    internal: Mapped[bool] = mapped_column(default=False)

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


class Counter(Base):
    """A plain sequence that leaves no gaps and needs nothing of the database but a row."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]


class IdempotencyKey(Base):
    """A write that was asked for with a key: asking again with the same key gives the same ticket."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    at: Mapped[datetime]


def take_number(session: Session) -> int:
    """The next number of the plain sequence. Locks one row until the transaction ends, so no number is used twice."""
    taken: int | None = session.scalar(
        update(Counter)
        .where(Counter.name == "ticket")
        .values(value=Counter.value + 1)
        .returning(Counter.value)
    )
    if taken is None:
        session.add(Counter(name="ticket", value=FIRST_NUMBER))
        session.flush()
        return FIRST_NUMBER
    return taken


def link_key(secret_key: str, ticket: Ticket) -> str:
    """The key of the private link: an HMAC that nobody can guess and that a new link version revokes."""
    text = f"ticket:{ticket.id}:{ticket.link_version}"
    return hmac.new(secret_key.encode(), text.encode(), sha256).hexdigest()[:KEY_LETTERS]


def by_private_link(session: Session, reference: str, key: str, secret_key: str) -> Ticket:
    """The ticket that a private link opens. Raises NoSuchTicket for a wrong key as for a wrong number."""
    number = number_of(reference)
    ticket = session.scalar(select(Ticket).where(Ticket.number == number)) if number else None
    if ticket is None or not hmac.compare_digest(link_key(secret_key, ticket).encode(), key.encode()):
        raise NoSuchTicket(reference)
    return ticket


def followed_by(session: Session, reference: str, reader: Reader) -> Ticket:
    """The ticket, for a person who asked for it or whose office did. Raises NoSuchTicket."""
    return _one(session, reference, may_follow(reader))


def worked_by(session: Session, reference: str, reader: Reader) -> Ticket:
    """The ticket, for a person of the desk. Raises NoSuchTicket."""
    return _one(session, reference, may_work(reader))


def may_follow(reader: Reader) -> Any:
    """The rows that a signed-in person may follow from the clerk's side: own, and the office's for a site lead."""
    own = Ticket.reporter_id == reader.user_id
    if reader.may("follow office requests") and reader.office_id is not None:
        return or_(own, (Ticket.office_id == reader.office_id) & ~Ticket.restricted)
    return own


def may_work(reader: Reader) -> Any:
    """The rows that a person of the desk may see: a specialist the own groups', an agent all but restricted ones.

    A restricted ticket is seen by leads and by the agents named on it.
    """
    named = or_(Ticket.worker_id == reader.user_id, Ticket.owner_id == reader.user_id)
    if reader.may("follow restricted tickets"):
        return Ticket.id.is_not(None)
    if reader.may("follow all tickets"):
        return or_(~Ticket.restricted, named)
    if reader.may("follow group tickets"):
        in_group = Ticket.group_slug.in_(sorted(reader.groups))
        return or_(in_group & ~Ticket.restricted, named)
    return Ticket.id.is_(None)


def number_of(reference: str) -> int | None:
    """The number in "R-2048", "r2048" or "2048", or None."""
    digits = reference.strip().upper().removeprefix("R").removeprefix("-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def entries_of(session: Session, ticket: Ticket, *, with_notes: bool) -> list[Entry]:
    """The history, oldest first; notes only when asked for. Two queries."""
    found = select(Entry).where(Entry.ticket_id == ticket.id).order_by(Entry.id)
    return list(session.scalars(found if with_notes else found.where(Entry.kind != "note")))


def _one(session: Session, reference: str, allowed: Any) -> Ticket:
    number = number_of(reference)
    ticket = session.scalar(select(Ticket).where(Ticket.number == number, allowed)) if number else None
    if ticket is None:
        raise NoSuchTicket(reference)
    return ticket
