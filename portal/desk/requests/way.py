"""The way a clerk went through a diagnostic and those that it called, each drawn on its own map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article
from kb.trees.drawing import drawn, unlinked
from kb.trees.map.footprints import footprints
from kb.trees.runs import Run
from kb.trees.tree import Tree
from kb.trees.walk import Walk
from portal.diagnose.running import walked
from portal.errors import Missing
from portal.tickets.ticket import Ticket


@dataclass(frozen=True)
class Called:
    """The map of a diagnostic that was called on the way."""

    svg: Markup
    title: str


@dataclass(frozen=True)
class Way:
    """The map with the way on it, and which version of which diagnostic it shows; then those that it called."""

    svg: Markup
    title: str
    version: int
    called: tuple[Called, ...]


def way_of(session: Session, ticket: Ticket) -> Way:
    """The way of the run that a request came from, in the versions it kept to. Raises ``Missing`` without a run.

    Three queries when its versions were looked at before.
    """
    run = session.get(Run, ticket.run_id) if ticket.run_id else None
    if run is None:
        raise Missing
    state = walked(run)
    walk, tree = state.walk, state.tree
    called = [state.library[slug] for slug in dict.fromkeys(slug for slug, _ in walk.called)]
    guides = {slug for each in (tree, *called) for slug in each.guides}
    named = session.execute(select(Article.slug, Article.title).where(Article.slug.in_(guides)))
    titles = {row.slug: row.title for row in named}
    maps = tuple(Called(_map_of(each, walk, titles), each.title) for each in called)
    return Way(_map_of(tree, walk, titles), tree.title, state.version, maps)


def _map_of(tree: Tree, walk: Walk, titles: Mapping[str, str]) -> Markup:
    svg = drawn(tree, unlinked, footprints(tree, walk), titles=titles)
    return Markup(svg)  # noqa: S704 - drawn by us; every word on it is escaped
