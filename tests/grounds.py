"""The grounds that tests are built on: a clock, a set-up data folder, and a schema of our own on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from cast import seat
from sqlalchemy import create_engine, inspect, text

from portal.config import read_config
from portal.database import open_database
from portal.reader.finding import Finder
from portal.setting_up import set_up
from search.postgres_tables import named_after
from search.whoosh_index import WhooshIndex

# A Wednesday, 11:42 am in Denver; the desk is open from 8 am to 5 pm.
NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)
# What setting up and the cast fill. Every other table is emptied after each test on PostgreSQL.
KEPT_TABLES = {
    "alembic_version", "articles", "audit_entries", "group_members", "groups", "offices", "pictures",
    "publications", "revisions", "services", "settings", "site_version", "synonyms", "topics", "user_roles", "users",
}  # fmt: skip


class Clock:
    """A clock that a test turns."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def later(self, **time: float) -> None:
        """Turn it on: ``clock.later(minutes=5)``."""
        self.moment += timedelta(**time)


def set_up_folder(folder: Path, database_url: str) -> None:
    """What ``signpost setup`` does, and the cast."""
    named = {"SIGNPOST_DATABASE_URL": database_url} if database_url else {}
    config = read_config({"SIGNPOST_DATA": str(folder)} | named)
    database = open_database(config.database_url)
    set_up(config, database, Finder(WhooshIndex(config.index_folder), database), demo=False, now=NOW)
    with database.writing() as session:
        seat(session, NOW)
        session.commit()
    database.engine.dispose()


@contextmanager
def empty_schema(server: str, name: str = "signpost") -> Iterator[str]:
    """An empty schema of this test process on a PostgreSQL server, gone afterwards. Gives its address."""
    schema = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    engine = create_engine(server)
    # What an index made beside it belongs to it.
    both = f"{schema}, {named_after(schema)}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {both} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        yield f"{server}{'&' if '?' in server else '?'}options={quote(f'-csearch_path={schema}')}"
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {both} CASCADE"))
        engine.dispose()


@contextmanager
def postgresql_ground(server: str, shipped: Path) -> Iterator[str]:
    """A schema with the shipped content and the cast. The index is the one of the shipped folder: equal content."""
    with empty_schema(server) as url:
        set_up_folder(shipped.parent / f"{shipped.name}-postgresql", url)
        yield url


@contextmanager
def unused_rows(url: str) -> Iterator[None]:
    """Afterwards, empties every table that people fill."""
    yield
    engine = create_engine(url)
    with engine.begin() as connection:
        filled = sorted(set(inspect(connection).get_table_names()) - KEPT_TABLES)
        connection.execute(text(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE"))
    engine.dispose()
