"""Links in the sources of guides: where they stand, where they lead, and which words say nothing about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from kb.page_links import address_of, picture_name

VAGUE = frozenset(
    {
        "click here",
        "here",
        "this",
        "this link",
        "this page",
        "link",
        "more",
        "read more",
        "learn more",
        "see more",
        "more information",
        "go",
        "page",
    }
)

_LINK = re.compile(
    r"(?P<picture>!?)\[(?P<words>(?:[^\[\]\n]|\[[^\[\]\n]*\]){0,400})\]"
    r"\([ \t]*<?(?P<target>(?:\{\{[^}\n]*\}\}|[^\s()<>]|\([^\s()]*\)){0,900})>?"
    r"(?:[ \t]+(?:\"(?P<title>[^\"\n]*)\"|'[^'\n]*'))?[ \t]*\)"
)


@dataclass(frozen=True)
class Link:
    """A link or a picture in a source. ``line`` counts from 1; ``address`` is empty when it leads nowhere."""

    line: int
    words: str
    target: str
    is_picture: bool
    caption: str = ""

    @property
    def address(self) -> str:
        """Where it leads on our site or outside."""
        return address_of(self.target)

    @property
    def picture(self) -> str:
        """The bare file name of a picture, empty for a link."""
        return picture_name(self.target) if self.is_picture else ""


def links_in(lines: list[str]) -> list[Link]:
    """Links and pictures of a source whose code has been blanked out, in order."""
    found: list[Link] = []
    for number, line in enumerate(lines, start=1):
        for match in _LINK.finditer(line):
            words = " ".join(match["words"].split())
            found.append(Link(number, words, match["target"], bool(match["picture"]), match["title"] or ""))
    return found


def broken(link: Link, slugs: frozenset[str] | None) -> str:
    """Why an internal link leads nowhere, as a sentence, or empty. ``slugs`` None: nothing is known about guides."""
    if not link.address:
        return f"The link “{link.words}” leads to “{link.target}”. There is no such place here."
    path = urlsplit(link.address).path
    for folder in ("/articles/", "/diagnose/"):
        slug = path.removeprefix(folder)
        if path.startswith(folder) and slugs is not None and slug not in slugs:
            return f"The link “{link.words}” leads to “{slug}”. There is no such guide."
    return ""


def is_vague(link: Link) -> bool:
    """Whether the words of a link say nothing to a person who hears only them."""
    return re.sub(r"[^\w ]", "", link.words).strip().casefold() in VAGUE
