"""Who works on what: take the next one, give a request away, hand it to a group; two people never take the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.roles import Reader
from auth.users import Group, User
from portal.desk.finding import desk_person
from portal.desk.queue import Row
from portal.tickets.conversation import add_note
from portal.tickets.progress import give_to
from portal.tickets.ticket import Ticket, may_work
from portal.vocabulary import OPEN_STATES


class TakenMeanwhile(Exception):
    """Somebody else has it now. The text names the person, or says that nobody has it."""


class NoSuchPerson(Exception):
    """The person chosen is not somebody who works requests."""


@dataclass(frozen=True)
class Ticked:
    """A ticked row: the number of the request, and who had it when the page was made (0 for nobody)."""

    number: int
    seen_worker: int


@dataclass(frozen=True)
class Moved:
    """What a bulk action did: references of the requests that moved, and of those that somebody had taken."""

    moved: tuple[str, ...]
    left: tuple[str, ...]


def take_next(session: Session, rows: Sequence[Row], *, by: Reader, now: datetime) -> Ticket | None:
    """Take the first request of the queue that nobody has; None when all are taken. Two people never get the same."""
    me = _person(session, by.user_id)
    for row in rows:
        if row.ticket.worker_id is None and _claim(session, row.ticket, seen_worker=0, now=now):
            give_to(session, row.ticket, worker=me, by=by, now=now)
            return row.ticket
    return None


def take(session: Session, ticket: Ticket, *, seen_worker: int, by: Reader, now: datetime) -> None:
    """Take a request, from nobody or from the colleague that the page showed. Raises TakenMeanwhile."""
    give(session, ticket, to=by.user_id, seen_worker=seen_worker, by=by, now=now)


def give(
    session: Session, ticket: Ticket, *, to: int | None, seen_worker: int, by: Reader, now: datetime
) -> None:
    """Give a request to a person of the desk, or to nobody. Raises TakenMeanwhile and NoSuchPerson."""
    worker = _person(session, to) if to is not None else None
    if not _claim(session, ticket, seen_worker=seen_worker, now=now):
        raise TakenMeanwhile(_who_has(session, ticket))
    give_to(session, ticket, worker=worker, by=by, now=now)


def give_many(
    session: Session, ticked: Sequence[Ticked], *, to: int | None, by: Reader, now: datetime
) -> Moved:
    """Give all ticked requests that this reader may work; what somebody took meanwhile stays with them."""
    seen = {one.number: one.seen_worker for one in ticked}
    found = session.scalars(
        select(Ticket)
        .where(Ticket.number.in_(seen), Ticket.state.in_(OPEN_STATES), may_work(by))
        .order_by(Ticket.number)
    )
    moved, left = [], []
    for ticket in found.all():
        try:
            give(session, ticket, to=to, seen_worker=seen[ticket.number], by=by, now=now)
            moved.append(ticket.reference)
        except TakenMeanwhile:
            left.append(ticket.reference)
    return Moved(tuple(moved), tuple(left))


def hand_to_group(
    session: Session, ticket: Ticket, *, group: Group, note: str, by: Reader, now: datetime
) -> None:
    """Hand a request to another group, with a note that says why. Nobody of the group has it yet."""
    ticket.group_slug = group.slug
    ticket.worker_id = None
    add_note(session, ticket, text=f"Handed to {group.name}. {note}", by=by, now=now)


def groups_in_order(session: Session) -> list[Group]:
    """All groups by name. One query."""
    return list(session.scalars(select(Group).order_by(Group.name)))


def read_ticked(values: Sequence[str]) -> list[Ticked]:
    """The ticked rows of a form, each "number.worker"; anything else is left out."""
    ticked = []
    for value in values:
        number, _, worker = value.partition(".")
        if number.isascii() and number.isdigit() and worker.isascii() and worker.isdigit():
            ticked.append(Ticked(int(number), int(worker)))
    return ticked


def _claim(session: Session, ticket: Ticket, *, seen_worker: int, now: datetime) -> bool:
    """Lock the row if it is still with whom the page showed; the lock holds until the transaction ends."""
    still = Ticket.worker_id == seen_worker if seen_worker else Ticket.worker_id.is_(None)
    claimed = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.state.in_(OPEN_STATES), still)
        .values(changed_at=now)
        .returning(Ticket.id)
        .execution_options(synchronize_session=False)
    ).first()
    if claimed is not None:
        session.refresh(ticket, ["worker_id", "owner_id", "state"])
    return claimed is not None


def _person(session: Session, user_id: int | None) -> User:
    person = desk_person(session, user_id) if user_id is not None else None
    if person is None:
        raise NoSuchPerson(user_id)
    return person


def _who_has(session: Session, ticket: Ticket) -> str:
    session.refresh(ticket, ["worker_id"])
    name = session.scalar(select(User.name).where(User.id == ticket.worker_id))
    return f"{name} has it now" if name else "Nobody has it now"
