"""Questions that authors have set aside: answered by an article from a day on, or not ours at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base

KINDS = ("answered", "not_ours")
LONGEST_REASON = 300
# More wordings of one question say nothing more about which question it is.
MOST_WORDINGS = 200


class QuestionSetAside(Base):
    """A question was set aside, by whom and why; taken back by whom, when it was. Rows are never deleted.

    ``wordings`` are the keys of everything that was searched in this group (see ``asked.key_of``).
    """

    __tablename__ = "questions_set_aside"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(260))
    wordings: Mapped[list[Any]]
    kind: Mapped[str] = mapped_column(String(20))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


def set_aside(
    session: Session,
    *,
    words: str,
    wordings: Sequence[str],
    kind: str,
    article_id: int | None = None,
    reason: str = "",
    by: int | None,
    now: datetime,
) -> QuestionSetAside:
    """Set a question aside: answered by an article, or not ours for a reason."""
    if kind not in KINDS or (kind == "answered") is (article_id is None):
        raise ValueError("A question is answered by an article, or it is not ours")
    row = QuestionSetAside(
        words=words[:260],
        wordings=sorted(set(wordings))[:MOST_WORDINGS],
        kind=kind,
        article_id=article_id,
        reason=reason[:LONGEST_REASON],
        by_id=by,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def questions_set_aside(session: Session) -> list[QuestionSetAside]:
    """Everything that is set aside now, newest first. One query."""
    held = select(QuestionSetAside).where(QuestionSetAside.taken_back_at.is_(None))
    return list(session.scalars(held.order_by(QuestionSetAside.id.desc())))


def take_back(session: Session, number: int, *, by: int | None, now: datetime) -> bool:
    """Put a question back on the list. False when it is there already."""
    row = session.get(QuestionSetAside, number)
    if row is None or row.taken_back_at is not None:
        return False
    row.taken_back_at, row.taken_back_by_id = now, by
    return True
