"""Managing people: who may, what may not happen to the last admin, and a line in the audit log for each change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth import audit, resets, second_factor, sessions, tokens
from auth.offices import Office
from auth.roles import ROLE_NAMES, Reader, Role
from auth.users import Group, GroupMember, User, UserRole, plain_email, user_by_email

# The people that a lead manages; an admin manages all.
DESK_ROLES = frozenset({Role.SPECIALIST, Role.AGENT, Role.AUTHOR})


class AddressTaken(Exception):
    """Somebody has this address already."""


class LastAdmin(Exception):
    """Nobody would be left who can manage people."""


class Yourself(Exception):
    """People cannot disable themselves: another person does that."""


class NotYours(Exception):
    """The reader may not manage this person, or may not give this role."""


@dataclass(frozen=True)
class Particulars:
    """What is kept of a person: name, roles, office and groups."""

    name: str
    roles: frozenset[Role]
    office_id: int | None = None
    group_ids: frozenset[int] = frozenset()


def may_manage(reader: Reader, roles: Collection[Role]) -> bool:
    """Whether the reader may manage a person with these roles."""
    if reader.may("manage people"):
        return True
    return reader.may("manage desk people") and bool(roles) and DESK_ROLES.issuperset(roles)


def roles_to_give(reader: Reader) -> list[Role]:
    """The roles that the reader may give, in the order of the list of roles."""
    return [role for role in Role if may_manage(reader, {role})]


def people_for(
    session: Session, reader: Reader, *, office_id: int | None = None, role: Role | None = None
) -> list[User]:
    """The people that the reader may manage, by name; at most of one office and one role. Four queries."""
    chosen = select(User).order_by(func.lower(User.name), User.id)
    if office_id is not None:
        chosen = chosen.where(User.office_id == office_id)
    if role is not None:
        chosen = chosen.where(User.roles.any(UserRole.role == role))
    found = session.scalars(chosen).all()
    return [user for user in found if may_manage(reader, user.as_reader().roles)]


def person_for(session: Session, reader: Reader, user_id: int) -> User | None:
    """One person, or None when there is none or the reader may not manage them: the two look the same."""
    user = session.get(User, user_id)
    return user if user and may_manage(reader, user.as_reader().roles) else None


def add_person(
    session: Session, *, email: str, particulars: Particulars, by: Reader | None, now: datetime
) -> User:
    """A new person without a password. ``by`` is None on the command line. Raises AddressTaken or NotYours."""
    _check_roles(by, particulars.roles)
    if user_by_email(session, email):
        raise AddressTaken
    user = User(email=plain_email(email), name=particulars.name, created_at=now)
    user.office_id = particulars.office_id
    session.add(user)
    session.flush()
    _give_roles(user, particulars.roles)
    _give_groups(session, user, particulars.group_ids)
    session.flush()
    session.refresh(user)
    told = _told(session, user)
    audit.record(session, _id(by), "person added", f"user {user.id}", {"email": user.email, **told}, now)
    return user


def change_person(
    session: Session, user: User, particulars: Particulars, *, by: Reader, now: datetime
) -> None:
    """Change name, roles, office and groups. A change of rights ends the person's sessions.

    Saving what is there already changes and records nothing. Raises LastAdmin or NotYours.
    """
    _check_roles(by, particulars.roles)
    if Role.ADMIN not in particulars.roles:
        _check_other_admin(session, user)
    before, rights = _told(session, user), user.as_reader()
    user.name, user.office_id = particulars.name, particulars.office_id
    _give_roles(user, particulars.roles)
    _give_groups(session, user, particulars.group_ids)
    session.flush()
    session.refresh(user)
    after = _told(session, user)
    if before == after:
        return
    if _rights(rights) != _rights(user.as_reader()):
        sessions.end_all(session, user.id)
    audit.record(session, by.user_id, "person changed", f"user {user.id}", {"from": before, "to": after}, now)


def disable(session: Session, user: User, *, by: Reader | None, now: datetime) -> None:
    """Close an account: sessions, tokens and links end at once. Raises LastAdmin or Yourself."""
    if by is not None and by.user_id == user.id:
        raise Yourself
    if not user.active:
        return
    _check_other_admin(session, user)
    user.active = False
    sessions.end_all(session, user.id)
    tokens.revoke_all(session, user.id, now)
    resets.cancel(session, user.id)
    audit.record(session, _id(by), "person disabled", f"user {user.id}", {}, now)


def enable(session: Session, user: User, *, by: Reader | None, now: datetime) -> None:
    """Open a closed account again, with the password it had. Tokens stay revoked."""
    if user.active:
        return
    user.active = True
    audit.record(session, _id(by), "person enabled", f"user {user.id}", {}, now)


def end_sessions(session: Session, user: User, *, by: Reader, now: datetime) -> int:
    """Sign a person out everywhere, and return in how many browsers."""
    ended = sessions.end_all(session, user.id)
    audit.record(session, by.user_id, "sessions ended", f"user {user.id}", {"sessions": ended}, now)
    return ended


def forget_second_factor(session: Session, user: User, *, by: Reader, now: datetime) -> None:
    """For a lost phone: forget phone and recovery codes and sign the person out, so that they set up again."""
    second_factor.remove(session, user)
    sessions.end_all(session, user.id)
    audit.record(session, by.user_id, "second step removed", f"user {user.id}", {}, now)


def offer_password_link(session: Session, user: User, *, by: Reader, now: datetime) -> str:
    """The token of a link with which the person sets a password, good for three days."""
    token = resets.offer(session, user, now=now, good_for=resets.WELCOME)
    audit.record(session, by.user_id, "password link made", f"user {user.id}", {}, now)
    return token


def groups_in_order(session: Session) -> list[Group]:
    """All groups by name."""
    return list(session.scalars(select(Group).order_by(Group.name)))


def _check_roles(by: Reader | None, roles: frozenset[Role]) -> None:
    if not roles or (by is not None and not may_manage(by, roles)):
        raise NotYours


def _check_other_admin(session: Session, user: User) -> None:
    """Lock the admins, so that two of them cannot remove each other in the same moment."""
    admins = session.scalars(
        select(UserRole.user_id)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role == Role.ADMIN, User.active)
        .with_for_update()
    ).all()
    if set(admins) == {user.id}:
        raise LastAdmin


def _give_roles(user: User, roles: Collection[Role]) -> None:
    held = {row.role: row for row in user.roles}
    user.roles = [held.get(role) or UserRole(role=role.value) for role in Role if role in roles]


def _give_groups(session: Session, user: User, group_ids: Collection[int]) -> None:
    held = {row.group_id: row for row in user.memberships}
    known = session.scalars(select(Group.id).where(Group.id.in_(group_ids)).order_by(Group.id)).all()
    user.memberships = [held.get(group_id) or GroupMember(group_id=group_id) for group_id in known]


def _told(session: Session, user: User) -> dict[str, object]:
    office = session.get(Office, user.office_id) if user.office_id else None
    return {
        "name": user.name,
        "roles": [ROLE_NAMES[Role(row.role)] for row in sorted(user.roles, key=lambda row: row.role)],
        "office": office.code if office else "",
        "groups": sorted(row.group.slug for row in user.memberships if row.group),
    }


def _rights(reader: Reader) -> tuple[object, ...]:
    return reader.roles, reader.groups, reader.office_id


def _id(by: Reader | None) -> int | None:
    return by.user_id if by else None
