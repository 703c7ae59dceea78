"""Delivery: takes the mails that are due from the outbox, hands them to a mailer and marks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.database import Database
from portal.mail.addresses import is_address
from portal.mail.mailers import Mailer, MailFailed, PermanentRefusal, ServerUnreachable
from portal.mail.outbox import OutgoingMail, mark_failed, mark_sent, take_due

# One call sends at most this many, so that the other steps of the worker get their turn.
MOST_AT_ONCE = 100
# RFC 5322 allows lines of 998 letters. Plain lines keep a link in one piece, even for old mail programs.
LONGEST_LINE = 998


@dataclass(frozen=True)
class Sender:
    """Whom our mail comes from, and the host that ends its Message-ID."""

    name: str
    address: str
    host: str


def sender_of(settings: Mapping[str, Any], base_url: str) -> Sender:
    """The sender as the settings give it; without a usable ``desk.email``, an address at our own host."""
    host = urlsplit(base_url).hostname or "localhost"
    address = str(settings.get("desk.email") or "")
    return Sender(
        name=" ".join(str(settings.get("desk.name") or "Help desk").split()),
        address=address if is_address(address) else f"signpost@{host}",
        host=host,
    )


def deliver_due(
    database: Database, mailer: Mailer, now: datetime, *, sender: Sender, most: int = MOST_AT_ONCE
) -> int:
    """Send the mails whose time has come, oldest first, and return how many the server took.

    Each mail is leased, sent outside of any transaction, and marked only after the server's answer, in a
    commit of its own: a crash sends it again with the same Message-ID, and never loses it. Raises
    ServerUnreachable after putting the mail back untouched: an outage uses up none of a mail's tries.
    """
    sent = 0
    try:
        for _ in range(most):
            mail = _lease_one(database, now)
            if mail is None:
                break
            sent += _deliver(database, mailer, mail, now, sender)
    finally:
        mailer.close()
    return sent


def message_of(mail: OutgoingMail, sender: Sender) -> EmailMessage:
    """The mail as it travels: the same row always gives the same bytes. Raises ValueError for a broken header."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = Address(display_name=sender.name, addr_spec=sender.address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{mail.message_id}@{sender.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    text = mail.text if mail.text.endswith("\n") else f"{mail.text}\n"
    plain = text.isascii() and max(map(len, text.splitlines()), default=0) <= LONGEST_LINE
    message.set_content(text, cte="7bit" if plain else "quoted-printable")
    return message


def waiting_and_quarantined(session: Session) -> dict[str, int]:
    """How many mails there are in each state that is not the end. Two queries, both on an index."""
    count = select(func.count()).select_from(OutgoingMail)
    return {
        state: session.scalar(count.where(OutgoingMail.state == state)) or 0
        for state in ("waiting", "quarantine")
    }


def _lease_one(database: Database, now: datetime) -> OutgoingMail | None:
    with database.writing() as session:
        due = take_due(session, now, limit=1)
        session.commit()
        return due[0] if due else None


def _deliver(database: Database, mailer: Mailer, mail: OutgoingMail, now: datetime, sender: Sender) -> int:
    """Send one mail and write down what came of it. Returns how many were sent: one or none."""
    try:
        mailer.send(_readable(mail, sender), mail.to)
    except MailFailed as problem:
        _mark_unsent(database, mail.id, problem, now)
        if isinstance(problem, ServerUnreachable):
            raise
        return 0
    _mark(database, mail.id, lambda row: mark_sent(row, now))
    return 1


def _readable(mail: OutgoingMail, sender: Sender) -> EmailMessage:
    try:
        message = message_of(mail, sender)
        message.as_bytes()
    except (ValueError, LookupError) as problem:
        raise PermanentRefusal(f"This mail cannot be written: {problem}") from problem
    return message


def _mark_unsent(database: Database, mail_id: int, problem: MailFailed, now: datetime) -> None:
    words = str(problem)
    if isinstance(problem, ServerUnreachable):
        _mark(database, mail_id, lambda row: _put_back(row, words, now))
    elif isinstance(problem, PermanentRefusal):
        _mark(database, mail_id, lambda row: _set_aside(row, words))
    else:
        _mark(database, mail_id, lambda row: mark_failed(row, words, now))


def _mark(database: Database, mail_id: int, write: Callable[[OutgoingMail], None]) -> None:
    with database.writing() as session:
        row = session.get(OutgoingMail, mail_id)
        if row is not None and row.state == "waiting":
            write(row)
        session.commit()


def _put_back(row: OutgoingMail, problem: str, now: datetime) -> None:
    row.next_at, row.problem = now, problem[:500]


def _set_aside(row: OutgoingMail, problem: str) -> None:
    row.tries += 1
    row.state, row.problem = "quarantine", problem[:500]
