"""Finding requests for the desk: the open ones, those that hold some words, and the people who work them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from auth.offices import Office
from auth.roles import RIGHTS, Reader
from auth.users import User, UserRole
from kb.trees.runs import CODE_LENGTH, CODE_LETTERS, Run, find_by_code
from portal.desk.queue import News, OpenTicket
from portal.tickets.ticket import Entry, Ticket, may_work, number_of
from portal.vocabulary import OPEN_STATES

MOST_FOUND = 50
MOST_WORDS = 10
REFERENCE = re.compile(r"\s*[Rr]-?\d{1,9}\s*")


@dataclass(frozen=True)
class Person:
    """Somebody of the desk, by id and name."""

    id: int
    name: str


def open_tickets(session: Session, reader: Reader) -> list[OpenTicket]:
    """Every open request that this reader may see, with office, worker and newest message. One query."""
    newest = aliased(Entry)
    last_id = (
        select(func.max(newest.id))
        .where(newest.ticket_id == Ticket.id, newest.kind == "message")
        .correlate(Ticket)
        .scalar_subquery()
    )
    found = session.execute(
        select(Ticket, Entry.side, Entry.at)
        .outerjoin(Entry, Entry.id == last_id)
        .where(Ticket.state.in_(OPEN_STATES), may_work(reader))
        .options(joinedload(Ticket.worker).load_only(User.id, User.name).lazyload("*"))
    )
    return [OpenTicket(row.Ticket, News(row.side, row.at) if row.side is not None else None) for row in found]


def tickets_with(session: Session, text: str, reader: Reader) -> list[Ticket]:
    """Requests that hold every word, open ones first, then newest. One query; at most 50 rows."""
    words = text.lower().split()[:MOST_WORDS]
    if not words:
        return []
    holds = [Ticket.search_text.contains(word, autoescape=True) for word in words]
    return list(
        session.scalars(
            select(Ticket)
            .where(*holds, may_work(reader))
            .options(joinedload(Ticket.worker).load_only(User.id, User.name).lazyload("*"))
            .order_by(Ticket.state.in_(OPEN_STATES).desc(), Ticket.changed_at.desc())
            .limit(MOST_FOUND)
        )
    )


def ticket_named(session: Session, text: str, reader: Reader) -> Ticket | None:
    """The one request that the text names: "R-2048", or the code of the run behind it, such as "K7M 4QD"."""
    if REFERENCE.fullmatch(text):
        return session.scalar(select(Ticket).where(Ticket.number == number_of(text), may_work(reader)))
    code = run_code(text)
    if not code:
        return None
    named = Ticket.path["code"].as_string().in_([code, f"{code[:3]} {code[3:]}"])
    return session.scalar(
        select(Ticket).where(named, may_work(reader)).order_by(Ticket.number.desc()).limit(1)
    )


def run_code(text: str) -> str:
    """The text as the code of a run, such as "K7M4QD", or nothing when it cannot be one."""
    plain = re.sub(r"[\s-]", "", text).upper()
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(CODE_LETTERS) else ""


def run_named(session: Session, text: str, reader: Reader, now: datetime) -> Run | None:
    """The run whose code was read out, for those who may open codes, while the code holds.

    A run that became a request is seen by those who may see the request; ``ticket_named`` leads there.
    """
    if not run_code(text) or not reader.may("open run codes"):
        return None
    run = find_by_code(session, text, now)
    if run is None or run.ticket_id is None:
        return run
    seen = session.scalar(select(Ticket.id).where(Ticket.id == run.ticket_id, may_work(reader)))
    return run if seen is not None else None


def offices_with(session: Session, text: str) -> list[Office]:
    """Offices in use whose name, code or phone holds the text. One query."""
    digits = re.sub(r"\D", "", text)
    plain = func.replace(func.replace(func.replace(Office.phone, "-", ""), " ", ""), ".", "")
    holds = Office.name.icontains(text.strip(), autoescape=True) | Office.code.icontains(
        text.strip(), autoescape=True
    )
    if len(digits) >= 7:
        holds = holds | plain.contains(digits[-7:], autoescape=True)
    found = select(Office).where(Office.active, holds).order_by(Office.name).limit(MOST_FOUND)
    return list(session.scalars(found)) if text.strip() else []


def desk_people(session: Session) -> list[Person]:
    """Everybody who may work requests, by name. One query."""
    roles = sorted(role.value for role in RIGHTS["work tickets"])
    found = session.execute(
        select(User.id, User.name)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.active, UserRole.role.in_(roles))
        .distinct()
        .order_by(User.name, User.id)
    )
    return [Person(row.id, row.name) for row in found]


def desk_person(session: Session, user_id: int) -> User | None:
    """The person with this id, when active and somebody who may work requests."""
    roles = sorted(role.value for role in RIGHTS["work tickets"])
    return session.scalar(
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.id == user_id, User.active, UserRole.role.in_(roles))
        .limit(1)
    )
