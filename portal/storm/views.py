"""The pages of the storm kit: what it is, the file, the binder on paper, the check of a file, and single sheets."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from kb.reading import Moved, NotInUse, open_article, titles
from kb.storm import tree_pictures
from kb.trees.tree import Tree
from portal.errors import Missing
from portal.forms import Form
from portal.request import db, only_reads, reader, settings, site, wiring
from portal.storm.check import Answer, look_at
from portal.storm.contents import KitSheet, numbers_of, sheet_of
from portal.storm.kit_file import file_name
from portal.storm.making import made_kit, today
from portal.storm.signing import public_words, signing_key

blueprint = Blueprint("storm", __name__)

Page = AnyResponse | str | tuple[str, int]


@blueprint.get("/storm-kit")
@admit(ANYONE)
def about() -> Page:
    """What it is, what is in it, and the file to keep."""
    made = made_kit(reader())
    key = public_words(signing_key(settings().secret_key).public_key())
    return render_template("storm/about.html", kit=made.kit, size=len(made.file), key=key)


@blueprint.get("/storm-kit/file")
@admit(ANYONE)
def download() -> Page:
    """The file, for this reader's audience."""
    made = made_kit(reader())
    answer = Response(made.file, mimetype="text/html")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(made.kit)}"'
    return answer


@blueprint.get("/storm-kit/binder")
@admit(ANYONE)
def binder() -> Page:
    """All sheets and guides of the kit on one page, with a list of contents, to be printed."""
    kit = made_kit(reader()).kit
    places = {each.article.slug: f"#sheet-{each.article.slug}" for each in kit.sheets}
    places |= {each.article.slug: f"#guide-{each.article.slug}" for each in kit.guides}
    pictures = {name: f"/pictures/{name}" for name in kit.pictures}
    return render_template("storm/binder.html", kit=kit, pictures=pictures, places=places, today=kit.made)


@blueprint.get("/storm-kit/check")
@admit(ANYONE)
def check_page() -> Page:
    return render_template("storm/check.html", form=Form(()), answer=None)


@blueprint.post("/storm-kit/check")
@admit(ANYONE)
@only_reads
def check() -> Page:
    """Whether a file is a kit of ours, unchanged. The file is read and not kept."""
    form, sent = Form(()), request.files.get("file")
    body = b""
    if sent is not None:
        body = sent.read()
        sent.close()
    if not body:
        form.problems["file"] = "Choose the file of the storm kit"
        return render_template("storm/check.html", form=form, answer=None), 422
    return render_template("storm/check.html", form=form, answer=answer_on(body))


def answer_on(body: bytes) -> Answer:
    """What we say about a file: today, and beside the kit that we would make today."""
    return look_at(body, signing_key(settings().secret_key).public_key(), today=today())


@blueprint.get("/diagnose/<slug>/paper")
@admit(ANYONE)
def paper(slug: str) -> Page:
    """A diagnostic as a checklist. A version that was recalled is not handed out on paper either."""
    each = sheet(slug)
    if wiring().shelf.label(db(), each.article.revision_id, site()).recalled:
        raise Missing
    near = titles(db(), [*each.tree.calls, *each.tree.guides], reader())
    places = {
        one.slug: f"/diagnose/{one.slug}/paper" if one.kind == "diagnostic" else f"/articles/{one.slug}"
        for one in near
    }
    pictures = {name: f"/pictures/{name}" for name in tree_pictures(each.tree)}
    return render_template(
        "storm/paper.html",
        each=each,
        numbers=numbers_of(site()),
        pictures=pictures,
        places=places,
        today=today(),
    )


def sheet(slug: str) -> KitSheet:
    """The sheet of a live diagnostic that this reader may see. Three queries at most."""
    try:
        found = open_article(db(), slug, reader())
    except (Moved, NotInUse) as gone:
        raise Missing from gone
    if found.tree is None:
        raise Missing
    tree = Tree.from_json(found.tree)
    near = titles(db(), [*tree.calls, *tree.guides], reader())
    return sheet_of(found, tree, site(), {one.slug: one.title for one in near})
