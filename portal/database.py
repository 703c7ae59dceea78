"""The database engine: which SQLite library and journal, which pragmas, and who starts a transaction how."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from portal.write_turn import WriteTurn

# SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections write and checkpoint at
# the same moment; fixed in 3.51.3 and back-ported to these two versions.
FIXED_FROM = (3, 51, 3)
FIXED_ALSO = ((3, 50, 7), (3, 44, 6))
BUSY_TIMEOUT_MS = 15_000


@dataclass(frozen=True)
class SQLiteChoice:
    """Which SQLite library is used, with which journal, and why. Shown by ``signpost doctor``."""

    module: ModuleType
    version: str
    journal: str
    reason: str


@dataclass(frozen=True)
class Database:
    """An engine and the two ways to open a session on it."""

    engine: Engine
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]


def open_database(url: str) -> Database:
    """Connect. On SQLite, writing sessions take the write lock at once, so that none fails half way."""
    engine = _sqlite(url) if url.startswith("sqlite") else create_engine(url, pool_pre_ping=True)
    writer = engine.execution_options(signpost_writes=True)
    return Database(
        engine=engine,
        reading=sessionmaker(engine, expire_on_commit=False),
        writing=sessionmaker(writer, expire_on_commit=False),
    )


def choose_sqlite() -> SQLiteChoice:
    """The safest SQLite at hand: one whose WAL is sound, else the standard one with a rollback journal."""
    if _wal_is_sound(sqlite3.sqlite_version_info):
        return SQLiteChoice(sqlite3, sqlite3.sqlite_version, "wal", "the standard library's SQLite is sound")
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        return SQLiteChoice(
            sqlite3,
            sqlite3.sqlite_version,
            "delete",
            "this SQLite can corrupt a WAL journal and sqlcipher3 is not installed",
        )
    if not _wal_is_sound(dbapi2.sqlite_version_info):
        return SQLiteChoice(
            sqlite3, sqlite3.sqlite_version, "delete", "no SQLite here has a sound WAL journal"
        )
    return SQLiteChoice(
        dbapi2,
        ".".join(map(str, dbapi2.sqlite_version_info)),
        "wal",
        f"the standard library's SQLite {sqlite3.sqlite_version} can corrupt a WAL journal; sqlcipher3 is sound",
    )


def _wal_is_sound(version: tuple[int, ...]) -> bool:
    if version >= FIXED_FROM or version < (3, 7, 0):
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_ALSO)


def _sqlite(url: str) -> Engine:
    choice = choose_sqlite()
    engine = create_engine(url, module=choice.module, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            f"journal_mode={choice.journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "mmap_size=0",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    _begin_in_turn(engine)
    return engine


def _begin_in_turn(engine: Engine) -> None:
    """Readers begin as they like; a writer takes its turn first and gives it back with its connection."""
    file = engine.url.database
    turn = WriteTurn(Path(f"{file}-turn"), patience_seconds=BUSY_TIMEOUT_MS / 1000) if file else None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("signpost_writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        if turn is not None and not connection.info.get("turn"):
            connection.info["turn"] = turn.take()
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
        if turn is not None and record.info.pop("turn", False):
            turn.give_back()
