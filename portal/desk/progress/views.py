"""Moving a request: take and give it, wait, go on, rank it anew, close it, open it again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from portal.desk import guides
from portal.desk.assigning import (
    NoSuchPerson,
    TakenMeanwhile,
    give,
    groups_in_order,
    hand_to_group,
    take,
)
from portal.desk.closing import chosen_guide, closing_form
from portal.desk.finding import desk_people
from portal.desk.progress.forms import CHOOSE_WHEN, giving_form, severity_form, waiting_form
from portal.desk.requests.page import address_of
from portal.desk.requests.views import Composing, back_to, search, ticket_page, view_name
from portal.desk.rules import whole_number
from portal.desk.verdict import note_verdict, verdicts_for
from portal.forms import Form
from portal.request import db, now, reader, settings, site
from portal.tickets.conversation import reopen
from portal.tickets.progress import AlreadyDone, change_severity, set_waiting, set_working, solve_as_desk
from portal.tickets.ticket import NoSuchTicket, Ticket, worked_by
from portal.vocabulary import CAUSES, IMPACT_WORDS, URGENCY_WORDS

blueprint = Blueprint("progress", __name__, url_prefix="/tickets")
Answer = AnyResponse | str | tuple[str, int]
CLOSED_ALREADY = "This request is closed already. Nothing was changed."


@blueprint.post("/<reference>/take")
@admit("work tickets")
def take_it(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    try:
        take(db(), found, seen_worker=whole_number(request.form.get("seen", "")), by=reader(), now=now())
    except TakenMeanwhile as taken:
        return ticket_page(found, Composing(), warning=f"{taken}. Nothing was changed."), 409
    db().commit()
    return redirect(back_to(found, said="taken"), 303)


@blueprint.get("/<reference>/give")
@admit("work tickets")
def giving(reference: str) -> Answer:
    return giving_page(worked_by(db(), reference, reader()), giving_form())


@blueprint.post("/<reference>/give")
@admit("work tickets")
def give_it(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    form = giving_form().read(request.form)
    if form.good and form.values["to"].startswith("group:"):
        return hand_over(found, form)
    try:
        if form.good:
            to = None if form.values["to"] == "nobody" else whole_number(form.values["to"])
            give(db(), found, to=to, seen_worker=form.values["seen"], by=reader(), now=now())
    except TakenMeanwhile as taken:
        form.fail("to", f"{taken}. Look again, then choose")
    except NoSuchPerson:
        form.fail("to", "Choose a person or a group")
    if not form.good:
        return giving_page(found, form), 422
    target = after_giving(found, said="given")
    db().commit()
    return redirect(target, 303)


@blueprint.get("/<reference>/waiting")
@admit("work tickets")
def waiting(reference: str) -> Answer:
    form = waiting_form(now=now(), zone=site().zone)
    return waiting_page(worked_by(db(), reference, reader()), form)


@blueprint.post("/<reference>/waiting")
@admit("work tickets")
def wait(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    form = waiting_form(now=now(), zone=site().zone).read(request.form)
    if not form.good:
        return waiting_page(found, form), 422
    try:
        set_waiting(
            db(),
            found,
            ask_again_at=form.values["ask_again"],
            waiting_for=form.values["waiting_for"],
            by=reader(),
            now=now(),
        )
    except AlreadyDone:
        return ticket_page(found, Composing(), warning=CLOSED_ALREADY), 409
    db().commit()
    return redirect(back_to(found, said="waiting"), 303)


@blueprint.post("/<reference>/working")
@admit("work tickets")
def work(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    if not found.is_open:
        return ticket_page(found, Composing(), warning=CLOSED_ALREADY), 409
    set_working(db(), found, by=reader(), now=now())
    db().commit()
    return redirect(back_to(found, said="working"), 303)


@blueprint.post("/<reference>/reopen")
@admit("work tickets")
def open_again(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    reopen(db(), found, by=reader(), now=now(), side="desk")
    db().commit()
    return redirect(back_to(found, said="reopened"), 303)


@blueprint.get("/<reference>/solve")
@admit("work tickets")
def solving(reference: str) -> Answer:
    return solving_page(worked_by(db(), reference, reader()), closing_form())


@blueprint.post("/<reference>/solve")
@admit("work tickets")
def solve(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    form = closing_form().read(request.form)
    guide = chosen_guide(db(), form, reader())
    if not form.good:
        form.typed["verdict"] = request.form.get("verdict", "")
        return solving_page(found, form), 422
    verdict = request.form.get("verdict", "")
    note_verdict(db(), found, verdict, offered=verdicts_for(db(), found), now=now())
    solve_as_desk(
        db(),
        found,
        resolution=form.values["resolution"],
        cause=form.values["cause"],
        guide=guide,
        by=reader(),
        secret_key=settings().secret_key,
        base_url=settings().base_url,
        now=now(),
    )
    db().commit()
    return redirect(back_to(found, said="solved"), 303)


@blueprint.get("/<reference>/priority")
@admit("work tickets")
def ranking(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    form = severity_form()
    waiting = "yes" if found.voter_waiting else "no"
    form.typed = {"impact": found.impact, "urgency": found.urgency, "waiting": waiting}
    return ranking_page(found, form)


@blueprint.post("/<reference>/priority")
@admit("work tickets")
def rank(reference: str) -> Answer:
    found = worked_by(db(), reference, reader())
    form = severity_form().read(request.form)
    if not form.good:
        return ranking_page(found, form), 422
    change_severity(
        db(),
        found,
        impact=form.values["impact"],
        urgency=form.values["urgency"],
        waiting=form.values["waiting"] == "yes",
        reason=form.values["reason"],
        grid=site().settings.get("priority.grid"),
        mode=site().mode.slug,
        by=reader(),
        now=now(),
    )
    db().commit()
    return redirect(back_to(found, said="ranked"), 303)


def hand_over(found: Ticket, form: Form) -> Answer:
    """To a group, with a note; the one who handed it over may no longer see it, and then lands in the queue."""
    slug = form.values["to"].removeprefix("group:")
    group = next((one for one in groups_in_order(db()) if one.slug == slug), None)
    if group is None:
        form.fail("to", "Choose a person or a group")
    if not form.values["note"]:
        form.fail("note", "Say what the group needs to know")
    if group is None or not form.good:
        return giving_page(found, form), 422
    hand_to_group(db(), found, group=group, note=form.values["note"], by=reader(), now=now())
    target = after_giving(found, said="handed")
    db().commit()
    return redirect(target, 303)


def after_giving(found: Ticket, *, said: str) -> str:
    """Back to the request, or to the queue when giving it away took it out of sight."""
    try:
        worked_by(db(), found.reference, reader())
    except NoSuchTicket:
        return "/desk/?said=given"
    return back_to(found, said=said)


def giving_page(found: Ticket, form: Form) -> str:
    return render_template(
        "desk/give.html",
        ticket=found,
        form=form,
        people=desk_people(db()),
        groups=[group for group in groups_in_order(db()) if group.slug != found.group_slug],
        back=here(found),
    )


def waiting_page(found: Ticket, form: Form) -> str:
    return render_template("desk/waiting.html", ticket=found, form=form, back=here(found), words=CHOOSE_WHEN)


def solving_page(found: Ticket, form: Form) -> str:
    return render_template(
        "desk/solve.html",
        ticket=found,
        form=form,
        causes=CAUSES,
        guides=guides.fitting(db(), search, found, reader()),
        none_needed=guides.NONE_NEEDED,
        verdicts=verdicts_for(db(), found),
        back=here(found),
    )


def ranking_page(found: Ticket, form: Form) -> str:
    return render_template(
        "desk/priority.html",
        ticket=found,
        form=form,
        impacts=IMPACT_WORDS,
        urgencies=URGENCY_WORDS,
        back=here(found),
    )


def here(found: Ticket) -> str:
    return address_of(found.reference, view=view_name())
