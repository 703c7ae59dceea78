"""Notices: outages, slow services, planned work and announcements, with their updates and who has them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.base import Base
from auth.offices import Office
from portal.status.services import Service

KINDS = {
    "outage": "Problem now",
    "slow": "Slow",
    "planned": "Planned work",
    "announcement": "Announcement",
}
PROBLEMS = ("outage", "slow")
# A number in an address that no row can have; SQLite raises on integers that do not fit into 64 bits.
LARGEST_ID = 2**31 - 1


class Notice(Base):
    """What clerks are told about a service. It is current from ``starts_at`` until ``ends_at``, if that is set.

    It concerns every office, or the offices of one kind, or one office.
    """

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(160))
    do_now: Mapped[str] = mapped_column(Text, default="")
    you_may_see: Mapped[str] = mapped_column(Text, default="")
    who_has_it: Mapped[str] = mapped_column(String(200), default="")
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    office_kind: Mapped[str] = mapped_column(String(20), default="")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    next_update_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # The words last changed; a new notice changed when it was made.
    changed_at: Mapped[datetime] = mapped_column(
        default=lambda context: context.get_current_parameters()["created_at"]
    )

    # The site keeps notices after their session has ended; these two must leave the session with them.
    service: Mapped[Service | None] = relationship(lazy="joined", cascade="save-update, merge, expunge")
    office: Mapped[Office | None] = relationship(lazy="joined", cascade="save-update, merge, expunge")
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

    @property
    def was_called_off(self) -> bool:
        """Whether it was ended before it began."""
        return self.ends_at is not None and self.ends_at <= self.starts_at

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_open_problem(self, now: datetime) -> bool:
        """Whether offices can say that this is their problem too."""
        return self.is_problem and self.has_begun(now) and not self.is_over(now)

    def concerns(self, office: Office | None) -> bool:
        """Whether an office should hear of it. An office that is not known hears of everything."""
        if office is None:
            return True
        if self.office_id is not None:
            return self.office_id == office.id
        return self.office_kind in ("", office.kind)

    def was_reported_by(self, office: Office) -> bool:
        return any(report.office_id == office.id for report in self.reports)

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
    key: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]

    __table_args__ = (Index("uq_notice_followers_once", "notice_id", "email", unique=True),)


def current_notices(session: Session, now: datetime) -> list[Notice]:
    """Notices that hold now, problems first and newest first. At most three queries, one when there are none."""
    found = session.scalars(
        select(Notice)
        .where(Notice.starts_at <= now, or_(Notice.ends_at.is_(None), Notice.ends_at > now))
        .order_by(Notice.starts_at.desc(), Notice.id.desc())
    )
    return sorted(found, key=lambda notice: list(KINDS).index(notice.kind))


def coming_notices(session: Session, now: datetime) -> list[Notice]:
    """Notices that have not started yet and were not called off, soonest first."""
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.starts_at > now, or_(Notice.ends_at.is_(None), Notice.ends_at > now))
            .order_by(Notice.starts_at, Notice.id)
        )
    )


def past_notices(session: Session, now: datetime, *, since: datetime) -> list[Notice]:
    """Notices that ended between two moments, newest first."""
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.ends_at <= now, Notice.ends_at > since)
            .order_by(Notice.ends_at.desc(), Notice.id.desc())
        )
    )


def notice_by_id(session: Session, notice_id: int) -> Notice | None:
    """The notice with this number, or None. At most three queries."""
    return session.get(Notice, notice_id) if notice_id <= LARGEST_ID else None


def report_notice(session: Session, notice: Notice, *, office_id: int, visitor: str, now: datetime) -> bool:
    """Add an office to a notice. False when it is on the list already, also when it came there just now."""
    if any(report.office_id == office_id for report in notice.reports):
        return False
    report = NoticeReport(notice_id=notice.id, office_id=office_id, visitor=visitor, at=now)
    try:
        with session.begin_nested():
            session.add(report)
    except IntegrityError:
        return False
    session.expire(notice, ["reports"])
    return True
