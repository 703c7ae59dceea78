"""Opening a guide for this request's reader, and its text with the values of today."""

from __future__ import annotations

from markupsafe import Markup

from kb.placeholders import fill
from kb.reading import Moved, NotInUse, OpenArticle, open_article
from portal.errors import Missing
from portal.request import db, reader, site


def open_guide(slug: str) -> OpenArticle:
    """The guide, or a missing page: feedback on something else means nothing."""
    try:
        return open_article(db(), slug, reader())
    except (Moved, NotInUse) as gone:
        raise Missing from gone


def guide_of(slug: str) -> OpenArticle | None:
    """The guide inside a run; a guide that is gone leaves the question whether it helped to the page."""
    try:
        return open_article(db(), slug, reader())
    except LookupError:
        return None


def guide_html(article: OpenArticle) -> Markup:
    """The guide's own text with today's values, as its page shows it."""
    html = fill(article.html, site().placeholders, phone=site().line.phone, tel=site().line.tel)
    return Markup(html)  # noqa: S704 - sanitised when it was saved; values are escaped as they are filled in
