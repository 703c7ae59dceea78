"""Restoring: bring everything back from a backup, whole or not at all. The index is left to be built anew."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from portal.config import Config
from portal.database import Database, open_database
from portal.files import migrations_folder
from portal.indexes import forget_index
from portal.keeping.backup import BackupReport, check_unpacked, plain_engine, report_of
from portal.keeping.backup_archive import DATABASE, KEY, BackupProblem, Manifest, sync_folder, unpack
from portal.keeping.backup_tables import MIGRATIONS, count_rows, dump, load
from portal.running import lease
from portal.schema import upgrade
from portal.tables import metadata

MARK = "restore-unfinished"


class RestoreRefused(BackupProblem):
    """There is something in the way of restoring; nothing was changed."""


def unfinished_restore(folder: Path) -> bool:
    """Whether a restore into this data folder was cut off."""
    return (folder / MARK).exists()


def set_aside_at(config: Config) -> datetime | None:
    """When a restore last put the old SQLite file aside, or None where none lies there."""
    if not config.on_sqlite:
        return None
    try:
        changed = _aside(sqlite_file(config)).stat().st_ctime
    except FileNotFoundError:
        return None
    return datetime.fromtimestamp(changed, UTC)


def restore(
    file: Path,
    config: Config,
    *,
    force: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> BackupReport:
    """Bring back database, attachments and key, brought up to this release. Raises BackupProblem.

    Everything is unpacked, checked and brought up to date beside its place first. Without ``force`` nothing
    that is there is replaced; with it, the old SQLite file is kept under a name that ends in ``before-restore``.
    """
    _check_target(config, force=force, now=clock())
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=config.folder) as place:
        staged = Path(place)
        manifest = unpack(file, staged)
        if not _knows_revision(manifest.revision):
            raise RestoreRefused(
                f"{file} was made by a newer release, {manifest.version}. Install that one first."
            )
        problems = check_unpacked(manifest, staged)
        if set(problems) - set(manifest.problems):
            raise RestoreRefused(f"{file} cannot be trusted: {problems[-1]} Use another backup.")
        _place_attachments(staged / "attachments", config.attachments_folder)
        _put_in_place(config, staged, manifest)
    if _key_is_set_elsewhere(config):
        problems.append("SIGNPOST_SECRET_KEY differs from the key of the backup. Set it to the restored one.")
    return report_of(file, manifest, problems)


def _check_target(config: Config, *, force: bool, now: datetime) -> None:
    database = open_database(config.database_url)
    try:
        used = False
        if _is_there(config):
            with database.engine.connect() as connection:
                used = bool(ours(connection))
        if used and not force:
            raise RestoreRefused("There is a database already. Restore into an empty one, or use --force.")
        if not force and any(config.attachments_folder.glob("??/*")):
            raise RestoreRefused(
                "There are attachments already. Restore into an empty folder, or use --force."
            )
        if used:
            _check_nobody_works(database, now)
    except SQLAlchemyError as problem:
        if not force or not config.on_sqlite:
            raise RestoreRefused(f"The database cannot be opened: {problem}") from problem
    finally:
        database.engine.dispose()


def _is_there(config: Config) -> bool:
    """Whether asking makes sense; asking for an SQLite file that is not there would make it."""
    return not config.on_sqlite or sqlite_file(config).exists()


def sqlite_file(config: Config) -> Path:
    """The database file of an SQLite address."""
    return Path(make_url(config.database_url).database or "")


def _check_nobody_works(database: Database, now: datetime) -> None:
    with database.reading() as session:
        try:
            holder = lease.holder_of(session, lease.WORKER, now)
        except SQLAlchemyError:
            return  # a schema from before leases
    if holder:
        raise RestoreRefused(f"Signpost is running ({holder}). Stop it, wait a minute, and try again.")


def _put_in_place(config: Config, staged: Path, manifest: Manifest) -> None:
    """The database, then the key. A mark lies there between the two, so that nothing is served half done."""
    mark = config.folder / MARK
    mark.touch()
    try:
        if config.on_sqlite:
            _place_sqlite(config, staged / DATABASE)
        else:
            _place_tables(config, staged, manifest)
    except Exception:
        mark.unlink()  # the database is as it was
        raise
    shutil.rmtree(config.index_folder, ignore_errors=True)
    (staged / KEY).replace(config.folder / KEY)
    mark.unlink()
    sync_folder(config.folder)


def _place_attachments(source: Path, target: Path) -> None:
    """Bring the files first: nobody sees them until the database names them."""
    for path in sorted(source.glob("??/*")):
        folder = target / path.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        path.replace(folder / path.name)
    for folder in target.glob("??"):
        sync_folder(folder)


def _place_sqlite(config: Config, staged: Path) -> None:
    """Bring the staged file up to this release, then let it take the place of the old one in one rename."""
    database = open_database(f"sqlite:///{staged}")
    try:
        upgrade(database.engine)
    finally:
        database.engine.dispose()
    target = sqlite_file(config)
    target.parent.mkdir(parents=True, exist_ok=True)
    # The rename must not cross from one disk to another, or it would not be one step.
    ready = target.with_name(f".{target.name}.restored")
    shutil.copyfile(staged, ready)
    _sync_file(ready)
    if target.exists():
        _set_aside(target)
    ready.replace(target)
    sync_folder(target.parent)


def _set_aside(target: Path) -> None:
    """Keep the old file. Its journal must not stay: SQLite would play it into the new one."""
    kept = _aside(target)
    kept.unlink(missing_ok=True)
    try:
        with plain_engine(target) as engine, engine.connect() as connection:
            journal = connection.exec_driver_sql("PRAGMA journal_mode=DELETE").scalar()
        if journal != "delete":
            raise RestoreRefused("The database is in use. Stop signpost serve and try again.")
    except SQLAlchemyError as problem:
        if "locked" in str(problem):
            raise RestoreRefused("The database is in use. Stop signpost serve and try again.") from problem
        for ending in (
            "-wal",
            "-shm",
            "-journal",
        ):  # damaged: kept beside the old file for whoever examines it
            journal_file = target.with_name(target.name + ending)
            if journal_file.exists():
                journal_file.replace(kept.with_name(kept.name + ending))
    kept.hardlink_to(target)


def _aside(target: Path) -> Path:
    return target.with_name(f"{target.name}.before-restore")


def _place_tables(config: Config, staged: Path, manifest: Manifest) -> None:
    """Fill PostgreSQL in one transaction: what was there is gone and what comes is there, or neither."""
    tables = staged / "tables"
    if not tables.exists():
        with plain_engine(staged / DATABASE) as engine, engine.connect() as source:
            dump(source, tables)
    database = open_database(config.database_url)
    try:
        with database.engine.begin() as connection:
            _empty(connection, manifest)
            _migrate(connection, manifest.revision)
            load(connection, tables)
            if count_rows(connection) != manifest.tables:
                raise RestoreRefused("Not every row arrived. The database is as it was.")
            _migrate(connection, "head")
            forget_index(connection)
    finally:
        database.engine.dispose()


def _empty(connection: Connection, manifest: Manifest) -> None:
    """Take away our tables, with their triggers; tables of other programs stay."""
    for name in sorted(
        ours(connection) | (manifest.tables.keys() & set(inspect(connection).get_table_names()))
    ):
        connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
    connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_audit_change()")


def ours(connection: Connection) -> set[str]:
    """The tables of this product that are there."""
    return set(inspect(connection).get_table_names()) & (metadata.tables.keys() | {MIGRATIONS})


def _knows_revision(revision: str) -> bool:
    scripts = ScriptDirectory(str(migrations_folder())).walk_revisions()
    return any(script.revision == revision for script in scripts)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _migrate(connection: Connection, revision: str) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _key_is_set_elsewhere(config: Config) -> bool:
    """Whether the process was given another key than the one that is in the folder now."""
    given = os.environ.get("SIGNPOST_SECRET_KEY", "").strip()
    return bool(given) and given != (config.folder / KEY).read_text(encoding="utf-8").strip()
