"""The desk in a clerk's run: open it by its code, answer for the clerk, write notes, end it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from auth.offices import offices_in_order
from kb.trees.runs import renew_code
from kb.trees.sharing import is_news, let_go, step_out
from kb.trees.walk import Page
from portal.desk.finding import run_code, run_named, ticket_named
from portal.desk.requests.page import address_of as ticket_address
from portal.desk.runs import codes, ending, page
from portal.desk.verdict import verdicts_in
from portal.diagnose.answering import check_answer, check_note, is_typed, read_note
from portal.diagnose.running import (
    DESK_CHANGE,
    NOTES,
    Walked,
    contact_typed,
    keep_contact,
    walked,
    walker_of,
)
from portal.diagnose.sending import names_of_helpers, send
from portal.diagnose.taking import Hand, Reply, held_in, keep, take, turn_in
from portal.formatting import clock_words
from portal.forms import Field, Form, text
from portal.request import after_answer, db, now, reader, site
from portal.tickets.forms import contact_form, contact_of, office_choices

blueprint = Blueprint("runs", __name__, url_prefix="/runs")
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/")
@admit("open run codes")
def ask_for_code() -> Answer:
    return render_template("desk/run_code.html", form=Form(()))


@blueprint.post("/")
@admit("open run codes")
def open_by_code() -> Answer:
    form = Form((Field("code", text(codes.NO_CODE, longest=20)),)).read(request.form)
    if form.good and not run_code(form.typed["code"]):
        form.fail("code", codes.NO_CODE)
    minutes = codes.take_code(db(), reader(), now()) if form.good else 0
    if minutes:
        form.fail("code", codes.TOO_OFTEN.format(minutes=minutes))
    if not form.good:
        return render_template("desk/run_code.html", form=form), 429 if minutes else 422
    db().commit()
    place = place_of_code(form.typed["code"])
    if place:
        return redirect(place, 303)
    form.fail("code", codes.NO_SUCH_RUN)
    return render_template("desk/run_code.html", form=form), 404


def place_of_code(typed: str) -> str:
    """Where a code leads: the run while somebody walks, else its request; nothing for a code that opens nothing."""
    run = run_named(db(), typed, reader(), now())
    named = ticket_named(db(), typed, reader()) if run is None or run.state == "sent" else None
    if named is not None:
        if run is not None:
            come_in(run.id)
        return ticket_address(named.reference)
    if run is None or codes.is_hidden(walked(run), reader()):
        return ""
    return page.address_of(run.id)


@blueprint.get("/<run_id>")
@admit("open run codes")
def help_along(run_id: str) -> Answer:
    state = codes.run_to_help(db(), run_id, reader(), now())
    if reader().user_id is not None and is_news(state.run, reader().user_id or 0, now()):
        come_in(run_id)
    asked = page.page_at(state, request.args.get("at", ""))
    form = Form(())
    if request.args.get("now") == "other":
        form.typed["answer"] = "other"
    return run_page(state, asked, form)


@blueprint.post("/<run_id>/answers")
@admit("open run codes")
def answer_for_clerk(run_id: str) -> Answer:
    state = state_to_change(run_id)
    asked = state.walk.page(request.form.get("page", ""))
    if asked is None or state.run.state == "sent":
        return redirect(page.address_of(run_id), 303)
    form = check_answer(asked, request, kept=state.said.get(asked.address, ""))
    is_other = form.typed.get("answer") == "other" and asked.kind in ("try", "read")
    if is_other:
        if "note" not in request.form:
            return redirect(f"{page.address_of(run_id)}?at={asked.address}&now=other", 303)
        read_note(form, request.form["note"])
        check_note(asked, form)
    if not form.good:
        return run_page(state, asked, form), 422
    value = form.values["value"]
    reply = Reply(asked.address, value, form.values["said"], typed=is_typed(asked, value))
    after = take(state, asked, reply, hand(state), seen=turn_in(request.form.get("turn", "")))
    own_ticket(after)
    db().commit()
    return redirect(page.address_of(run_id) + ("/change-answer" if after is None else ""), 303)


@blueprint.get("/<run_id>/change-answer")
@admit("open run codes")
def ask_before_changing(run_id: str) -> Answer:
    state = codes.run_to_help(db(), run_id, reader(), now())
    held = held_in(state, hand(state))
    if held is None:
        return redirect(page.address_of(run_id), 302)
    return render_template("desk/run_change.html", state=state, held=held, here=page.address_of(run_id))


@blueprint.post("/<run_id>/change-answer")
@admit("open run codes")
def change_after_all(run_id: str) -> Answer:
    state = state_to_change(run_id)
    held = held_in(state, hand(state))
    if held is not None and request.form.get("change") == "yes" and state.run.state != "sent":
        own_ticket(keep(state, held.reply, hand(state)))
    else:
        let_go(db(), state.run, DESK_CHANGE)
    db().commit()
    return redirect(page.address_of(run_id), 303)


@blueprint.post("/<run_id>/contact")
@admit("open run codes")
def save_contact(run_id: str) -> Answer:
    state = state_to_change(run_id)
    form = contact_form().read(request.form)
    if state.run.state != "sent":
        if contact_of(db(), form) is None:
            return run_page(state, state.walk.current, Form(()), contact=form), 422
        keep_contact(state, form, now=now(), by_id=reader().user_id)
        if state.ticket is not None:
            after, walker = walked(state.run), walker_of(state.run)
            send(after, contact_typed(after, walker=walker), closing=False, walker=walker)
        db().commit()
    return redirect(page.address_of(run_id), 303)


@blueprint.post("/<run_id>/notes")
@admit("open run codes")
def save_note(run_id: str) -> Answer:
    state = state_to_change(run_id)
    form = Form((Field("text", text("Write the note first", longest=1000, lines=True)),)).read(request.form)
    if not form.good:
        return run_page(state, state.walk.current, Form(()), note=form), 422
    clock = clock_words(now().astimezone(site().zone))
    ending.keep_notes(db(), state, form.values["text"], by=reader(), now=now(), clock=clock)
    db().commit()
    return redirect(page.address_of(run_id), 303)


@blueprint.post("/<run_id>/request")
@admit("open run codes")
def make_request(run_id: str) -> Answer:
    state = state_to_change(run_id)
    if not contact_typed(state, walker=walker_of(state.run)).complete:
        missing = contact_form().read({})
        return run_page(state, state.walk.current, Form(()), contact=missing), 422
    ticket = ending.make_request(db(), state, by=reader(), now=now())
    db().commit()
    return redirect(ticket_address(ticket.reference, view="mine", said="taken"), 303)


@blueprint.post("/<run_id>/solved")
@admit("open run codes")
def end_solved(run_id: str) -> Answer:
    """Without a request the run is over; with one, its page asks what fixed it."""
    state = state_to_change(run_id)
    if state.ticket is not None and state.ticket.is_open:
        return redirect(ticket_address(state.ticket.reference) + "/solve", 303)
    ending.end_solved(db(), state, verdict=request.form.get("verdict", ""), now=now())
    db().commit()
    return redirect(page.address_of(run_id), 303)


@blueprint.post("/<run_id>/leave")
@admit("open run codes")
def leave(run_id: str) -> Answer:
    state = state_to_change(run_id)
    step_out(state.run, reader().user_id or 0)
    db().commit()
    return redirect("/desk/", 303)


def run_page(
    state: Walked,
    asked: Page | None,
    form: Form,
    *,
    contact: Form | None = None,
    note: Form | None = None,
) -> str:
    """The whole page, with what was typed."""
    known = contact_typed(state, walker=walker_of(state.run))
    if contact is None:
        contact = contact_form()
        contact.typed = known.typed
    stored = state.answers.get(asked.address, "") if asked else ""
    is_many = asked is not None and getattr(asked.node, "many", False)
    return render_template(
        "desk/run.html",
        state=state,
        here=page.address_of(state.run.id),
        asked=asked,
        form=form,
        chosen=form.typed.get("answer") or (stored.split("+") if is_many and stored else stored),
        rows=page.rows_of(state, names_of_helpers(state)),
        where=page.where_of(state),
        contact=known,
        contact_form=contact,
        offices=office_choices(offices_in_order(db())) if state.run.state != "sent" else (),
        note=note or Form(()),
        notes=state.said.get(NOTES, ""),
        verdicts=verdicts_in(state.tree),
    )


def state_to_change(run_id: str) -> Walked:
    """The run, for somebody of the desk who changes it: the code holds on, and others wait."""
    state = codes.run_to_help(db(), run_id, reader(), now(), to_change=True)
    renew_code(db(), state.run, now())
    return state


def hand(state: Walked) -> Hand:
    """This person, who answers for the clerk."""
    return Hand(reader().user_id, walker_of(state.run))


def own_ticket(after: Walked | None) -> None:
    """A request that the desk's own answer made is in the hands of the person who is on the phone."""
    run = after.run if after is not None else None
    ticket = walked(run).ticket if run is not None else None
    if ticket is not None:
        ending.take_over(db(), ticket, by=reader(), now=now())


def come_in(run_id: str) -> None:
    """The clerk's page learns that the desk is there; it is written after this answer."""
    who, moment = reader(), now()
    after_answer(lambda session: codes.come_in(session, run_id, who, moment))
