"""An office as the desk sees it: its people, its equipment, its open and its past requests."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from auth.offices import Office
from auth.roles import Reader
from auth.users import User
from portal.tickets.ticket import Ticket, may_work
from portal.vocabulary import OPEN_STATES

KIND_NAMES = {"county": "Counties", "court": "Courts", "division": "Divisions", "state": "State"}
MOST_PAST = 25


@dataclass(frozen=True)
class OfficeLine:
    """An office in the list, with the number of its open requests that this reader may see."""

    office: Office
    open_count: int


@dataclass(frozen=True)
class OfficePage:
    """Everything on the page of one office."""

    office: Office
    people: tuple[User, ...]
    open_tickets: tuple[Ticket, ...]
    past_tickets: tuple[Ticket, ...]
    past_count: int


def offices_by_kind(session: Session, reader: Reader) -> dict[str, list[OfficeLine]]:
    """The offices in use, by kind and then by name, with true counts. One query."""
    count = (
        select(func.count(Ticket.id))
        .where(Ticket.office_id == Office.id, Ticket.state.in_(OPEN_STATES), may_work(reader))
        .correlate(Office)
        .scalar_subquery()
    )
    found = session.execute(select(Office, count).where(Office.active).order_by(Office.name))
    groups: dict[str, list[OfficeLine]] = {name: [] for name in KIND_NAMES.values()}
    for office, number in found:
        groups.setdefault(KIND_NAMES.get(office.kind, office.kind), []).append(OfficeLine(office, number))
    return {name: lines for name, lines in groups.items() if lines}


def office_page(session: Session, office: Office, reader: Reader) -> OfficePage:
    """One office. Four queries."""
    own = (Ticket.office_id == office.id, may_work(reader))
    newest = select(Ticket).where(*own).order_by(Ticket.priority, Ticket.created_at.desc())
    past = (*own, Ticket.state.not_in(OPEN_STATES))
    return OfficePage(
        office=office,
        people=tuple(
            session.scalars(
                select(User)
                .where(User.office_id == office.id, User.active)
                .order_by(User.name)
                .options(lazyload("*"))
            )
        ),
        open_tickets=tuple(session.scalars(newest.where(Ticket.state.in_(OPEN_STATES)))),
        past_tickets=tuple(
            session.scalars(select(Ticket).where(*past).order_by(Ticket.changed_at.desc()).limit(MOST_PAST))
        ),
        past_count=session.scalar(select(func.count(Ticket.id)).where(*past)) or 0,
    )
