"""Whether a guide helped: yes, or no with a reason, and then the next best thing."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from kb.feedback import record_feedback
from kb.reading import (
    OpenArticle,
    titles,
)
from portal.errors import Missing
from portal.forms import Field, Form, choice, text
from portal.reader.guides import open_guide
from portal.reports.endings import record_solved
from portal.reports.events import masked
from portal.request import asker, db, now, reader
from portal.vocabulary import FEEDBACK_REASONS

blueprint = Blueprint("feedback", __name__)

Answer = AnyResponse | str | tuple[str, int]


@blueprint.post("/articles/<slug>/solved")
@admit(ANYONE)
def it_solved(slug: str) -> Answer:
    found = open_guide(slug)
    record_feedback(
        db(), article_id=found.id, revision_id=found.revision_id, solved=True, reason="", now=now()
    )
    record_solved(db(), by=asker(), article_id=found.id, where="guide", now=now())
    db().commit()
    if request.headers.get("HX-Request"):
        return render_template("reader/solved_box.html", article=found)
    return render_template("reader/solved.html", article=found)


@blueprint.get("/articles/<slug>/not-solved")
@admit(ANYONE)
def not_solved(slug: str) -> Answer:
    return feedback_page(open_guide(slug), feedback_form())


@blueprint.post("/articles/<slug>/not-solved")
@admit(ANYONE)
def say_why(slug: str) -> Answer:
    found, form = open_guide(slug), feedback_form().read(request.form)
    if not form.good:
        return feedback_page(found, form), 422
    reason = form.values["reason"]
    record_feedback(
        db(),
        article_id=found.id,
        revision_id=found.revision_id,
        solved=False,
        reason=reason,
        words=masked(form.values["words"]),
        now=now(),
    )
    db().commit()
    return redirect(url_for("reader.feedback.next_best", slug=slug, reason=reason), 303)


@blueprint.get("/articles/<slug>/next/<reason>")
@admit(ANYONE)
def next_best(slug: str, reason: str) -> Answer:
    if reason not in FEEDBACK_REASONS:
        raise Missing
    found = open_guide(slug)
    about = f"{found.title}: {FEEDBACK_REASONS[reason][0]}"
    others = titles(db(), [*found.front.related, found.front.diagnostic], reader())
    return render_template(
        "reader/next_best.html",
        article=found,
        reason=reason,
        others=others,
        ask=f"/tickets/new?{urlencode({'about': about, 'without': slug})}",
    )


def feedback_page(found: OpenArticle, form: Form) -> str:
    return render_template("reader/feedback.html", article=found, form=form, reasons=FEEDBACK_REASONS)


def feedback_form() -> Form:
    return Form(
        (
            Field("reason", choice(FEEDBACK_REASONS, "Select what was wrong")),
            Field("words", text(longest=1000, lines=True)),
        )
    )
