"""Commands that start it: setup and serve."""

from __future__ import annotations

import click

from portal.commands.parts import fail, open_parts
from portal.config import read_config
from portal.database import open_database
from portal.demo.people import PASSWORD, PEOPLE
from portal.running.serving import CannotServe
from portal.running.serving import serve as serve_until_told
from portal.schema import current_revision
from search.index import IndexDamaged


@click.command()
@click.option(
    "--demo", is_flag=True, help="Add invented offices, people and requests. Needs an empty database."
)
def setup(demo: bool) -> None:
    """Bring the database up to date and load the shipped content. Running it again changes nothing."""
    from portal.setting_up import DemoRefused, set_up  # a start of the server does not wait for it

    parts = open_parts(must_exist=False)
    try:
        done = set_up(parts.config, parts.database, parts.finder, demo=demo, now=parts.now)
    except (DemoRefused, IndexDamaged) as refused:
        fail(str(refused))
    click.echo(
        f"Ready. {done.content_changed} articles loaded or renewed, {done.settings_added} settings added, "
        f"{done.indexed} documents indexed."
    )
    if done.demo:
        show_demo_people()


def show_demo_people() -> None:
    """Who can sign in to the demo."""
    click.echo(
        "This is a demo. It listens on this computer only. Sign in with one of these, all with the password"
    )
    click.echo(f"  {PASSWORD}")
    for person in PEOPLE:
        click.echo(f"  {person.email:28} {person.name} ({', '.join(person.roles)})")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the web server and the worker until they are told to stop."""
    config = read_config()
    database = open_database(config.database_url)
    if current_revision(database.engine) is None:
        fail("This database is not set up yet. Run: signpost setup", code=2)
    database.engine.dispose()
    try:
        serve_until_told(host, port, workers, config)
    except CannotServe as problem:
        fail(str(problem))
