"""The JSON interface: search, articles, tickets and runs, for programs that show a token or come as a visitor."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import BadRequest

from auth.guard import ANYONE, admit
from auth.offices import open_office
from auth.roles import VISITOR, Reader
from auth.tokens import ARTICLES_READ, RUNS_WRITE, TICKETS_READ, TICKETS_WRITE, Bearer, bearer_of
from kb.reading import NotFound, open_article
from kb.trees.runs import answer, begin
from portal.api.description import openapi_document
from portal.api.problems import Conflict, NeedsToken, TokenRefused, Unprocessable
from portal.api.shapes import address, article_json, run_json, ticket_json
from portal.diagnose.answering import is_storable
from portal.diagnose.running import run_of, walked
from portal.diagnose.sending import end_of_walk
from portal.forms import Field, Form, choice, email, phone, text
from portal.reports.events import Trail
from portal.request import db, now, settings, site, wiring
from portal.tickets.handoff import Contact, draft_from_words
from portal.tickets.opening import fingerprint_of, known_key, open_ticket, private_link
from portal.tickets.store import Store
from portal.tickets.ticket import followed_by, worked_by
from portal.vocabulary import IMPACTS, URGENCIES

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
@admit(ANYONE)
def description() -> Response:
    return jsonify(openapi_document())


@blueprint.get("/search")
@admit(ANYONE)
def search() -> Response:
    typed = request.args.get("q", "")
    began = wiring().clock()
    found = wiring().finder.find(db(), site(), reading(ARTICLES_READ), typed, limit=limit_of(request.args))
    took = (wiring().clock() - began).total_seconds() * 1000
    return jsonify(
        {
            "query": found.typed,
            "corrected": found.results.corrected,
            "total": found.results.total,
            "took_ms": round(took, 1),
            "results": [
                {
                    "kind": hit.kind,
                    "slug": hit.slug,
                    "title": hit.title,
                    "snippet_html": hit.snippet_html,
                    "url": settings().base_url + address(hit.kind, hit.slug),
                    "score": round(hit.score, 4),
                }
                for hit in found.results.hits
            ],
        }
    )


@blueprint.get("/articles/<slug>")
@admit(ANYONE)
def article(slug: str) -> Response:
    reader = reading(ARTICLES_READ)
    try:
        found = open_article(db(), slug, reader)
    except LookupError as gone:
        raise NotFound(slug) from gone
    return with_tag(article_json(found, reader))


@blueprint.post("/tickets")
@admit(ANYONE)
def file_ticket() -> tuple[Response, int]:
    reader = reading(TICKETS_WRITE)
    form = ticket_form().read(body())
    office = open_office(db(), str(form.typed["office"]))
    if office is None:
        form.fail("office", "There is no office with this code.")
    if not form.good:
        raise Unprocessable(form.problems)
    values = form.values
    contact = Contact(values["name"], values["phone"], values["email"], office, "")
    draft = draft_from_words(
        values["description"],
        contact,
        impact=values["impact"],
        urgency=values["urgency"],
        waiting=False,
        trail=Trail((), ()),
        files=(),
        channel="api",
        subject=values["subject"],
    )
    key = idempotency_key(reader)
    earlier = known_key(db(), key)
    if earlier is not None and earlier.fingerprint != fingerprint_of(draft):
        raise Conflict("This Idempotency-Key was used for another request. Use a new one.")
    opened = open_ticket(
        db(),
        draft,
        by=reader,
        key=key,
        site=site(),
        store=Store(settings().attachments_folder),
        secret_key=settings().secret_key,
        base_url=settings().base_url,
        now=now(),
    )
    db().commit()
    link = private_link(settings().base_url, settings().secret_key, opened.ticket)
    answer_ = jsonify({"reference": opened.ticket.reference, "url": link})
    answer_.headers["Location"] = link
    return answer_, 201


@blueprint.get("/tickets/<reference>")
@admit(ANYONE)
def one_ticket(reference: str) -> Response:
    reader = token_for(TICKETS_READ).reader
    is_desk = reader.may("enter the desk")
    found = (worked_by if is_desk else followed_by)(db(), reference, reader)
    return with_tag(ticket_json(found, with_notes=is_desk and reader.may("read internal notes")))


@blueprint.post("/runs")
@admit(ANYONE)
def begin_run() -> tuple[Response, int]:
    reader = reading(RUNS_WRITE)
    slug = str(body().get("diagnostic") or "")
    try:
        found = open_article(db(), slug, reader)
    except LookupError as gone:
        raise NotFound(slug) from gone
    if found.kind != "diagnostic":
        raise Unprocessable({"diagnostic": "There is no diagnostic with this name."})
    run = begin(
        db(),
        article_id=found.id,
        revision_id=found.revision_id,
        user_id=reader.user_id,
        office_id=reader.office_id,
        mode=site().mode.slug,
        now=now(),
    )
    db().commit()
    return jsonify(run_json(run.id)), 201


@blueprint.get("/runs/<run_id>")
@admit(ANYONE)
def one_run(run_id: str) -> Response:
    return jsonify(run_json(run_id))


@blueprint.post("/runs/<run_id>/answers")
@admit(ANYONE)
def answer_run(run_id: str) -> Response:
    sent = body()
    node, value = str(sent.get("node") or ""), str(sent.get("answer") or "")
    state = walked(run_of(run_id))
    page = state.walk.page(node)
    if page is None:
        raise Unprocessable({"node": "This page is not on the way of this run."})
    stored = is_storable(page, value)
    if stored is None:
        raise Unprocessable({"answer": "This page does not offer that answer."})
    if state.run.state == "sent":
        raise Conflict("This run was sent already.")
    is_result = page.kind in ("try", "read")
    answer(db(), state.run, page.address, stored.value, stored.said, now=now(), is_result=is_result)
    after = walked(state.run)
    if after.walk.ends:
        end_of_walk(after)
    db().commit()
    return jsonify(run_json(run_id))


def reading(scope: str) -> Reader:
    """Who asks: the person of the token, or a visitor without one. A token that does not cover it is refused."""
    return token_for(scope).reader if request.headers.get("Authorization") else VISITOR


def token_for(scope: str) -> Bearer:
    """The bearer of a token with this scope. Raises NeedsToken or TokenRefused."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NeedsToken
    bearer = bearer_of(db(), token.strip(), now())
    if bearer is None:
        raise NeedsToken
    if not bearer.may(scope):
        raise TokenRefused(scope)
    g.bearer = bearer
    return bearer


