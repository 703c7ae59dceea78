"""The outbox: a mail is a row in the same transaction as the change that caused it; the worker delivers it."""

from __future__ import annotations

import random
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from portal.mail.addresses import is_address

TRIES = 5
LONGEST_PAUSE = timedelta(minutes=5)
LEASE = timedelta(minutes=2)


class OutgoingMail(Base):
    """One mail: waiting, sent, or in quarantine after its last try.

    The left part of its Message-ID is made once, so that a second try is the same mail.
    """

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40))
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (Index("ix_outgoing_mail_state_next_at", "state", "next_at"),)


def post(
    session: Session, *, to: str, subject: str, text: str, now: datetime, kind: str
) -> OutgoingMail | None:
    """Put a mail in the outbox. An address that is not one gets nothing: None. Never commits."""
    if not is_address(to):
        return None
    mail = OutgoingMail(
        to=to,
        subject=" ".join(subject.split())[:250],
        text=text,
        kind=kind,
        message_id=secrets.token_hex(16),
        created_at=now,
        next_at=now,
    )
    session.add(mail)
    return mail


def take_due(session: Session, now: datetime, *, limit: int = 20) -> list[OutgoingMail]:
    """Lease mails whose time has come, so that no second worker takes them. The caller commits."""
    due = list(
        session.scalars(
            select(OutgoingMail)
            .where(OutgoingMail.state == "waiting", OutgoingMail.next_at <= now)
            .order_by(OutgoingMail.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    if due:
        session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id.in_([mail.id for mail in due]))
            .values(next_at=now + LEASE)
        )
    return due


def mark_sent(mail: OutgoingMail, now: datetime) -> None:
    """The server has taken it."""
    mail.state, mail.sent_at, mail.problem = "sent", now, ""


def mark_failed(mail: OutgoingMail, problem: str, now: datetime) -> None:
    """Try again later, each time after a longer pause; put it in quarantine after the last try."""
    mail.tries += 1
    mail.problem = problem[:500]
    if mail.tries >= TRIES:
        mail.state = "quarantine"
        return
    pause = min(timedelta(seconds=10 * 2**mail.tries), LONGEST_PAUSE)
    mail.next_at = now + pause * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
