"""Backup: everything in one file while people work, and the proof that everything can come back from it.

The file is secret: it holds every request, and the key that private links and sign-ins depend on. Its owner
alone may read it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from auth.audit import first_broken
from portal.config import Config
from portal.database import Database, choose_sqlite, open_database
from portal.keeping.backup_archive import (
    DATABASE,
    KEY,
    SQLITE,
    TABLES,
    Archive,
    BackupProblem,
    DamagedBackup,
    Manifest,
    new_archive,
    unpack,
)
from portal.keeping.backup_tables import count_rows, dump, load
from portal.schema import current_revision, upgrade
from portal.tickets.store import NAMES_A_FILE, files_named_in

LAST_BACKUP = "last_backup.json"


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds, and what is wrong with it: nothing, when it is good. ``size`` is in bytes."""

    file: str
    made_at: str
    version: str
    revision: str
    tables: dict[str, int]
    attachments: int
    size: int
    problems: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.problems

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def backup(config: Config, database: Database, file: Path, now: datetime) -> BackupReport:
    """Write database, attachments and key into one file, at one moment, while people work.

    An attachment that is gone or damaged is named in the report and does not stop the rest. Raises
    BackupProblem when the file cannot be written; an older file of the name then stays as it is.
    """
    revision = current_revision(database.engine)
    if revision is None:
        raise BackupProblem("The database is not set up, so there is nothing to keep. Run signpost setup.")
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=config.folder) as place,
        new_archive(file) as archive,
        _snapshot(database, Path(place)) as connection,
    ):
        _add_folder(archive, Path(place))
        problems = _add_attachments(config, archive, connection)
        archive.add_text(KEY, config.secret_key)
        manifest = Manifest(
            made_at=now.isoformat(),
            version=version("signpost"),
            kind=SQLITE if DATABASE in archive.files else TABLES,
            revision=revision,
            tables=count_rows(connection),
            key_fingerprint=fingerprint(config.secret_key),
            problems=problems,
        )
        archive.finish(manifest)
    report = report_of(file, manifest)
    _remember(config, report)
    return report


def verify_backup(file: Path) -> BackupReport:
    """Bring the backup back in a temporary place; check hashes, counts, links between rows and the audit log.

    Raises BackupProblem for a file that is no whole backup; what is wrong inside stands in the report.
    """
    with tempfile.TemporaryDirectory(prefix="signpost-verify-") as place:
        manifest = unpack(file, Path(place))
        problems = check_unpacked(manifest, Path(place))
        return report_of(file, manifest, problems)


def check_unpacked(manifest: Manifest, folder: Path) -> list[str]:
    """What is wrong with an unpacked backup. Afterwards its database lies there as SQLite, whatever it came from."""
    problems = list(manifest.problems)
    if fingerprint((folder / KEY).read_text(encoding="utf-8")) != manifest.key_fingerprint:
        problems.append("The key in the backup is not the one that was in use.")
    try:
        if manifest.kind == TABLES:
            build_from_tables(folder, manifest.revision)
        with plain_engine(folder / DATABASE) as engine, engine.connect() as connection:
            problems += _check_database(connection, manifest)
        problems += _check_audit(folder / DATABASE)
    except (SQLAlchemyError, DamagedBackup) as problem:
        problems.append(f"The database in the backup cannot be used: {problem}")
    return problems


def build_from_tables(folder: Path, revision: str) -> None:
    """Make an SQLite database out of unpacked tables. Raises DamagedBackup."""
    database = open_database(f"sqlite:///{folder / DATABASE}")
    try:
        upgrade(database.engine, revision)
        with database.engine.execution_options(signpost_writes=True).begin() as connection:
            load(connection, folder / "tables")
    finally:
        database.engine.dispose()


@contextmanager
def plain_engine(path: Path) -> Iterator[Engine]:
    """An engine on a database file that leaves its journal, and with that its bytes, as they are."""
    engine = create_engine(f"sqlite:///{path}", module=choose_sqlite().module)
    try:
        yield engine
    finally:
        engine.dispose()


