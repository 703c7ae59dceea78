"""The command ``signpost``: what people, scripts and time tables call. Exit 0 good, 1 some failed, 2 usage."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

from portal.config import WrongSetting
from portal.files import FilesMissing

# Where each command is written. It is imported when it is called, so that one does not wait for all.
COMMANDS = {
    "setup": "starting:setup",
    "serve": "starting:serve",
    "worker": "running:worker",
    "import": "content:import_command",
    "export": "content:export",
    "search": "content:search",
    "eval": "content:eval_command",
    "reindex": "content:reindex",
    "check-content": "content:check_content",
    "check-questions": "questions:check_questions",
    "walk": "content:walk",
    "storm-kit": "storm:storm_kit",
    "office": "offices:office",
    "user": "people:user",
    "token": "people:token",
    "backup": "keeping:backup",
    "verify-backup": "keeping:verify_backup",
    "restore": "keeping:restore",
    "doctor": "keeping:doctor",
    "openapi": "running:openapi",
    "verify-audit": "keeping:verify_audit",
}


class Commands(click.Group):
    """The commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return command_called(cmd_name) if cmd_name in COMMANDS else None


def command_called(name: str) -> click.Command:
    """The command of that name. Raises KeyError."""
    room, _, attribute = COMMANDS[name].partition(":")
    return cast(click.Command, getattr(import_module(f"portal.commands.{room}"), attribute))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="signpost")
def signpost() -> None:
    """Knowledge base, guided diagnostics and tickets for a help desk."""


def main() -> None:
    """Run the command; a wrong setting is a sentence and exit 2, never a trace."""
    try:
        signpost()
    except (WrongSetting, FilesMissing) as wrong:
        click.echo(str(wrong), err=True)
        raise SystemExit(2) from wrong


if __name__ == "__main__":
    main()
