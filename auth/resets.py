"""Links that let a person set a password: one for those who forgot theirs, one for those who are new."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import sessions
from auth.base import Base
from auth.users import User

FORGOTTEN = timedelta(minutes=60)
# A new colleague may read the link after a weekend.
WELCOME = timedelta(days=3)
TOKEN_BYTES = 32


class PasswordLink(Base):
    """A link to set a password, good once and for a while. Only the hash of its token is kept."""

    __tablename__ = "password_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def offer(session: Session, user: User, *, now: datetime, good_for: timedelta = FORGOTTEN) -> str:
    """The token of a new link for this person. Earlier links of theirs stop working."""
    cancel(session, user.id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        PasswordLink(user_id=user.id, token_hash=_hash(token), created_at=now, expires_at=now + good_for)
    )
    session.flush()
    return token


def person_for(session: Session, token: str, now: datetime) -> User | None:
    """The person this link belongs to, or None when it is unknown, used, too old or the person disabled."""
    return session.scalar(
        select(User)
        .join(PasswordLink, PasswordLink.user_id == User.id)
        .where(*_is_good(token, now), User.active)
    )


def use(session: Session, token: str, password_hash: str, now: datetime) -> User | None:
    """Set the password, use the link up and end the person's sessions. None when the link is no longer good.

    One statement takes the link, so of two requests only one sets the password.
    """
    user = person_for(session, token, now)
    if user is None:
        return None
    taken = session.execute(
        update(PasswordLink).where(*_is_good(token, now)).values(used_at=now).returning(PasswordLink.id)
    )
    if taken.first() is None:
        return None
    user.password_hash = password_hash
    cancel(session, user.id)
    sessions.end_all(session, user.id)
    return user


def cancel(session: Session, user_id: int) -> None:
    """Stop every unused link of a person, because of a newer link, a changed password or a disabled account."""
    session.execute(
        delete(PasswordLink).where(PasswordLink.user_id == user_id, PasswordLink.used_at.is_(None))
    )


def _is_good(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PasswordLink.token_hash == _hash(token),
        PasswordLink.used_at.is_(None),
        PasswordLink.expires_at > now,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
