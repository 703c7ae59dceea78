"""The arrow of the house: who may import whom, who may know Flask, and how long a file or a function may be."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "kb", "search", "auth")
MAY_IMPORT = {"portal": {"kb", "search", "auth"}, "kb": {"search", "auth"}, "search": set(), "auth": set()}
LONGEST_FUNCTION = 40
LONGEST_FILE = 300
# Lists and frozen steps: long because there is much of one thing, not because much is mixed.
LISTS = ("portal/api/description.py", "portal/migrations/versions/*.py")
# Longer than they should be. A number here may only get smaller.
STILL_LONG: dict[str, int] = {
    "portal/status/views.py": 301,
}
NOT_NAMES = {
    "utils",
    "helpers",
    "services",
    "managers",
    "process",
    "handle",
    "data",
    "info",
    "common",
    "misc",
}
# The status page lists services: things that can be up or down, the trade's own word.
TRADE_WORDS = {"portal/status/services.py"}

FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "static" not in path.parts
)


@cache
def tree_of(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text("utf-8"), file)


@cache
def imports_of(file: str) -> tuple[str, ...]:
    """The modules that a file imports, wherever in it, with the names taken from them."""
    return tuple(_imports_of(file))


def _imports_of(file: str) -> Iterator[str]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno} imports by dots; name the real file"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    wrong = [
        (file, name)
        for file in FILES
        if file.startswith(f"{room}/")
        for name in imports_of(file)
        if name.split(".")[0] in set(ROOMS) - {room} - MAY_IMPORT[room]
    ]
    assert wrong == []


def test_flask_is_spelled_only_where_the_settings_of_the_linter_allow_it() -> None:
    ignores = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    allowed = [
        pattern.removeprefix("**/")
        for pattern, rules in ignores["per-file-ignores"].items()
        if "TID251" in rules
    ]
    knows = {
        file
        for file in FILES
        for name in imports_of(file)
        if name.split(".")[0] in ("flask", "flask_login")
        and not any(fnmatch(file, pattern) or file.endswith(f"/{pattern}") for pattern in allowed)
    }
    # The name of the type alone, for a function that gives the application to the web server.
    assert knows <= {"portal/running/serving.py", "portal/running/web_process.py"}


def test_only_the_composition_root_and_a_room_itself_import_views() -> None:
    wrong = [
        (file, name)
        for file in FILES
        if file != "portal/app.py"
        for name in imports_of(file)
        if name.endswith(".views") and not own_room(file, name)
    ]
    assert wrong == []


def own_room(file: str, name: str) -> bool:
    """Whether views are taken by other views of the same room, which put their blueprints together."""
    return file.endswith("views.py") and file.split("/")[:2] == name.split(".")[:2]


def test_nobody_imports_the_composition_root_but_what_starts_it() -> None:
    starters = {file for file in FILES for name in imports_of(file) if name == "portal.app"}
    assert starters <= {"portal/running/serving.py", "portal/running/web_process.py"}


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith("__init__.py")])
def test_an_init_file_holds_a_docstring_and_nothing_else(file: str) -> None:
    body = tree_of(file).body
    assert len(body) == 1
    assert ast.get_docstring(tree_of(file))


def test_every_file_opens_with_a_sentence_that_says_what_it_holds() -> None:
    bad = [
        file for file in FILES if not (ast.get_docstring(tree_of(file)) or "").split("\n")[0].endswith(".")
    ]
    assert bad == []


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{file}:{node.lineno} {node.name} {body_lines(node)}"
        for file in FILES
        if not is_list(file)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > LONGEST_FUNCTION
    ]
    assert long == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last; a long signature is a list, not a length."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {
        file: count
        for file in FILES
        if not is_list(file) and (count := lines_of(file)) > STILL_LONG.get(file, LONGEST_FILE)
    }
    assert long == {}


def test_a_file_that_was_made_short_is_off_the_list_of_long_ones() -> None:
    assert [file for file in STILL_LONG if lines_of(file) <= LONGEST_FILE] == []


def test_half_of_the_functions_have_eight_lines_or_fewer() -> None:
    lengths = sorted(
        body_lines(node)
        for file in FILES
        if not is_list(file)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef)
    )
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_files_are_named_after_things_of_the_trade() -> None:
    wrong = [
        file
        for file in FILES
        if file not in TRADE_WORDS and NOT_NAMES & {Path(file).stem, *Path(file).parts[:-1]}
    ]
    assert wrong == []


def is_list(file: str) -> bool:
    return any(fnmatch(file, pattern) for pattern in LISTS)


def lines_of(file: str) -> int:
    return len((ROOT / file).read_text("utf-8").splitlines())
