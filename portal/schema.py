"""The schema of the database: bringing it up to date, and saying where it stands."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from portal.files import migrations_folder


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that are missing, all or none. Running it again changes nothing."""
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Undo migrations down to a revision; "base" is an empty database."""
    _run(engine, lambda config: command.downgrade(config, revision))


def current_revision(engine: Engine) -> str | None:
    """Where the database stands, or None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """Where this release wants it to stand."""
    return ScriptDirectory(str(migrations_folder())).get_current_head()


def _run(engine: Engine, step: Callable[[AlembicConfig], None]) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(migrations_folder()))
    writing = engine.execution_options(signpost_writes=True)
    with writing.begin() as connection:
        config.attributes["connection"] = connection
        step(config)
