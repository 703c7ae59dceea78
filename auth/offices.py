"""Offices: the counties, courts and divisions that people belong to."""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base

OFFICE_KINDS = ("county", "court", "division", "state")


class Office(Base):
    """One office. Its code, such as ``yellowstone``, is the name that other systems and people type."""

    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(40), default="")
    local_it: Mapped[str] = mapped_column(String(200), default="")
    lead: Mapped[str] = mapped_column(String(120), default="")
    equipment: Mapped[str] = mapped_column(String(500), default="")
    line: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)


def offices_in_order(session: Session) -> list[Office]:
    """All offices that are in use, grouped by kind and then by name. One query."""
    return list(session.scalars(select(Office).where(Office.active).order_by(Office.kind, Office.name)))


def office_by_code(session: Session, code: str) -> Office | None:
    """The office with this code, or None."""
    return session.scalar(select(Office).where(Office.code == code.strip().lower()))
