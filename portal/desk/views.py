"""The queue of the help desk: what comes next and why, take and give, search; the rooms of the desk hang below it."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from portal.desk import queue
from portal.desk.assigning import NoSuchPerson, give_many, read_ticked, take_next
from portal.desk.calls.views import blueprint as calls
from portal.desk.finding import (
    desk_people,
    offices_with,
    open_tickets,
    run_code,
    ticket_named,
    tickets_with,
)
from portal.desk.guides import guides_for_words
from portal.desk.offices.views import blueprint as offices
from portal.desk.progress.views import blueprint as progress
from portal.desk.requests.page import address_of
from portal.desk.requests.views import blueprint as requests
from portal.desk.requests.views import search as search_guides
from portal.desk.requests.views import view_name
from portal.desk.rules import whole_number
from portal.desk.runs import codes
from portal.desk.runs.views import blueprint as runs
from portal.desk.runs.views import place_of_code
from portal.formatting import plural
from portal.request import after_answer, db, now, reader, site

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
for room in (requests, progress, calls, offices, runs):
    blueprint.register_blueprint(room)

Answer = AnyResponse | str | tuple[str, int]
REFERENCES = re.compile(r"R-\d{1,9}(?:,R-\d{1,9})*")
SAID = {
    "given": "You gave it away. It is no longer in your list.",
    "none_left": "Somebody works on every open request.",
}
TICK_FIRST = "Tick at least one request first."
CHOOSE_WHOM = "Choose whom to give them to."


@blueprint.get("/")
@admit("enter the desk")
def show_queue() -> Answer:
    typed = request.args.get("q", "").strip()
    return search_answer(typed) if typed else queue_page()


@blueprint.get("/search")
@admit("enter the desk")
def search() -> Answer:
    typed = request.args.get("q", "").strip()
    return search_answer(typed) if typed else redirect("/desk/")


@blueprint.get("/order")
@admit("enter the desk")
def how_it_is_ordered() -> Answer:
    promises = site().settings.get("promises") or {}
    return render_template("desk/order.html", rule=queue.RULE, promises=promises, soon=queue.SOON)


@blueprint.post("/next")
@admit("work tickets")
def take_the_next_one() -> Answer:
    taken = take_next(db(), rows_now(), by=reader(), now=now())
    if taken is None:
        return redirect("/desk/?said=none_left", 303)
    db().commit()
    return redirect(address_of(taken.reference, view="mine", said="taken"), 303)


@blueprint.post("/bulk")
@admit("work tickets")
def move_many() -> Answer:
    ticked = read_ticked(request.form.getlist("ticket"))
    gives = request.form.get("action") == "give"
    to = whole_number(request.form.get("to", "")) if gives else reader().user_id
    if not ticked:
        return queue_page(warning=TICK_FIRST), 422
    try:
        moved = give_many(db(), ticked, to=to, by=reader(), now=now())
    except NoSuchPerson:
        return queue_page(warning=CHOOSE_WHOM), 422
    db().commit()
    marks = f"moved={','.join(moved.moved)}&left={','.join(moved.left)}"
    return redirect(f"/desk/?view={view_name()}&{marks}", 303)


def queue_page(*, warning: str = "") -> str:
    """The queue in the tab that the address names. Two queries beside the frame's."""
    rows = rows_now()
    views = queue.views_of(rows, reader(), group_names())
    current = next((view for view in views if view.name == request.args.get("view")), views[0])
    late = sum(row.is_late for row in rows)
    newest = max((row.ticket.number for row in rows), default=0)
    seen = whole_number(request.args.get("after", ""))
    return render_template(
        "desk/queue.html",
        title=queue_title(len(rows), late),
        views=views,
        view=current,
        late=late,
        nobody=len(next(view for view in views if view.name == "nobody").rows),
        promise=queue.next_promise(rows),
        people=desk_people(db()),
        newest=max(newest, seen),
        fresh=sum(row.ticket.number > seen for row in rows) if seen else None,
        said=SAID.get(request.args.get("said", "")),
        moved=moved_before(),
        warning=warning,
    )


def search_answer(typed: str) -> Answer:
    """Straight to the request or the run that a number or a code names; else everything that holds the words."""
    place = place_of_code(typed) if may_try_code(typed) else ""
    if place:
        return redirect(place, 303)
    named = ticket_named(db(), typed, reader())
    if named is not None:
        return redirect(address_of(named.reference), 303)
    return render_template(
        "desk/search.html",
        q=typed,
        tickets=tickets_with(db(), typed, reader()),
        offices=offices_with(db(), typed),
        guides=guides_for_words(db(), search_guides, typed, reader()),
    )


def may_try_code(typed: str) -> bool:
    """Whether the words are the code of a run that this person may look for now; each look is counted afterwards."""
    if not run_code(typed) or not reader().may("open run codes"):
        return False
    who, moment = reader(), now()
    if codes.minutes_to_wait(db(), who, moment):
        return False
    after_answer(lambda session: codes.count_code(session, who, moment))
    return True


def rows_now() -> list[queue.Row]:
    """The open requests of this reader, in order."""
    opened = open_tickets(db(), reader())
    return queue.order(opened, now(), site().mode.slug, zone=site().zone, reader=reader())


def group_names() -> dict[str, str]:
    """The names of the groups, as the settings have them."""
    return {str(group["slug"]): str(group["name"]) for group in site().settings.get("groups") or ()}


def queue_title(count: int, late: int) -> str:
    """Such as "Queue: 11 open, 1 late"."""
    return f"Queue: {count} open" + (f", {late} late" if late else "")


def moved_before() -> str:
    """What the bulk action before this page did, in words; empty when there was none."""
    moved, left = references("moved"), references("left")
    words = f"Moved {plural(len(moved), 'request')}: {', '.join(moved)}." if moved else ""
    stayed = f" Left alone, somebody took them meanwhile: {', '.join(left)}." if left else ""
    return (words + stayed).strip()


def references(name: str) -> list[str]:
    """The references that the address lists under this name, when they are references and nothing else."""
    text = request.args.get(name, "")
    return text.split(",") if REFERENCES.fullmatch(text) else []
