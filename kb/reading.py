"""Reading articles: every function takes the reader and shows only what that reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article, Picture, Revision, Topic
from kb.front_matter import Front, understand
from kb.page_pictures import picture_names, with_words_for_missing


class NotFound(LookupError):
    """There is no such article for this reader. Hidden and missing are the same."""


class Moved(LookupError):
    """The article is retired and another one took its place: ``to`` is its slug."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class NotInUse(LookupError):
    """The article is retired and nothing took its place."""


@dataclass(frozen=True)
class OpenArticle:
    """A published article as a page shows it. ``html`` still holds its placeholders; ``tree`` is a diagnostic's."""

    id: int
    slug: str
    kind: str
    title: str
    topic: str
    topic_title: str
    audience: str
    legal: bool
    html: str
    front: Front
    source: str
    tree: dict[str, Any] | None
    outline: list[dict[str, str]]
    revision_id: int
    revision_number: int
    published_at: datetime | None
    minutes: int = 0


@dataclass(frozen=True)
class ArticleLine:
    """An article as a list shows it. ``minutes`` is about how long a diagnostic takes."""

    slug: str
    title: str
    kind: str
    topic: str
    audience: str
    minutes: int = 0


@dataclass(frozen=True)
class TopicLine:
    """A topic with the number of articles in it that this reader may open."""

    slug: str
    title: str
    count: int


def open_article(session: Session, slug: str, reader: Reader) -> OpenArticle:
    """The live article. Raises ``NotFound``, ``Moved`` or ``NotInUse``. One query, one more for pictures."""
    query = (
        select(Article, Revision, Topic.title)
        .join(Revision, Revision.id == Article.published_id)
        .outerjoin(Topic, Topic.slug == Article.topic)
        .where(Article.slug == slug, Article.audience.in_(reader.audiences))
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound(slug)
    article, revision, topic_title = row
    if article.status == "retired":
        raise _after_retirement(session, article, reader)
    if article.status != "published":
        raise NotFound(slug)
    return _opened(article, revision, topic_title or "", _with_pictures(session, revision.html))


def topics(session: Session, reader: Reader) -> list[TopicLine]:
    """The topics in order that hold something for this reader, each with its true count. One query."""
    count = func.count(Article.id)
    query = (
        select(Topic.slug, Topic.title, count)
        .join(Article, and_(Article.topic == Topic.slug, _visible(reader)))
        .group_by(Topic.id)
        .order_by(Topic.position, Topic.title)
    )
    return [TopicLine(slug, title, number) for slug, title, number in session.execute(query)]


def articles_in_topic(session: Session, topic: str, reader: Reader) -> tuple[TopicLine, list[ArticleLine]]:
    """A topic and its articles by title, diagnostics first. A topic without any is ``NotFound``. One query."""
    query = (
        select(Topic.title, Article)
        .join(Article, and_(Article.topic == Topic.slug, _visible(reader)))
        .where(Topic.slug == topic)
        .order_by(Article.kind, func.lower(Article.title))
    )
    rows = session.execute(query).all()
    if not rows:
        raise NotFound(topic)
    return TopicLine(topic, rows[0][0], len(rows)), [_line(article) for _, article in rows]


def diagnostics(session: Session, reader: Reader) -> list[ArticleLine]:
    """The live diagnostics by title. One query."""
    query = (
        select(Article)
        .where(_visible(reader), Article.kind == "diagnostic")
        .order_by(func.lower(Article.title))
    )
    return [_line(article) for article in session.scalars(query)]


def titles(session: Session, slugs: Sequence[str], reader: Reader) -> list[ArticleLine]:
    """The live articles among these slugs, in the order asked; the others are left out. One query."""
    if not slugs:
        return []
    found = {
        row.slug: row
        for row in session.scalars(select(Article).where(_visible(reader), Article.slug.in_(slugs)))
    }
    return [_line(found[slug]) for slug in dict.fromkeys(slugs) if slug in found]


def picture(session: Session, name: str) -> Picture:
    """A picture by its bare file name. Raises ``NotFound``. Pictures have no audience: they carry no words of
    their own beside the article's, and their names are in the page."""
    found = session.get(Picture, name)
    if found is None:
        raise NotFound(name)
    return found


def _visible(reader: Reader) -> ColumnElement[bool]:
    return and_(Article.status == "published", Article.audience.in_(reader.audiences))


def _after_retirement(session: Session, article: Article, reader: Reader) -> Moved | NotInUse:
    """The successor, but only for a reader who may open it: its name is not for others."""
    if article.replaced_by:
        query = select(Article.id).where(
            Article.slug == article.replaced_by,
            Article.status.in_(("published", "retired")),
            Article.audience.in_(reader.audiences),
        )
        if session.scalar(query) is not None and article.replaced_by != article.slug:
            return Moved(article.replaced_by)
    return NotInUse(article.slug)


def _with_pictures(session: Session, html: str) -> str:
    names = picture_names(html)
    if not names:
        return html
    present = frozenset(session.scalars(select(Picture.name).where(Picture.name.in_(names))))
    return with_words_for_missing(html, present)


def _opened(article: Article, revision: Revision, topic_title: str, html: str) -> OpenArticle:
    return OpenArticle(
        id=article.id,
        slug=article.slug,
        kind=article.kind,
        title=revision.title,
        topic=article.topic,
        topic_title=topic_title,
        audience=article.audience,
        legal=article.legal,
        html=html,
        front=understand(revision.front),
        source=revision.source,
        tree=revision.tree,
        outline=revision.outline,
        revision_id=revision.id,
        revision_number=revision.number,
        published_at=article.published_at,
        minutes=article.minutes,
    )


def _line(article: Article) -> ArticleLine:
    return ArticleLine(
        article.slug, article.title, article.kind, article.topic, article.audience, article.minutes
    )
