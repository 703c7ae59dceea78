"""Commands about offices: bring them in from a CSV file, and list them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from auth.offices import facts_of
from portal.admin.offices.csv_file import LARGEST_FILE, CannotRead, read_csv, text_of
from portal.admin.offices.importing import Plan, carry_out, plan
from portal.admin.offices.listing import all_offices
from portal.commands.parts import fail, open_parts, show_json
from portal.site.settings import touch_site

CSV_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def office() -> None:
    """Offices that people belong to."""


@office.command("import")
@click.argument("file", type=CSV_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def import_offices(file: Path, dry_run: bool) -> None:
    """Bring in offices from a CSV file. Those that are there, by code, are changed."""
    parts = open_parts()
    with parts.database.writing() as session:
        try:
            planned = plan(session, read_csv(text_of(body_of(file))))
        except CannotRead as wrong:
            fail(str(wrong), code=2)
        say(planned)
        if planned.count and not dry_run:
            carry_out(session, planned, by=None, now=parts.now)
            touch_site(session)
            session.commit()
    click.echo(
        f"{'Would import' if dry_run else 'Imported'}: {len(planned.new)} new, {len(planned.changed)} changed, "
        f"{len(planned.unchanged)} unchanged, {planned.wrong_lines} wrong."
    )
    raise SystemExit(1 if planned.wrong else 0)


@office.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_offices(as_json: bool) -> None:
    """List all offices, closed ones too."""
    parts = open_parts()
    with parts.database.reading() as session:
        rows = [asdict(facts_of(row.office)) | {"active": row.office.active} for row in all_offices(session)]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        state = "" if row["active"] else " (closed)"
        click.echo(f"{row['code']:30} {row['kind']:10} {row['name']}{state}")


def body_of(file: Path) -> bytes:
    """What is in the file; never more than is needed to see that it is too large."""
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def say(planned: Plan) -> None:
    """One line for each office that is new or changes, and each wrong line on standard error."""
    for new in planned.new:
        click.echo(f"new      {new.facts.code}")
    for change in planned.changed:
        click.echo(f"changed  {change.office.code}: {', '.join(words for words, _, _ in change.differences)}")
    for wrong in planned.wrong:
        place = f"Line {wrong.line}, {wrong.column}" if wrong.column else f"Line {wrong.line}"
        click.echo(f"{place}: {wrong.sentence}", err=True)
