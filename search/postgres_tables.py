"""The tables of the PostgreSQL index: a schema of their own that the index makes, drops and makes again.

The schema stands beside the one of the application and is named after it, so that migrations, backups and
restores of the application never meet it. All of it is a copy and may be dropped at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from search.index import IndexBusy, IndexDamaged

# Another number makes every server throw the tables away and fill new ones: for changes of tables or entries.
LAYOUT = 1
# PostgreSQL cuts longer names without a word.
LONGEST_NAME = 63
# Whoever waits longer for running searches to let go of the tables gives up and tries again later.
DROP_WAIT = "3s"
CANCELED, FORBIDDEN = "57014", "42501"
# A lock that was not had in time, and two changes that wait for each other, of which the database ends one.
NO_LOCK, DEADLOCK = "55P03", "40P01"

# Slugs, topics and audiences are bytes: they may hold any letter at all, and PostgreSQL's text may not.
# `words` carries the field of each stem: A title, B symptoms and tags, C headings, D text.
# `lead` holds title (A) and symptoms (B) as they are written and as stems, for what is still being typed.
_TABLES = """
CREATE TABLE state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    layout integer NOT NULL,
    stamp text NOT NULL,
    generation bigint NOT NULL,
    has_pages boolean NOT NULL,
    has_weights boolean NOT NULL,
    has_spellings boolean NOT NULL
);
CREATE TABLE pages (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    slug bytea NOT NULL,
    version bytea NOT NULL,
    audience bytea NOT NULL,
    topic bytea NOT NULL,
    length double precision NOT NULL,
    words tsvector NOT NULL,
    lead tsvector NOT NULL,
    surface text[] NOT NULL,
    entry bytea NOT NULL,
    packed bytea NOT NULL,
    vectors bytea NOT NULL
) WITH (toast_tuple_target = 128);
CREATE INDEX pages_words ON pages USING gin (words);
CREATE INDEX pages_lead ON pages USING gin (lead);
CREATE TABLE weights (
    stem text COLLATE "C" NOT NULL,
    page bigint NOT NULL,
    weight real NOT NULL,
    PRIMARY KEY (stem, page) INCLUDE (weight)
);
CREATE TABLE spellings (
    audience bytea NOT NULL,
    word text COLLATE "C" NOT NULL,
    pages integer NOT NULL,
    PRIMARY KEY (audience, word)
) WITH (fillfactor = 80);
"""
# It goes when the extension goes, so it alone tells whether near words can be asked for.
_NEAR_WORDS = "CREATE INDEX IF NOT EXISTS spellings_near ON spellings USING gin (word gin_trgm_ops)"
_EXTENSION = text(
    "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'pg_trgm'"
)


def schema_of(connection: Connection) -> str:
    """Give the name of the index's schema: the application's own, or `signpost` for `public`, and `_search`."""
    own = connection.scalar(text("SELECT current_schema()"))
    if not own:
        raise IndexDamaged("the database has no schema to work in; see its search_path")
    return named_after(str(own))


def named_after(own: str) -> str:
    """Give the name of the index's schema for a schema of the application."""
    name = ("signpost" if own == "public" else own) + "_search"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return f"signpost_{hashlib.sha256(own.encode()).hexdigest()[:16]}_search"


def lock_key(schema: str) -> int:
    """Give the number of the lock that whoever changes the index holds: one for each schema, 63 bits."""
    return int.from_bytes(hashlib.sha256(f"signpost index {schema}".encode()).digest()[:8], "big") >> 1


def extension_schema(connection: Connection) -> str:
    """Say where the extension `pg_trgm` is installed, or nothing."""
    return str(connection.scalar(_EXTENSION) or "")


def prepare(connection: Connection, schema: str) -> None:
    """Make the tables when they are not there or of another layout; call it with the lock held.

    Uses `pg_trgm` as soon as it is there. One or two queries when nothing is to be done.
    """
    if _layout(connection, schema) != LAYOUT:
        make(connection, schema)
        return
    look_in(connection, schema)
    _index_near_words(connection)


