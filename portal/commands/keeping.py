"""Commands that keep things safe: backup, verify-backup, restore, doctor, verify-audit."""

from __future__ import annotations

from pathlib import Path

import click

from auth.audit import first_broken
from portal.commands.parts import fail, open_parts, show_json

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write everything into one file while people work."""


@click.command("verify-backup")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True)
def verify_backup(file: Path, as_json: bool) -> None:
    """Restore a backup into a temporary place and count."""


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace what is there.")
def restore(file: Path, force: bool) -> None:
    """Bring everything back from a backup."""


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Check settings, database, index, disk, mail, clock and backups."""


@click.command("verify-audit")
def verify_audit() -> None:
    """Check the chain of the audit log; name the first row that does not fit."""
    parts = open_parts()
    with parts.database.reading() as session:
        broken = first_broken(session)
    if broken is not None:
        fail(f"Row {broken} of the audit log was changed, or a row before it is gone.")
    click.echo("The audit log is whole.")


__all__ = ["show_json"]
