"""Commands that set up and run: setup, serve, worker, openapi."""

from __future__ import annotations

import json

import click

from portal.api.description import openapi_document
from portal.commands.parts import fail, open_parts
from portal.demo.people import PASSWORD, PEOPLE
from portal.logs import start_logging
from portal.serving import CannotServe
from portal.serving import serve as serve_until_told
from portal.setting_up import DemoRefused, set_up
from portal.standing import worker_parts
from portal.worker import AnotherWorker, run_worker, stop_on_signals


@click.command()
@click.option(
    "--demo", is_flag=True, help="Add invented offices, people and requests. Needs an empty database."
)
def setup(demo: bool) -> None:
    """Bring the database up to date and load the shipped content. Running it again changes nothing."""
    parts = open_parts(must_exist=False)
    try:
        done = set_up(parts.config, parts.database, parts.finder, demo=demo, now=parts.now)
    except DemoRefused as refused:
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
    parts = open_parts()
    parts.database.engine.dispose()
    try:
        serve_until_told(host, port, workers, parts.config)
    except CannotServe as problem:
        fail(str(problem))


@click.command()
@click.option("--once", is_flag=True, help="Do everything that is due now, then end.")
def worker(once: bool) -> None:
    """Mail out, index, closing, reminders: everything that nobody waits for."""
    start_logging()
    parts = open_parts()
    try:
        good = run_worker(
            worker_parts(parts.config, parts.database, parts.finder),
            parts.database,
            once=once,
            stop=stop_on_signals(),
        )
    except AnotherWorker as other:
        fail(f"Another worker runs already: {other}")
    raise SystemExit(0 if good else 1)


@click.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 document of the JSON API."""
    click.echo(json.dumps(openapi_document(), indent=2))
