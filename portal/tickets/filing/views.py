"""Asking the help desk: the form, and the page that says that we have the request."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from auth.offices import offices_in_order
from portal.diagnose.running import glance_at
from portal.forms import Form
from portal.reader.noting import note_none_helped
from portal.reports.endings import record_filed
from portal.reports.events import masked, trail_of
from portal.request import asker, db, now, reader, remember_office, remembered_office, visitor
from portal.tickets.filing.opening_form import open_from_form
from portal.tickets.forms import (
    REACH,
    URGENCY,
    clean_files,
    contact_of,
    known_contact,
    listed_office,
    office_choices,
    request_form,
)
from portal.tickets.handoff import trail_path
from portal.tickets.helping.offer import Offer, slugs_in
from portal.tickets.helping.panel import offer_here
from portal.tickets.links import address_of, link_of, sent_address, ticket_for

blueprint = Blueprint("filing", __name__)

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/tickets/new")
@admit(ANYONE)
def new_ticket() -> Answer:
    form = request_form()
    note_none_helped(request.args.get("words", ""))
    form.typed = first_values() | {"key": secrets.token_urlsafe(16)}
    return request_page(form)


@blueprint.post("/tickets/new")
@admit(ANYONE)
def file_ticket() -> Answer:
    form = request_form().read(request.form)
    # From "nothing found": the words come along, and nothing is judged yet.
    if request.form.get("stage") == "start":
        return start_page(form)
    files = clean_files(form, request.files.getlist("files"))
    contact = contact_of(db(), form)
    if not form.good or contact is None:
        return request_page(form), 422
    trail = trail_of(db(), visitor(), now())
    opened = open_from_form(form, contact, by=reader(), trail=trail, files=files)
    record_filed(db(), by=asker(), ticket_id=opened.ticket.id, now=now())
    db().commit()
    return remember_office(redirect(sent_address(opened.ticket), 303), listed_office(form))


@blueprint.get("/tickets/<reference>/<key>/sent")
@admit(ANYONE)
def sent(reference: str, key: str) -> Answer:
    ticket = ticket_for(reference, key)
    return render_template(
        "tickets/sent.html",
        ticket=ticket,
        address=address_of(ticket, key),
        link=link_of(ticket),
        run=glance_at(ticket.run_id),
    )


def request_page(form: Form, offer: Offer | None = None, *, looked: bool = False) -> str:
    """The form with what may help beside it; ``looked`` when somebody pressed for it, and it stands open."""
    words = str(form.typed.get("words") or "")
    without = slugs_in(str(form.typed.get("without") or ""))
    return render_template(
        "tickets/new.html",
        form=form,
        offices=office_choices(offices_in_order(db())),
        reach=REACH,
        urgency=URGENCY,
        trail=trail_path(trail_of(db(), visitor(), now())),
        left_out=masked(words) != words,
        offer=offer or offer_here(words, without) or Offer(without=without),
        looked=looked,
    )


def start_page(form: Form) -> str:
    """The form with the words that were typed elsewhere, before anything is judged."""
    typed = form.typed
    note_none_helped(str(typed.get("words") or ""))
    form.problems.clear()
    form.typed = first_values() | {name: value for name, value in typed.items() if value}
    form.typed["key"] = secrets.token_urlsafe(16)
    return request_page(form)


def first_values() -> dict[str, Any]:
    """The words that came along in the address, and what we know of the person."""
    carried = {
        "words": masked(request.args.get("words", ""))[:5000],
        "service": request.args.get("service", "")[:60],
        "about": request.args.get("about", "")[:300],
        "without": " ".join(slugs_in(request.args.get("without", ""))),
        "waiting": "",
    }
    return carried | known_contact(db(), reader(), office=remembered_office())
