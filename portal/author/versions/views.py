"""The history of an article: versions compared and brought back, texts that met, and newer shipped versions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.audit import record
from auth.guard import admit
from kb.articles import Article, Revision
from kb.front_matter import split
from kb.plain_yaml import BadYaml
from kb.shipped import accept_shipped, dismiss_shipped
from kb.trees.recalls import recalls_of
from kb.writing import CannotPublish, MayNotPublish, may_publish, publications, restore, revisions
from portal.author.comparing import Comparison, compared
from portal.author.drafts import (
    SHELVES,
    Text,
    article_to_write,
    latest_of,
    may_read,
    names_of,
    revision_to_read,
    shelf_of,
    url_of,
)
from portal.author.going_live.views import bring_index_up
from portal.author.live import NOT_YOURS
from portal.author.proof import remarks_of
from portal.author.sheet import Sheet, number_in
from portal.author.surroundings import checks_for
from portal.errors import Missing
from portal.forms import Form
from portal.request import db, now, reader, site
from portal.site.settings import touch_site

blueprint = Blueprint("versions", __name__, url_prefix="/<any(guides, diagnostics):shelf>/<slug>")

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/history")
@admit("write drafts")
def history(shelf: str, slug: str) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    found = readable_revisions(article)
    events = publications(db(), article)
    names = names_of(db(), {each.author_id for each in found} | {each.by_id for each in events})
    numbers = {each.id: each.number for each in found}
    return render_template(
        "author/history.html",
        article=article,
        shelf=shelf_of(article),
        revisions=found,
        events=events,
        numbers=numbers,
        names=names,
        recalls=recalls_of(db(), article),
        was_live={event.revision_id for event in events if event.action == "published"},
    )


@blueprint.get("/compare")
@admit("write drafts")
def compare(shelf: str, slug: str) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    found = readable_revisions(article)
    newest = latest_of(article).number
    newer = number_in(request.args.get("newer")) or newest
    older = number_in(request.args.get("older")) or before(article, newer)
    left, right = (revision_to_read(db(), article, number, reader()) for number in (older, newer))
    return render_template(
        "author/compare.html",
        article=article,
        shelf=shelf_of(article),
        revisions=found,
        left=left,
        right=right,
        names=names_of(db(), {each.author_id for each in found}),
        result=compared((left.front, left.source), (right.front, right.source)),
    )


@blueprint.get("/versions/<int:number>/bring-back")
@admit("write drafts")
def before_bringing_back(shelf: str, slug: str, number: int) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    old, latest = revision_to_read(db(), article, number, reader()), latest_of(article)
    return render_template(
        "author/bring_back.html",
        article=article,
        shelf=shelf_of(article),
        old=old,
        latest=latest,
        result=compared((latest.front, latest.source), (old.front, old.source)),
    )


@blueprint.post("/versions/<int:number>/bring-back")
@admit("write drafts")
def bring_back(shelf: str, slug: str, number: int) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    old, before_it = revision_to_read(db(), article, number, reader()), latest_of(article).number
    made = restore(db(), article, old.number, author_id=reader().user_id, now=now())
    db().commit()
    said = "back" if made.number > before_it else "same"
    return redirect(f"{url_of(article)}?said={said}&version={number}", 303)


@blueprint.get("/shipped")
@admit("write drafts")
def shipped(shelf: str, slug: str) -> Answer:
    return shipped_page(waiting_article(shelf, slug), Form(()))


@blueprint.post("/shipped/accept")
@admit("write drafts")
def accept(shelf: str, slug: str) -> Answer:
    article, form = waiting_article(shelf, slug), Form(())
    today = now().astimezone(site().zone).date()
    checks = checks_for(db(), site(), reader(), article, today=today, publishing=False)
    try:
        accept_shipped(db(), article, by=reader(), now=now(), checks=checks)
    except (MayNotPublish, CannotPublish) as refused:
        db().rollback()
        may_not = isinstance(refused, MayNotPublish)
        form.fail("", str(refused) if may_not else "The shipped version has something to fix first.")
        found = () if may_not else remarks_of(getattr(refused, "findings", ()))
        return shipped_page(waiting_article(shelf, slug), form, found), 403 if may_not else 422
    details = {"version": latest_of(article).number, "audience": article.audience, "shipped": True}
    record(db(), reader().user_id, "article published", f"article {slug}", details, now())
    touch_site(db())
    db().commit()
    bring_index_up()
    return redirect(f"{url_of(article)}?said=taken", 303)


@blueprint.post("/shipped/dismiss")
@admit("write drafts")
def dismiss(shelf: str, slug: str) -> Answer:
    article, form = waiting_article(shelf, slug), Form(())
    if not may_publish(article.audience, reader()):
        form.fail("", NOT_YOURS)
        return shipped_page(article, form), 403
    dismiss_shipped(db(), article)
    record(db(), reader().user_id, "shipped version dismissed", f"article {slug}", {}, now())
    db().commit()
    return redirect(f"{url_of(article)}?said=kept", 303)


def conflict_page(article: Article, sheet: Sheet, mine: Text) -> str:
    """Two texts that met: theirs is saved, mine is still only on this page. Nothing of either is lost."""
    db().rollback()
    theirs = latest_of(article)
    return render_template(
        "author/conflict.html",
        article=article,
        shelf=shelf_of(article),
        sheet=sheet,
        theirs=theirs,
        who=names_of(db(), {theirs.author_id}).get(theirs.author_id, "Somebody"),
        result=compared((theirs.front, theirs.source), (mine.front or theirs.front, mine.source)),
    )


def readable_revisions(article: Article) -> list[Revision]:
    """The versions this person may read, newest first."""
    return [each for each in revisions(db(), article) if may_read(article.audience, each, reader())]


def before(article: Article, number: int) -> int:
    """What a version is compared with first: what readers see now, else the version before it."""
    live = article.published.number if article.published and article.status == "published" else 0
    return live if live and live < number else max(number - 1, 1)


def waiting_article(shelf: str, slug: str) -> Article:
    """The article with its waiting shipped version, or a missing page."""
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    if not article.shipped_waiting:
        raise Missing
    return article


def shipped_page(article: Article, form: Form, remarks: tuple[Any, ...] = ()) -> str:
    return render_template(
        "author/shipped.html",
        article=article,
        shelf=shelf_of(article),
        form=form,
        remarks=remarks,
        ours=latest_of(article),
        result=with_shipped(article),
        may_decide=may_publish(article.audience, reader()),
    )


def with_shipped(article: Article) -> Comparison:
    """Ours beside what was shipped."""
    ours, theirs = latest_of(article), article.shipped_waiting
    if article.kind == "diagnostic":
        return compared((ours.front, ours.source), (ours.front, theirs))
    try:
        parts = split(theirs)
    except BadYaml:
        return compared((ours.front, ours.source), (ours.front, theirs))
    return compared((ours.front, ours.source), (parts.front, parts.body))
