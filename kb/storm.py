"""What belongs into the storm kit: the marked guides and diagnostics that a reader may see, and what they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article, Picture, Revision
from kb.page_pictures import picture_names
from kb.reading import OpenArticle, open_article
from kb.trees.recalls import Recall
from kb.trees.tree import Tree


@dataclass(frozen=True)
class StormArticles:
    """The guides and diagnostics of a kit, each by title, and the pictures that they show by name."""

    guides: tuple[OpenArticle, ...]
    diagnostics: tuple[OpenArticle, ...]
    trees: Mapping[str, Tree]
    pictures: Mapping[str, Picture]


def storm_articles(session: Session, reader: Reader) -> StormArticles:
    """The live articles marked `storm: true` that this reader may see, and the guides and diagnostics they lead to.

    A recalled diagnostic is left out. Costs two queries, and two more for each article: keep what is made of it.
    """
    marked = _marked(session, reader)
    recalled = frozenset(session.scalars(select(Recall.revision_id)))
    found: dict[str, OpenArticle] = {}
    trees: dict[str, Tree] = {}
    waiting = list(marked)
    while waiting:
        slug = waiting.pop()
        article = _opened(session, slug, reader) if slug not in found else None
        if article is None or article.revision_id in recalled:
            continue
        found[article.slug] = article
        if article.tree is not None:
            trees[article.slug] = tree = Tree.from_json(article.tree)
            waiting += [*tree.calls, *tree.guides]
    articles = sorted(found.values(), key=lambda article: article.title.casefold())
    return StormArticles(
        tuple(article for article in articles if article.kind == "guide"),
        tuple(article for article in articles if article.slug in trees),
        trees,
        _pictures(session, articles, trees),
    )


def _marked(session: Session, reader: Reader) -> list[str]:
    rows = session.execute(
        select(Article.slug, Revision.front)
        .join(Revision, Revision.id == Article.published_id)
        .where(Article.status == "published", Article.audience.in_(reader.audiences))
    )
    return [row.slug for row in rows if row.front.get("storm") is True]


def _opened(session: Session, slug: str, reader: Reader) -> OpenArticle | None:
    """What is hidden, gone or moved away simply does not come along."""
    try:
        return open_article(session, slug, reader)
    except LookupError:
        return None


def _pictures(session: Session, articles: list[OpenArticle], trees: Mapping[str, Tree]) -> dict[str, Picture]:
    names = {name for article in articles for name in picture_names(article.html)}
    names |= {name for tree in trees.values() for name in tree_pictures(tree)}
    found = session.scalars(select(Picture).where(Picture.name.in_(names)))
    return {picture.name: picture for picture in found}


def tree_pictures(tree: Tree) -> frozenset[str]:
    """The file names of the pictures beside the questions and steps of a diagnostic."""
    parts = (*tree.nodes.values(), *tree.steps.values())
    shown = [getattr(part, "picture", None) for part in parts]
    return frozenset(picture.file for picture in shown if picture is not None)
