"""Opening a guide for this request's reader."""

from __future__ import annotations

from kb.reading import Moved, NotInUse, OpenArticle, open_article
from portal.errors import Missing
from portal.request import db, reader


def open_guide(slug: str) -> OpenArticle:
    """The guide, or a missing page: feedback on something else means nothing."""
    try:
        return open_article(db(), slug, reader())
    except (Moved, NotInUse) as gone:
        raise Missing from gone
