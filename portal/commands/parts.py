"""The parts that commands share: settings, database, index and the moment, put together as the web server has them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import click

from portal.config import Config, read_config
from portal.database import Database, open_database
from portal.indexes import open_index
from portal.reader.finding import Finder
from portal.schema import current_revision


@dataclass(frozen=True)
class Parts:
    """What a command works with."""

    config: Config
    database: Database
    finder: Finder

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)


def open_parts(*, must_exist: bool = True) -> Parts:
    """Open everything. A database that was never set up ends the command with what to do."""
    config = read_config()
    database = open_database(config.database_url)
    if must_exist and current_revision(database.engine) is None:
        fail("This database is not set up yet. Run: signpost setup", code=2)
    return Parts(config, database, Finder(open_index(config, database), database))


def show_json(value: Any) -> None:
    """Print JSON for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def fail(sentence: str, *, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end."""
    click.echo(sentence, err=True)
    raise SystemExit(code)
