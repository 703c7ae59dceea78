"""Drafts: which articles a person may write, and the two shelves they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from auth.roles import Reader, is_audience
from auth.users import User
from kb.articles import Article, Revision
from kb.front_matter import understand
from kb.page_links import slug_of
from kb.writing import Outdated, SlugTaken, restore, revision_numbered, save_revision, start_article
from portal.errors import Missing

# Words that are pages of the shelf itself.
RESERVED = frozenset({"new"})
MOST_TRIES = 200


@dataclass(frozen=True)
class Shelf:
    """Guides or diagnostics: the word in the address, and the words on pages."""

    name: str
    kind: str

    @property
    def url(self) -> str:
        return "/author/" if self.kind == "guide" else "/author/diagnostics"

    @property
    def title(self) -> str:
        return self.name.capitalize()


SHELVES = {"guides": Shelf("guides", "guide"), "diagnostics": Shelf("diagnostics", "diagnostic")}


def shelf_of(article: Article) -> Shelf:
    """The shelf on which an article stands."""
    return SHELVES[f"{article.kind}s"]


def url_of(article: Article) -> str:
    """The address of the editor of an article."""
    return f"/author/{article.kind}s/{article.slug}"


def article_to_write(session: Session, slug: str, kind: str, reader: Reader) -> Article:
    """The article with its latest and its live revision. Raises ``Missing``: hidden and absent look the same.

    Both what is live and the latest draft must be for this reader. One query.
    """
    query = (
        select(Article)
        .options(joinedload(Article.latest), joinedload(Article.published))
        .where(Article.slug == slug, Article.kind == kind)
    )
    article = session.scalar(query)
    if article is None or not may_read(article.audience, article.latest, reader):
        raise Missing
    return article


def latest_of(article: Article) -> Revision:
    """The revision that is written on. An article without any is not finished being made."""
    if article.latest is None:
        raise Missing
    return article.latest


def revision_to_read(session: Session, article: Article, number: int, reader: Reader) -> Revision:
    """One revision by its number. Raises ``Missing``."""
    try:
        revision = revision_numbered(session, article, number)
    except LookupError:
        raise Missing from None
    if not may_read(article.audience, revision, reader):
        raise Missing
    return revision


def may_read(audience: str, revision: Revision | None, reader: Reader) -> bool:
    """Whether an article for this audience, with this revision as its text, is for the reader."""
    wanted = {audience, audience_in(revision.front) if revision else ""} - {""}
    return wanted <= reader.audiences


def audience_in(front: dict[str, Any]) -> str:
    """The audience a front matter names; a word that is none counts as staff, an absent one is empty."""
    audience = understand(front).audience
    return audience if not audience or is_audience(audience) else "staff"


def begin(session: Session, *, kind: str, title: str, now: datetime) -> Article:
    """A new article under the first free slug of its title.

    A slug that is taken gets a number, so nobody learns that a hidden article has this title.
    """
    stem = slug_of(title)[:140].strip("-") or kind
    for place in range(1, MOST_TRIES):
        slug = stem if place == 1 else f"{stem}-{place}"
        if slug in RESERVED:
            continue
        try:
            return start_article(session, slug=slug, kind=kind, title=title, now=now)
        except SlugTaken:
            continue
    raise SlugTaken(stem)


@dataclass(frozen=True)
class Text:
    """A text as it was sent: its title and front matter (a diagnostic's stand in its source), and its note."""

    title: str
    front: dict[str, Any]
    source: str
    note: str
    based_on: int


def save(session: Session, article: Article, text: Text, *, by: Reader, now: datetime) -> Revision:
    """Save a text as the latest revision. Raises ``Outdated`` and ``TooHard`` as ``save_revision`` does.

    A diagnostic with mistakes says nothing about itself, so a draft keeps what was known of it: above all,
    who may read it.
    """
    kept = {name: getattr(article, name) for name in ("topic", "audience", "legal", "owner", "review_by")}
    revision = save_revision(
        session,
        article,
        title=text.title,
        front=text.front,
        source=text.source,
        author_id=by.user_id,
        based_on=text.based_on,
        note=text.note,
        now=now,
    )
    if article.kind == "diagnostic" and revision.tree is None and article.published_id is None:
        for name, value in kept.items():
            setattr(article, name, value)
    return revision


def put_aside(session: Session, article: Article, text: Text, *, by: Reader, now: datetime) -> int:
    """Keep the text that is there as the latest, and ours in the history; the number of ours.

    ``text.based_on`` is the version to keep. Raises ``Outdated`` when it is no longer the latest.
    """
    theirs = latest_of(article)
    if theirs.number != text.based_on:
        raise Outdated(theirs)
    ours = save(session, article, text, by=by, now=now)
    restore(session, article, theirs.number, author_id=by.user_id, now=now)
    return ours.number


def names_of(session: Session, ids: set[int | None]) -> dict[int | None, str]:
    """The names of people by id. One query."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}
