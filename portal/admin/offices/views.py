"""Setting up offices: the list, adding and changing one, closing and reopening, and bringing in a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from auth import offices
from auth.guard import admit
from auth.offices import OFFICE_KINDS, CodeTaken, Office, StillHasPeople, facts_of, office_by_code
from portal.admin.offices.csv_file import CannotRead, read_csv, text_of
from portal.admin.offices.forms import KIND_WORDS, TAKEN, facts_in, filled, office_form
from portal.admin.offices.importing import Plan, carry_out, plan
from portal.admin.offices.listing import OfficeRow, all_offices, belonging_to
from portal.errors import Missing
from portal.formatting import plural
from portal.forms import Form, clean
from portal.request import db, now, reader
from portal.site.settings import touch_site

blueprint = Blueprint("office_set_up", __name__)

PAGE_SIZE = 100
LONGEST_SEARCH = 100
STILL_PEOPLE = "{people} to this office. Give them another office or close their accounts first."
LOOK_AGAIN = "Look at this again. The lines or the offices changed since you looked."
# What the page of an office says on top, by the word in its address.
SAID = {
    "added": "This office is added. People can choose it now.",
    "saved": "Saved. Every page shows it now.",
    "same": "Nothing was different, so nothing was changed.",
    "closed": "This office is closed. Nobody can choose it any more.",
    "reopened": "This office is open again. People can choose it now.",
}
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/admin/offices")
@admit("manage people")
def list_offices() -> Answer:
    asked = request.args.get("kind", "")
    kind = asked if asked in OFFICE_KINDS else ""
    words = clean(request.args.get("q", ""))[:LONGEST_SEARCH]
    found = all_offices(db(), kind=kind, words=words)
    shown, page = page_of(found, {"kind": kind, "q": words})
    return render_template(
        "admin/offices.html",
        rows=shown,
        count=len(found),
        page=page,
        kind=kind,
        words=words,
        said=said_of_import(),
        **kinds(),
    )


@blueprint.get("/admin/offices/new")
@admit("manage people")
def new_office() -> Answer:
    return render_template("admin/offices_new.html", form=Form(()), **kinds())


@blueprint.post("/admin/offices/new")
@admit("manage people")
def add_office() -> Answer:
    form = office_form().read(request.form)
    if form.good:
        facts = facts_in(form)
        there = office_by_code(db(), facts.code)
        if there is not None and facts_of(there) == facts:
            # The button was pressed twice: the first press did it.
            return back_to(there, "added")
        try:
            office = offices.add_office(db(), facts, by=reader().user_id, now=now())
        except CodeTaken:
            form.fail("code", TAKEN)
    if not form.good:
        return render_template("admin/offices_new.html", form=form, **kinds()), 422
    keep()
    return back_to(office, "added")


@blueprint.get("/admin/offices/<int:office_id>")
@admit("manage people")
def show_office(office_id: int) -> Answer:
    office = office_here(office_id)
    return office_page(office, filled(office))


@blueprint.post("/admin/offices/<int:office_id>")
@admit("manage people")
def change_office(office_id: int) -> Answer:
    office, form = office_here(office_id), office_form().read(request.form)
    changed = False
    if form.good:
        try:
            changed = offices.change_office(db(), office, facts_in(form), by=reader().user_id, now=now())
        except CodeTaken:
            form.fail("code", TAKEN)
    if not form.good:
        return office_page(office, form), 422
    if changed:
        keep()
    return back_to(office, "saved" if changed else "same")


@blueprint.post("/admin/offices/<int:office_id>/close")
@admit("manage people")
def close_office(office_id: int) -> Answer:
    office = office_here(office_id)
    try:
        changed = offices.close_office(db(), office, by=reader().user_id, now=now())
    except StillHasPeople as still:
        form = filled(office)
        form.fail("close", STILL_PEOPLE.format(people=plural(still.count, "person belongs", "people belong")))
        return office_page(office, form), 422
    if changed:
        keep()
    return back_to(office, "closed")


@blueprint.post("/admin/offices/<int:office_id>/reopen")
@admit("manage people")
def reopen_office(office_id: int) -> Answer:
    office = office_here(office_id)
    if offices.reopen_office(db(), office, by=reader().user_id, now=now()):
        keep()
    return back_to(office, "reopened")


@blueprint.get("/admin/offices/import")
@admit("manage people")
def choose_file() -> Answer:
    return import_page(Form(()))


@blueprint.post("/admin/offices/import")
@admit("manage people")
def look_or_import() -> Answer:
    """Show what the lines would do; do it when exactly this was shown before and is confirmed now."""
    form = Form((), typed={"text": request.form.get("text", "")})
    try:
        form.typed["text"] = text_sent()
        planned = plan(db(), read_csv(form.typed["text"]))
    except CannotRead as wrong:
        form.fail("text", str(wrong))
        return import_page(form), 422
    if request.form.get("action") != "confirm":
        return import_page(form, planned)
    if planned.count == 0:
        # Another press, or another admin, did it already.
        return redirect(url_for("office_set_up.list_offices", added=0, changed=0), 303)
    if request.form.get("shown") != planned.mark:
        form.fail("plan", LOOK_AGAIN)
        return import_page(form, planned), 409
    carry_out(db(), planned, by=reader().user_id, now=now())
    keep()
    added, changed = len(planned.new), len(planned.changed)
    return redirect(url_for("office_set_up.list_offices", added=added, changed=changed), 303)


def office_here(office_id: int) -> Office:
    """The office. Raises Missing."""
    office = db().get(Office, office_id)
    if office is None:
        raise Missing
    return office


def office_page(office: Office, form: Form) -> str:
    """One office with everything that can be done."""
    return render_template(
        "admin/offices_one.html",
        office=office,
        form=form,
        belonging=belonging_to(db(), office),
        said=SAID.get(request.args.get("said", ""), ""),
        **kinds(),
    )


def import_page(form: Form, planned: Plan | None = None) -> str:
    """The form for lines, under what they would do when that is known."""
    return render_template("admin/offices_import.html", form=form, plan=planned, **kinds())


def text_sent() -> str:
    """The text of the chosen file, else what was pasted. Raises CannotRead."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return text_of(file.read())
    return text_of(request.form.get("text", "").encode("utf-8", "replace"))


def keep() -> None:
    """Commit, and let every page see it."""
    touch_site(db())
    db().commit()


def back_to(office: Office, said: str) -> AnyResponse:
    return redirect(url_for("office_set_up.show_office", office_id=office.id, said=said), 303)


def kinds() -> dict[str, Any]:
    """The kinds to choose from, and their words."""
    choices = [{"value": value, "label": words} for value, words in KIND_WORDS.items()]
    return {"kinds": choices, "kind_words": KIND_WORDS}


def said_of_import() -> str:
    """What the list says after an import, or nothing."""
    added, changed = (request.args.get(name, type=int) for name in ("added", "changed"))
    if added is None or changed is None:
        return ""
    if added == changed == 0:
        return SAID["same"]
    return f"{plural(max(added, 0), 'office')} added, {max(changed, 0):,} changed."


def page_of(found: list[OfficeRow], chosen: dict[str, str]) -> tuple[list[OfficeRow], dict[str, Any]]:
    """The rows of the page that was asked for, and the page for the links below them."""
    last = max(1, -(-len(found) // PAGE_SIZE))
    number = min(last, max(1, request.args.get("page", 1, type=int)))
    kept = {name: value for name, value in chosen.items() if value}
    url = url_for("office_set_up.list_offices") + "?" + urlencode({**kept, "page": ""})
    return found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], {"number": number, "last": last, "url": url}
