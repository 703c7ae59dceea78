"""The form of a person: address, name, roles, office and groups."""

from __future__ import annotations

from collections.abc import Sequence

from auth.offices import Office
from auth.people import Particulars
from auth.roles import Role
from auth.users import Group, User
from portal.forms import Field, Form, choice, email, text

NO_ROLE = "Choose at least one role"


def person_form(roles: Sequence[Role], offices: Sequence[Office], groups: Sequence[Group]) -> Form:
    """The fields of a person that is there already."""
    return Form(
        (
            Field("name", text("Enter the name", longest=120)),
            Field("roles", choice(tuple(role.value for role in roles), NO_ROLE), many=True),
            Field("office", choice(tuple(office.code for office in offices), "Choose an office", empty=True)),
            Field("groups", choice(tuple(group.slug for group in groups), "Choose a group"), many=True),
        )
    )


def new_person_form(roles: Sequence[Role], offices: Sequence[Office], groups: Sequence[Group]) -> Form:
    """The same with the address, which is never changed afterwards."""
    form = person_form(roles, offices, groups)
    return Form((Field("email", email("Enter the work e-mail")), *form.fields))


def filled(form: Form, user: User) -> Form:
    """The form with what is stored."""
    form.typed = {
        "name": user.name,
        "roles": [held.role for held in user.roles],
        "office": user.office.code if user.office else "",
        "groups": [held.group.slug for held in user.memberships],
    }
    return form


def particulars_of(form: Form, offices: Sequence[Office], groups: Sequence[Group]) -> Particulars:
    """What the form says of a person. No role at all becomes a problem of the form."""
    roles = frozenset(Role(value) for value in form.values["roles"])
    if not roles:
        form.fail("roles", NO_ROLE)
    office_ids = {office.code: office.id for office in offices}
    slugs = set(form.values["groups"])
    return Particulars(
        name=form.values.get("name", ""),
        roles=roles,
        office_id=office_ids.get(form.values.get("office", "")),
        group_ids=frozenset(group.id for group in groups if group.slug in slugs),
    )
