"""Front matter: the YAML above a guide, what we understand of it, and how it is written back unchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from auth.roles import is_audience
from kb.page_links import slug_of
from kb.plain_yaml import BadYaml, read, write

MAX_BYTES = 16 * 1024

# Words that other systems write under "audience" and that say nothing about who may read.
FOREIGN_AUDIENCES = frozenset({"itpro", "developer", "admin", "application user", "end user", "all"})

_TEXT_KEYS = ("title", "topic", "audience", "owner", "note", "diagnostic", "slug", "status", "review_by")
_LIST_KEYS = ("symptoms", "tags", "services", "related")
_FENCE = re.compile(r"-{3}[ \t]*")
_HEADING = re.compile(r"^ {0,3}#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Front:
    """What we understand of a front matter. Absent texts are empty; an unreadable date is None."""

    title: str = ""
    topic: str = ""
    audience: str = ""
    symptoms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    owner: str = ""
    review_by: date | None = None
    related: tuple[str, ...] = ()
    note: str = ""
    diagnostic: str = ""
    legal: bool = False
    storm: bool = False
    slug: str = ""
    status: str = ""
    description: str = ""


@dataclass(frozen=True)
class Split:
    """A file in its two parts. ``body_line`` is the line of the file on which the body begins, from 1."""

    front: dict[str, Any]
    body: str
    body_line: int


def split(text: str) -> Split:
    """Part a file into front matter and body. No front matter at all is fine. Raises ``BadYaml``."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return Split({}, text, 1)
    end = next((at for at in range(1, len(lines)) if _FENCE.fullmatch(lines[at])), None)
    if end is None:
        raise BadYaml(1, "The front matter is not closed. Put a line of three hyphens after it.")
    front = _read("\n".join(lines[1:end]))
    body = "\n".join(lines[end + 1 :])
    blank = len(body) - len(body.lstrip("\n"))
    return Split(front, body[blank:], end + 2 + blank)


def join(front: dict[str, Any], body: str) -> str:
    """The file that ``split`` parts into these two again."""
    return f"---\n{write(_with_dates(front))}---\n{body}" if front else body


def understand(front: dict[str, Any]) -> Front:
    """What we understand of it. Never raises: a value of the wrong kind is left out, ``faults`` names it."""
    texts = {key: _text(front.get(key)) for key in _TEXT_KEYS}
    lists = {key: _texts(front.get(key)) for key in _LIST_KEYS}
    address = _text(front.get("permalink")).rstrip("/").rsplit("/", 1)[-1]
    return Front(
        title=texts["title"],
        topic=texts["topic"],
        audience=texts["audience"],
        owner=texts["owner"],
        note=texts["note"],
        diagnostic=texts["diagnostic"],
        status=texts["status"],
        slug=slug_of(texts["slug"] or address),
        review_by=day_of(texts["review_by"]),
        legal=front.get("legal") is True,
        storm=front.get("storm") is True,
        description=_text(front.get("description")),
        **lists,
    )


def faults(front: dict[str, Any]) -> list[tuple[str, str]]:
    """The keys whose values are of the wrong kind, each with a sentence."""
    found = [(key, f"“{key}” must be text.") for key in _TEXT_KEYS if isinstance(front.get(key), dict | list)]
    found += [
        (key, f"“{key}” must be a list of words.")
        for key in _LIST_KEYS
        if isinstance(front.get(key), dict) or _holds_blocks(front.get(key))
    ]
    if _text(front.get("review_by")) and day_of(_text(front["review_by"])) is None:
        found.append(("review_by", "“review_by” must be a day like 2027-03-01."))
    found += [
        (key, f"“{key}” must be true or false.")
        for key in ("legal", "storm")
        if not isinstance(front.get(key, False), bool)
    ]
    audience = _text(front.get("audience"))
    if audience and not is_audience(audience):
        found.append(
            ("audience", f"“{audience}” is no audience. Use public, clerks, staff or group: and its name.")
        )
    return found


def first_heading(body: str) -> str:
    """The first heading of level one, for a file that names no title."""
    found = _HEADING.search(body)
    return re.sub(r"[*_`]", "", found.group(1)).strip() if found else ""


def key_line(text: str, key: str) -> int:
    """The line of a file on which a key of its front matter stands, 1 when it does not."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith(f"{key}:"):
            return number
        if number > 1 and _FENCE.fullmatch(line.rstrip("\r")):
            break
    return 1


def day_of(text: str) -> date | None:
    """A day written as 2027-03-01, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read(text: str) -> dict[str, Any]:
    try:
        front = read(text, cap_bytes=MAX_BYTES)
    except BadYaml as error:
        # The hyphens above the front matter are a line, too.
        raise BadYaml(error.line + 1, error.message) from None
    if front is None:
        return {}
    if not isinstance(front, dict):
        raise BadYaml(2, "The front matter must be lines of a name, a colon and a value.")
    return front


def _with_dates(front: dict[str, Any]) -> dict[str, Any]:
    """Days as dates, so that they are written without quotes."""
    return {
        key: day_of(value) or value if isinstance(value, str) and key in ("review_by", "date") else value
        for key, value in front.items()
    }


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list | bool):
        return ""
    return " ".join(str(value).split())


def _texts(value: Any) -> tuple[str, ...]:
    """A list of texts; one text with commas counts as a list, as other systems write tags."""
    if isinstance(value, list):
        return tuple(text for text in map(_text, value) if text)
    return tuple(part.strip() for part in _text(value).split(",") if part.strip())


def _holds_blocks(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
