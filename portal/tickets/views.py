"""The pages of a request for the person who asked: file it, follow it, answer, say how it went."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, SIGNED_IN, admit
from portal.errors import Missing
from portal.forms import Field, Form, choice, email, text
from portal.mail.outbox import post
from portal.request import db, now, reader, settings, site
from portal.tickets.conversation import reopen, reply_as_clerk
from portal.tickets.filing.views import blueprint as filing
from portal.tickets.forms import (
    clean_files,
)
from portal.tickets.helping.views import blueprint as helping
from portal.tickets.links import MINE, actions_of, address_of, store, ticket_for
from portal.tickets.opening import private_link
from portal.tickets.progress import got_worse, rate, solve_as_clerk
from portal.tickets.store import Store
from portal.tickets.ticket import (
    Attachment,
    Ticket,
    entries_of,
    may_follow,
    number_of,
)

blueprint = Blueprint("tickets", __name__)
blueprint.register_blueprint(filing)
blueprint.register_blueprint(helping)

Answer = AnyResponse | str | tuple[str, int]


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
