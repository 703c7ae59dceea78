"""Guides while a request is written, and "This solved it", which ends without a request."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from kb.feedback import record_feedback
from kb.reading import OpenArticle, open_article
from portal.forms import Form, clean
from portal.reader.noting import note_opening
from portal.reports.endings import record_solved
from portal.request import asker, db, now, only_reads, reader
from portal.tickets.filing.views import request_page
from portal.tickets.forms import request_form
from portal.tickets.helping.offer import MOST_LETTERS, Offer, slugs_in
from portal.tickets.helping.panel import offer_here

blueprint = Blueprint("helping", __name__)

BUSY = "We cannot look for guides right now. Send your request. A person will answer."
TAKEN_BACK = "That guide is not here any more. What you typed is kept."
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/tickets/new/guides")
@blueprint.get("/tickets/new/solved")
@admit(ANYONE)
def back_to_the_form() -> Answer:
    """Addresses that only a pressed button leads to; whoever types one finds the form."""
    return redirect(url_for("tickets.filing.new_ticket"), 302)


@blueprint.post("/tickets/new/guides")
@admit(ANYONE)
@only_reads
def guides() -> Answer:
    """What may help: the panel alone for our script, else the whole form with everything that was typed."""
    words = clean(request.form.get("words", "")[:MOST_LETTERS])
    read = request.form.get("read", "")
    offer = offer_here(words, slugs_in(request.form.get("without", "")), read=read)
    if offer is not None and offer.is_read:
        note_opening(read)
    if request.headers.get("HX-Request"):
        return ("", 204) if offer is None else render_template("tickets/guides.html", offer=offer)
    return request_page(unjudged(), offer or Offer(searched=True, note=BUSY), looked=True)


@blueprint.post("/tickets/new/solved")
@admit(ANYONE)
def solved() -> Answer:
    """Counted, once a day for a browser and a guide. No request is made, and the page keeps what was typed."""
    form = unjudged()
    words, without = str(form.typed["words"]), slugs_in(str(form.typed["without"]))
    offer = offer_here(words, without) or Offer(without=without)
    found = guide_that_solved(request.form.get("solved", ""))
    if found is None:
        return request_page(form, Offer(offer.rows, searched=True, note=TAKEN_BACK), looked=True), 422
    counted = record_solved(
        db(),
        by=asker(),
        article_id=found.id,
        where="form",
        words=words[:MOST_LETTERS],
        shown=offer.slugs,
        now=now(),
    )
    if counted:
        record_feedback(
            db(), article_id=found.id, revision_id=found.revision_id, solved=True, reason="", now=now()
        )
    db().commit()
    return render_template("tickets/solved.html", article=found, form=form, without=(*without, found.slug))


def unjudged() -> Form:
    """The form as it stands, with nothing said yet about what is missing."""
    form = request_form().read(request.form)
    form.problems.clear()
    form.typed["files_named"] = [clean(name)[:120] for name in request.form.getlist("files")[:10] if name]
    return form


def guide_that_solved(slug: str) -> OpenArticle | None:
    """The guide, if it is there for this reader; else nothing, for the words typed are worth more than an error."""
    try:
        return open_article(db(), slug, reader())
    except LookupError:
        return None
