"""Articles: guides and diagnostics, their revisions, their publications and the topics they lie in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auth.base import Base

KINDS = ("guide", "diagnostic")
STATUSES = ("draft", "published", "retired")


class Topic(Base):
    """A topic, in the order in which the home page lists them."""

    __tablename__ = "topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)


class Article(Base):
    """A guide or a diagnostic. The published columns repeat the live revision, so that lists cost one query.

    ``shipped_hash`` is the hash of the last text that came with the product, or empty for an article
    written here. ``published_id`` is None until the first publication. ``minutes`` is how long a diagnostic takes.
    """

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="draft")
    title: Mapped[str] = mapped_column(String(200))
    topic: Mapped[str] = mapped_column(String(80), default="")
    audience: Mapped[str] = mapped_column(String(80), default="public")
    legal: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str] = mapped_column(String(120), default="")
    review_by: Mapped[date | None]
    minutes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    latest_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id", use_alter=True))
    published_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id", use_alter=True))
    replaced_by: Mapped[str] = mapped_column(String(160), default="")
    import_path: Mapped[str] = mapped_column(String(400), default="")
    shipped_hash: Mapped[str] = mapped_column(String(64), default="")
    shipped_waiting: Mapped[str] = mapped_column(Text, default="")

    latest: Mapped[Revision | None] = relationship(foreign_keys=[latest_id], post_update=True)
    published: Mapped[Revision | None] = relationship(foreign_keys=[published_id], post_update=True)

    __table_args__ = (Index("ix_articles_status_topic", "status", "topic"),)


class Revision(Base):
    """One saved text of an article; never changed after it is written.

    ``source`` is the Markdown body of a guide or the whole YAML of a diagnostic. ``front`` holds the front
    matter, unknown keys included. ``html`` is the sanitised page with placeholders still in it, ``tree`` the
    parsed diagnostic, ``outline`` a list of ``{"anchor", "heading", "text"}`` for search.
    """

    __tablename__ = "revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    front: Mapped[dict[str, Any]]
    html: Mapped[str] = mapped_column(Text, default="")
    tree: Mapped[dict[str, Any] | None]
    outline: Mapped[list[Any]]
    hash: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(500), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]

    __table_args__ = (Index("uq_revisions_article_number", "article_id", "number", unique=True),)


class Publication(Base):
    """An article went live, or was retired: append-only history of who and when.

    ``reason`` is why it went live although the check had warnings.
    """

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    action: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class Picture(Base):
    """A picture that articles show, by its bare file name. The bytes of author's pictures lie in the store."""

    __tablename__ = "pictures"

    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes]
    added_at: Mapped[datetime]


class ArticleFeedback(Base):
    """A reader's answer to "Did this solve it?". The reason is empty for Yes."""

    __tablename__ = "article_feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    solved: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(String(2000), default="")
    at: Mapped[datetime]
