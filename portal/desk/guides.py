"""Guides beside a request: which ones fit its words, which the clerk may read, and the line that goes into a reply."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article
from kb.reading import ArticleLine, titles
from portal.tickets.ticket import Ticket
from search.index import Results

MOST_GUIDES = 5
# What stands in a closed ticket when no guide was needed; a slug never holds a space.
NONE_NEEDED = "none needed"
ADDRESS = re.compile(r"/(?:articles|diagnose)/([a-z0-9-]+)")

Search = Callable[[str], Results]


@dataclass(frozen=True)
class Guide:
    """A guide or diagnostic that fits. Only one that the clerk may read can go into a reply."""

    slug: str
    title: str
    kind: str
    for_clerk: bool
    opened: bool = False

    @property
    def url(self) -> str:
        return f"/diagnose/{self.slug}" if self.kind == "diagnostic" else f"/articles/{self.slug}"

    @property
    def note(self) -> str:
        if not self.for_clerk:
            return "Not for this clerk to read."
        return "The clerk opened it." if self.opened else "Not opened."


def fitting(session: Session, search: Search, ticket: Ticket, reader: Reader) -> list[Guide]:
    """The guides that fit a request, best first, for this reader. One query besides the search."""
    hits = search(f"{ticket.subject} {ticket.description}".strip()).hits[:MOST_GUIDES]
    opened = {str(page.get("slug")) for page in ticket.path.get("opened", ())}
    lines = titles(session, [hit.slug for hit in hits], reader)
    return [_guide(line, clerk_audiences(ticket), opened) for line in lines]


def guides_for_words(session: Session, search: Search, words: str, reader: Reader) -> list[Guide]:
    """The guides that fit some words, for a call that is being logged. One query besides the search."""
    if not words.strip():
        return []
    lines = titles(session, [hit.slug for hit in search(words).hits[:MOST_GUIDES]], reader)
    return [_guide(line, frozenset({"public"}), set()) for line in lines]


def guide_to_insert(session: Session, slug: str, ticket: Ticket, reader: Reader) -> Guide | None:
    """The guide, when this reader and the clerk of the request may both read it."""
    if not slug:
        return None
    lines = [line for line in titles(session, [slug], reader) if line.audience in clerk_audiences(ticket)]
    return _guide(lines[0], clerk_audiences(ticket), set()) if lines else None


def guide_named(session: Session, text: str, reader: Reader) -> str:
    """The slug of the live article that somebody names by title, slug or address; empty when there is none."""
    address = ADDRESS.search(text)
    slug = address[1] if address else text.strip().lower()
    named = (Article.slug == slug) | (func.lower(Article.title) == text.strip().lower())
    found: str | None = session.scalar(
        select(Article.slug)
        .where(Article.status == "published", Article.audience.in_(sorted(reader.audiences)), named)
        .limit(1)
    )
    return found or ""


def insert_words(guide: Guide, base_url: str) -> str:
    """The line that goes into a reply."""
    return f"{guide.title}: {base_url}{guide.url}"


def with_guide(text: str, guide: Guide, base_url: str) -> str:
    """The reply so far with the guide's line at its end; a guide that is there already is not added again."""
    line = insert_words(guide, base_url)
    if line in text:
        return text
    return f"{text.rstrip()}\n\n{line}\n".lstrip()


def clerk_audiences(ticket: Ticket) -> frozenset[str]:
    """What the person who asked may read: a person we know is a clerk, anybody else a visitor."""
    return frozenset({"public", "clerks"}) if ticket.reporter_id is not None else frozenset({"public"})


def _guide(line: ArticleLine, clerk: frozenset[str], opened: set[str]) -> Guide:
    return Guide(line.slug, line.title, line.kind, line.audience in clerk, line.slug in opened)
