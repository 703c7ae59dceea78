"""The account of the person who is signed in: who we think they are, password, sign-ins and second step."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from auth import audit, resets, second_factor, sessions, throttle
from auth.guard import ANYONE, SIGNED_IN, admit
from auth.login import give_cookie
from auth.roles import ROLE_NAMES, Role
from auth.sessions import Stage, Visit
from auth.signing_in import Claim
from auth.users import User
from portal.account import letters
from portal.account.forms import code_form, new_password, refusal, stopped
from portal.account.hashing import hashed, proves
from portal.account.onward import own_path, start_of
from portal.errors import Missing, Refused
from portal.forms import Form
from portal.request import db, now, peer, reader, session_cookie, settings, site
from portal.safety import SignInFirst

blueprint = Blueprint("own", __name__)

# What the page says on top, by the word in its address.
SAID = {
    "password": "Your new password is saved. You are signed out everywhere else.",
    "sessions": "You are signed out everywhere else.",
}
# Right after setting up the phone nobody is asked for the password again.
FRESH = timedelta(minutes=15)
WRONG_PASSWORD = "That is not your password."  # noqa: S105 - a sentence, not a password
WRONG_CODE = "That code is not right. Wait for the next one on your phone, then type it."
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/account")
@admit(SIGNED_IN)
def account() -> Answer:
    return account_page(Form(()))


@blueprint.post("/account/password")
@admit(SIGNED_IN)
def change_password() -> Answer:
    user, form = person(), Form(())
    password = new_password(form, request.form, name=user.name, address=user.email)
    if not knows_password(user, form, "current") or not form.good:
        return account_page(form), 422
    stored = hashed(password)
    resets.cancel(db(), user.id)
    user.password_hash = stored
    sessions.end_all(db(), user.id, besides=raw_session())
    audit.record(db(), user.id, "password changed", f"user {user.id}", {}, now())
    if site().mail_works:
        letters.send_changed(db(), user, phone=site().line.phone, now=now())
    return renewed(url_for("account.own.account", said="password"))


@blueprint.post("/account/sessions/end")
@admit(SIGNED_IN)
def end_others() -> Answer:
    user = person()
    ended = sessions.end_all(db(), user.id, besides=raw_session())
    audit.record(db(), user.id, "sessions ended", f"user {user.id}", {"sessions": ended}, now())
    db().commit()
    return redirect(url_for("account.own.account", said="sessions"), 303)


@blueprint.get("/account/codes")
@admit(ANYONE)
def codes() -> Answer:
    form = code_form().read(request.args)
    form.problems.clear()
    return codes_page(visit_here(), form)


@blueprint.post("/account/codes")
@admit(ANYONE)
def confirm_phone() -> Answer:
    visit, form = visit_here(), code_form().read(request.form)
    user, secret = person_of(visit), sessions.offered_secret(db(), visit.id_hash)
    if not secret:
        raise Missing
    if form.good:
        allowance = throttle.count_attempt(db(), throttle.CODE, user.email, peer(), now())
        if allowance.is_stopped:
            form.fail("code", stopped(allowance))
        elif not second_factor.confirm(db(), user, secret, form.values["code"], now()):
            form.fail("code", refusal(WRONG_CODE, allowance))
    if not form.good:
        db().commit()
        return codes_page(visit, form), 422
    throttle.forgive(db(), throttle.CODE, user.email, peer())
    sessions.end_all(db(), user.id, besides=raw_session())
    audit.record(db(), user.id, "second step set up", f"user {user.id}", {}, now())
    return renewed(url_for("account.own.codes", next=form.values["next"] or None))


@blueprint.post("/account/codes/phone")
@admit(SIGNED_IN)
def offer_phone() -> Answer:
    user, visit, form = person(), visit_here(), code_form()
    form.typed["next"] = ""
    if not knows_password(user, form, "phone_password"):
        return codes_page(visit, form), 422
    sessions.offer_secret(db(), visit.id_hash, second_factor.new_secret())
    db().commit()
    return redirect(url_for("account.own.codes"), 303)


@blueprint.post("/account/codes/recovery")
@admit(SIGNED_IN)
def make_recovery_codes() -> Answer:
    user, visit, form = person(), visit_here(), code_form().read(request.form)
    form.problems.clear()
    if not second_factor.has_second_factor(user):
        raise Refused("Set up your phone first.")
    if not is_fresh(user) and not knows_password(user, form, "codes_password"):
        return codes_page(visit, form), 422
    made = second_factor.new_recovery_codes(db(), user, now())
    audit.record(db(), user.id, "recovery codes made", f"user {user.id}", {}, now())
    db().commit()
    onward = own_path(form.typed["next"]) or start_of(reader())
    return render_template("account/recovery_codes.html", made=made, onward=onward)


def account_page(form: Form) -> str:
    """Who we think the person is, and where they are signed in."""
    user = person()
    return render_template(
        "account/account.html",
        form=form,
        person=user,
        role_names=[ROLE_NAMES[role] for role in Role if role in reader().roles],
        has_codes=second_factor.has_second_factor(user),
        codes_left=second_factor.recovery_codes_left(db(), user),
        sign_ins=sessions.sessions_of(db(), user.id, now()),
        here=sessions.hash_of(raw_session()),
        said=SAID.get(request.args.get("said", ""), ""),
    )


def codes_page(visit: Visit, form: Form) -> str:
    """Set up a phone when one is offered, else what is set up."""
    user, secret = person_of(visit), sessions.offered_secret(db(), visit.id_hash)
    address = second_factor.address_of(secret, email=user.email, issuer=site().name) if secret else ""
    return render_template(
        "account/codes.html",
        form=form,
        person=user,
        secret=secret,
        picture=Markup(second_factor.picture_of(address)) if secret else "",  # noqa: S704 - our own drawing
        must=visit.stage is Stage.SETUP,
        has_codes=second_factor.has_second_factor(user),
        codes_left=second_factor.recovery_codes_left(db(), user),
        fresh=is_fresh(user),
        onward=own_path(form.typed.get("next", "")),
    )


def knows_password(user: User, form: Form, name: str) -> bool:
    """Whether the field holds the person's present password; what is wrong becomes a problem of the form."""
    typed = request.form.get(name, "")
    if not typed:
        form.fail(name, "Enter your password")
        return False
    allowance = throttle.count_attempt(db(), throttle.PASSWORD, user.email, peer(), now())
    # On disk before the password is looked at, and the database is free while we hash.
    db().commit()
    right = proves(Claim(user.id, user.password_hash, user.active), typed)
    if allowance.is_stopped:
        form.fail(name, stopped(allowance))
        return False
    if not right:
        form.fail(name, refusal(WRONG_PASSWORD, allowance))
        return False
    throttle.forgive(db(), throttle.PASSWORD, user.email, peer())
    db().commit()  # a new password may be hashed next, and nobody else waits for the database meanwhile
    return True


def renewed(target: str) -> AnyResponse:
    """Commit, and go on under a new session id."""
    raw_id = sessions.renew(db(), raw_session(), now=now())
    db().commit()
    if raw_id is None:
        return redirect(url_for("account.sign_in"), 303)
    response = redirect(target, 303)
    give_cookie(response, session_cookie(), raw_id, secure=settings().secure)
    return response


def visit_here() -> Visit:
    """The session of this browser, open or waiting for its first phone. Raises SignInFirst."""
    visit = sessions.visit_of(db(), raw_session(), now())
    if visit is None or visit.stage is Stage.CODE:
        raise SignInFirst
    return visit


def person() -> User:
    """The row of the person who is signed in."""
    return db().get_one(User, reader().user_id)


def person_of(visit: Visit) -> User:
    """The row of the person of a session."""
    return db().get_one(User, visit.person.user_id)


def is_fresh(user: User) -> bool:
    """Whether the phone was set up a few minutes ago."""
    return user.totp_confirmed_at is not None and now() - user.totp_confirmed_at < FRESH


def raw_session() -> str:
    """The id of this browser's session."""
    return request.cookies.get(session_cookie(), "")
