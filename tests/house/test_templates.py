"""Templates: each compiles, each is used by somebody, and a component file holds one macro of its own name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"
NAMES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
COMPONENTS = [name for name in NAMES if name.startswith("components/")]


@cache
def sources() -> str:
    """Everything that may name a template: Python files and templates."""
    python = [path for room in ("portal", "auth") for path in (ROOT / room).rglob("*.py")]
    return "\n".join(path.read_text("utf-8") for path in [*python, *FOLDER.rglob("*.html")])


@pytest.fixture(scope="module")
def environment() -> Flask:
    import tempfile

    from portal.app import create_app
    from portal.config import read_config

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_config({"SIGNPOST_DATA": folder}))
        app.extensions["signpost"].database.engine.dispose()
        return app


def test_every_template_compiles_and_knows_its_filters(environment: Flask) -> None:
    for name in NAMES:
        environment.jinja_env.get_template(name)


def test_every_template_is_used() -> None:
    spelled = sources()
    computed = [re.compile(pattern) for pattern in (r"diagnose/(ask|try|read|collect)\.html",)]
    unused = [
        name
        for name in NAMES
        if f'"{name}"' not in spelled
        and f"'{name}'" not in spelled
        and not any(pattern.fullmatch(name) for pattern in computed)
    ]
    assert unused == []


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_file_holds_a_macro_of_its_name_and_says_what_it_takes(
    environment: Flask, name: str
) -> None:
    source = (FOLDER / name).read_text("utf-8")
    macros = [found.name for found in environment.jinja_env.parse(source).find_all(nodes.Macro)]
    assert Path(name).stem in macros
    assert source.lstrip().startswith("{#")


def test_no_template_marks_what_a_person_typed_as_safe() -> None:
    # The outline is a template's own output, escaped there.
    marked = [
        name
        for name in NAMES
        if name != "author/diagnostic.html" and re.search(r"\|\s*safe\b", (FOLDER / name).read_text("utf-8"))
    ]
    assert marked == []


def test_no_template_holds_an_inline_script_or_style() -> None:
    for name in NAMES:
        text = (FOLDER / name).read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), name


def test_every_form_that_posts_holds_the_token() -> None:
    for name in NAMES:
        for form in re.findall(r"<form\b.*?</form>", (FOLDER / name).read_text("utf-8"), re.S):
            if re.search(r'method="post"', form, re.I):
                assert "csrf_field()" in form, f"{name}: {form[:80]}"
