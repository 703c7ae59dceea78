"""The map of a diagnostic: on a page with its text for other documents, and as a file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.articles import Article, Revision
from kb.trees.parsing import TreeProblems, parse
from kb.trees.tree import Tree
from portal.author.drafts import article_to_write, latest_of, may_read, url_of
from portal.author.evidence.measuring import measured_lately
from portal.author.maps.showing import Map, findings_of, map_of
from portal.author.surroundings import Surroundings, surroundings
from portal.errors import Missing
from portal.request import db, now, reader, site, wiring

blueprint = Blueprint("maps", __name__, url_prefix="/diagnostics")

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/<slug>/map")
@admit("write drafts")
def show(slug: str) -> Answer:
    article = article_to_write(db(), slug, "diagnostic", reader())
    revision = revision_shown(article)
    page: Map | None = None
    problems: TreeProblems | None = None
    try:
        page = drawn_map(article, parse(revision.source, slug))
    except TreeProblems as found:
        problems = found
    return render_template("author/map.html", article=article, revision=revision, map=page, problems=problems)


@blueprint.get("/<slug>/map.svg")
@admit("write drafts")
def as_file(slug: str) -> Answer:
    """The map alone. A text that cannot be read has no map."""
    article = article_to_write(db(), slug, "diagnostic", reader())
    revision = revision_shown(article)
    try:
        svg = str(drawn_map(article, parse(revision.source, slug), alone=True).svg)
    except TreeProblems as problems:
        raise Missing from problems
    name = f"{slug}-version-{revision.number}.svg"
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}\n',
        mimetype="image/svg+xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def revision_shown(article: Article) -> Revision:
    """The draft, or with `version=live` what readers see. Raises ``Missing``."""
    if request.args.get("version") != "live":
        return latest_of(article)
    if article.published is None or not may_read(article.audience, article.published, reader()):
        raise Missing
    return article.published


def drawn_map(article: Article, tree: Tree, *, alone: bool = False) -> Map:
    near: Surroundings = surroundings(db(), reader())
    library = wiring().shelf.library(db(), site().version)
    avoid = site().settings.get("words.avoid") or {}
    measured = measured_lately(db(), article.id, now().astimezone(site().zone).date())
    findings = findings_of(tree, near, library, avoid, measured)
    return map_of(tree, near, findings, url_of(article), measured=measured, alone=alone)
