"""The pages of a request for the person who asked: file it, follow it, answer, say how it went."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, SIGNED_IN, admit
from auth.offices import offices_in_order
from portal.errors import Missing
from portal.forms import Field, Form, choice, email, text
from portal.mail.outbox import post
from portal.reports.events import masked, trail_of
from portal.request import db, now, reader, remember_office, remembered_office, settings, site, visitor
from portal.safety import SignInFirst
from portal.tickets.conversation import got_worse, rate, reopen, reply_as_clerk, solve_as_clerk
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
from portal.tickets.handoff import draft_from_words, trail_path
from portal.tickets.opening import open_ticket, private_link
from portal.tickets.priority import severity_from_form
from portal.tickets.store import Store
from portal.tickets.ticket import (
    Attachment,
    Ticket,
    by_private_link,
    entries_of,
    followed_by,
    link_key,
    may_follow,
    number_of,
)

blueprint = Blueprint("tickets", __name__)

# Stands in the place of a private key for a person who is signed in and may follow the request.
MINE = "mine"
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/tickets/new")
@admit(ANYONE)
def new_ticket() -> Answer:
    form = request_form()
    form.typed = first_values() | {"key": secrets.token_urlsafe(16)}
    return request_page(form)


@blueprint.post("/tickets/new")
@admit(ANYONE)
def file_ticket() -> Answer:
    form = request_form().read(request.form)
    if (
        request.form.get("stage") == "start"
    ):  # from "nothing found": the words come along, nothing is judged yet
        return start_page(form)
    files = clean_files(form, request.files.getlist("files"))
    contact = contact_of(db(), form)
    if not form.good or contact is None:
        return request_page(form), 422
    impact, urgency, waiting = severity_from_form(form.values)
    draft = draft_from_words(
        form.values["words"],
        contact,
        impact=impact,
        urgency=urgency,
        waiting=waiting,
        trail=trail_of(db(), visitor(), now()),
        files=files,
        service=form.values["service"],
        feedback=form.values["about"],
    )
    opened = open_ticket(
        db(),
        draft,
        by=reader(),
        key=f"form:{form.values['key'] or secrets.token_urlsafe(16)}",
        site=site(),
        store=store(),
        secret_key=settings().secret_key,
        base_url=settings().base_url,
        now=now(),
    )
    db().commit()
    return remember_office(redirect(sent_address(opened.ticket), 303), listed_office(form))


@blueprint.get("/tickets/<reference>/<key>/sent")
@admit(ANYONE)
def sent(reference: str, key: str) -> Answer:
    ticket = ticket_for(reference, key)
    return render_template(
        "tickets/sent.html", ticket=ticket, address=address_of(ticket, key), link=link_of(ticket)
    )


@blueprint.get("/tickets/<reference>")
@admit(ANYONE)
def my_ticket(reference: str) -> Answer:
    return ticket_page(ticket_for(reference, MINE), MINE)


@blueprint.get("/tickets/<reference>/<key>")
@admit(ANYONE)
def ticket_by_link(reference: str, key: str) -> Answer:
    return ticket_page(ticket_for(reference, key), key)


@blueprint.post("/tickets/<reference>/<key>/reply")
@admit(ANYONE)
def reply(reference: str, key: str) -> Answer:
    ticket = ticket_for(reference, key)
    form = Form((Field("text", text(longest=5000, lines=True)), Field("once", text(longest=60)))).read(
        request.form
    )
    files = clean_files(form, request.files.getlist("files"))
    if not form.values.get("text") and not files:
        form.fail("text", "Write a message, or add a file")
    if not form.good:
        return ticket_page(ticket, key, form), 422
    if not said_before(ticket, form.values["text"], has_files=bool(files)):
        kept = store().keep_all(files)
        reply_as_clerk(db(), ticket, text=form.values["text"], files=kept, by=reader(), now=now())
        db().commit()
    return redirect(address_of(ticket, key) + "#latest", 303)


@blueprint.post("/tickets/<reference>/<key>/solved")
@admit(ANYONE)
def solved(reference: str, key: str) -> Answer:
    ticket = ticket_for(reference, key)
    solve_as_clerk(db(), ticket, by=reader(), now=now())
    db().commit()
    return redirect(address_of(ticket, key), 303)


@blueprint.post("/tickets/<reference>/<key>/came-back")
@admit(ANYONE)
def came_back(reference: str, key: str) -> Answer:
    ticket = ticket_for(reference, key)
    reopen(db(), ticket, by=reader(), now=now())
    db().commit()
    return redirect(address_of(ticket, key), 303)


@blueprint.post("/tickets/<reference>/<key>/rating")
@admit(ANYONE)
def rating(reference: str, key: str) -> Answer:
    ticket = ticket_for(reference, key)
    form = Form((Field("how", choice(("good", "not_good"), "Select Good or Not good")),)).read(request.form)
    if not form.good:
        return ticket_page(ticket, key, form), 422
    rate(ticket, good=form.values["how"] == "good")
    db().commit()
    return redirect(address_of(ticket, key), 303)


@blueprint.get("/tickets/<reference>/<key>/worse")
@admit(ANYONE)
def worse(reference: str, key: str) -> Answer:
    return worse_page(ticket_for(reference, key), key, worse_form())


@blueprint.post("/tickets/<reference>/<key>/worse")
@admit(ANYONE)
def say_worse(reference: str, key: str) -> Answer:
    ticket = ticket_for(reference, key)
    form = worse_form().read(request.form)
    if not form.good:
        return worse_page(ticket, key, form), 422
    got_worse(
        db(),
        ticket,
        what=form.values["what"],
        waiting=form.values["waiting"] == "yes",
        grid=site().settings.get("priority.grid"),
        mode=site().mode.slug,
        by=reader(),
        now=now(),
    )
    db().commit()
    return redirect(address_of(ticket, key), 303)


@blueprint.get("/tickets/<reference>/<key>/files/<int:file_id>")
@admit(ANYONE)
def attachment(reference: str, key: str, file_id: int) -> Answer:
    ticket = ticket_for(reference, key)
    found = db().get(Attachment, file_id)
    if found is None or found.ticket_id != ticket.id or found.internal:
        raise Missing
    return file_answer(found, store())


@blueprint.get("/tickets/find")
@admit(ANYONE)
def find_ticket() -> Answer:
    return render_template("tickets/find.html", form=find_form(), asked=request.args.get("asked") == "yes")


@blueprint.post("/tickets/find")
@admit(ANYONE)
def mail_link() -> Answer:
    """Mails the private link. The answer is the same whoever asks, for whichever number."""
    form = find_form().read(request.form)
    number = number_of(form.typed["reference"])
    if form.typed["reference"] and number is None:
        form.fail("reference", "Enter a number like R-2048")
    if not form.good:
        return render_template("tickets/find.html", form=form, asked=False), 422
    ticket = db().scalar(select(Ticket).where(Ticket.number == number))
    if ticket is not None and ticket.email and ticket.email.lower() == form.values["email"].lower():
        link = private_link(settings().base_url, settings().secret_key, ticket)
        post(
            db(),
            to=ticket.email,
            subject=f"The link to your request {ticket.reference}",
            text=f"Open your request {ticket.reference} here:\n{link}\n\nOnly someone with this link can open it.\n",
            kind="ticket_link",
            now=now(),
        )
    db().commit()
    return redirect(url_for("tickets.find_ticket", asked="yes"), 303)


@blueprint.get("/requests")
@admit(SIGNED_IN)
def my_requests() -> Answer:
    found = db().scalars(
        select(Ticket).where(may_follow(reader())).order_by(Ticket.changed_at.desc()).limit(200)
    )
    return render_template("tickets/mine.html", tickets=list(found))


def ticket_for(reference: str, key: str) -> Ticket:
    """The ticket behind an address, for this reader. Raises NoSuchTicket, or asks a visitor to sign in."""
    if key != MINE:
        return by_private_link(db(), reference, key, settings().secret_key)
    if not reader().signed_in:
        raise SignInFirst
    return followed_by(db(), reference, reader())


def ticket_page(ticket: Ticket, key: str, form: Form | None = None) -> str:
    entries = entries_of(db(), ticket, with_notes=False)
    return render_template(
        "tickets/ticket.html",
        ticket=ticket,
        entries=entries,
        address=address_of(ticket, key),
        actions=actions_of(ticket, key),
        address_files=f"{actions_of(ticket, key)}/files",
        form=form or Form(()),
        latest=max((entry.id for entry in entries if entry.kind == "message"), default=0),
    )


def request_page(form: Form) -> str:
    words = str(form.typed.get("words") or "")
    return render_template(
        "tickets/new.html",
        form=form,
        offices=office_choices(offices_in_order(db())),
        reach=REACH,
        urgency=URGENCY,
        trail=trail_path(trail_of(db(), visitor(), now())),
        left_out=masked(words) != words,
    )


def start_page(form: Form) -> str:
    """The form with the words that were typed elsewhere, before anything is judged."""
    typed = form.typed
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
        "waiting": "",
    }
    return carried | known_contact(db(), reader(), office=remembered_office())


def file_answer(found: Attachment, files: Store) -> Response:
    """The file as a download, whatever it claims to be."""
    response = Response(files.read(found.storage_name, found.sha256), mimetype=found.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def said_before(ticket: Ticket, words: str, *, has_files: bool) -> bool:
    """Whether this is a second press: the newest message is the clerk's and says the same."""
    messages = [entry for entry in entries_of(db(), ticket, with_notes=False) if entry.kind == "message"]
    return bool(messages) and not has_files and messages[-1].side == "clerk" and messages[-1].text == words


