"""The handbook under test: whoever adds a setting, a command or a right writes it down, or this fails."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import click
import pytest

from auth.roles import RIGHTS, ROLE_NAMES
from portal.cli import COMMANDS, command_called
from portal.files import content_folder

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = sorted(
    set(re.findall(r'"(SIGNPOST_[A-Z_]+)"', (ROOT / "portal" / "config.py").read_text("utf-8")))
)


@cache
def handbook() -> str:
    """All pages of the handbook in one text, with single spaces."""
    pages = sorted((content_folder() / "handbook").rglob("*.md"))
    assert pages, "content/handbook has no pages"
    return " ".join("\n".join(page.read_text("utf-8") for page in pages).split())


def commands() -> list[str]:
    """Every command as people type it, such as "signpost user add"."""
    names = []
    for name in COMMANDS:
        command = command_called(name)
        inner = sorted(command.commands) if isinstance(command, click.Group) else []
        names += [f"signpost {name} {each}" for each in inner] or [f"signpost {name}"]
    return names


def test_there_is_something_to_look_for() -> None:
    assert len(SETTINGS) >= 9
    assert len(commands()) >= 18


@pytest.mark.parametrize("name", SETTINGS)
def test_the_handbook_names_the_setting(name: str) -> None:
    assert f"`{name}`" in handbook()


@pytest.mark.parametrize("command", commands())
def test_the_handbook_names_the_command(command: str) -> None:
    assert command in handbook()


@pytest.mark.parametrize("right", sorted(RIGHTS))
def test_the_handbook_names_the_right(right: str) -> None:
    assert right in handbook().lower()


@pytest.mark.parametrize("role", ROLE_NAMES.values())
def test_the_handbook_names_the_role(role: str) -> None:
    assert role.lower() in handbook().lower()


def test_the_handbook_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"\bSIGNPOST_[A-Z_]+", handbook()))
    of_tests = {"SIGNPOST_TEST_POSTGRESQL", "SIGNPOST_SOAK"}
    known = set(SETTINGS) | {f"{name}_FILE" for name in SETTINGS} | of_tests
    assert {name for name in named if name.rstrip("_") not in known | {"SIGNPOST"}} == set()


@pytest.mark.parametrize("command", commands())
def test_every_command_says_what_it_does(command: str) -> None:
    found = command_called(command.split()[1])
    if isinstance(found, click.Group):
        found = found.commands[command.split()[2]]
    assert (found.help or "").strip().endswith(".")
