"""Recalling a version: who walks on it is told on the next page, and goes on with the version that is live."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.audit import record
from auth.guard import admit
from kb.articles import Article, Revision
from kb.trees.recalls import LONGEST_REASON, live_numbers, open_runs_on, recall, recalls_of
from kb.writing import may_publish
from portal.author.drafts import SHELVES, article_to_write, revision_to_read, shelf_of, url_of
from portal.author.live import NOT_YOURS
from portal.errors import Missing
from portal.forms import Field, Form, text
from portal.request import db, now, reader
from portal.site.settings import touch_site

blueprint = Blueprint("recalling", __name__, url_prefix="/diagnostics/<slug>/versions/<int:number>/recall")

Answer = AnyResponse | str | tuple[str, int]
SAY_WHY = "Say what is wrong, so that people know what not to do"


@blueprint.get("")
@admit("recall versions")
def before_recalling(slug: str, number: int) -> Answer:
    return recall_page(*version_of(slug, number), Form(()))


@blueprint.post("")
@admit("recall versions")
def recall_it(slug: str, number: int) -> Answer:
    article, revision = version_of(slug, number)
    form = Form((Field("reason", text(SAY_WHY, longest=LONGEST_REASON)),)).read(request.form)
    if not may_publish(article.audience, reader()):
        form.fail("", NOT_YOURS)
        return recall_page(article, revision, form), 403
    if not form.good:
        return recall_page(article, revision, form), 422
    if revision.id not in recalls_of(db(), article):
        recall(db(), article, revision, reason=form.values["reason"], by_id=reader().user_id, now=now())
        details = {"version": number, "reason": form.values["reason"]}
        record(db(), reader().user_id, "version recalled", f"article {slug}", details, now())
        touch_site(db())
        db().commit()
    return redirect(f"{url_of(article)}/history", 303)


def version_of(slug: str, number: int) -> tuple[Article, Revision]:
    """A version of a diagnostic that this person may read and that was live once; else a missing page."""
    article = article_to_write(db(), slug, SHELVES["diagnostics"].kind, reader())
    revision = revision_to_read(db(), article, number, reader())
    if revision.id not in live_numbers(db(), article):
        raise Missing
    return article, revision


def recall_page(article: Article, revision: Revision, form: Form) -> str:
    return render_template(
        "author/recall.html",
        article=article,
        shelf=shelf_of(article),
        revision=revision,
        form=form,
        is_live=article.status == "published" and article.published_id == revision.id,
        walking=open_runs_on(db(), revision.id),
        recalled=recalls_of(db(), article).get(revision.id),
        longest=LONGEST_REASON,
    )
