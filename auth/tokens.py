"""API tokens: what a program shows instead of a password, and what it may do with it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from auth.roles import Reader
from auth.users import User

TICKETS_READ = "tickets:read"
TICKETS_WRITE = "tickets:write"
ARTICLES_READ = "articles:read"
RUNS_WRITE = "runs:write"
METRICS_READ = "metrics:read"
# What each scope allows: whoever may write tickets may read them.
SCOPES = {
    TICKETS_READ: frozenset({TICKETS_READ}),
    TICKETS_WRITE: frozenset({TICKETS_WRITE, TICKETS_READ}),
    ARTICLES_READ: frozenset({ARTICLES_READ}),
    RUNS_WRITE: frozenset({RUNS_WRITE}),
    METRICS_READ: frozenset({METRICS_READ}),
}
# A fixed beginning lets scanners of source code find a token that was committed by mistake.
PREFIX = "signpost_"
TOKEN_BYTES = 32


class UnknownScope(ValueError):
    """A scope was asked for that does not exist, or none at all."""


class ApiToken(Base):
    """A token of one person. Only its hash is kept; it may do what its person may, within its scopes."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


@dataclass(frozen=True)
class IssuedToken:
    """A new token with the text to print. The text is not kept anywhere."""

    token: ApiToken
    text: str


@dataclass(frozen=True)
class Bearer:
    """Who a token speaks for and what it may do."""

    reader: Reader
    token_id: int
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether the token covers the scope. A scope that does not exist is a mistake in the code: KeyError."""
        return not SCOPES.keys().isdisjoint({scope}) and scope in self.scopes


def issue(
    session: Session,
    user: User,
    scopes: Collection[str],
    *,
    now: datetime,
    name: str = "",
    expires_at: datetime | None = None,
) -> IssuedToken:
    """A new token for this person. Raises UnknownScope."""
    unknown = set(scopes) - SCOPES.keys()
    if unknown or not scopes:
        raise UnknownScope(", ".join(sorted(unknown)) or "Name at least one scope.")
    text = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    token = ApiToken(
        user_id=user.id,
        name=name,
        token_hash=_hash(text),
        scopes=" ".join(sorted(scopes)),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    return IssuedToken(token, text)


def bearer_of(session: Session, text: str, now: datetime) -> Bearer | None:
    """Who this token speaks for, or None when it is unknown, revoked, too old or its person disabled."""
    token = session.scalar(select(ApiToken).where(ApiToken.token_hash == _hash(text)))
    if token is None or not _is_good(token, now):
        return None
    user = session.get(User, token.user_id)
    if user is None or not user.active:
        return None
    return Bearer(user.as_reader(), token.id, _widened(token.scopes.split()))


def revoke(session: Session, token_id: int, now: datetime) -> None:
    """End a token. Ending it twice keeps the first time."""
    session.execute(
        update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )


def revoke_all(session: Session, user_id: int, now: datetime) -> None:
    """End every token of a person."""
    session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def tokens_of(session: Session, user_id: int) -> list[ApiToken]:
    """The tokens of a person that were not revoked, newest first."""
    return list(
        session.scalars(
            select(ApiToken)
            .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
            .order_by(ApiToken.created_at.desc())
        )
    )


def _is_good(token: ApiToken, now: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now)


def _widened(scopes: list[str]) -> frozenset[str]:
    return frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
