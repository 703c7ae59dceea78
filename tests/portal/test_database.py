"""The database engine: a sound journal, durable pragmas, and writers that wait for each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import database as module
from portal.database import Database, choose_sqlite, open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'signpost.db'}")
    with opened.writing() as session:
        session.execute(text("CREATE TABLE counted (value INTEGER)"))
        session.execute(text("INSERT INTO counted VALUES (0)"))
        session.commit()
    yield opened
    opened.engine.dispose()


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 6, 23), True),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_a_wal_journal_is_used_only_with_a_library_that_keeps_it_whole(
    version: tuple[int, ...], sound: bool
) -> None:
    assert module._wal_is_sound(version) is sound


def test_the_library_chosen_is_the_one_that_is_open_and_durable(database: Database) -> None:
    choice = choose_sqlite()
    with database.engine.connect() as connection:
        asked = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "mmap_size", "busy_timeout")
        }
        version = connection.execute(text("SELECT sqlite_version()")).scalar()
    assert (version, asked["journal_mode"]) == (choice.version, choice.journal)
    assert (asked["synchronous"], asked["foreign_keys"]) == (2, 1)
    assert asked["mmap_size"] in (0, None)
    assert asked["busy_timeout"] == module.BUSY_TIMEOUT_MS


def test_a_read_sees_one_state_while_another_writes(database: Database) -> None:
    with database.reading() as reading:
        assert reading.scalar(text("SELECT value FROM counted")) == 0
        with database.writing() as writing:
            writing.execute(text("UPDATE counted SET value = 5"))
            writing.commit()
        assert reading.scalar(text("SELECT value FROM counted")) == 0
    with database.reading() as reading:
        assert reading.scalar(text("SELECT value FROM counted")) == 5


def test_writers_wait_for_each_other_and_none_is_lost(database: Database) -> None:
    def add() -> None:
        for _ in range(10):
            with database.writing() as session:
                value = session.scalar(text("SELECT value FROM counted"))
                session.execute(text("UPDATE counted SET value = :value"), {"value": (value or 0) + 1})
                session.commit()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalar(text("SELECT value FROM counted")) == 40


def test_what_is_not_committed_is_gone(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE counted SET value = 9"))
    with database.reading() as session:
        assert session.scalar(text("SELECT value FROM counted")) == 0
