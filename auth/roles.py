"""Roles, the rights they carry, and the reader: the one object that every door asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the help desk. A visitor is a person without any."""

    CLERK = "clerk"
    SITE_LEAD = "site_lead"
    SPECIALIST = "specialist"
    AGENT = "agent"
    AUTHOR = "author"
    LEAD = "lead"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.CLERK: "Clerk",
    Role.SITE_LEAD: "Site lead",
    Role.SPECIALIST: "Specialist",
    Role.AGENT: "Agent",
    Role.AUTHOR: "Author",
    Role.LEAD: "Lead",
    Role.ADMIN: "Admin",
}

STAFF = frozenset({Role.SPECIALIST, Role.AGENT, Role.AUTHOR, Role.LEAD, Role.ADMIN})

# Each line of the permissions page of the handbook is one right here and one test.
RIGHTS: dict[str, frozenset[Role]] = {
    "read clerk articles": frozenset(Role),
    "read staff articles": STAFF,
    "follow own requests": frozenset(Role),
    "follow office requests": frozenset({Role.SITE_LEAD}),
    "enter the desk": frozenset({Role.SPECIALIST, Role.AGENT, Role.LEAD}),
    "follow group tickets": frozenset({Role.SPECIALIST}),
    "follow all tickets": frozenset({Role.AGENT, Role.LEAD}),
    "follow restricted tickets": frozenset({Role.LEAD}),
    "read internal notes": frozenset({Role.SPECIALIST, Role.AGENT, Role.LEAD}),
    "work tickets": frozenset({Role.SPECIALIST, Role.AGENT, Role.LEAD}),
    "log calls": frozenset({Role.AGENT, Role.LEAD}),
    "open run codes": frozenset({Role.AGENT, Role.LEAD}),
    "write drafts": frozenset({Role.SPECIALIST, Role.AGENT, Role.AUTHOR, Role.LEAD}),
    "publish to staff": frozenset({Role.AGENT, Role.AUTHOR, Role.LEAD}),
    "publish to clerks": frozenset({Role.AUTHOR, Role.LEAD}),
    "recall versions": frozenset({Role.AUTHOR, Role.LEAD}),
    "edit words": frozenset({Role.AUTHOR, Role.LEAD, Role.ADMIN}),
    "post notices": frozenset({Role.AGENT, Role.LEAD, Role.ADMIN}),
    "edit desk settings": frozenset({Role.LEAD, Role.ADMIN}),
    "manage desk people": frozenset({Role.LEAD, Role.ADMIN}),
    "manage people": frozenset({Role.ADMIN}),
}

AUDIENCES = ("public", "clerks", "staff")


@dataclass(frozen=True)
class Reader:
    """Who is asking: every function that returns rows takes one and shows only what it may see."""

    user_id: int | None = None
    name: str = ""
    office_id: int | None = None
    roles: frozenset[Role] = frozenset()
    groups: frozenset[str] = frozenset()
    audiences: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "audiences", self._audiences())

    def may(self, right: str) -> bool:
        """Whether this reader holds the right. A right that does not exist is a mistake in the code: KeyError."""
        return not RIGHTS[right].isdisjoint(self.roles)

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_staff(self) -> bool:
        return not STAFF.isdisjoint(self.roles)

    def _audiences(self) -> frozenset[str]:
        seen = {"public", *(f"group:{slug}" for slug in self.groups)}
        if self.may("read clerk articles"):
            seen.add("clerks")
        if self.may("read staff articles"):
            seen.add("staff")
        return frozenset(seen)


VISITOR = Reader()


def is_audience(text: str) -> bool:
    """Whether the text names an audience: public, clerks, staff or ``group:<slug>``."""
    return text in AUDIENCES or (text.startswith("group:") and len(text) > len("group:"))
