"""Publishing and retiring, each on a page of its own that says who will see what."""

from __future__ import annotations

import logging

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.articles import Article
from kb.reading import titles
from kb.writing import CannotPublish, Checks, MayNotPublish, may_publish
from portal.author.drafts import SHELVES, article_to_write, latest_of, shelf_of, url_of
from portal.author.live import NoReason, OrderHeld, outlook, put_live, take_out
from portal.author.said import said_now
from portal.author.sheet import number_in
from portal.author.surroundings import checks_for, surroundings, who_will_see
from portal.author.walks.standing import side_by_side
from portal.desk.guides import guide_named
from portal.forms import Field, Form, text
from portal.request import db, now, reader, site, wiring
from search.index import IndexBusy, IndexDamaged

blueprint = Blueprint("going_live", __name__, url_prefix="/<any(guides, diagnostics):shelf>/<slug>")

Answer = AnyResponse | str | tuple[str, int]
OVERTAKEN = "Somebody saved version {number} meanwhile. It is on this page now. Read it first."
NO_SUCH_ARTICLE = "We have no published article with that name. Use its title or its address"
NOT_ITSELF = "An article cannot take its own place. Choose another one"
MAY_NOT_RETIRE = "You may not take this article out of use. Ask an author or the lead."
log = logging.getLogger("signpost.author")


@blueprint.get("/publish")
@admit("write drafts")
def look_ahead(shelf: str, slug: str) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    return publish_page(article, Form(()), said=said_now(request.args))


@blueprint.post("/publication")
@admit("write drafts")
def publish_it(shelf: str, slug: str) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    latest, form = latest_of(article), Form((Field("reason", text(longest=500)),)).read(request.form)
    if number_in(request.form.get("number")) != latest.number:
        form.fail("", OVERTAKEN.format(number=latest.number))
        return publish_page(article, form), 409
    accepted = frozenset(request.form.getlist("accepted"))
    if not form.good:
        return publish_page(article, form, accepted), 422
    try:
        put_live(
            db(),
            article,
            latest,
            by=reader(),
            checks=checks_of(article),
            accepted=accepted,
            site=site(),
            now=now(),
            reason=str(form.values.get("reason") or ""),
        )
    except NoReason as missing:
        form.fail("reason", str(missing))
        return publish_page(article, form, accepted), 422
    except MayNotPublish as refused:
        form.fail("", str(refused))
        return publish_page(article, form), 403
    except OrderHeld as held:
        form.fail("", str(held))
        return publish_page(article, form), 409
    except CannotPublish:
        form.fail("", "Some things must be fixed first. They stand below. Nothing was published.")
        return publish_page(article, form, accepted), 422
    db().commit()
    said = "published" if bring_index_up() else "published_later"
    return redirect(f"{url_of(article)}?said={said}", 303)


@blueprint.get("/retire")
@admit("write drafts")
def before_retiring(shelf: str, slug: str) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    return retire_page(article, Form((), typed={"replaced_by": article.replaced_by}))


@blueprint.post("/retirement")
@admit("write drafts")
def retire_it(shelf: str, slug: str) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    form = Form((Field("replaced_by", text(longest=300)),)).read(request.form)
    other = replacement(article, form)
    if not form.good:
        return retire_page(article, form), 422
    try:
        take_out(db(), article, by=reader(), replaced_by=other, now=now())
    except MayNotPublish:
        form.fail("", MAY_NOT_RETIRE)
        return retire_page(article, form), 403
    db().commit()
    bring_index_up()
    return redirect(f"{url_of(article)}?said=retired", 303)


def checks_of(article: Article) -> Checks:
    today = now().astimezone(site().zone).date()
    return checks_for(db(), site(), reader(), article, today=today, publishing=True)


def publish_page(
    article: Article, form: Form, accepted: frozenset[str] = frozenset(), *, said: str = ""
) -> str:
    ahead = outlook(article, checks_of(article), reader(), site=site(), now=now())
    return render_template(
        "author/publish.html",
        article=article,
        shelf=shelf_of(article),
        ahead=ahead,
        who=who_will_see(ahead.audience, surroundings(db(), reader()).groups),
        form=form,
        accepted=accepted,
        walks=side_by_side(db(), article.id, ahead.walks),
        said=said,
    )


def retire_page(article: Article, form: Form) -> str:
    return render_template(
        "author/retire.html",
        article=article,
        shelf=shelf_of(article),
        form=form,
        may_retire=may_publish(article.audience, reader()),
        refusal=MAY_NOT_RETIRE,
    )


def replacement(article: Article, form: Form) -> str:
    """The slug of the article that takes the place; a problem on the form when there is no such one."""
    named = str(form.values.get("replaced_by") or "")
    if not named or not form.good:
        return ""
    slug = guide_named(db(), named, reader())
    if slug == article.slug or named.strip().lower() == article.slug:
        form.fail("replaced_by", NOT_ITSELF)
    elif not slug or not titles(db(), [slug], reader()):
        form.fail("replaced_by", NO_SUCH_ARTICLE)
    return slug


def bring_index_up() -> bool:
    """Bring the index up to what was just published, with a session that sees it. The worker does it otherwise."""
    parts = wiring()
    try:
        with parts.database.reading() as fresh:
            parts.finder.catch_up(fresh, parts.sites.site(now()))
    except (IndexBusy, IndexDamaged, OSError):
        log.exception("The index could not be brought up after publishing; the worker tries again")
        return False
    return True
