"""Once: a form that is sent twice with the same key and the same words counts one time."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.tickets.ticket import IdempotencyKey, Ticket


def first_time(session: Session, ticket: Ticket, *, kind: str, key: str, text: str, now: datetime) -> bool:
    """Whether this is new. False for a second press; the mark is kept by the commit that keeps the words.

    Two presses at the same moment meet at the primary key, and one of them is told False.
    """
    digest = sha256(f"{ticket.id}\n{key}\n{text}".encode()).hexdigest()
    name = f"{kind}:{digest}"
    if session.get(IdempotencyKey, name) is not None:
        return False
    mark = IdempotencyKey(key=name, fingerprint=digest, ticket_id=ticket.id, at=now)
    try:
        with session.begin_nested():
            session.add(mark)
    except IntegrityError:
        return False
    return True
