"""The way a clerk went through a diagnostic, drawn on the map of the version that the clerk saw."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.trees.drawing import drawn, unlinked
from kb.trees.map.footprints import footprints
from kb.trees.runs import Run, answers_of
from kb.trees.walking import resolve
from portal.diagnose.shelf import Shelf
from portal.errors import Missing
from portal.tickets.ticket import Ticket


@dataclass(frozen=True)
class Way:
    """The map with the way on it, and which version of which diagnostic it shows."""

    svg: Markup
    title: str
    version: int


def way_of(session: Session, ticket: Ticket, shelf: Shelf, site_version: int) -> Way:
    """The way of the run that a request came from. Raises ``Missing`` without one. Three queries, five when new."""
    run = session.get(Run, ticket.run_id) if ticket.run_id else None
    if run is None:
        raise Missing
    tree = shelf.tree(session, run.revision_id)
    library = shelf.library(session, site_version)
    walk = resolve(tree, answers_of(session, run), run.mode, library=library)
    version = session.scalar(select(Revision.number).where(Revision.id == run.revision_id)) or 0
    named = session.execute(select(Article.slug, Article.title).where(Article.slug.in_(tree.guides)))
    titles = {row.slug: row.title for row in named}
    svg = drawn(tree, unlinked, footprints(tree, walk), titles=titles)
    return Way(Markup(svg), tree.title, version)  # noqa: S704 - drawn by us; every word on it is escaped
