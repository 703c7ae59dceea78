"""The page of one request on the desk, the reply that goes to the clerk, the note that stays, the files."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from portal.desk import guides, queue
from portal.desk.finding import open_tickets
from portal.desk.once import first_time
from portal.desk.requests import page
from portal.desk.requests.forms import note_form, reply_form
from portal.desk.requests.way import way_of
from portal.errors import Missing
from portal.forms import Form
from portal.request import db, now, reader, settings, site, wiring
from portal.tickets.conversation import Overtaken, add_note, last_entry_id, reply_as_desk
from portal.tickets.forms import clean_files
from portal.tickets.lessons import is_first_reply
from portal.tickets.store import CleanFile, Store
from portal.tickets.ticket import Attachment, Ticket, entries_of, worked_by
from portal.vocabulary import CAUSES
from search.index import Results

blueprint = Blueprint("requests", __name__, url_prefix="/tickets")
Answer = AnyResponse | str | tuple[str, int]

# What the page says at its top after something was done; it stays until the next page.
SAID = {
    "sent": "Your reply is saved. The clerk can read it now.",
    "noted": "Your note is saved. Only the help desk sees it.",
    "taken": "You work on it now.",
    "given": "It has a new worker now.",
    "handed": "The group has it now.",
    "waiting": "It is waiting now. It comes back on the day you chose.",
    "working": "It is in work again.",
    "solved": "It is solved. The clerk can read that now.",
    "ranked": "The priority is worked out anew.",
    "reopened": "It is open again.",
    "call": "The call is added to this request.",
}


@dataclass(frozen=True)
class Composing:
    """What stands in the two forms: the reply with its problems, and the note with its own."""

    reply: Form = field(default_factory=lambda: Form(()))
    note: Form = field(default_factory=lambda: Form(()))
    overtaken: str = ""


@blueprint.get("/<reference>")
@admit("enter the desk")
def ticket(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    composing = Composing()
    guide = guides.guide_to_insert(db(), request.args.get("insert", ""), found, reader())
    if guide is not None:
        composing.reply.typed["text"] = guides.with_guide("", guide, settings().base_url)
    return ticket_page(found, composing)


@blueprint.get("/<reference>/way")
@admit("enter the desk")
def way(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    return render_template(
        "desk/way.html",
        ticket=found,
        here=page.address_of(found.reference),
        way=way_of(db(), found),
    )


@blueprint.post("/<reference>/reply")
@admit("work tickets")
def reply(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    form = reply_form(now=now(), zone=site().zone).read(request.form)
    if request.form.get("insert"):
        return with_guide(found, form, request.form["insert"])
    files = clean_files(form, request.files.getlist("files"))
    if not form.typed["text"] and not files:
        form.fail("text", "Write a reply, or add a file")
    if not form.good:
        return ticket_page(found, Composing(reply=form)), 422
    text = form.values["text"]
    if first_time(db(), found, kind="reply", key=form.values["key"], text=text, now=now()):
        try:
            send_reply(found, form, files)
        except Overtaken as overtaken:
            words = page.overtaken_words(overtaken.entry, found, reader=reader(), now=now(), zone=site().zone)
            return ticket_page(found, Composing(reply=form, overtaken=words)), 409
    return redirect(back_to(found, said="sent"), 303)


@blueprint.post("/<reference>/notes")
@admit("work tickets")
def note(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    form = note_form().read(request.form)
    if not form.good:
        return ticket_page(found, Composing(note=form)), 422
    text = form.values["text"]
    if first_time(db(), found, kind="note", key=form.values["key"], text=text, now=now()):
        add_note(db(), found, text=text, by=reader(), now=now())
        db().commit()
    return redirect(back_to(found, said="noted"), 303)


@blueprint.get("/<reference>/files/<int:file_id>")
@admit("enter the desk")
def attachment(reference: str, file_id: int) -> Response:
    found = worked_by(db(), reference, reader())
    file = db().get(Attachment, file_id)
    if file is None or file.ticket_id != found.id:
        raise Missing
    response = Response(store().read(file.storage_name, file.sha256), mimetype=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def ticket_page(found: Ticket, composing: Composing, *, warning: str = "") -> str:
    """The whole page, with what was typed."""
    zone, moment = site().zone, now()
    entries = entries_of(db(), found, with_notes=reader().may("read internal notes"))
    views = queue.views_of(
        queue.order(open_tickets(db(), reader()), moment, site().mode.slug, zone=zone, reader=reader()),
        reader(),
        {},
    )
    view = next((one for one in views if one.name == request.args.get("view")), views[0])
    return render_template(
        "desk/ticket.html",
        ticket=found,
        here=page.address_of(found.reference),
        view=view,
        place=page.place_in(view, found),
        said=SAID.get(request.args.get("said", "")),
        warning=warning,
        due=queue.due_of(found, moment, zone),
        came_by=page.came_by(found),
        worker=page.worker_of(db(), found, reader()),
        run=page.transcript_of(found.path, map_url=page.way_address(found)),
        thread=page.thread_of(entries, found, reader=reader(), now=moment, zone=zone),
        who_reads=page.who_reads(found, mail_works=site().mail_works),
        composing=composing,
        last_seen=last_entry_id(db(), found),
        may_ask=is_first_reply(found),
        key=secrets.token_urlsafe(16),
        cause=CAUSES.get(found.cause, ""),
        guides=guides.fitting(db(), search, found, reader()),
        office_tickets=page.tickets_of_office(db(), found, reader(), now=moment, zone=zone),
    )


def send_reply(found: Ticket, form: Form, files: tuple[CleanFile, ...]) -> None:
    """Keep the files, then write the reply, the marks and the mail in one transaction."""
    reply_as_desk(
        db(),
        found,
        text=form.values["text"],
        files=store().keep_all(files),
        by=reader(),
        next_news_at=form.values["next_news"],
        last_seen=form.values["last_seen"],
        secret_key=settings().secret_key,
        base_url=settings().base_url,
        now=now(),
        asks=form.values["asks"],
    )
    db().commit()


def with_guide(found: Ticket, form: Form, slug: str) -> Answer:
    """The page with a guide put into the reply; nothing is sent. A time that is not one yet is judged on sending."""
    form.problems.clear()
    guide = guides.guide_to_insert(db(), slug, found, reader())
    if guide is not None:
        form.typed["text"] = guides.with_guide(form.typed["text"], guide, settings().base_url)
    return ticket_page(found, Composing(reply=form))


def search(words: str) -> Results:
    """Search the guides as this reader."""
    return wiring().finder.find(db(), site(), reader(), words, limit=guides.MOST_GUIDES).results


def back_to(found: Ticket, *, said: str) -> str:
    """The page of the request, in the tab one came from."""
    return page.address_of(found.reference, view=view_name(), said=said)


def view_name() -> str:
    """The tab in the address, when it looks like one."""
    name = request.args.get("view", "")
    return name if name.replace("-", "").isalnum() and len(name) < 80 else ""


def store() -> Store:
    """Where attachments lie."""
    return Store(settings().attachments_folder)
