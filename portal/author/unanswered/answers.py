"""The published articles from which an author picks the one that answers a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article

GROUPS = {"guide": "Guides", "diagnostic": "Diagnostics"}


def article_choices(session: Session, reader: Reader, *, closest: Sequence[str]) -> list[dict[str, Any]]:
    """Everything published that this reader may read, in groups; first what search finds. One query."""
    rows = session.execute(
        select(Article.slug, Article.kind, Article.title)
        .where(Article.status == "published", Article.audience.in_(sorted(reader.audiences)))
        .order_by(Article.title)
    ).all()
    titles = {row.slug: row.title for row in rows}
    groups = [("Search finds these for the words", [slug for slug in closest if slug in titles])]
    groups += [
        (name, [row.slug for row in rows if row.kind == kind and row.slug not in closest])
        for kind, name in GROUPS.items()
    ]
    return [
        {"group": name, "choices": [{"value": slug, "label": titles[slug]} for slug in slugs]}
        for name, slugs in groups
        if slugs
    ]


def article_number(session: Session, reader: Reader, slug: str) -> int | None:
    """The id of a published article for this reader, or None: hidden and missing look the same. One query."""
    return session.scalar(
        select(Article.id).where(
            Article.slug == slug,
            Article.status == "published",
            Article.audience.in_(sorted(reader.audiences)),
        )
    )
