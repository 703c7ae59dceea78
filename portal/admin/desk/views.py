"""Settings of the desk: the groups, one group's form, and who changed what."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from auth import audit
from auth.guard import admit
from auth.users import User
from portal.errors import Missing
from portal.forms import Form, clean
from portal.request import db, now, reader, site
from portal.site.editing import Group, groups_of
from portal.site.settings import SettingChange, all_settings, change_setting
from portal.site.typed import LONGEST, WrongValue

blueprint = Blueprint("desk_settings", __name__)

RECENT = 20
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/admin/settings")
@admit("edit desk settings")
def list_groups() -> Answer:
    changes = db().execute(
        select(SettingChange, User.name)
        .outerjoin(User, User.id == SettingChange.by_id)
        .order_by(SettingChange.id.desc())
        .limit(RECENT)
    )
    return render_template(
        "admin/settings.html",
        groups=groups_of(dict(site().settings)),
        changes=[tuple(row) for row in changes],
    )


@blueprint.get("/admin/settings/<slug>")
@admit("edit desk settings")
def show_group(slug: str) -> Answer:
    group = group_called(slug)
    form = Form(())
    form.typed = {one.name: one.show(site().settings.get(one.name)) for one in group.settings}
    return group_page(group, form, saved=request.args.get("saved", ""))


@blueprint.post("/admin/settings/<slug>")
@admit("edit desk settings")
def change_group(slug: str) -> Answer:
    group, form = group_called(slug), Form(())
    for one in group.settings:
        typed = clean(request.form.get(one.name, ""))[:LONGEST]
        form.typed[one.name] = typed
        try:
            form.values[one.name] = one.read(typed)
        except WrongValue as wrong:
            form.fail(one.name, str(wrong))
    if not form.good:
        return group_page(group, form), 422
    changed = [
        name
        for name, value in form.values.items()
        if change_setting(db(), name, value, by=reader().user_id, now=now())
    ]
    if changed:
        audit.record(
            db(), reader().user_id, "settings changed", f"settings {slug}", {"names": changed}, now()
        )
    db().commit()
    return redirect(url_for("desk_settings.show_group", slug=slug, saved=str(len(changed))), 303)


def group_called(slug: str) -> Group:
    """The group of that name. Raises Missing."""
    found = next((group for group in groups_of(all_settings(db())) if group.slug == slug), None)
    if found is None:
        raise Missing
    return found


def group_page(group: Group, form: Form, *, saved: str = "") -> str:
    return render_template("admin/settings_group.html", group=group, form=form, saved=saved)
