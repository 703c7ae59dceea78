"""Kept answers: what a person sent after their session had ended, kept until they have signed in again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from portal.account.onward import own_path

KEPT_FOR = timedelta(hours=24)
# A long article with its settings fits; nobody fills the table with more.
LARGEST = 400_000
# Never kept: the token of the form that is too old anyway, and secrets.
LEFT_OUT = frozenset({"csrf", "password", "current", "again", "code"})


class KeptAnswer(Base):
    """One form that came too late: where it was going and what was in it, for its own person."""

    __tablename__ = "kept_answers"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[list[Any]]
    had_files: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(index=True)


def keep(
    session: Session,
    *,
    user_id: int,
    path: str,
    fields: Iterable[tuple[str, str]],
    had_files: bool,
    now: datetime,
) -> str:
    """Keep a form and return its token; an empty text when there is nothing to keep or it is too large."""
    kept = [[name, value] for name, value in fields if name not in LEFT_OUT]
    if not kept or not own_path(path) or len(json.dumps(kept)) > LARGEST:
        return ""
    token = secrets.token_urlsafe(16)
    session.add(
        KeptAnswer(
            token_hash=_hash(token), user_id=user_id, path=path, fields=kept, had_files=had_files, at=now
        )
    )
    session.flush()
    return token


def kept_answer(session: Session, token: str, *, user_id: int, now: datetime) -> KeptAnswer | None:
    """The form kept for this person, or None; another person's looks like one that is not there."""
    return session.scalar(
        select(KeptAnswer).where(
            KeptAnswer.token_hash == _hash(token),
            KeptAnswer.user_id == user_id,
            KeptAnswer.at > now - KEPT_FOR,
        )
    )


def words_of(answer: KeptAnswer) -> list[str]:
    """What a person typed, apart from what the form carried along: every value of more than one word."""
    return [value for _name, value in answer.fields if len(value.split()) > 1]


def prune(session: Session, now: datetime) -> None:
    """Remove what was kept for a day. The worker calls it."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.at <= now - KEPT_FOR))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