def make(connection: Connection, schema: str) -> None:
    """Drop what is there and make empty tables, in the transaction of the connection."""
    drop(connection, schema)
    connection.exec_driver_sql(f"CREATE SCHEMA {_quoted(connection, schema)}")
    if not extension_schema(connection):
        _try_extension(connection)
    look_in(connection, schema)
    connection.exec_driver_sql(_TABLES)
    connection.execute(
        text("INSERT INTO state VALUES (true, :layout, :stamp, 0, false, false, false)"),
        {"layout": LAYOUT, "stamp": uuid4().hex},
    )
    _index_near_words(connection)


def drop(connection: Connection, schema: str) -> None:
    """Throw the whole index away; nothing happens when there is none. Waits a little for running searches."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{DROP_WAIT}'")
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_quoted(connection, schema)} CASCADE")


def forget(connection: Connection) -> None:
    """Throw away the index that belongs to the database of this connection: a restore never keeps one."""
    drop(connection, schema_of(connection))


def look_in(connection: Connection, schema: str) -> None:
    """Let names mean the tables of the index, and what `pg_trgm` brings, until the transaction ends."""
    connection.execute(
        text("SELECT set_config('search_path', :path, true)"),
        {"path": path_of(connection, schema, extension_schema(connection))},
    )


def path_of(connection: Connection, schema: str, extension: str) -> str:
    """Give the places where names are looked up."""
    return ", ".join(_quoted(connection, name) for name in (schema, extension) if name)


def tidy(connection: Connection, schema: str) -> None:
    """Clear dead rows away and count the rest, on a connection without a transaction; a second for 10,000 pages."""
    place = _quoted(connection, schema)
    connection.exec_driver_sql(
        f"VACUUM (ANALYZE, SKIP_LOCKED) {place}.pages, {place}.weights, {place}.spellings"
    )


def write_filled(connection: Connection) -> None:
    """Write down what is in the tables now, so that a table that was emptied behind our back is noticed."""
    connection.exec_driver_sql(
        "UPDATE state SET generation = generation + 1, has_pages = EXISTS (SELECT FROM pages),"
        " has_weights = EXISTS (SELECT FROM weights), has_spellings = EXISTS (SELECT FROM spellings)"
    )


@contextmanager
def damage_named() -> Iterator[None]:
    """Give each error of the database the name that callers know.

    A statement over its time is `TimeoutError`, a database that does not answer `ConnectionError`, a lock
    `IndexBusy`; everything else, such as a table that is gone, is `IndexDamaged`.
    """
    try:
        yield
    except (IndexBusy, IndexDamaged, OSError):
        raise
    except PoolTimeout as error:
        raise TimeoutError("no connection to the database was free") from error
    except DBAPIError as error:
        # Not "from error": it holds the words that somebody typed, and what is raised here is logged.
        raise _named(error) from None
    except Exception as error:
        raise IndexDamaged(f"the index cannot be read: {type(error).__name__}") from error


def _named(error: DBAPIError) -> Exception:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state == CANCELED:
        return TimeoutError("the search took too long")
    if state in (NO_LOCK, DEADLOCK):
        return IndexBusy("the index is in use")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return ConnectionError(f"the database does not answer: {_first_line(error)}")
    advice = "; let the owner of the database run GRANT CREATE ON DATABASE" if state == FORBIDDEN else ""
    return IndexDamaged(f"the index cannot be used: {_first_line(error)}{advice}")


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).splitlines() or [""])[0]


def _layout(connection: Connection, schema: str) -> int:
    """Give the layout of the tables that are there, 0 when they are not whole."""
    names = ("state", "pages", "weights", "spellings")
    found = connection.scalar(
        text("SELECT count(*) FROM pg_tables WHERE schemaname = :schema AND tablename = ANY(:names)"),
        {"schema": schema, "names": list(names)},
    )
    if found != len(names):
        return 0
    layout: Any = connection.exec_driver_sql(
        f"SELECT layout FROM {_quoted(connection, schema)}.state"  # noqa: S608 - the name is quoted and ours
    ).scalar()
    return int(layout or 0)


def _try_extension(connection: Connection) -> None:
    """Ask for `pg_trgm`, which the owner of a database may have; without it we keep the words in memory."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public")
    except DBAPIError as error:
        if error.connection_invalidated:
            raise


def _index_near_words(connection: Connection) -> None:
    if extension_schema(connection):
        connection.exec_driver_sql(_NEAR_WORDS)


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
