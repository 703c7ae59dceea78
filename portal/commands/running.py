"""Commands that run beside the server: worker and openapi."""

from __future__ import annotations

import json

import click

from portal.api.description import openapi_document
from portal.commands.parts import fail, open_parts
from portal.logs import start_logging
from portal.running.standing import worker_parts
from portal.running.worker import AnotherWorker, run_worker, stop_on_signals


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
