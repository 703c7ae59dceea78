"""The pages of a run: start, one question or step at a time, contact, check, and the end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from auth.offices import offices_in_order
from kb.reading import Moved, NotInUse, OpenArticle, open_article
from kb.trees.runs import RESUME_DAYS, TYPED, answer, begin, renew_code
from kb.trees.walk import Page
from kb.trees.walking import would_drop
from portal.diagnose.answering import check_answer, check_note, is_typed, picture_of, read_note
from portal.diagnose.running import (
    CONTACT,
    RESERVED,
    URGENT,
    Walked,
    contact_typed,
    due_words,
    end_of_walk,
    keep_contact,
    keep_photo,
    next_address,
    place,
    run_of,
    send,
    walked,
)
from portal.errors import Missing
from portal.forms import Form
from portal.reader.guides import guide_html, guide_of
from portal.request import db, now, reader, remember_office, settings, site, visitor
from portal.status.cards import cards_for
from portal.tickets.forms import contact_form, contact_of, listed_office, office_choices
from portal.tickets.ticket import Ticket, link_key

blueprint = Blueprint("diagnose", __name__)

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/diagnose/<slug>")
@admit(ANYONE)
def start(slug: str) -> Answer:
    return render_template(
        "diagnose/start.html",
        article=diagnostic(slug),
        notices=cards_for(site(), now(), services=services_of(slug)),
    )


@blueprint.post("/diagnose/<slug>")
@admit(ANYONE)
def begin_run(slug: str) -> Answer:
    found = diagnostic(slug)
    run = begin(
        db(),
        article_id=found.id,
        revision_id=found.revision_id,
        visitor=visitor(),
        user_id=reader().user_id,
        office_id=reader().office_id,
        mode=site().mode.slug,
        now=now(),
    )
    db().commit()
    onward = redirect(place(run, next_address(walked(run).walk)), 303)
    # The browser remembers its run for as long as it can be resumed, so that home leads back to it.
    onward.set_cookie(
        "run", run.id, max_age=RESUME_DAYS * 86400, secure=settings().secure, httponly=True, samesite="Lax"
    )
    return onward


@blueprint.get("/runs/<run_id>")
@admit(ANYONE)
def go_on(run_id: str) -> Answer:
    run = run_of(run_id)
    return redirect(place(run, next_address(walked(run).walk)), 302)


@blueprint.get("/runs/<run_id>/<address>")
@admit(ANYONE)
def show(run_id: str, address: str) -> Answer:
    state = walked(run_of(run_id))
    if address in RESERVED:
        return RESERVED_PAGES[address](state)
    page = state.walk.page(address)
    if page is None:
        return redirect(place(state.run, next_address(state.walk)), 302)
    return question_page(state, page)


@blueprint.post("/runs/<run_id>/<address>")
@admit(ANYONE)
def say(run_id: str, address: str) -> Answer:
    state = walked(run_of(run_id))
    renew_code(db(), state.run, now())
    if state.ticket is not None and state.run.state == "sent":
        return redirect(place(state.run, "sent"), 303)
    if address in RESERVED:
        return RESERVED_POSTS[address](state)
    page = state.walk.page(address)
    if page is None:  # an old tab: the answer is to a question that is no longer asked
        return redirect(place(state.run, next_address(state.walk)), 303)
    return take_answer(state, page)


def take_answer(state: Walked, page: Page) -> Answer:
    """Keep one answer; first say what a change would drop."""
    form = check_answer(page, request)
    if form.typed.get("answer") == "other" and page.kind in ("try", "read"):
        if "note" not in request.form:
            return question_page(state, page, form, changed=True)
        read_note(form, request.form["note"])
        check_note(page, form)
    if not form.good:
        return question_page(state, page, form, changed=form.typed.get("answer") == "other"), 422
    value, said = form.values["value"], form.values["said"]
    picture = picture_of(form)
    if picture is not None:
        said = keep_photo(picture)
    old = state.answers.get(page.address)
    if old not in (None, value) and request.form.get("sure") != "yes":
        lost = would_drop(
            state.tree, state.answers, page.address, value, state.run.mode, library=state.library
        )
        if lost:
            return render_template(
                "diagnose/drops.html", state=state, page=page, value=value, said=said, lost=lost
            )
    if is_typed(page, value):
        answer(db(), state.run, page.address, TYPED, value, now=now())
    else:
        answer(db(), state.run, page.address, value, said, now=now())
    after = walked(state.run)
    if after.walk.ends and after.walk.outcome is not None:
        end_of_walk(after)
    db().commit()
    return redirect(place(state.run, next_address(after.walk)), 303)


def question_page(state: Walked, page: Page, form: Form | None = None, *, changed: bool = False) -> str:
    """A question, a step, a guide or a fact to give."""
    article = guide_of(page.slug) if page.kind == "read" else None
    return render_template(
        f"diagnose/{page.kind}.html",
        state=state,
        page=page,
        form=form or Form(()),
        chosen=chosen(state, page, form),
        changed=changed,
        article=article,
        guide_html=guide_html,
        back=back_of(state, page.address),
        was_here=state.was_here(now()),
    )


def chosen(state: Walked, page: Page, form: Form | None) -> Any:
    """What is selected already: what was just sent, else what was answered before."""
    if form is not None and form.typed.get("answer"):
        return form.typed["answer"]
    stored = state.answers.get(page.address, "")
    is_many = getattr(page.node, "many", False)
    return stored.split("+") if is_many and stored else stored


def contact_page(state: Walked, form: Form | None = None) -> Answer:
    """Office, name and number, asked only when they are not known."""
    shown = form or contact_form()
    if form is None:
        shown.typed = contact_typed(state).typed
    page = render_template(
        "diagnose/contact.html",
        state=state,
        form=shown,
        offices=office_choices(offices_in_order(db())),
        back=back_of(state, CONTACT),
    )
    return (page, 422) if form is not None else page


def check_page(state: Walked) -> Answer:
    """Everything that will be sent, each with its own way to change it."""
    if state.run.state == "sent":
        return redirect(place(state.run, "sent"), 302)
    if not contact_typed(state).complete:
        return redirect(place(state.run, CONTACT), 302)
    return render_template(
        "diagnose/check.html",
        state=state,
        contact=contact_typed(state),
        due=due_words(state),
        back=back_of(state, "check"),
        notices=cards_for(site(), now(), services=tuple(state.tree_services)),
    )


def call_page(state: Walked) -> Answer:
    """The number first, then the code; the request is there already."""
    return render_template(
        "diagnose/call.html", state=state, contact=contact_typed(state), ticket=state.ticket
    )


def solved_page(state: Walked) -> Answer:
    return render_template("diagnose/solved.html", state=state, back=back_of(state, "end"))


def end_page(state: Walked) -> Answer:
    """Where a finished walk leads: solved, call, or the check page."""
    outcome = state.walk.outcome
    if outcome is None:
        return redirect(place(state.run, next_address(state.walk)), 302)
    if outcome.kind == "solved":
        return solved_page(state)
    if outcome.kind == "call_now":
        return call_page(state)
    return redirect(place(state.run, "check"), 302)


def sent_page(state: Walked) -> Answer:
    if state.ticket is None:
        return redirect(place(state.run, next_address(state.walk)), 302)
    return redirect(ticket_address(state.ticket) + "/sent", 302)


def save_contact(state: Walked) -> Answer:
    form = contact_form().read(request.form)
    contact = contact_of(db(), form)
    if contact is None:
        return contact_page(state, form)
    keep_contact(state, form, now=now())
    if state.ticket is not None:
        after = walked(state.run)  # the contact that was given now, not the one before
        send(after, contact_typed(after), closing=False)
    db().commit()
    target = "end" if state.walk.outcome and state.walk.outcome.kind == "call_now" else "check"
    return remember_office(redirect(place(state.run, target), 303), listed_office(form))


def send_run(state: Walked) -> Answer:
    """The ticket is made from the run as the server replays it, not from what the page showed."""
    if request.form.get("urgent") == "yes":
        answer(db(), state.run, URGENT, "yes", "", now=now())
        db().commit()
        return redirect(place(state.run, "check"), 303)
    contact = contact_typed(state)
    if not contact.complete:
        return redirect(place(state.run, CONTACT), 303)
    ticket = send(state, contact, closing=True)
    db().commit()
    return redirect(ticket_address(ticket) + "/sent", 303)


def back_of(state: Walked, address: str) -> str:
    """Where Back leads: the page before on the trail, or the start page."""
    before = state.walk.before(address)
    return place(state.run, before) if before else f"/diagnose/{state.slug}"


def diagnostic(slug: str) -> OpenArticle:
    try:
        found = open_article(db(), slug, reader())
    except (Moved, NotInUse) as gone:
        raise Missing from gone
    if found.kind != "diagnostic":
        raise Missing
    return found


def services_of(slug: str) -> tuple[str, ...]:
    return tuple(diagnostic(slug).front.services)


def ticket_address(ticket: Ticket) -> str:
    return f"/tickets/{ticket.reference}/{link_key(settings().secret_key, ticket)}"


RESERVED_PAGES = {CONTACT: contact_page, "check": check_page, "end": end_page, "sent": sent_page}
RESERVED_POSTS = {CONTACT: save_contact, "check": send_run, "end": end_page, "sent": sent_page}
