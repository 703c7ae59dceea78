"""Commands that keep things safe: backup, verify-backup, restore, doctor, verify-audit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from auth.audit import first_broken
from portal.commands.parts import fail, open_parts, show_json
from portal.config import read_config
from portal.keeping.backup import BackupReport
from portal.keeping.backup import backup as write_backup
from portal.keeping.backup import verify_backup as check_backup
from portal.keeping.backup_archive import BackupProblem
from portal.keeping.checkup import BAD
from portal.keeping.doctor import as_json, as_text, examine, worst
from portal.keeping.restoring import restore as bring_back
from portal.running import lease
from portal.running.index_upkeep import upkeep_of
from portal.setting_up import index_now
from portal.site.context import SiteCache

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write everything into one file while people work. The file is secret: it holds the key too."""
    parts = open_parts()
    try:
        report = write_backup(parts.config, parts.database, file, parts.now)
    except (BackupProblem, OSError) as problem:
        fail(str(problem))
    click.echo(f"Wrote {file}: {words_of(report)}. Keep it where only you can read it.")
    end_with(report)


@click.command("verify-backup")
@click.argument("file", type=FILE)
@click.option("--json", "json_wanted", is_flag=True)
def verify_backup(file: Path, json_wanted: bool) -> None:
    """Restore a backup into a temporary place, check it and count."""
    try:
        report = check_backup(file)
    except (BackupProblem, OSError) as problem:
        fail(str(problem))
    if json_wanted:
        show_json(asdict(report) | {"good": report.is_good})
    else:
        click.echo(f"{file}: {words_of(report)}, made {report.made_at}.")
        click.echo("It is good." if report.is_good else "It is not good:")
    end_with(report)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace what is there. The old database is kept beside it.")
def restore(file: Path, force: bool) -> None:
    """Bring everything back from a backup. Nothing may be running on this data."""
    try:
        report = bring_back(file, read_config(), force=force)
    except (BackupProblem, OSError) as problem:
        fail(str(problem))
    click.echo(f"Restored {words_of(report)}.")
    click.echo(f"Indexed {make_ready()} documents.")
    end_with(report)


@click.command()
@click.option("--json", "json_wanted", is_flag=True)
def doctor(json_wanted: bool) -> None:
    """Check settings, database, index, disk, mail, clock and backups."""
    parts = open_parts(must_exist=False)
    sites = SiteCache(parts.database, mode_override=parts.config.mode, mail_works=parts.config.mail_works)
    checks = examine(parts.config, parts.database, upkeep_of(parts.finder.index, sites), parts.now)
    if json_wanted:
        show_json(as_json(checks))
    else:
        click.echo(as_text(checks))
    raise SystemExit(1 if worst(checks) == BAD else 0)


@click.command("verify-audit")
def verify_audit() -> None:
    """Check the chain of the audit log; name the first row that does not fit."""
    parts = open_parts()
    with parts.database.reading() as session:
        broken = first_broken(session)
    if broken is not None:
        fail(f"Row {broken} of the audit log was changed, or a row before it is gone.")
    click.echo("The audit log is whole.")


def make_ready() -> int:
    """End the leases of the workers that ran when the backup was made, and fill the index."""
    parts = open_parts()
    with parts.database.writing() as session:
        lease.end_all(session)
        session.commit()
    return index_now(parts.database, parts.finder, parts.now)


def words_of(report: BackupReport) -> str:
    """How much is in it."""
    rows = sum(report.tables.values())
    return f"{report.tables.get('tickets', 0)} requests, {rows:,} rows, {report.attachments} files"


def end_with(report: BackupReport) -> None:
    """Name what is wrong, and end with 1 if anything is."""
    for problem in report.problems:
        click.echo(problem, err=True)
    raise SystemExit(0 if report.is_good else 1)
