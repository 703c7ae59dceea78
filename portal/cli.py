"""The command ``signpost``: what people, scripts and time tables call. Exit 0 good, 1 some failed, 2 usage."""

from __future__ import annotations

import click

from portal.commands.content import check_content, eval_command, export, import_command, reindex, search, walk
from portal.commands.keeping import backup, doctor, restore, verify_audit, verify_backup
from portal.commands.offices import office
from portal.commands.people import token, user
from portal.commands.questions import check_questions
from portal.commands.running import openapi, serve, setup, worker
from portal.config import WrongSetting
from portal.files import FilesMissing

COMMANDS = (
    setup,
    serve,
    worker,
    import_command,
    export,
    search,
    eval_command,
    reindex,
    check_content,
    check_questions,
    walk,
    office,
    user,
    token,
    backup,
    verify_backup,
    restore,
    doctor,
    openapi,
    verify_audit,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="signpost")
def signpost() -> None:
    """Knowledge base, guided diagnostics and tickets for a help desk."""


for command in COMMANDS:
    signpost.add_command(command)


def main() -> None:
    """Run the command; a wrong setting is a sentence and exit 2, never a trace."""
    try:
        signpost()
    except (WrongSetting, FilesMissing) as wrong:
        click.echo(str(wrong), err=True)
        raise SystemExit(2) from wrong


if __name__ == "__main__":
    main()
