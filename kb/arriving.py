"""An article on its way in: read from a file, not yet compared with what is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kb.diagnostic_source import diagnostic_text
from kb.folder import BadFile, Found
from kb.front_matter import first_heading, split, understand
from kb.page_links import slug_of
from kb.pictures import BadPicture
from kb.plain_yaml import BadYaml
from kb.rendering import TooHard
from kb.trees.parsing import TreeProblems, parse
from kb.words import BadWords

# What may go wrong with one file; anything else is a mistake of ours and stops the import.
FILE_ERRORS = (BadFile, BadYaml, BadPicture, BadWords, TooHard, OSError)


@dataclass(frozen=True)
class Arrival:
    """An article read from a file, ready to be compared with what is here."""

    found: Found
    kind: str
    title: str
    front: dict[str, Any]
    source: str
    slug: str = ""
    status: str = ""
    replaced_by: str = ""
    body_line: int = 1


# What an export writes beside the front matter: the database's own facts about the article.
EXPORT_KEYS = ("slug", "status", "replaced_by")


def arrival_of(found: Found) -> Arrival:
    """The article in a file. Raises one of ``FILE_ERRORS``."""
    text = found.text()
    if found.kind == "diagnostic":
        return _diagnostic(found, text)
    parts = split(text)
    front = understand(parts.front)
    title = front.title or first_heading(parts.body) or found.stem.replace("-", " ").capitalize()
    status = front.status if front.status in ("draft", "published", "retired") else ""
    kept = {key: value for key, value in parts.front.items() if key not in EXPORT_KEYS}
    replaced_by = slug_of(str(parts.front.get("replaced_by") or ""))
    return Arrival(found, "guide", title, kept, parts.body, front.slug, status, replaced_by, parts.body_line)


def _diagnostic(found: Found, text: str) -> Arrival:
    source, said = without_export_keys(text)
    try:
        tree = parse(source, found.stem)
    except TreeProblems as problems:
        first = problems.findings[0]
        raise BadFile(f"Line {first.line}: {first.message}") from None
    front = diagnostic_text(source, found.stem).front
    slug = slug_of(said.get("slug") or found.stem)
    return Arrival(
        found,
        "diagnostic",
        tree.title,
        front,
        source,
        slug,
        said.get("status", ""),
        said.get("replaced_by", ""),
    )


def without_export_keys(text: str) -> tuple[str, dict[str, str]]:
    """A diagnostic's text without the lines that an export writes at its top, and what they say."""
    lines = text.replace("\r\n", "\n").split("\n")
    said: dict[str, str] = {}
    for key in EXPORT_KEYS:
        if lines and lines[0].startswith(f"{key}:"):
            said[key] = lines.pop(0).partition(":")[2].strip().strip("\"'")
    return "\n".join(lines), said


def sentence_for(error: Exception) -> str:
    """What to tell people about a file that did not go in."""
    if isinstance(error, BadYaml):
        return f"Line {error.line}: {error.message}"
    if isinstance(error, OSError):
        return f"The file cannot be read: {error.strerror or type(error).__name__}."
    return str(error)
