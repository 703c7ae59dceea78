"""A database in memory for the tests of guides, and the people who read and write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import auth.users
import kb.articles
import kb.local_questions
import kb.question_runs
import kb.words
from auth.base import Base
from auth.roles import Reader, Role


@pytest.fixture
def session() -> Iterator[Session]:
    tables = (
        auth.users.User,
        kb.articles.Article,
        kb.words.Synonym,
        kb.question_runs.QuestionRun,
        kb.local_questions.LocalQuestion,
    )
    engine = create_engine("sqlite://")
    needed = [Base.metadata.tables[name] for name in _tables_of(tables)]
    Base.metadata.create_all(engine, tables=needed)
    with Session(engine) as opened:
        opened.add(
            auth.users.User(
                id=1, email="ana@example.gov", name="Ana", created_at=datetime(2026, 9, 1, tzinfo=UTC)
            )
        )
        opened.add(
            auth.users.User(
                id=2, email="ben@example.gov", name="Ben", created_at=datetime(2026, 9, 1, tzinfo=UTC)
            )
        )
        opened.flush()
        yield opened
    engine.dispose()


def _tables_of(models: tuple[type, ...]) -> list[str]:
    modules = {model.__module__ for model in models} | {"auth.offices"}
    return [
        mapper.local_table.name for mapper in Base.registry.mappers if mapper.class_.__module__ in modules
    ]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 9, 16, 15, 0, tzinfo=UTC)


@pytest.fixture
def author() -> Reader:
    return Reader(user_id=1, name="Ana", roles=frozenset({Role.AUTHOR}))


@pytest.fixture
def other_author() -> Reader:
    return Reader(user_id=2, name="Ben", roles=frozenset({Role.AUTHOR}))


@pytest.fixture
def clerk() -> Reader:
    return Reader(user_id=3, name="Cy", roles=frozenset({Role.CLERK}))


@pytest.fixture
def agent() -> Reader:
    return Reader(user_id=4, name="Di", roles=frozenset({Role.AGENT}))


@pytest.fixture
def content() -> Path:
    return Path(__file__).resolve().parents[2] / "content"
