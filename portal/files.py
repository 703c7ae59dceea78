"""Where the product's own files lie: in a checkout, in an editable install and in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent


class FilesMissing(Exception):
    """A part of the product is not where it should be; the message says how to make it."""


@cache
def templates_folder() -> Path:
    """The page templates."""
    return _first((HERE / "templates", HERE.parent / "templates"), "the templates", "Install Signpost again.")


@cache
def content_folder() -> Path:
    """The shipped guides, diagnostics, words and first settings."""
    return _first(
        (HERE.parent / "kb" / "content", HERE.parent / "content"), "the content", "Install it again."
    )


@cache
def static_folder() -> Path:
    """The built page assets."""
    return _first((HERE / "static",), "the built page assets", "Run `make assets`.")


def migrations_folder() -> Path:
    """The migrations of the database."""
    return HERE / "migrations"


def _first(places: tuple[Path, ...], name: str, advice: str) -> Path:
    for place in places:
        if place.is_dir():
            return place
    raise FilesMissing(f"Cannot find {name} in {places[0]}. {advice}")
