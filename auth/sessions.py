"""Sign-in sessions: rows that say which browser belongs to which person, and until when."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Select, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from auth.roles import Reader, Role
from auth.users import Group, GroupMember, User, UserRole

LIFETIME_HOURS = 12
STAFF_IDLE = timedelta(hours=2)
CLERK_IDLE = timedelta(hours=8)
# Long enough to fetch the phone, short enough that a password left half way is of no use.
PENDING = timedelta(minutes=15)
# Seen times are written at most this often, so that reading pages hardly ever writes.
TOUCH_EVERY = timedelta(minutes=5)
# A row stays for a day after its end, so that an answer sent too late can be kept for its owner.
KEPT_AFTERWARDS = timedelta(days=1)
ID_BYTES = 32


class Stage(StrEnum):
    """How far a sign-in has come. Only an open session lets anybody in."""

    CODE = "code"
    SETUP = "setup"
    OPEN = "open"


class LoginSession(Base):
    """One browser of one person. Only the hash of its id is kept: a copy of the table opens nothing."""

    __tablename__ = "login_sessions"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    browser: Mapped[str] = mapped_column(String(120), default="")
    # The secret offered to a new phone, until a code confirms it.
    offered_secret: Mapped[str] = mapped_column(String(64), default="")


@dataclass(frozen=True)
class Visit:
    """One look at a session that is still good: whose it is, how far it has come and when it was last seen."""

    person: Reader
    stage: Stage
    id_hash: str
    seen_at: datetime

    @property
    def is_open(self) -> bool:
        return self.stage is Stage.OPEN

    def is_due(self, now: datetime) -> bool:
        """Whether the seen time is old enough to be written again."""
        return now - self.seen_at >= TOUCH_EVERY


def begin(
    session: Session,
    user: User,
    *,
    stage: Stage,
    now: datetime,
    browser: str = "",
    lifetime_hours: float = LIFETIME_HOURS,
) -> str:
    """A new session for this person. Returns the id for the cookie: 256 random bits, shown nowhere else."""
    raw_id = secrets.token_urlsafe(ID_BYTES)
    lifetime = timedelta(hours=lifetime_hours) if stage is Stage.OPEN else PENDING
    session.add(
        LoginSession(
            id_hash=hash_of(raw_id),
            user_id=user.id,
            stage=stage,
            created_at=now,
            seen_at=now,
            expires_at=now + lifetime,
            browser=browser[:120],
        )
    )
    session.flush()
    return raw_id


def visit_of(session: Session, raw_id: str, now: datetime) -> Visit | None:
    """The visit behind a cookie, or None when it is unknown, ended, too old, idle too long or the person disabled.

    One query by primary key, on every request; it reads columns, so nothing else is loaded.
    """
    rows = session.execute(_visit_query(hash_of(raw_id), now)).all()
    if not rows:
        return None
    first = rows[0]
    person = Reader(
        user_id=first.id,
        name=first.name,
        office_id=first.office_id,
        roles=frozenset(Role(row.role) for row in rows if row.role),
        groups=frozenset(row.slug for row in rows if row.slug),
    )
    idle = STAFF_IDLE if person.is_staff else CLERK_IDLE
    if now - first.seen_at >= idle:
        return None
    return Visit(person, Stage(first.stage), first.id_hash, first.seen_at)


def reader_of(session: Session, raw_id: str, now: datetime) -> Reader | None:
    """The reader behind a cookie, or None. A sign-in that still waits for its second step has no reader."""
    visit = visit_of(session, raw_id, now)
    return visit.person if visit and visit.is_open else None


def touch(session: Session, raw_id: str, now: datetime) -> None:
    """Write that the session was used now. One statement; call it after the answer, in a transaction of its own."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id_hash == hash_of(raw_id), LoginSession.seen_at < now)
        .values(seen_at=now)
    )


def renew(
    session: Session, raw_id: str, *, now: datetime, lifetime_hours: float = LIFETIME_HOURS
) -> str | None:
    """Open the session under a new id, after a second step or a change of rights. The old id stops working.

    None when another request was faster: an id is exchanged once.
    """
    old = session.execute(
        delete(LoginSession)
        .where(LoginSession.id_hash == hash_of(raw_id), LoginSession.expires_at > now)
        .returning(LoginSession.user_id, LoginSession.browser)
    ).first()
    user = session.get(User, old.user_id) if old else None
    if old is None or user is None or not user.active:
        return None
    return begin(session, user, stage=Stage.OPEN, now=now, browser=old.browser, lifetime_hours=lifetime_hours)


def end(session: Session, raw_id: str) -> None:
    """End one session. Ending it twice is the same."""
    session.execute(delete(LoginSession).where(LoginSession.id_hash == hash_of(raw_id)))


def end_all(session: Session, user_id: int, *, besides: str = "") -> int:
    """End every session of a person, besides the one with this id, and return how many ended."""
    kept = hash_of(besides) if besides else ""
    ended = session.execute(
        delete(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.id_hash != kept)
        .returning(LoginSession.id_hash)
    )
    return len(ended.all())


def sessions_of(session: Session, user_id: int, now: datetime) -> list[LoginSession]:
    """The open sessions of a person, last used first."""
    return list(
        session.scalars(
            select(LoginSession)
            .where(
                LoginSession.user_id == user_id,
                LoginSession.stage == Stage.OPEN,
                LoginSession.expires_at > now,
            )
            .order_by(LoginSession.seen_at.desc())
        )
    )


def offer_secret(session: Session, id_hash: str, secret: str) -> None:
    """Keep the secret of a phone that is being set up with the session that sets it up. Empty forgets it."""
    session.execute(update(LoginSession).where(LoginSession.id_hash == id_hash).values(offered_secret=secret))


def offered_secret(session: Session, id_hash: str) -> str:
    """The secret of the phone that is being set up in this session, or an empty text."""
    return session.scalar(select(LoginSession.offered_secret).where(LoginSession.id_hash == id_hash)) or ""


def owner_of(session: Session, raw_id: str) -> int | None:
    """Whose session this was, even when it is over: what they typed is then kept for them and for nobody else."""
    return session.scalar(select(LoginSession.user_id).where(LoginSession.id_hash == hash_of(raw_id)))


def prune(session: Session, now: datetime) -> None:
    """Remove the rows of sessions that were over a day ago. The worker calls it; nothing depends on it."""
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now - KEPT_AFTERWARDS))


def hash_of(raw_id: str) -> str:
    """The form in which ids are stored and compared. The id is random, so a plain hash is enough."""
    return hashlib.sha256(raw_id.encode("utf-8", "replace")).hexdigest()


def _visit_query(id_hash: str, now: datetime) -> Select[str, str, datetime, int, str, int | None, str, str]:
    return (
        select(
            LoginSession.id_hash,
            LoginSession.stage,
            LoginSession.seen_at,
            User.id,
            User.name,
            User.office_id,
            UserRole.role,
            Group.slug,
        )
        .join(User, User.id == LoginSession.user_id)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .outerjoin(GroupMember, GroupMember.user_id == User.id)
        .outerjoin(Group, Group.id == GroupMember.group_id)
        .where(LoginSession.id_hash == id_hash, LoginSession.expires_at > now, User.active)
    )
