"""The cast: the people that tests speak of, each the only one of a kind, and the offices they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth import passwords
from auth.offices import Office, office_by_code
from auth.passwords import Cost
from auth.roles import Role
from auth.users import Group, GroupMember, User, UserRole, user_by_email

# Hashes of people in tests are cheap; what the pages hash themselves costs what is shipped.
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
PASSWORD = "purple stapler rides uphill"

OFFICES = (
    ("yellowstone", "Yellowstone County", "county"),
    ("missoula", "Missoula County", "county"),
    ("ravalli-court", "Ravalli County Justice Court", "court"),
)


@dataclass(frozen=True)
class Part:
    """One person of the cast before there is a database."""

    name: str
    full_name: str
    roles: tuple[Role, ...]
    office: str = ""
    group: str = ""


PARTS = (
    Part("clerk", "Casey of Yellowstone", (Role.CLERK,), "yellowstone"),
    Part("colleague", "Corinne of Yellowstone", (Role.CLERK,), "yellowstone"),
    Part("other_clerk", "Morgan of Missoula", (Role.CLERK,), "missoula"),
    Part("site_lead", "Olive of Yellowstone", (Role.CLERK, Role.SITE_LEAD), "yellowstone"),
    Part("specialist", "Sasha Specialist", (Role.SPECIALIST,), group="systems-analyst"),
    Part("agent", "Alex Agent", (Role.AGENT,)),
    Part("other_agent", "Robin Agent", (Role.AGENT,)),
    Part("author", "Ari Author", (Role.AUTHOR,)),
    Part("lead", "Lee Lead", (Role.LEAD,)),
    Part("admin", "Addie Admin", (Role.ADMIN,)),
)


@dataclass(frozen=True)
class Cast:
    """Everybody, read once. Rows are detached: they say who somebody is, and change nothing."""

    clerk: User
    colleague: User
    other_clerk: User
    site_lead: User
    specialist: User
    agent: User
    other_agent: User
    author: User
    lead: User
    admin: User

    # Nobody: a browser without a person.
    visitor: None = None

    def of(self, name: str) -> User | None:
        """The person with this part, or None for the visitor."""
        person: User | None = getattr(self, name)
        return person


# One identity for each column of the table of rights.
IDENTITIES = ("visitor", "clerk", "site_lead", "specialist", "agent", "author", "lead", "admin")


def seat(session: Session, now: datetime) -> None:
    """Put the cast into a database that was set up. The caller commits."""
    for code, name, kind in OFFICES:
        session.add(Office(code=code, name=name, kind=kind, phone="406-555-0117"))
    session.flush()
    for part in PARTS:
        _seat_one(session, part, now)
    session.flush()


def read_cast(session: Session) -> Cast:
    """The cast of a database."""
    return Cast(**{part.name: _found(user_by_email(session, address_of(part.name))) for part in PARTS})


def address_of(name: str) -> str:
    """The mail address of a person of the cast."""
    return f"{name.replace('_', '.')}@county.example.gov"


def _seat_one(session: Session, part: Part, now: datetime) -> None:
    office = office_by_code(session, part.office) if part.office else None
    user = User(
        email=address_of(part.name),
        name=part.full_name,
        phone="406-555-0117",
        office_id=office.id if office else None,
        password_hash=passwords.hash_of(PASSWORD, cost=CHEAP),
        created_at=now,
    )
    user.roles = [UserRole(role=role.value) for role in part.roles]
    if part.group:
        group = session.scalars(select(Group).where(Group.slug == part.group)).one()
        user.memberships = [GroupMember(group_id=group.id)]
    session.add(user)


def _found(user: User | None) -> User:
    assert user is not None
    return user
