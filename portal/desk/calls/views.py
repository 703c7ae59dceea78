"""Logging a call: one form by keyboard, and what helps while somebody is on the line beside it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from auth.offices import Office, offices_in_order
from kb.trees.runs import Run, finish
from portal.desk.calls.call import (
    ENDINGS,
    SOLVED,
    add_to_ticket,
    calls_since,
    length_of,
    log_call,
    minutes_and_seconds,
)
from portal.desk.calls.forms import REACH, call_form, call_of, office_typed
from portal.desk.finding import run_code, run_named, ticket_named
from portal.desk.guides import NONE_NEEDED, guides_for_words
from portal.desk.once import first_time
from portal.desk.requests.page import address_of, office_note, transcript_of
from portal.desk.requests.views import search, store
from portal.desk.rules import whole_number
from portal.desk.runs import codes
from portal.desk.verdict import note_verdict_of_run, verdicts_in
from portal.diagnose.running import Walked, contact_typed, walked
from portal.diagnose.sending import run_facts
from portal.forms import Form
from portal.reports.events import trail_of
from portal.request import after_answer, db, now, reader, settings, site
from portal.tickets.handoff import Contact, draft_from_run, run_path
from portal.tickets.opening import Draft
from portal.tickets.ticket import Ticket, may_work, worked_by
from portal.vocabulary import CAUSES, OPEN_STATES

blueprint = Blueprint("calls", __name__, url_prefix="/calls")
Answer = AnyResponse | str | tuple[str, int]
MOST_OPEN = 8


@blueprint.get("/new")
@admit("log calls")
def new() -> Answer:
    form = call_form(now=now(), zone=site().zone)
    form.typed = {
        "office": request.args.get("office", "")[:120],
        "key": secrets.token_urlsafe(16),
        "started": str(int(now().timestamp())),
    }
    return call_page(form)


@blueprint.post("/new")
@admit("log calls")
def save() -> Answer:
    sent, state = with_run(request.form)
    form = call_form(now=now(), zone=site().zone).read(sent)
    if request.form.get("action") == "look":
        return look(form, state)
    if request.form.get("about"):
        return about_open_request(form, request.form["about"])
    call = call_of(db(), form, reader(), run=draft_of(state))
    if call is None:
        return call_page(form, state), 422
    seconds = length_of(form.values["started"], now())
    ticket = log_call(
        db(),
        call,
        by=reader(),
        key=f"call:{form.values['key'] or secrets.token_urlsafe(16)}",
        seconds=seconds,
        site=site(),
        store=store(),
        secret_key=settings().secret_key,
        base_url=settings().base_url,
        now=now(),
    )
    if state is not None:
        ended = "solved" if call.ended == SOLVED else "sent"
        finish(db(), state.run, ended, now=now(), outcome="call", ticket_id=ticket.id)
        if call.ended == SOLVED:
            offered = verdicts_in(state.tree)
            note_verdict_of_run(db(), state.run, form.values["verdict"], offered=offered, now=now())
    db().commit()
    return redirect(f"/desk/calls/new?saved={ticket.reference}&seconds={seconds}", 303)


def with_run(sent: Mapping[str, str]) -> tuple[dict[str, str], Walked | None]:
    """What was sent, and the run behind a code in it; the run's office and caller fill what was left empty."""
    typed = {name: str(sent.get(name) or "") for name in sent}
    coded = run_code(typed.get("office", ""))
    if coded:
        typed |= {"code": coded, "office": ""}
    run = run_by_code(typed.get("code", ""))
    if run is None:
        return (typed | {"code": "", "office": str(sent.get("office") or "")}, None)
    state = walked(run)
    known = contact_typed(state).typed if state.said.get("contact") else {}
    office = db().get(Office, run.office_id) if run.office_id else None
    typed["office"] = typed["office"] or str(known.get("office") or (office.code if office else ""))
    for name in ("name", "phone"):
        typed[name] = typed.get(name) or str(known.get(name) or "")
    return typed, state


def run_by_code(code: str) -> Run | None:
    """The run behind a code, for a person who has not tried too many; each look is counted afterwards."""
    who, moment = reader(), now()
    if not run_code(code) or codes.minutes_to_wait(db(), who, moment):
        return None
    after_answer(lambda session: codes.count_code(session, who, moment))
    return run_named(db(), code, who, moment)


def draft_of(state: Walked | None) -> Draft | None:
    """The run so far as a request; the call brings caller, office and words."""
    if state is None:
        return None
    nobody = Contact("", "", "", None, "")
    trail = trail_of(db(), state.run.visitor or "", now())
    return draft_from_run(
        state.walk, run_facts(state), nobody, more="", urgent=False, repeated=False, trail=trail
    )


def look(form: Form, state: Walked | None) -> Answer:
    """Look things up, save nothing: the request behind a code, the run, the office, the guides for the words."""
    form.problems.clear()
    named = ticket_named(db(), form.typed["code"] or form.typed["office"], reader())
    if named is not None:
        return redirect(address_of(named.reference), 303)
    return call_page(form, state)


def about_open_request(form: Form, reference: str) -> Answer:
    """The call is about a request that is there: its words join it, once."""
    found = worked_by(db(), reference, reader())
    if "words" in form.problems:
        form.problems = {"words": form.problems["words"]}
        return call_page(form), 422
    words, key = form.values["words"], form.values["key"]
    if first_time(db(), found, kind="call", key=key, text=words, now=now()):
        add_to_ticket(db(), found, words=words, by=reader(), now=now())
        db().commit()
    return redirect(address_of(found.reference, said="call"), 303)


def call_page(form: Form, state: Walked | None = None) -> str:
    """The form with what was typed, and what helps beside it."""
    typed = office_typed(db(), form.typed["office"]) if form.typed.get("office") else None
    office = typed.office if typed else None
    midnight = now().astimezone(site().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return render_template(
        "desk/call.html",
        form=form,
        run=state,
        path=transcript_of(run_path(state.walk, run_facts(state))) if state else None,
        offices=offices_in_order(db()),
        office=office,
        office_tickets=open_of(office.id) if office else [],
        note=lambda ticket: office_note(ticket, now=now(), zone=site().zone),
        guides=guides_for_words(db(), search, form.typed.get("words", ""), reader()),
        none_needed=NONE_NEEDED,
        endings=ENDINGS,
        reach=REACH,
        causes=CAUSES,
        verdicts=verdicts_in(state.tree) if state else {},
        today=calls_since(db(), midnight, reader()),
        started=now() - timedelta(seconds=length_of(whole_number(form.typed.get("started", "")), now())),
        saved=saved_before(),
        length=minutes_and_seconds,
    )


def open_of(office_id: int) -> list[Ticket]:
    """The open requests of the office that this reader may see."""
    found = select(Ticket).where(
        Ticket.office_id == office_id, Ticket.state.in_(OPEN_STATES), may_work(reader())
    )
    return list(db().scalars(found.order_by(Ticket.priority, Ticket.created_at).limit(MOST_OPEN)))


def saved_before() -> dict[str, str] | None:
    """The call that was saved before this page, with how long it took."""
    named = ticket_named(db(), request.args.get("saved", ""), reader())
    if named is None:
        return None
    seconds = whole_number(request.args.get("seconds", ""))
    return {"reference": named.reference, "length": minutes_and_seconds(seconds) if seconds else ""}
