"""The command about the storm kit: write the file, or check one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from auth.roles import Reader, Role
from portal.commands.parts import Parts, fail, open_parts
from portal.site.context import build_site
from portal.site.settings import all_settings
from portal.storm.check import look_at
from portal.storm.contents import kit_of
from portal.storm.kit_file import kit_file
from portal.storm.signing import public_key, public_words, signing_key

READERS = {
    "public": Reader(),
    "clerks": Reader(user_id=0, roles=frozenset({Role.CLERK})),
    "staff": Reader(user_id=0, roles=frozenset({Role.AGENT})),
}


@click.command("storm-kit")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--audience", type=click.Choice([*READERS]), default="public", show_default=True)
@click.option("--verify", is_flag=True, help="Write nothing; say whether FILE is ours and unchanged.")
@click.option(
    "--key", "digits", default="", help="The public key to check with, on another machine: 64 digits."
)
def storm_kit(file: Path, audience: str, *, verify: bool, digits: str) -> None:
    """Write the storm kit to FILE: guides and diagnostics for a day without a network, in one signed file."""
    if verify:
        say_verdict(file, digits)
        return
    parts = open_parts()
    try:
        body = made_by(parts, audience)
        file.write_bytes(body)
    except OSError as problem:
        fail(f"Cannot write {file}: {problem.strerror}")
    click.echo(f"Wrote {file} for {audience}: {len(body) / 1_000_000:.2f} MB.")
    click.echo(f"Public key: {public_words(signing_key(parts.config.secret_key).public_key())}")


def made_by(parts: Parts, audience: str) -> bytes:
    """The file for an audience, as a person of it would download it today."""
    with parts.database.reading() as session:
        site = build_site(all_settings(session), (), parts.now)
        today = parts.now.astimezone(site.zone).date()
        kit = kit_of(session, READERS[audience], site, today=today, base_url=parts.config.base_url)
    return kit_file(kit, signing_key(parts.config.secret_key))


def say_verdict(file: Path, digits: str) -> None:
    """Say what the check page would say. Exit 1 when the file is not ours, changed, or old."""
    try:
        key = public_key(digits) if digits else signing_key(open_parts().config.secret_key).public_key()
        body = file.read_bytes()
    except ValueError:
        fail("The public key is 64 digits from 0 to 9 and a to f.", code=2)
    except OSError as problem:
        fail(f"Cannot read {file}: {problem.strerror}", code=2)
    answer = look_at(body, key, today=datetime.now(UTC).date())
    click.echo(f"{answer.title}. {answer.words}")
    raise SystemExit(0 if answer.good and not answer.old else 1)
