"""The offices: a list with their open requests, and one page for each."""

from __future__ import annotations

from flask import Blueprint, render_template

from auth.guard import admit
from auth.offices import office_by_code
from portal.desk.offices.office_page import office_page, offices_by_kind
from portal.errors import Missing
from portal.request import db, reader

blueprint = Blueprint("offices", __name__, url_prefix="/offices")


@blueprint.get("/")
@admit("enter the desk")
def offices() -> str:
    return render_template("desk/offices.html", groups=offices_by_kind(db(), reader()))


@blueprint.get("/<code>")
@admit("enter the desk")
def office(code: str) -> str:
    found = office_by_code(db(), code)
    if found is None:
        raise Missing
    return render_template("desk/office.html", page=office_page(db(), found, reader()))
