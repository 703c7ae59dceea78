"""Leases: who may do a job alone, and until when. A row in the database, so that it holds between machines."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base

WORKER = "worker"
# Long enough for a slow step, short enough that a new worker takes over soon after a crash.
LASTS = timedelta(seconds=60)


class Lease(Base):
    """A job that one process at a time may do, the process that holds it and the moment it ends by itself."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime]


def take(session: Session, name: str, holder: str, now: datetime, *, lasts: timedelta = LASTS) -> bool:
    """Take or renew the lease. False when somebody else holds it. One or two statements; the caller commits."""
    renewed = session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.holder == holder, Lease.until <= now))
        .values(holder=holder, until=now + lasts)
        .returning(Lease.name)
    ).first()
    return renewed is not None or _first(session, Lease(name=name, holder=holder, until=now + lasts))


def give_back(session: Session, name: str, holder: str) -> None:
    """End the lease, so that the next process need not wait. Giving back what another holds changes nothing."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def end_all(session: Session) -> None:
    """End every lease: in a database that was just restored nobody works, whatever its rows say."""
    session.execute(delete(Lease))


def holder_of(session: Session, name: str, now: datetime) -> str:
    """Who holds the lease now, or an empty text. One query."""
    return session.scalar(select(Lease.holder).where(Lease.name == name, Lease.until > now)) or ""


def _first(session: Session, lease: Lease) -> bool:
    """Write the row when there is none; of two processes that try at once, the database lets one in."""
    if session.scalar(select(Lease.name).where(Lease.name == lease.name)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(lease)
    except IntegrityError:
        return False
    return True
