"""The test questions: how well search answers them, what moved since when, and which of them find one article."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.questions import BadQuestions, Figures
from kb.word_suggestions import FEWEST_BROWSERS
from portal.author.drafts import SHELVES, article_to_write, shelf_of
from portal.author.guides.symptoms import symptoms_found
from portal.author.heard import LOOKED_BACK, searches_that_opened
from portal.author.questions.asking import question_set
from portal.author.questions.growing import growth, settle, take_out
from portal.author.questions.reading import all_questions, article_questions
from portal.errors import Missing
from portal.request import db, now, reader, site, wiring

blueprint = Blueprint("questions", __name__)

Answer = AnyResponse | str | tuple[str, int]
SAID = {
    "approve": "It is a test question now. It is asked with the others within a minute.",
    "refuse": "It is no test question. It is not proposed again.",
    "out": "It is no longer asked.",
    "gone": "Somebody decided about it already.",
}


@blueprint.get("/questions")
@admit("write drafts")
def questions() -> Answer:
    found = all_questions(db(), reader())
    shipped = shipped_figures(found.run.way) if found else None
    return render_template(
        "author/questions.html",
        found=found,
        shipped=shipped,
        growth=growth(db(), reader(), now()),
        days=LOOKED_BACK.days,
        fewest=FEWEST_BROWSERS,
        done=SAID.get(request.args.get("done", ""), ""),
    )


@blueprint.post("/questions/proposed")
@admit("edit words")
def settle_proposal() -> Answer:
    action = request.form.get("action", "")
    if action not in ("approve", "refuse"):
        raise Missing
    settled = settle(
        db(), request.form.get("key", "")[:260], approved=action == "approve", by=reader(), now=now()
    )
    db().commit()
    return redirect(f"/author/questions?done={action if settled else 'gone'}#growth-h", 303)


@blueprint.post("/questions/own/<int:question_id>/removal")
@admit("edit words")
def remove_own(question_id: int) -> Answer:
    removed = take_out(db(), question_id, by=reader(), now=now())
    db().commit()
    return redirect(f"/author/questions?done={'out' if removed else 'gone'}#growth-h", 303)


@blueprint.get("/<any(guides, diagnostics):shelf>/<slug>/questions")
@admit("write drafts")
def of_article(shelf: str, slug: str) -> Answer:
    article = article_to_write(db(), slug, SHELVES[shelf].kind, reader())
    return render_template(
        "author/article_questions.html",
        article=article,
        shelf=shelf_of(article),
        found=article_questions(db(), article, reader()),
        symptoms=symptoms_found(db(), wiring().finder, site(), reader(), article),
        searches=searches_that_opened(db(), article.id, now() - LOOKED_BACK),
        days=LOOKED_BACK.days,
        fewest=FEWEST_BROWSERS,
    )


def shipped_figures(way: str) -> Figures | None:
    """The figures that came with the release for this way to search."""
    try:
        return question_set().measured.get(way)
    except (BadQuestions, OSError):
        return None