def report_of(file: Path, manifest: Manifest, problems: list[str] | None = None) -> BackupReport:
    """The report on a backup."""
    return BackupReport(
        file=str(file),
        made_at=manifest.made_at,
        version=manifest.version,
        revision=manifest.revision,
        tables=manifest.tables,
        attachments=sum(name.startswith("attachments/") for name in manifest.files),
        size=file.stat().st_size,
        problems=tuple(manifest.problems if problems is None else problems),
    )


def fingerprint(secret_key: str) -> str:
    """Tells two keys apart without telling either."""
    return hashlib.sha256(b"signpost key:" + secret_key.encode()).hexdigest()[:32]


@contextmanager
def _snapshot(database: Database, place: Path) -> Iterator[Connection]:
    """Put a copy of the database at one moment into a folder; yields a connection that sees the same moment."""
    if database.engine.dialect.name == "sqlite":
        raw = database.engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(place / DATABASE),))
        finally:
            raw.close()
        with plain_engine(place / DATABASE) as copy, copy.connect() as connection:
            yield connection
        return
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.connect() as connection:
        dump(connection, place / "tables")
        yield connection


def _add_folder(archive: Archive, folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            archive.add(path.relative_to(folder).as_posix(), path)


def _add_attachments(config: Config, archive: Archive, connection: Connection) -> list[str]:
    """Add the files that the copied database names; bytes were written before rows, so none can be missing."""
    problems = []
    for storage_name, digest in _attachments(connection):
        name = f"{storage_name[:2]}/{storage_name}"
        try:
            found = archive.add(f"attachments/{name}", config.attachments_folder / name)
        except FileNotFoundError:
            problems.append(f"The attachment {storage_name} is not in the store.")
            continue
        if found != digest:
            problems.append(f"The attachment {storage_name} is damaged.")
    _add_pictures_of_runs(config, archive, connection)
    return problems


def _add_pictures_of_runs(config: Config, archive: Archive, connection: Connection) -> None:
    """Add the pictures of runs that are not sent yet. They may be forgotten meanwhile, so none is missed."""
    notes = connection.scalars(
        text("SELECT said FROM run_answers WHERE said LIKE :part"), {"part": NAMES_A_FILE}
    )
    for storage_name in sorted({name for note in notes for name in files_named_in(note)}):
        name = f"{storage_name[:2]}/{storage_name}"
        if f"attachments/{name}" not in archive.files:
            with suppress(FileNotFoundError):
                archive.add(f"attachments/{name}", config.attachments_folder / name)


def _attachments(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(text("SELECT storage_name, sha256 FROM attachments ORDER BY storage_name"))
    return [(row[0], row[1]) for row in rows]


def _check_database(connection: Connection, manifest: Manifest) -> list[str]:
    problems = [
        f"The database is damaged: {row[0]}"
        for row in connection.exec_driver_sql("PRAGMA integrity_check")
        if row[0] != "ok"
    ]
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        problems.append(f"A row of {row[0]} points at a row of {row[2]} that is not there.")
    counts = count_rows(connection)
    for name in sorted(counts.keys() | manifest.tables.keys()):
        if counts.get(name) != manifest.tables.get(name):
            problems.append(f"The table {name} has {counts.get(name)} rows, not {manifest.tables.get(name)}.")
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision != manifest.revision:
        problems.append(f"The database stands at {revision}, not at {manifest.revision}.")
    known = " ".join(manifest.problems)
    for storage_name, _digest in _attachments(connection):
        if (
            f"attachments/{storage_name[:2]}/{storage_name}" not in manifest.files
            and storage_name not in known
        ):
            problems.append(f"The attachment {storage_name} is not in the backup.")
    return list(dict.fromkeys(problems))


def _check_audit(path: Path) -> list[str]:
    database = open_database(f"sqlite:///{path}")
    try:
        with database.reading() as session:
            broken = first_broken(session)
    finally:
        database.engine.dispose()
    return [] if broken is None else [f"The audit log does not fit from row {broken} on."]


def _remember(config: Config, report: BackupReport) -> None:
    """Leave a note for the doctor. The backup is good without it."""
    place = config.folder / LAST_BACKUP
    unfinished = place.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(report), indent=1), encoding="utf-8")
    unfinished.replace(place)
