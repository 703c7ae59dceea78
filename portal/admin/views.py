"""People: the list, adding somebody, their rights, and closing an account."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from auth import people, second_factor, sessions
from auth.guard import admit
from auth.offices import offices_in_order
from auth.people import AddressTaken, LastAdmin, NotYours, Yourself
from auth.roles import ROLE_NAMES, Role
from auth.users import User
from portal.account import letters
from portal.admin.forms import filled, new_person_form, particulars_of, person_form
from portal.errors import Missing, Refused
from portal.forms import Form
from portal.request import db, now, reader, settings, site

blueprint = Blueprint("admin", __name__)

PAGE_SIZE = 50
LAST_ADMIN = "Make another person an admin first. Somebody must be able to manage people."
YOURSELF = "Ask another admin to do this. Nobody can close their own account."
TAKEN = "Somebody has this e-mail already. Look for them in the list."
NOT_YOURS = "You manage the people of the help desk. Ask an admin about others."
KIND_NAMES = {"county": "Counties", "court": "Courts", "division": "Divisions", "state": "State offices"}
# What the page of a person says on top, by the word in its address.
SAID = {
    "saved": "Saved. If rights changed, the person signs in again.",
    "disabled": "This account is closed. The person was signed out.",
    "enabled": "This account is open again.",
    "ended": "The person was signed out everywhere.",
    "second-step": "The second step is removed. The person sets up a phone at the next sign-in.",
}
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/admin/people")
@admit("manage desk people")
def list_people() -> Answer:
    office = next((one for one in offices_in_order(db()) if one.code == request.args.get("office")), None)
    role = next((one for one in Role if one.value == request.args.get("role")), None)
    found = people.people_for(db(), reader(), office_id=office.id if office else None, role=role)
    chosen = {"office": office.code if office else "", "role": role.value if role else ""}
    page = page_of(len(found), chosen)
    first = (page["number"] - 1) * PAGE_SIZE
    return render_template(
        "admin/people.html",
        people=found[first : first + PAGE_SIZE],
        count=len(found),
        chosen=chosen,
        page=page,
        **choices(),
    )


@blueprint.get("/admin/people/new")
@admit("manage desk people")
def new_person() -> Answer:
    return render_template("admin/person_new.html", form=Form(()), **choices())


@blueprint.post("/admin/people/new")
@admit("manage desk people")
def add_person() -> Answer:
    offices, groups = offices_in_order(db()), people.groups_in_order(db())
    form = new_person_form(people.roles_to_give(reader()), offices, groups).read(request.form)
    particulars = particulars_of(form, offices, groups)
    if form.good:
        try:
            email = form.values["email"]
            user = people.add_person(db(), email=email, particulars=particulars, by=reader(), now=now())
        except AddressTaken:
            form.fail("email", TAKEN)
    if not form.good:
        return render_template("admin/person_new.html", form=form, **choices()), 422
    return link_page(user, new=True)


@blueprint.get("/admin/people/<int:user_id>")
@admit("manage desk people")
def show_person(user_id: int) -> Answer:
    user = person(user_id)
    return person_page(user, filled(empty_form(), user))


@blueprint.post("/admin/people/<int:user_id>")
@admit("manage desk people")
def change_person(user_id: int) -> Answer:
    user, offices, groups = person(user_id), offices_in_order(db()), people.groups_in_order(db())
    form = person_form(people.roles_to_give(reader()), offices, groups).read(request.form)
    particulars = particulars_of(form, offices, groups)
    if form.good:
        try:
            people.change_person(db(), user, particulars, by=reader(), now=now())
        except LastAdmin:
            form.fail("roles", LAST_ADMIN)
        except NotYours:
            form.fail("roles", NOT_YOURS)
    if not form.good:
        return person_page(user, form), 422
    db().commit()
    return back_to(user, "saved")


@blueprint.post("/admin/people/<int:user_id>/disable")
@admit("manage desk people")
def disable_person(user_id: int) -> Answer:
    user = person(user_id)
    form = filled(empty_form(), user)
    try:
        people.disable(db(), user, by=reader(), now=now())
    except Yourself:
        form.fail("disable", YOURSELF)
    except LastAdmin:
        form.fail("disable", LAST_ADMIN)
    if not form.good:
        return person_page(user, form), 422
    db().commit()
    return back_to(user, "disabled")


@blueprint.post("/admin/people/<int:user_id>/enable")
@admit("manage desk people")
def enable_person(user_id: int) -> Answer:
    user = person(user_id)
    people.enable(db(), user, by=reader(), now=now())
    db().commit()
    return back_to(user, "enabled")


@blueprint.post("/admin/people/<int:user_id>/sessions/end")
@admit("manage desk people")
def end_sessions(user_id: int) -> Answer:
    user = person(user_id)
    people.end_sessions(db(), user, by=reader(), now=now())
    db().commit()
    return back_to(user, "ended")


@blueprint.post("/admin/people/<int:user_id>/second-step/remove")
@admit("manage desk people")
def remove_second_step(user_id: int) -> Answer:
    user = person(user_id)
    people.forget_second_factor(db(), user, by=reader(), now=now())
    db().commit()
    return back_to(user, "second-step")


@blueprint.post("/admin/people/<int:user_id>/link")
@admit("manage desk people")
def make_link(user_id: int) -> Answer:
    user = person(user_id)
    if not user.active:
        raise Refused("This account is closed. Open it first.")
    return link_page(user, new=False)


def person(user_id: int) -> User:
    """The person, when the reader may manage them. Raises Missing."""
    user = people.person_for(db(), reader(), user_id)
    if user is None:
        raise Missing
    return user


def link_page(user: User, *, new: bool) -> str:
    """Commit, and show the link with which the person sets a password: here, once, and nowhere else."""
    token = people.offer_password_link(db(), user, by=reader(), now=now())
    address = letters.link(settings().base_url, token)
    if site().mail_works:
        letters.send_welcome(db(), user, address=address, phone=site().line.phone, now=now())
    db().commit()
    return render_template("admin/person_link.html", person=user, address=address, new=new)


def person_page(user: User, form: Form) -> str:
    """One person with everything that can be done."""
    return render_template(
        "admin/person.html",
        person=user,
        form=form,
        sign_ins=len(sessions.sessions_of(db(), user.id, now())),
        has_codes=second_factor.has_second_factor(user),
        is_me=user.id == reader().user_id,
        said=SAID.get(request.args.get("said", ""), ""),
        **choices(),
    )


def back_to(user: User, said: str) -> AnyResponse:
    """To the page of the person, or to the list when they are no longer the reader's to manage."""
    held = user.as_reader().roles
    if user.id == reader().user_id or not people.may_manage(reader(), held):
        return redirect(url_for("admin.list_people"), 303)
    return redirect(url_for("admin.show_person", user_id=user.id, said=said), 303)


