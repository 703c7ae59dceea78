"""The service worker, the pages that it keeps, and the door through which it sends what was written without a line."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from auth.offices import offices_in_order
from auth.roles import VISITOR
from portal.offline.keeping import OFF, kept_kit, worker_script
from portal.reports.events import Trail
from portal.request import csp_nonce, csrf_token, db, site
from portal.storm.contents import numbers_of
from portal.storm.making import made_kit
from portal.tickets.filing.opening_form import open_from_form
from portal.tickets.forms import REACH, URGENCY, contact_of, office_choices, request_form
from portal.tickets.links import sent_address

blueprint = Blueprint("offline", __name__)

Answer = AnyResponse | tuple[AnyResponse, int]


@blueprint.get("/service-worker.js")
@admit(ANYONE)
def worker() -> Answer:
    """The script. Browsers ask for it at each visit; it changes with our assets and with the switch."""
    answer = Response(worker_script(off=site().settings.get(OFF) is True), mimetype="text/javascript")
    # Its own policy is the one of what it fetches: our server, and nothing else.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/offline/kit")
@admit(ANYONE)
def kit() -> Answer:
    """The kit for everyone, whoever asks."""
    kept = kept_kit(made_kit(VISITOR))
    answer = for_keeping(kept.html)
    answer.headers["Content-Security-Policy"] = kept.policy
    return answer.make_conditional(request)


@blueprint.get("/offline/request")
@admit(ANYONE)
def request_page() -> Answer:
    """The form that works without a line, and the list of what is kept."""
    html = render_template(
        "offline/request.html",
        form=request_form(),
        missing=list(request_form().read({}).problems.items()),
        offices=office_choices(offices_in_order(db())),
        reach=REACH,
        urgency=URGENCY,
        numbers=numbers_of(site()),
    )
    return for_keeping(html).make_conditional(request)


@blueprint.get("/offline")
@admit(ANYONE)
def down() -> Answer:
    """The small page with our number, for a browser that could not keep the kit."""
    return for_keeping(render_template("offline/down.html", numbers=numbers_of(site()))).make_conditional(
        request
    )


@blueprint.get("/offline/token")
@admit(ANYONE)
def token() -> Answer:
    """A fresh token: the one of the page is gone when a request waited for days."""
    answer = jsonify(token=csrf_token())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/offline/requests")
@admit(ANYONE)
def send() -> Answer:
    """Files a request that was written without a line; its key makes a second sending find the first.

    It is nobody's: another person may be signed in when the line is back, so the private link is the way to it.
    """
    form = request_form().read(request.form)
    contact = contact_of(db(), form)
    if not form.good or contact is None:
        return jsonify(problems=form.problems), 422
    opened = open_from_form(form, contact, by=VISITOR, trail=Trail((), ()), files=())
    db().commit()
    return jsonify(reference=opened.ticket.reference, address=sent_address(opened.ticket))


def for_keeping(html: str) -> Response:
    """A page with a mark of its content; the nonce differs each time and does not count."""
    answer = Response(html, mimetype="text/html")
    answer.set_etag(sha256(html.replace(csp_nonce(), "").encode()).hexdigest())
    return answer
