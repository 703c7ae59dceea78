"""The list of all offices for those who set them up, and what still belongs to one office."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from auth.offices import Office, people_in
from auth.users import User
from portal.tickets.ticket import Ticket
from portal.vocabulary import OPEN_STATES


@dataclass(frozen=True)
class OfficeRow:
    """An office in the list, with the number of its people whose account is open."""

    office: Office
    people: int


@dataclass(frozen=True)
class Belonging:
    """What an office still has: people with an open account, and open requests."""

    people: int
    requests: int


def all_offices(session: Session, *, kind: str = "", words: str = "") -> list[OfficeRow]:
    """Offices by name, closed ones among them; of one kind, and with these words in code, name or phone. One query."""
    people = (
        select(func.count(User.id))
        .where(User.office_id == Office.id, User.active)
        .correlate(Office)
        .scalar_subquery()
    )
    chosen = select(Office, people).order_by(func.lower(Office.name), Office.id)
    if kind:
        chosen = chosen.where(Office.kind == kind)
    if words:
        within = (Office.code, Office.name, Office.phone)
        chosen = chosen.where(or_(*(part.icontains(words, autoescape=True) for part in within)))
    return [OfficeRow(office, number) for office, number in session.execute(chosen)]


def belonging_to(session: Session, office: Office) -> Belonging:
    """What names this office now. Restricted requests are not counted: not everyone may know of them. Two queries."""
    requests = select(func.count(Ticket.id)).where(
        Ticket.office_id == office.id, Ticket.state.in_(OPEN_STATES), ~Ticket.restricted
    )
    return Belonging(people_in(session, office), session.scalar(requests) or 0)
