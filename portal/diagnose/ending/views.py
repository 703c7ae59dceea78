"""The end of a run: whom to call back, everything to check, the call, solved, and sent."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.offices import offices_in_order
from kb.trees.runs import answer
from portal.diagnose.lines import lines_of
from portal.diagnose.pages import frame_of
from portal.diagnose.running import (
    CONTACT,
    URGENT,
    Walked,
    contact_typed,
    keep_contact,
    next_address,
    place,
    walked,
)
from portal.diagnose.sending import due_words, guide_titles, send
from portal.forms import Form
from portal.request import db, now, remember_office, site
from portal.status.cards import cards_for
from portal.tickets.forms import contact_form, contact_of, listed_office, office_choices
from portal.tickets.links import sent_address

Answer = AnyResponse | str | tuple[str, int]


def contact_page(state: Walked, form: Form | None = None) -> Answer:
    """Office, name and number, asked only when they are not known."""
    shown = form or contact_form()
    if form is None:
        shown.typed = contact_typed(state).typed
    page = render_template(
        "diagnose/contact.html",
        form=shown,
        offices=office_choices(offices_in_order(db())),
        **frame_of(state, CONTACT),
    )
    return (page, 422) if form is not None else page


def check_page(state: Walked) -> Answer:
    """Everything that will be sent, each with its own way to change it."""
    if state.run.state == "sent":
        return redirect(place(state.run, "sent"), 302)
    contact = contact_typed(state)
    if not contact.complete:
        return redirect(place(state.run, CONTACT), 302)
    return render_template(
        "diagnose/check.html",
        contact=contact,
        due=due_words(state),
        titles=guide_titles(state.walk.guides),
        notices=cards_for(site(), now(), services=state.tree_services),
        **frame_of(state, "check"),
    )


def end_page(state: Walked) -> Answer:
    """Where a finished walk leads: solved, call, or the check page."""
    outcome = state.walk.outcome
    if state.run.state == "solved" and (outcome is None or outcome.kind != "solved"):
        onward = state.walk.current.address if state.walk.current else "check"
        return render_template("diagnose/solved_by_desk.html", onward=onward, **frame_of(state, "end"))
    if outcome is None:
        return redirect(place(state.run, next_address(state.walk)), 302)
    if outcome.kind == "solved":
        return render_template("diagnose/solved.html", **frame_of(state, "end"))
    if outcome.kind == "call_now":
        return render_template(
            "diagnose/call.html",
            contact=contact_typed(state),
            ticket=state.ticket,
            lines=lines_of(outcome, site()),
            **frame_of(state, "end"),
        )
    return redirect(place(state.run, "check"), 302)


def sent_page(state: Walked) -> Answer:
    if state.ticket is None:
        return redirect(place(state.run, next_address(state.walk)), 302)
    return redirect(sent_address(state.ticket), 302)


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
    return redirect(sent_address(ticket), 303)


PAGES = {CONTACT: contact_page, "check": check_page, "end": end_page, "sent": sent_page}
POSTS = {CONTACT: save_contact, "check": send_run, "end": end_page, "sent": sent_page}
