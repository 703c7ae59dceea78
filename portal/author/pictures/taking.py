"""Taking in a picture: a name of its own, never that of another picture, and the line that shows it in a guide."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from kb.articles import Picture
from kb.page_links import slug_of
from kb.pictures import MAX_BYTES, MEDIA_TYPES, BadPicture, add_picture, checked

MOST_TRIES = 100


def take_pictures(session: Session, files: Iterable[FileStorage], *, now: datetime) -> list[str]:
    """Keep the pictures of a form and give their names; a field left empty is none. Raises ``BadPicture``."""
    chosen = [file for file in files if file.filename]
    return [
        take_picture(session, str(file.filename), file.stream.read(MAX_BYTES + 1), now=now) for file in chosen
    ]


def take_picture(session: Session, file_name: str, body: bytes, *, now: datetime) -> str:
    """Keep a picture and give its name. Raises ``BadPicture`` with a sentence.

    The same bytes keep their name. A name that another picture has gets a number: guides that show the
    other one must not change.
    """
    if not body:
        raise BadPicture("The file is empty. Choose another one.")
    name, ending = _cleaned(file_name)
    _, harmless = checked(f"{name}{ending}", body)
    digests = {hashlib.sha256(each).hexdigest() for each in (body, harmless)}
    for place in range(1, MOST_TRIES):
        candidate = f"{name}{ending}" if place == 1 else f"{name}-{place}{ending}"
        kept = session.get(Picture, candidate)
        if kept is None:
            add_picture(session, candidate, body, now=now)
            return candidate
        if kept.sha256 in digests:
            return candidate
    raise BadPicture("There are many pictures with this name. Give the file another name.")


def line_for(name: str) -> str:
    """The Markdown that shows a picture. The words in brackets are still to be written."""
    return f"![]({name})"


def with_pictures(source: str, names: list[str]) -> str:
    """The text with the pictures at its end, each on a line of its own."""
    if not names:
        return source
    return "\n\n".join([source.rstrip("\n"), *map(line_for, names)]).lstrip("\n") + "\n"


def _cleaned(file_name: str) -> tuple[str, str]:
    path = PurePosixPath(file_name.replace("\\", "/"))
    ending = path.suffix.lower()
    if ending not in MEDIA_TYPES:
        raise BadPicture("Use a PNG, JPEG or SVG picture.")
    return slug_of(path.stem)[:100] or "picture", ending
