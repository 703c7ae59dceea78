"""Test walks whose new end a person accepted before publishing: who, when, and which change exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from kb.trees.rules.walk_rules import Change


class AcceptedWalk(Base):
    """One accepted change of one test walk. It counts as long as the walk ended and ends exactly like that."""

    __tablename__ = "accepted_walks"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(2000))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


def accept(session: Session, article_id: int, change: Change, *, by_id: int | None, now: datetime) -> None:
    """Keep that a person accepted a change. A second time by anybody changes nothing. One query."""
    if change.name in accepted(session, article_id, [change]):
        return
    session.add(
        AcceptedWalk(
            article_id=article_id,
            name=change.name[:2000],
            before=change.before,
            after=change.after,
            by_id=by_id,
            at=now,
        )
    )
    session.flush()


def accepted(session: Session, article_id: int, changes: Iterable[Change]) -> Mapping[str, AcceptedWalk]:
    """The acceptances of these very changes, by the name of the walk. One query."""
    wanted = {(each.name[:2000], each.before, each.after): each.name for each in changes}
    if not wanted:
        return {}
    rows = session.scalars(
        select(AcceptedWalk).where(AcceptedWalk.article_id == article_id).order_by(AcceptedWalk.id)
    )
    found = {(row.name, row.before, row.after): row for row in rows}
    return {name: found[key] for key, name in wanted.items() if key in found}
