"""The only way into the index: compare what is published with what is indexed, under the index's own lock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.front_matter import understand
from kb.page_shape import TECHNICIANS_ANCHOR
from kb.placeholders import fill_text
from search.entry import LAYOUT
from search.index import Document, Index, Section


def catch_up(
    session: Session, index: Index, *, values: Mapping[str, str], phone: str, timeout_seconds: float = 0.0
) -> int:
    """Bring the index up to what is published; how many documents were put or removed.

    ``values`` and ``phone`` are what placeholders are filled with. Raises ``IndexBusy`` when somebody else holds
    the lock, and ``IndexDamaged``. Costs one query when nothing changed, one more when something did.
    """
    filled_with = values_version(values, phone, index.flavour)
    # The lock comes first: what is read before it may be older than what another process has just indexed.
    with index.edit(timeout_seconds) as edit:
        held = edit.versions()
        wanted = _published(session, filled_with)
        stale = [slug for slug, (version, _) in wanted.items() if held.get(slug) != version]
        gone = [slug for slug in held if slug not in wanted]
        for article, revision in _rows(session, [wanted[slug][1] for slug in stale]):
            edit.put(document_of(article, revision, values, phone=phone, flavour=index.flavour))
        for slug in gone:
            edit.remove(slug)
    return len(stale) + len(gone)


def document_of(
    article: Article, revision: Revision, values: Mapping[str, str], *, phone: str, flavour: str
) -> Document:
    """One published revision as the index sees it, with today's values in the place of placeholders."""
    front = understand(revision.front)

    def filled(text: str) -> str:
        return fill_text(text, values, phone=phone)

    sections = tuple(
        Section(
            part.get("anchor", ""),
            filled(part.get("heading", "")),
            filled(part.get("text", "")),
            aside=part.get("anchor") == TECHNICIANS_ANCHOR,
        )
        for part in revision.outline
    )
    return Document(
        slug=article.slug,
        version=version_of(
            revision.id, article.audience, article.topic, values_version(values, phone, flavour)
        ),
        kind=article.kind,
        title=revision.title,
        topic=article.topic,
        audience=article.audience,
        symptoms=front.symptoms,
        tags=front.tags,
        sections=sections,
    )


def version_of(revision_id: int, audience: str, topic: str, filled_with: str) -> str:
    """A text that changes whenever the document would."""
    return f"{revision_id}:{filled_with}:{audience}:{topic}"


def values_version(values: Mapping[str, str], phone: str, flavour: str) -> str:
    """A short digest of what placeholders are filled with, and of what the index keeps and how."""
    whole = json.dumps([sorted(values.items()), phone, flavour, LAYOUT]).encode()
    return hashlib.sha256(whole).hexdigest()[:16]


def _published(session: Session, filled_with: str) -> dict[str, tuple[str, int]]:
    """The version and the id of every live article, by slug."""
    query = select(Article.slug, Article.id, Article.published_id, Article.audience, Article.topic).where(
        Article.status == "published", Article.published_id.is_not(None)
    )
    return {
        row.slug: (version_of(row.published_id or 0, row.audience, row.topic, filled_with), row.id)
        for row in session.execute(query)
    }


def _rows(session: Session, ids: list[int]) -> list[tuple[Article, Revision]]:
    found: list[tuple[Article, Revision]] = []
    # Databases limit the number of values in one query.
    for start in range(0, len(ids), 500):
        query = (
            select(Article, Revision)
            .join(Revision, Revision.id == Article.published_id)
            .where(Article.id.in_(ids[start : start + 500]))
        )
        found += [(article, revision) for article, revision in session.execute(query)]
    return found
