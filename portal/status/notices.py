"""Notices: outages, slow services, planned work and announcements, with their updates and who has them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.base import Base
from portal.status.services import Service

KINDS = {
    "outage": "Problem now",
    "slow": "Slow",
    "planned": "Planned work",
    "announcement": "Announcement",
}
PROBLEMS = ("outage", "slow")


class Notice(Base):
    """What clerks are told about a service. It is current from ``starts_at`` until ``ends_at``, if that is set."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(160))
    do_now: Mapped[str] = mapped_column(Text, default="")
    you_may_see: Mapped[str] = mapped_column(Text, default="")
    who_has_it: Mapped[str] = mapped_column(String(200), default="")
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    next_update_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    service: Mapped[Service | None] = relationship(lazy="joined")
    updates: Mapped[list[NoticeUpdate]] = relationship(
        lazy="selectin", order_by="NoticeUpdate.at.desc()", cascade="all, delete-orphan"
    )
    reports: Mapped[list[NoticeReport]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    __table_args__ = (Index("ix_notices_ends_at", "ends_at"),)

    @property
    def is_problem(self) -> bool:
        return self.kind in PROBLEMS

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]

    @property
    def office_count(self) -> int:
        """How many offices said that this is their problem too."""
        return len({report.office_id for report in self.reports if report.office_id})

    @property
    def last_update_at(self) -> datetime:
        return self.updates[0].at if self.updates else self.starts_at

    def is_late(self, now: datetime) -> bool:
        """Whether the promised update has not come."""
        return self.next_update_at is not None and self.next_update_at < now and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


class NoticeUpdate(Base):
    """One piece of news about a notice."""

    __tablename__ = "notice_updates"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class NoticeReport(Base):
    """An office said "This is my problem too", once for one notice."""

    __tablename__ = "notice_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    visitor: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime]

    __table_args__ = (Index("uq_notice_reports_once", "notice_id", "office_id", unique=True),)


class NoticeFollower(Base):
    """An address that asked to be told when it is over. Deleted once told."""

    __tablename__ = "notice_followers"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    __table_args__ = (Index("uq_notice_followers_once", "notice_id", "email", unique=True),)


def current_notices(session: Session, now: datetime) -> list[Notice]:
    """Notices that hold now, problems first and newest first. At most three queries, none when there are none."""
    found = session.scalars(
        select(Notice)
        .where(Notice.starts_at <= now, or_(Notice.ends_at.is_(None), Notice.ends_at > now))
        .order_by(Notice.starts_at.desc())
    )
    return sorted(found, key=lambda notice: list(KINDS).index(notice.kind))


def coming_notices(session: Session, now: datetime) -> list[Notice]:
    """Notices that have not started yet, soonest first."""
    return list(session.scalars(select(Notice).where(Notice.starts_at > now).order_by(Notice.starts_at)))


def past_notices(session: Session, now: datetime, *, since: datetime) -> list[Notice]:
    """Notices that ended between two moments, newest first."""
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.ends_at <= now, Notice.ends_at > since)
            .order_by(Notice.ends_at.desc())
        )
    )


def report_notice(session: Session, notice: Notice, *, office_id: int, visitor: str, now: datetime) -> bool:
    """Add an office to a notice. False when it is on the list already."""
    if any(report.office_id == office_id for report in notice.reports):
        return False
    notice.reports.append(NoticeReport(office_id=office_id, visitor=visitor, at=now))
    session.flush()
    return True


def offices_with_notice(session: Session, notice_id: int) -> int:
    """How many offices have this problem."""
    return session.scalar(select(func.count()).where(NoticeReport.notice_id == notice_id)) or 0
