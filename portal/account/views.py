"""Signing in and out, the second step, and answers that came after a session had ended."""

from __future__ import annotations

import logging
from typing import cast

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from auth import audit, second_factor, sessions, signing_in, throttle
from auth.guard import ANYONE, SIGNED_IN, admit
from auth.login import attach, give_cookie, take_cookie
from auth.sessions import Stage
from auth.users import User
from kb.reading import titles
from portal.account import kept
from portal.account.browsers import browser_name
from portal.account.forgotten.views import blueprint as forgotten
from portal.account.forms import NO_CODE, NO_MATCH, code_form, refusal, sign_in_form, stopped
from portal.account.hashing import better_hash, proves
from portal.account.onward import own_path, start_of
from portal.account.own.views import blueprint as own
from portal.errors import Missing
from portal.forms import Form
from portal.request import (
    SAFE_METHODS,
    after_answer,
    db,
    now,
    peer,
    reader,
    session_cookie,
    settings,
    site,
    visit,
)
from portal.safety import SignInFirst

blueprint = Blueprint("account", __name__)
blueprint.register_blueprint(own)
blueprint.register_blueprint(forgotten)

HELP_GUIDES = (
    "i-forgot-my-password",
    "my-account-is-locked",
    "the-sign-in-code-does-not-arrive-or-is-not-accepted",
)
# What the sign-in page says above the form, by the word in its address.
SAID = {
    "out": "You are signed out.",
    "set": "Your new password is saved. Sign in with it.",
}
LOG = logging.getLogger("signpost.sign_in")
Answer = AnyResponse | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.record_once
def wire_flask_login(state: BlueprintSetupState) -> None:
    """Let Flask-Login's current user be the reader of the request."""
    attach(cast(Flask, state.app), reader)


@blueprint.get("/sign-in")
@admit(ANYONE)
def sign_in() -> Answer:
    form = sign_in_form().read(request.args)
    form.problems.clear()
    form.typed["email"] = ""
    if reader().signed_in:
        return redirect(form.values["next"] or start_of(reader()))
    return sign_in_page(form)


@blueprint.post("/sign-in")
@admit(ANYONE)
def give_password() -> Answer:
    form, password = sign_in_form().read(request.form), request.form.get("password", "")
    if not password:
        form.fail("password", "Enter your password")
    if not form.good:
        return sign_in_page(form), 422
    email = form.values["email"]
    allowance = throttle.count_attempt(db(), throttle.SIGN_IN, email, peer(), now())
    claim = signing_in.claim_of(db(), email)
    # On disk before the password is looked at, so that attempts made side by side all count; and nobody
    # else waits for the database while we wait and hash.
    db().commit()
    throttle.pause(allowance.wait_seconds)
    right = proves(claim, password)
    if allowance.is_stopped:
        form.fail("password", stopped(allowance))
        return sign_in_page(form), 429, {"Retry-After": str(60 * allowance.stopped_minutes)}
    better = better_hash(claim, password) if right else ""
    user = signing_in.person_of(db(), claim) if right else None
    if user is None:
        LOG.info("Sign-in refused", extra={"fields": {"peer": peer()}})
        form.fail("password", refusal(NO_MATCH, allowance))
        return sign_in_page(form), 422
    user.password_hash = better or user.password_hash
    throttle.forgive(db(), throttle.SIGN_IN, email, peer())
    return enter(user, form.values["next"])


@blueprint.get("/sign-in/code")
@admit(ANYONE)
def ask_code() -> Answer:
    form = code_form().read(request.args)
    form.problems.clear()
    form.typed["code"] = ""
    if reader().signed_in:
        return redirect(form.values["next"] or start_of(reader()))
    return code_page(form) if waiting_person() else redirect(url_for("account.sign_in"))


@blueprint.post("/sign-in/code")
@admit(ANYONE)
def give_code() -> Answer:
    form, user = code_form().read(request.form), waiting_person()
    if user is None:
        return redirect(url_for("account.sign_in", next=form.typed["next"] or None), 303)
    if not form.good:
        return code_page(form), 422
    allowance = throttle.count_attempt(db(), throttle.CODE, user.email, peer(), now())
    db().commit()
    throttle.pause(allowance.wait_seconds)
    if allowance.is_stopped:
        form.fail("code", stopped(allowance))
        return code_page(form), 429, {"Retry-After": str(60 * allowance.stopped_minutes)}
    if not second_factor.accepts(db(), user, form.values["code"], now()):
        LOG.info("Sign-in code refused", extra={"fields": {"peer": peer(), "user": user.id}})
        form.fail("code", refusal(NO_CODE, allowance))
        return code_page(form), 422
    throttle.forgive(db(), throttle.CODE, user.email, peer())
    return open_door(user, form.values["next"])


