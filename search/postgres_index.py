"""The index in PostgreSQL, for any number of servers on one database: a copy that may be dropped at any time.

PostgreSQL fetches and scores the candidates (see `postgres_view.py`); weighing, meaning, spelling and marks
are the same as in every other index. What a person typed never reaches a query language of the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from search import finding, postgres_tables
from search.entry import unpack
from search.index import Hit, IndexBusy, Results
from search.meaning import Meaning
from search.postgres_edit import PostgresEdit
from search.postgres_memory import Memory, Reading
from search.postgres_tables import damage_named
from search.postgres_view import PostgresView
from search.query import Query
from search.tokens import stem
from search.words import Words

# No statement of a search may take longer, and none begins later. A search that ran out of time is tried once
# more with its most telling words and a third of the time, so that it costs less than 300 milliseconds in all.
STATEMENT_MILLISECONDS, HURRIED_SHARE = 120, 3
# Whoever waits for the lock asks for it this often.
ASK_SECONDS = 0.02
_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")


class PostgresIndex:
    """An index in tables; any number of servers may search while one changes it, and see the change at once."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        meaning: Meaning | None = None,
        *,
        statement_milliseconds: int = STATEMENT_MILLISECONDS,
        schema: str = "",
    ) -> None:
        """Take a way to connect to a PostgreSQL database. Connects to nothing before it is used.

        The tables are made by the first change; searching before it is `IndexDamaged`. They lie in `schema`,
        or in the one named after the application's own.
        """
        self._connect = connect
        self._meaning = meaning
        self._milliseconds = statement_milliseconds
        self._memory = Memory(meaning)
        self._schema = schema

    @property
    def flavour(self) -> str:
        """What documents are kept with."""
        return "meaning" if self._meaning else "words"

    @contextmanager
    def edit(self, timeout_seconds: float = 0.0) -> Iterator[PostgresEdit]:
        """Open the one change; see `index.Index`. Its lock ends with its connection, so a killed one leaves none."""
        with self._changing(timeout_seconds) as (connection, schema):
            with damage_named():
                postgres_tables.prepare(connection, schema)
                edit = PostgresEdit(connection, self._meaning)
            yield edit
            with damage_named():
                edit.finish()
        if edit.is_large:
            self._tidy(schema)

    def find(
        self,
        query: Query,
        audiences: frozenset[str],
        *,
        words: Words,
        limit: int = 10,
        offset: int = 0,
        topic: str | None = None,
        exact: bool = False,
        priors: Mapping[str, float] | None = None,
    ) -> Results:
        """Find documents, best first; see `index.Index`. Raises `TimeoutError` when the database is too slow."""
        page = finding.Page(limit=limit, offset=offset, topic=topic, exact=exact, priors=priors or {})
        wanted = {*map(stem, query.terms), *words.expand(query)}
        with suppress(TimeoutError), self._view(audiences) as view:
            view.learn(wanted)
            return finding.find(view, query, words, page)
        with self._view(audiences, hurried=True) as view:
            view.learn(wanted)
            return finding.find(view, query, words, page)

    def suggest(self, text: str, audiences: frozenset[str], *, limit: int = 6) -> tuple[Hit, ...]:
        """Find titles and symptoms while they are typed; see `index.Index`."""
        with self._view(audiences) as view:
            return finding.suggest(view, text, limit)

    def documents(self) -> int:
        """Count the documents held."""
        with damage_named(), self._reading() as reading:
            self._memory.moment(reading)
            return int(reading.rows("SELECT count(*) FROM pages")[0][0])

    def checksum(self) -> dict[str, str]:
        """Give a digest of every document, made from what is stored; reads everything, however long it takes."""
        with damage_named(), self._reading(milliseconds=0) as reading:
            self._memory.moment(reading)
            return dict(_digests(reading))

    def reset(self) -> None:
        """Throw everything away and begin empty, also when nothing can be read any more."""
        with self._changing(0.0) as (connection, schema), damage_named():
            postgres_tables.make(connection, schema)

    def drop(self) -> None:
        """Throw everything away with the tables; the next change makes new ones."""
        with self._changing(0.0) as (connection, schema), damage_named():
            postgres_tables.drop(connection, schema)

    def lacks(self) -> tuple[str, ...]:
        """Say what the database does not have and search does better with; see `index.Lacking`."""
        with damage_named(), self._reading() as reading:
            if self._memory.moment(reading).near_words:
                return ()
        return (
            "PostgreSQL has no pg_trgm, so each process keeps all words in memory to mend slips. "
            "Let the owner of the database run CREATE EXTENSION pg_trgm, then run signpost reindex.",
        )

    @contextmanager
    def _changing(self, timeout_seconds: float) -> Iterator[tuple[Connection, str]]:
        """Lend a connection that holds the lock; commit when the block ends well."""
        with damage_named():
            connection = self._connect()
        try:
            with damage_named():
                schema = self._schema or postgres_tables.schema_of(connection)
                _take_lock(connection, postgres_tables.lock_key(schema), timeout_seconds)
            yield connection, schema
            with damage_named():
                connection.commit()
        finally:
            with suppress(Exception):
                connection.close()

    def _tidy(self, schema: str) -> None:
        """Let the database clear up after a large change; its own time for that may be a minute away."""
        with suppress(SQLAlchemyError), self._connect() as connection:
            settled = connection.execution_options(isolation_level="AUTOCOMMIT")
            postgres_tables.tidy(settled, schema)

    @contextmanager
    def _view(self, audiences: frozenset[str], hurried: bool = False) -> Iterator[PostgresView]:
        milliseconds = self._milliseconds // HURRIED_SHARE if hurried else self._milliseconds
        with damage_named(), self._reading(milliseconds) as reading:
            yield PostgresView(reading, self._memory, audiences, hurried=hurried)

    @contextmanager
    def _reading(self, milliseconds: int | None = None) -> Iterator[Reading]:
        """Lend one moment of the database: what one search reads fits together, whatever is published meanwhile."""
        with self._connect() as connection:
            settled = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            limit = self._milliseconds if milliseconds is None else milliseconds
            reading = Reading(settled, limit, self._schema)
            self._schema = reading.schema
            yield reading


def _take_lock(connection: Connection, key: int, timeout_seconds: float) -> None:
    until = time.monotonic() + max(timeout_seconds, 0.0)
    while not connection.scalar(_LOCK, {"key": key}):
        if time.monotonic() >= until:
            raise IndexBusy("the index is being changed")
        time.sleep(ASK_SECONDS)


def _digests(reading: Reading) -> Iterator[tuple[str, str]]:
    """Read every page with its text, so that damage in it is met, a hundred at a time."""
    last = 0
    while rows := reading.rows(
        "SELECT number, entry, packed FROM pages WHERE number > :last ORDER BY number LIMIT 100", last=last
    ):
        for row in rows:
            entry = unpack(bytes(row.entry), bytes(row.packed))
            entry.sections()
            yield entry.slug, entry.digest
        last = int(rows[-1].number)
