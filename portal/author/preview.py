"""The preview of a guide: the same steps from stored page to read page as for the people who read it."""

from __future__ import annotations

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Picture
from kb.page_pictures import picture_names, with_words_for_missing
from kb.placeholders import fill
from portal.site.context import Site


def page_of(session: Session, html: str, site: Site) -> Markup:
    """A rendered guide as it is read today: pictures we have, placeholders filled. One query with pictures."""
    names = picture_names(html)
    if names:
        present = frozenset(session.scalars(select(Picture.name).where(Picture.name.in_(names))))
        html = with_words_for_missing(html, present)
    filled = fill(html, site.placeholders, phone=site.line.phone, tel=site.line.tel)
    return Markup(filled)  # noqa: S704 - sanitised by the renderer; values are escaped as they are filled in
