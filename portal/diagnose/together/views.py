"""A run with two people in it: where we are now, a change that needs a yes, another device, and a recalled version."""

from __future__ import annotations

import threading

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from auth.second_factor import picture_of
from kb.trees.recalls import call_anew, replacement_of, restart
from kb.trees.runs import Run, renew_code
from kb.trees.sharing import is_helped, let_go, mark_of
from portal.diagnose.noting import note_lesson
from portal.diagnose.pages import frame_of
from portal.diagnose.running import CHANGE, RESERVED, Walked, next_address, place, run_of, walked
from portal.diagnose.taking import held_in, keep
from portal.errors import Missing
from portal.request import db, now, settings

blueprint = Blueprint("together", __name__, url_prefix="/runs/<run_id>")
Answer = AnyResponse | str | tuple[str, int]

# Pages ask every few seconds. More of these at once than this would take threads from people who wait for a page:
# what is over is told to ask later, before anything else is refused.
ASKED_AT_ONCE = 2
ASK_LATER_SECONDS = 20
_asking = threading.BoundedSemaphore(ASKED_AT_ONCE)


@blueprint.get("/where-we-are")
@admit(ANYONE)
def where_we_are(run_id: str) -> Answer:
    """Nothing (204) while the run is as the page knows it; else its mark, and whether the desk is there. One query."""
    if not _asking.acquire(blocking=False):
        return Response(status=503, headers={"Retry-After": str(ASK_LATER_SECONDS)})
    try:
        run = db().get(Run, run_id)
        if run is None:
            raise Missing
        mark = mark_of(run, now())
        answer = (
            Response(status=204)
            if mark == request.args.get("mark")
            else jsonify(mark=mark, turn=run.turn, helped=is_helped(run, now()))
        )
    finally:
        _asking.release()
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/change-answer")
@admit(ANYONE)
def ask_before_changing(run_id: str) -> Answer:
    """What the change would drop, or what the other person answered meanwhile. Reading it again changes nothing."""
    state = walked(run_of(run_id))
    held = held_in(state)
    if held is None:
        return redirect(place(state.run, next_address(state.walk)), 302)
    return render_template("diagnose/change.html", held=held, **frame_of(state, held.page.address))


@blueprint.post("/change-answer")
@admit(ANYONE)
def change_after_all(run_id: str) -> Answer:
    run = run_of(run_id, to_change=True)
    state = walked(run)
    held = held_in(state)
    if held is not None and request.form.get("change") == "yes" and run.state != "sent":
        state = keep(state, held.reply)
    else:
        let_go(db(), run, CHANGE)
    db().commit()
    return redirect(place(run, next_address(state.walk)), 303)


@blueprint.get("/other-device")
@admit(ANYONE)
def other_device(run_id: str) -> Answer:
    """The link of the run, to open on a phone: as words, to copy, and as a picture for its camera."""
    state = walked(run_of(run_id))
    link = f"{settings().base_url}/runs/{run_id}"
    hidden = '<svg aria-hidden="true" focusable="false"'  # the box around it has its name
    picture = Markup(picture_of(link).replace("<svg", hidden, 1))  # noqa: S704 - drawn by us from our own address
    return render_template(
        "diagnose/other_device.html",
        link=link,
        picture=picture,
        **frame_of(state, next_address(state.walk)) | {"back": f"/runs/{run_id}"},
    )


@blueprint.post("/looked")
@admit(ANYONE)
def looked(run_id: str) -> Answer:
    """Somebody opened the lesson of a question. Told by a script; what is no page of this run counts nothing."""
    state = walked(run_of(run_id))
    page = state.walk.page(request.args.get("at", ""))
    if page is not None:
        note_lesson(run_id, page.address)
    return Response(status=204)


@blueprint.post("/new-code")
@admit(ANYONE)
def show_new_code(run_id: str) -> Answer:
    """A code for one more day, as a person comes back who has nothing to answer yet. One that holds stays."""
    run = run_of(run_id, to_change=True)
    state = walked(run)
    if run.state != "sent":
        renew_code(db(), run, now())
        db().commit()
    asked = request.args.get("at", "")
    known = asked in (*RESERVED, "change-answer", "other-device") or state.walk.page(asked) is not None
    return redirect(place(run, asked) if known else f"/runs/{run.id}", 303)


@blueprint.post("/new-version")
@admit(ANYONE)
def go_on_with_new_version(run_id: str) -> Answer:
    """After a recall: the same answers on the version that is live now. Twice is once."""
    run = run_of(run_id, to_change=True)
    state = walked(run)
    if run.state != "sent" and put_on_live_version(state):
        state = walked(run)
        db().commit()
    return redirect(place(run, next_address(state.walk)), 303)


def put_on_live_version(state: Walked) -> bool:
    """Have the run walk on what is live now; False when nothing was recalled, or nothing came in its place."""
    if not state.label.recalled:
        if state.recalled_call is not None:
            call_anew(db(), state.run, now=now())
        return state.recalled_call is not None
    mended = replacement_of(db(), state.run.article_id)
    if mended is not None:
        restart(state.run, mended, now=now())
    return mended is not None


def recalled_page(state: Walked) -> Answer:
    """These questions, or some of them, were wrong. Says why, what stays, and how it goes on. Two queries more."""
    if state.label.recalled:
        can_go_on = replacement_of(db(), state.run.article_id) is not None
    else:
        can_go_on = state.recalled_call is not None and state.recalled_call.is_mended
    return render_template(
        "diagnose/recalled.html",
        can_go_on=can_go_on,
        is_part=not state.label.recalled,
        **frame_of(state, next_address(state.walk)),
    )