def address_of(ticket: Ticket, key: str) -> str:
    return f"/tickets/{ticket.reference}" if key == MINE else f"/tickets/{ticket.reference}/{key}"


def actions_of(ticket: Ticket, key: str) -> str:
    """What the addresses of the request's own actions start with."""
    return f"/tickets/{ticket.reference}/{key}"


def sent_address(ticket: Ticket) -> str:
    return f"/tickets/{ticket.reference}/{link_key(settings().secret_key, ticket)}/sent"


def link_of(ticket: Ticket) -> str:
    return private_link(settings().base_url, settings().secret_key, ticket)


def store() -> Store:
    return Store(settings().attachments_folder)


def worse_form() -> Form:
    return Form(
        (
            Field("what", text("Say what changed", longest=2000, lines=True)),
            Field(
                "waiting", choice(("yes", "no"), "Select yes if a voter, candidate, judge or jury is waiting")
            ),
        )
    )


def find_form() -> Form:
    return Form(
        (
            Field("reference", text("Enter a number like R-2048", longest=20)),
            Field("email", email("Enter the e-mail address you gave us")),
        )
    )


def worse_page(ticket: Ticket, key: str, form: Form) -> str:
    return render_template(
        "tickets/worse.html",
        ticket=ticket,
        address=address_of(ticket, key),
        actions=actions_of(ticket, key),
        form=form,
    )
