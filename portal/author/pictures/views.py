"""Adding a picture on a page of its own: the page answers with the line to paste into a text."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.pictures import BadPicture
from portal.author.pictures.taking import line_for, take_pictures
from portal.forms import Form
from portal.request import db, now

blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("")
@admit("write drafts")
def add() -> Answer:
    return picture_page(Form(()))


@blueprint.post("")
@admit("write drafts")
def keep() -> Answer:
    form = Form(())
    try:
        names = take_pictures(db(), request.files.getlist("pictures"), now=now())
    except BadPicture as bad:
        names = []
        form.fail("pictures", str(bad))
    if not names:
        form.fail("pictures", "Choose a picture first")
        return picture_page(form), 422
    db().commit()
    return picture_page(form, names)


def picture_page(form: Form, names: list[str] | None = None) -> str:
    lines = [line_for(name) for name in names or []]
    return render_template("author/picture.html", form=form, names=names or [], lines=lines)
