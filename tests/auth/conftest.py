"""A database in memory with the tables of this room, and the people the tests speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from auth import audit, resets, second_factor, sessions, throttle, tokens
from auth.base import Base
from auth.roles import Role
from auth.users import User, UserRole

NOON = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)
ROOM = (audit, resets, second_factor, sessions, throttle, tokens)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An empty database with every table and the triggers of the audit log."""
    made = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(made, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=ON"))
    Base.metadata.create_all(made)
    with made.begin() as connection:
        for statement in audit.SQLITE_APPEND_ONLY:
            connection.exec_driver_sql(statement)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One session on that database."""
    with Session(engine) as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    """Election Day at noon, Mountain Time."""
    return NOON


Cast = Callable[..., User]


@pytest.fixture
def person(session: Session) -> Cast:
    """Makes a person with roles: ``person("pat", Role.CLERK)``."""

    def make(name: str, *roles: Role, active: bool = True, password_hash: str = "") -> User:
        user = User(email=f"{name}@county.example.gov", name=name.title(), created_at=NOON, active=active)
        user.password_hash = password_hash
        user.roles = [UserRole(role=role.value) for role in roles]
        session.add(user)
        session.flush()
        return user

    return make
