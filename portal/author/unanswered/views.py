"""Unanswered questions for authors: the list, one question with what can be done about it, and setting it aside."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from portal.author.drafts import names_of
from portal.author.unanswered.answers import article_choices, article_number
from portal.author.unanswered.board import board, days_in, question_asked
from portal.forms import Field, Form, choice, text
from portal.reports.setting_aside import LONGEST_REASON, set_aside, take_back
from portal.reports.unanswered import RANGES, Question
from portal.request import db, now, reader, site, wiring

blueprint = Blueprint("unanswered", __name__, url_prefix="/unanswered")

Answer = AnyResponse | str | tuple[str, int]
LISTED = 50
SAID = {
    "answered": "Set aside. It comes back when people look for it and find no answer again.",
    "not_ours": "Set aside. It does not come back by itself.",
    "back": "It is back on the list.",
}


@blueprint.get("")
@admit("write drafts")
def questions() -> Answer:
    days = days_in(request.args.get("days"))
    found = board(days)
    return render_template(
        "author/unanswered.html",
        board=found,
        days=days,
        ranges=RANGES,
        tab="aside" if request.args.get("tab") == "aside" else "open",
        listed=found.open[:LISTED],
        names=names_of(db(), {row.by_id for row, _ in found.set_aside}),
        said=SAID.get(request.args.get("said", ""), ""),
    )


@blueprint.get("/question")
@admit("write drafts")
def one_question() -> Answer:
    days = days_in(request.args.get("days"))
    return question_page(question_asked(request.args.get("words", ""), days), Form(()), days)


@blueprint.post("/question")
@admit("write drafts")
def put_aside() -> Answer:
    days = days_in(request.form.get("days"))
    found = question_asked(request.form.get("question", ""), days)
    form = aside_form(request.form.get("kind", "")).read(request.form)
    kind = form.typed["kind"]
    number = article_number(db(), reader(), form.values["article"]) if form.values.get("article") else None
    if kind == "answered" and number is None:
        form.fail("article", "Choose the guide or diagnostic that answers it")
    if not form.good:
        return question_page(found, form, days), 422
    set_aside(
        db(),
        words=found.words,
        wordings=found.keys,
        kind=kind,
        article_id=number,
        reason=form.values.get("reason", ""),
        by=reader().user_id,
        now=now(),
    )
    db().commit()
    return redirect(f"/author/unanswered?{urlencode({'days': days, 'said': kind})}", 303)


@blueprint.post("/<int:number>/back")
@admit("write drafts")
def put_back(number: int) -> Answer:
    take_back(db(), number, by=reader().user_id, now=now())
    db().commit()
    return redirect("/author/unanswered?said=back", 303)


def question_page(found: Question, form: Form, days: int) -> str:
    """One question: how it was asked, what was shown, and what can be done about it."""
    hits = wiring().finder.find(db(), site(), reader(), found.words, limit=3).results.hits
    return render_template(
        "author/unanswered_question.html",
        question=found,
        form=form,
        days=days,
        articles=article_choices(db(), reader(), closest=[hit.slug for hit in hits]),
        longest=LONGEST_REASON,
    )


def aside_form(kind: str) -> Form:
    """What is asked before a question is set aside."""
    kinds: dict[str, Any] = {"answered": "", "not_ours": ""}
    fields = [Field("kind", choice(kinds, "Choose what to do with it"))]
    if kind == "not_ours":
        fields.append(Field("reason", text("Say who answers it instead, or why", longest=LONGEST_REASON)))
    if kind == "answered":
        fields.append(Field("article", text(longest=160)))
    return Form(tuple(fields))
