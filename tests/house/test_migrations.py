"""Migrations on both databases: up, down, up again, equal to the models, and free of the application's own code."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from grounds import NOW, empty_schema
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from auth.audit import record
from portal.database import open_database
from portal.files import migrations_folder
from portal.schema import current_revision, downgrade, head_revision, upgrade
from portal.tables import metadata

ROOMS = {"portal", "kb", "search", "auth"}
FILES = sorted((migrations_folder() / "versions").glob("*.py"))
REVISIONS = [
    script.revision for script in reversed(list(ScriptDirectory(str(migrations_folder())).walk_revisions()))
]
on_both = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'empty.db'}")
        return
    server = os.environ.get("SIGNPOST_TEST_POSTGRESQL", "")
    if not server:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "SIGNPOST_TEST_POSTGRESQL is not set."
        )
    with empty_schema(server, "signpost_migrations") as url:
        yield from _opened(url)


def _opened(url: str) -> Iterator[Engine]:
    engine = open_database(url).engine
    yield engine
    engine.dispose()


@on_both
def test_a_new_database_has_the_tables_of_the_models(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), metadata
        )
    assert [one for one in differences if not _is_own(one)] == []


def _is_own(difference: object) -> bool:
    """Alembic's own table is in no model."""
    return "alembic_version" in str(difference)


@on_both
def test_every_step_goes_up_and_down_and_up_again(engine: Engine) -> None:
    for revision in REVISIONS:
        upgrade(engine, revision)
        before = shape(engine)
        downgrade(engine, "-1")
        upgrade(engine, revision)
        assert shape(engine) == before, revision
    assert current_revision(engine) == head_revision()


@on_both
def test_all_the_way_down_leaves_nothing(engine: Engine) -> None:
    upgrade(engine)
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(engine)
    assert current_revision(engine) == head_revision()


@on_both
def test_an_upgrade_of_an_upgraded_database_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    before = shape(engine)
    upgrade(engine)
    assert shape(engine) == before


@on_both
def test_the_audit_log_of_a_migrated_database_is_append_only(engine: Engine) -> None:
    upgrade(engine)
    with Session(engine) as session:
        record(session, None, "tested", "nothing", {}, NOW)
        session.commit()
    for statement in ("UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"):
        with pytest.raises(DatabaseError, match="audit entries are not"), engine.begin() as connection:
            connection.execute(text(statement))


def shape(engine: Engine) -> dict[str, object]:
    """Tables with columns, keys and indexes, as the database itself tells them."""
    found = inspect(engine)
    return {
        table: (
            sorted(
                str(column["name"]) + str(column["type"]) + str(column["nullable"])
                for column in found.get_columns(table)
            ),
            sorted(str(key["constrained_columns"]) for key in found.get_foreign_keys(table)),
            sorted(str(index["column_names"]) for index in found.get_indexes(table)),
        )
        for table in sorted(found.get_table_names())
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_migration_imports_nothing_of_the_application(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.split(".")[0] for name in names} & ROOMS


def test_the_revisions_are_one_line() -> None:
    assert len(ScriptDirectory(str(migrations_folder())).get_heads()) == 1
    assert len(REVISIONS) == len(FILES)
