"""The lead of a guide by itself: the short answer, and what to do while a voter waits, as a list of guides shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article, Revision
from kb.page_tree import Element, is_blank, parse, serialise

LEAD = ("sp-short", "sp-waiting")


@dataclass(frozen=True)
class ShortAnswer:
    """The lead of a live article. ``html`` is safe, still holds its placeholders, and is empty for a diagnostic."""

    slug: str
    html: str
    minutes: int


def short_answers(session: Session, slugs: Collection[str], reader: Reader) -> dict[str, ShortAnswer]:
    """The leads of the live articles among these that the reader may see, by slug. One query."""
    if not slugs:
        return {}
    query = (
        select(Article.slug, Article.minutes, Revision.html)
        .join(Revision, Revision.id == Article.published_id)
        .where(
            Article.slug.in_(slugs),
            Article.status == "published",
            Article.audience.in_(sorted(reader.audiences)),
        )
    )
    rows = session.execute(query)
    return {row.slug: ShortAnswer(row.slug, lead_of(row.html), row.minutes) for row in rows}


def lead_of(html: str) -> str:
    """What stands before the steps. Linear in the length of the page."""
    return "".join(_lead(parse(html)))


def _lead(root: Element) -> Iterator[str]:
    for child in root.children:
        if is_blank(child):
            continue
        if not isinstance(child, Element) or child.attributes.get("class", "") not in LEAD:
            return
        yield serialise(Element("", {}, [child]))
