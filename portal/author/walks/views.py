"""The tests of a diagnostic: test walks with their ends, and the changes that a person accepts one by one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.audit import record
from auth.guard import admit
from kb.articles import Article
from kb.trees.editing.accepted import accept
from kb.trees.rules.walk_rules import Change
from portal.author.drafts import latest_of
from portal.author.parts.opened import WALKS_MISSING, Opened, opened
from portal.author.parts.saving import NotSaved
from portal.author.parts.views import keep, when_readable
from portal.author.playing.keeping import text_with_end, text_without_test
from portal.author.said import said_now
from portal.author.sheet import number_in
from portal.author.walks.standing import changed_in, tests_of
from portal.errors import Missing
from portal.forms import Form
from portal.request import db, now, reader

blueprint = Blueprint("walks", __name__, url_prefix="/diagnostics/<slug>/tests")

Answer = AnyResponse | str | tuple[str, int]
MEANWHILE = "Somebody changed the draft meanwhile. Look at the walks again, then accept."


@blueprint.get("")
@admit("write drafts")
@when_readable
def show(article: Article) -> Answer:
    return tests_page(opened(article, latest_of(article)), Form(()), said=said_now(request.args))


@blueprint.post("/accepted")
@admit("write drafts")
@when_readable
def accept_one(article: Article) -> Answer:
    """One walk that ends differently, accepted by name; the draft then says that it should end there."""
    draft = opened(article, latest_of(article))
    name, after = request.form.get("name", ""), request.form.get("after", "")
    found = next((each for each in changed_in(db(), draft) if each.name == name), None)
    if found is None or found.change.after != after or not found.change.now.outcome:
        form = Form(())
        form.fail("", MEANWHILE)
        return tests_page(draft, form), 409
    take(article, found.change)
    here = f"{draft.url}/tests?said=accepted"
    ends = found.change.now.outcome
    if ends and any(walk.name == name and walk.ends != ends for walk in draft.tree.walks):
        return keep(article, text_with_end(draft, name, ends), here)
    db().commit()
    return redirect(here, 303)


@blueprint.post("/removed")
@admit("write drafts")
@when_readable
def take_out(article: Article) -> Answer:
    """A test that is no longer wanted."""
    draft = opened(article, latest_of(article))
    if number_in(request.form.get("based_on")) != draft.revision.number:
        form = Form(())
        form.fail("", MEANWHILE)
        return tests_page(draft, form), 409
    try:
        made = text_without_test(draft, request.form.get("name", ""))
    except LookupError:
        raise Missing from None
    except NotSaved as refused:
        form = Form(())
        form.fail("", str(refused))
        return tests_page(draft, form), 422
    return keep(article, made, f"{draft.url}/tests?said=saved")


def take(article: Article, change: Change) -> None:
    """Keep who accepted a change, with its line in the audit log."""
    accept(db(), article.id, change, by_id=reader().user_id, now=now())
    details = {"walk": change.name, "before": change.before, "after": change.after}
    record(db(), reader().user_id, "test walk accepted", f"article {article.slug}", details, now())


def tests_page(draft: Opened, form: Form, *, said: str = "") -> str:
    tests = tests_of(draft)
    missing = [each for each in draft.findings if each.rule == WALKS_MISSING]
    return render_template(
        "author/tests.html",
        article=draft.article,
        draft=draft,
        tests=tests,
        wrong=sum(bool(each.wrong) for each in tests),
        changed=changed_in(db(), draft),
        before=len(draft.before.walks) if draft.before else 0,
        missing=missing,
        form=form,
        said=said,
    )