def empty_form() -> Form:
    """The form of a person, nothing in it."""
    return person_form(people.roles_to_give(reader()), offices_in_order(db()), people.groups_in_order(db()))


def choices() -> dict[str, Any]:
    """What can be chosen: roles, offices by kind and groups."""
    kinds: dict[str, list[dict[str, str]]] = {}
    for office in offices_in_order(db()):
        kinds.setdefault(KIND_NAMES.get(office.kind, "Others"), []).append(
            {"value": office.code, "label": office.name}
        )
    return {
        "roles": [
            {"value": role.value, "label": ROLE_NAMES[role]} for role in people.roles_to_give(reader())
        ],
        "offices": [{"group": kind, "choices": offices} for kind, offices in kinds.items()],
        "groups": [{"value": group.slug, "label": group.name} for group in people.groups_in_order(db())],
        "role_names": ROLE_NAMES,
    }


def page_of(count: int, chosen: dict[str, str]) -> dict[str, Any]:
    """The page of the list that was asked for, within those that there are."""
    last = max(1, -(-count // PAGE_SIZE))
    asked = request.args.get("page", "1")
    number = min(last, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    kept = {name: value for name, value in chosen.items() if value}
    return {
        "number": number,
        "last": last,
        "url": f"/admin/people?{urlencode(kept)}&page=",
    }