def body() -> dict[str, Any]:
    """The JSON object that was sent. Raises BadRequest for anything else."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise BadRequest("Send a JSON object.")
    return sent


def limit_of(arguments: Any) -> int:
    typed = arguments.get("limit", "10")
    return max(1, min(int(typed), 50)) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 10


def idempotency_key(reader: Reader) -> str:
    """The key of this write: the sender's own, apart for each sender, or a new one."""
    sent = request.headers.get("Idempotency-Key", "").strip()
    if len(sent) > 255:
        raise Unprocessable({"Idempotency-Key": "Use at most 255 letters."})
    own = hashlib.sha256(f"{reader.user_id}:{sent}".encode()).hexdigest() if sent else secrets.token_hex(32)
    return f"api:{own}"


def with_tag(shown: dict[str, Any]) -> Response:
    """JSON with an ETag, so that a program that has it already is told so."""
    answer_ = jsonify(shown)
    answer_.set_etag(hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32])
    answer_.make_conditional(request)
    return answer_


def ticket_form() -> Form:
    return Form(
        (
            Field("office", text("Name the office by its code.", longest=60)),
            Field("name", text("Give the name of the person who asks.", longest=120)),
            Field("phone", phone("Give a number to call back, with area code.")),
            Field("email", email()),
            Field("subject", text("Give a subject.", longest=200)),
            Field("description", text("Say what is happening.", longest=5000, lines=True)),
            Field("impact", choice(IMPACTS, f"Use one of: {', '.join(IMPACTS)}.")),
            Field("urgency", choice(URGENCIES, f"Use one of: {', '.join(URGENCIES)}.")),
        )
    )
