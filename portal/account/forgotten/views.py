"""A forgotten password: ask for a link, open it, choose a new password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from auth import audit, resets, throttle
from auth.guard import ANYONE, admit
from auth.login import take_cookie
from portal.account import letters
from portal.account.forms import forgot_form, new_password
from portal.account.hashing import hashed
from portal.errors import Missing
from portal.forms import Form
from portal.request import after_answer, db, now, peer, session_cookie, settings, site

blueprint = Blueprint("forgotten", __name__)

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/forgot")
@admit(ANYONE)
def forgot() -> Answer:
    if request.args.get("said") == "sent":
        return render_template("account/sent.html")
    return render_template("account/forgot.html", form=Form((), typed={"email": ""}))


@blueprint.post("/forgot")
@admit(ANYONE)
def ask_link() -> Answer:
    form = forgot_form().read(request.form)
    if not site().mail_works:
        raise Missing
    if not form.good:
        return render_template("account/forgot.html", form=form), 422
    email, moment = form.values["email"], now()
    allowance = throttle.count_attempt(db(), throttle.RESET, email, peer(), moment)
    db().commit()
    if not allowance.is_stopped:
        base_url, phone = settings().base_url, site().line.phone
        # After the answer, so that it comes equally fast whether or not somebody has this address.
        after_answer(
            lambda later: letters.send_reset(later, email=email, base_url=base_url, phone=phone, now=moment)
        )
    return redirect(url_for("account.forgotten.forgot", said="sent"), 303)


@blueprint.get("/reset/<token>")
@admit(ANYONE)
def choose_password(token: str) -> Answer:
    if resets.person_for(db(), token, now()) is None:
        return render_template("account/reset_over.html"), 410
    return render_template("account/reset.html", form=Form(()), token=token)


@blueprint.post("/reset/<token>")
@admit(ANYONE)
def set_password(token: str) -> Answer:
    user = resets.person_for(db(), token, now())
    if user is None:
        return render_template("account/reset_over.html"), 410
    form = Form(())
    password = new_password(form, request.form, name=user.name, address=user.email)
    if not form.good:
        return render_template("account/reset.html", form=form, token=token), 422
    db().commit()
    changed = resets.use(db(), token, hashed(password), now())
    if changed is None:
        return render_template("account/reset_over.html"), 410
    audit.record(db(), changed.id, "password set by link", f"user {changed.id}", {}, now())
    if site().mail_works:
        letters.send_changed(db(), changed, phone=site().line.phone, now=now())
    db().commit()
    response = redirect(url_for("account.sign_in", said="set"), 303)
    take_cookie(response, session_cookie(), secure=settings().secure)
    return response