@blueprint.post("/sign-out")
@admit(ANYONE)
def sign_out() -> Answer:
    sessions.end(db(), request.cookies.get(session_cookie(), ""))
    db().commit()
    response = redirect(url_for("account.sign_in", said="out"), 303)
    take_cookie(response, session_cookie(), secure=settings().secure)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/kept/<token>")
@admit(SIGNED_IN)
def go_on(token: str) -> Answer:
    answer = kept.kept_answer(db(), token, user_id=reader().user_id or 0, now=now())
    if answer is None:
        raise Missing
    return render_template("account/kept.html", answer=answer, words=kept.words_of(answer))


@blueprint.app_errorhandler(SignInFirst)
def sign_in_first(_error: SignInFirst) -> AnyResponse:
    """Lead a visitor to the sign-in page and back; what a person sent after their session ended is kept."""
    if request.method in SAFE_METHODS:
        return redirect(url_for("account.sign_in", next=own_path(request.full_path.rstrip("?")) or None))
    owner = sessions.owner_of(db(), request.cookies.get(session_cookie(), ""))
    token = ""
    if owner is not None:
        fields = request.form.items(multi=True)
        files = any(file.filename for file in request.files.values())
        token = kept.keep(db(), user_id=owner, path=request.path, fields=fields, had_files=files, now=now())
        db().commit()
    onward = url_for("account.go_on", token=token) if token else None
    return redirect(url_for("account.sign_in", next=onward), 303)


@blueprint.after_app_request
def note_visit(response: Response) -> Response:
    """Write now and then that a session is in use, after the answer; else it would end while its person works."""
    if response.status_code >= 400 or request.endpoint == "static":
        return response
    moment, seen = now(), visit()
    if seen and seen.is_open and seen.is_due(moment):
        raw_id = request.cookies.get(session_cookie(), "")
        after_answer(lambda later: sessions.touch(later, raw_id, moment))
    return response


def enter(user: User, onward: str) -> Answer:
    """Begin a session for a person whose password was right, and lead them to the next step."""
    stage = signing_in.stage_after_password(user, demo=site().demo)
    sessions.end(db(), request.cookies.get(session_cookie(), ""))
    raw_id = sessions.begin(db(), user, stage=stage, now=now(), browser=browser_words())
    if stage is Stage.SETUP:
        sessions.offer_secret(db(), sessions.hash_of(raw_id), second_factor.new_secret())
    if stage is Stage.OPEN:
        audit.record(db(), user.id, "signed in", f"user {user.id}", {}, now())
    db().commit()
    steps = {Stage.CODE: "account.ask_code", Stage.SETUP: "account.own.codes"}
    target = onward or start_of(user.as_reader())
    if stage in steps:
        target = url_for(steps[stage], next=onward or None)
    return with_cookie(redirect(target, 303), raw_id)


def open_door(user: User, onward: str) -> Answer:
    """The second step was right: the session opens under a new id."""
    raw_id = sessions.renew(db(), request.cookies.get(session_cookie(), ""), now=now())
    if raw_id is None:
        return redirect(url_for("account.sign_in"), 303)
    audit.record(db(), user.id, "signed in", f"user {user.id}", {"second step": True}, now())
    db().commit()
    return with_cookie(redirect(onward or start_of(user.as_reader()), 303), raw_id)


def waiting_person() -> User | None:
    """The person whose password was right in this browser and whose code is still to come."""
    visit = sessions.visit_of(db(), request.cookies.get(session_cookie(), ""), now())
    if visit is None or visit.stage is not Stage.CODE:
        return None
    return db().get(User, visit.person.user_id)


def with_cookie(response: AnyResponse, raw_id: str) -> AnyResponse:
    """The answer with the new session id."""
    give_cookie(response, session_cookie(), raw_id, secure=settings().secure)
    return response


def sign_in_page(form: Form) -> str:
    """The sign-in page; it says what happened when somebody comes back to it."""
    onward = own_path(form.typed["next"])
    said = SAID.get(request.args.get("said", ""), "")
    away = not said and onward and request.cookies.get(session_cookie()) and request.method == "GET"
    if away:
        said = "You were away for a while. Sign in again and we go on from here."
        said += " Your answer is kept." if onward.startswith("/kept/") else ""
    guides = titles(db(), HELP_GUIDES, reader())
    return render_template(
        "account/sign_in.html", form=form, onward=onward, said=said, away=away, guides=guides
    )


def code_page(form: Form) -> str:
    """The page that asks for the code."""
    return render_template("account/code.html", form=form, onward=own_path(form.typed["next"]))


def browser_words() -> str:
    """What the person's list of sign-ins calls this browser, such as "Firefox on Windows"."""
    return browser_name(request.headers.get("User-Agent", ""))
