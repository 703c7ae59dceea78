"""Which index the settings name: the one place that knows the kinds, for pages, worker and commands alike."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection

from portal.config import POSTGRESQL, Config, read_config
from portal.database import Database, open_database
from search.index import Index, IndexDamaged
from search.meaning import Meaning
from search.meaning import load as load_meaning
from search.postgres_index import PostgresIndex
from search.postgres_tables import forget
from search.whoosh_index import WhooshIndex

# A trial measures how well search answers; a busy machine must not change that.
TRIAL_MILLISECONDS = 20_000


def open_index(config: Config, database: Database) -> Index:
    """The index that the settings name, with the meaning of words when that extra is installed."""
    if config.search == POSTGRESQL:
        return PostgresIndex(database.engine.connect, load_meaning())
    return WhooshIndex(config.index_folder, load_meaning())


def forget_index(connection: Connection) -> None:
    """Throw away the index that lies in this PostgreSQL database, if there is one: it fits other articles."""
    forget(connection)


@contextmanager
def trial_index(meaning: Meaning | None) -> Iterator[Index]:
    """An empty index of the kind that the settings name, gone afterwards. Touches no index that serves."""
    with tempfile.TemporaryDirectory(prefix="signpost-index-") as place:
        config = read_config(os.environ | {"SIGNPOST_DATA": place})
        if config.search == POSTGRESQL:
            yield from _trial_in_postgresql(config, meaning)
            return
        index = WhooshIndex(Path(place) / "index", meaning)
        try:
            yield index
        finally:
            index.close()


def _trial_in_postgresql(config: Config, meaning: Meaning | None) -> Iterator[Index]:
    database = open_database(config.database_url)
    index = PostgresIndex(
        database.engine.connect,
        meaning,
        statement_milliseconds=TRIAL_MILLISECONDS,
        schema=f"signpost_trial_{secrets.token_hex(6)}",
    )
    try:
        index.reset()
        yield index
    finally:
        with suppress(IndexDamaged, OSError):
            index.drop()
        database.engine.dispose()
