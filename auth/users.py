"""People who can sign in, the groups they work in and the roles they hold."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.base import Base
from auth.offices import Office
from auth.roles import Reader, Role


class Group(Base):
    """An escalation group, such as the systems analysts. Its slug is part of the audience ``group:<slug>``."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))


class GroupMember(Base):
    """A person in a group."""

    __tablename__ = "group_members"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    group: Mapped[Group] = relationship(lazy="joined")


class UserRole(Base):
    """A role that a person holds. A person may hold several."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class User(Base):
    """A person with an account. The address is kept as typed by an admin and compared in lower case."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    preferences: Mapped[str] = mapped_column(String(500), default="")

    office: Mapped[Office | None] = relationship(lazy="joined")
    roles: Mapped[list[UserRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    memberships: Mapped[list[GroupMember]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    def as_reader(self) -> Reader:
        """What this person may see and do, apart from the database row."""
        return Reader(
            user_id=self.id,
            name=self.name,
            office_id=self.office_id,
            roles=frozenset(Role(held.role) for held in self.roles),
            groups=frozenset(held.group.slug for held in self.memberships),
        )


def plain_email(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def user_by_email(session: Session, email: str) -> User | None:
    """The person with this address, or None."""
    return session.scalar(select(User).where(User.email == plain_email(email)))
