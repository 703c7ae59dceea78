"""Offices: the counties, courts and divisions that people belong to, and each change to them with a line of audit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Boolean, Integer, String, column, func, select, table
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import audit
from auth.base import Base

OFFICE_KINDS = ("county", "court", "division", "state")
# The table of people, by name: the file that maps it imports this one.
PEOPLE = table("users", column("id", Integer), column("office_id", Integer), column("active", Boolean))


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


@dataclass(frozen=True)
class OfficeFacts:
    """What is kept of an office, apart from whether it is in use. The code is in lower case."""

    code: str
    name: str
    kind: str
    phone: str = ""
    lead: str = ""
    local_it: str = ""
    equipment: str = ""
    line: str = ""


class CodeTaken(Exception):
    """Another office has this code."""


class StillHasPeople(Exception):
    """People with an open account belong to the office. ``count`` says how many."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def offices_in_order(session: Session) -> list[Office]:
    """All offices that are in use, grouped by kind and then by name. One query."""
    return list(session.scalars(select(Office).where(Office.active).order_by(Office.kind, Office.name)))


def office_by_code(session: Session, code: str) -> Office | None:
    """The office with this code, closed or not, or None."""
    return session.scalar(select(Office).where(Office.code == code.strip().lower()))


def open_office(session: Session, code: str) -> Office | None:
    """The office with this code, if it is in use: closed ones take no new requests and no new people."""
    office = office_by_code(session, code)
    return office if office is not None and office.active else None


def facts_of(office: Office) -> OfficeFacts:
    """The facts of an office as they are stored."""
    return OfficeFacts(
        code=office.code,
        name=office.name,
        kind=office.kind,
        phone=office.phone,
        lead=office.lead,
        local_it=office.local_it,
        equipment=office.equipment,
        line=office.line,
    )


def people_in(session: Session, office: Office) -> int:
    """How many people with an open account belong to the office. One query."""
    belonging = select(func.count(PEOPLE.c.id)).where(PEOPLE.c.office_id == office.id, PEOPLE.c.active)
    return session.scalar(belonging) or 0


def add_office(session: Session, facts: OfficeFacts, *, by: int | None, now: datetime) -> Office:
    """A new office, in use from now on. ``by`` is None on the command line. Raises CodeTaken."""
    if office_by_code(session, facts.code) is not None:
        raise CodeTaken
    office = Office(**asdict(facts), active=True)
    session.add(office)
    session.flush()
    audit.record(session, by, "office added", f"office {office.id}", asdict(facts), now)
    return office


def change_office(
    session: Session, office: Office, facts: OfficeFacts, *, by: int | None, now: datetime
) -> bool:
    """Change the facts. Returns False, and records nothing, when they are the same. Raises CodeTaken."""
    before = facts_of(office)
    if before == facts:
        return False
    holder = office_by_code(session, facts.code)
    if holder is not None and holder.id != office.id:
        raise CodeTaken
    for name, value in asdict(facts).items():
        setattr(office, name, value)
    session.flush()
    told = {"from": asdict(before), "to": asdict(facts)}
    audit.record(session, by, "office changed", f"office {office.id}", told, now)
    return True


def close_office(session: Session, office: Office, *, by: int | None, now: datetime) -> bool:
    """Offer the office nowhere any more. Everything that names it stays. Returns False when it was closed.

    People must leave first: a form that offers only offices in use would take their office from them unseen.
    Raises StillHasPeople.
    """
    if not office.active:
        return False
    if count := people_in(session, office):
        raise StillHasPeople(count)
    office.active = False
    audit.record(session, by, "office closed", f"office {office.id}", {"code": office.code}, now)
    return True


def reopen_office(session: Session, office: Office, *, by: int | None, now: datetime) -> bool:
    """Offer the office again. Returns False when it is in use."""
    if office.active:
        return False
    office.active = True
    audit.record(session, by, "office reopened", f"office {office.id}", {"code": office.code}, now)
    return True
