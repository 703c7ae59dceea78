"""Parts added, renamed and taken out, each on a page that says what it will do to the rest."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.articles import Article
from kb.trees.editing.changing import CannotChange
from kb.trees.editing.renaming import pointers, renamed, without
from kb.trees.tree import RESERVED_FACTS
from portal.author.drafts import latest_of, revision_to_read
from portal.author.parts import offers
from portal.author.parts.blanks import offered
from portal.author.parts.making import KINDS, SECTIONS, Making
from portal.author.parts.naming import problem_with, taken_in
from portal.author.parts.opened import Opened, opened
from portal.author.parts.saving import NotSaved, checked_text, part_of, text_of
from portal.author.parts.views import SECTION, keep, when_readable
from portal.author.sheet import number_in
from portal.errors import Missing
from portal.forms import Field, Form, choice, text
from portal.request import db, reader

blueprint = Blueprint("reshaping", __name__, url_prefix="/diagnostics/<slug>")

Answer = AnyResponse | str | tuple[str, int]
NOT_BY_FORM = "This part is written in a way that a form cannot change. Change it in the YAML."


@blueprint.get("/add")
@admit("write drafts")
@when_readable
def choose_kind(article: Article) -> Answer:
    form = add_form()
    form.typed = {"kind": request.args.get("kind", "ask"), "words": ""}
    return add_page(opened(article, latest_of(article)), form)


@blueprint.post("/add")
@admit("write drafts")
@when_readable
def add(article: Article) -> Answer:
    draft, form = as_opened(article), add_form().read(request.form)
    kind, words = str(form.values.get("kind") or ""), str(form.values.get("words") or "")
    about = str(form.values.get(kind) or "")
    if kind in ("read", "call"):
        names = offered(offers.guides(draft) if kind == "read" else offers.diagnostics(draft))
        if about not in names:
            form.fail(kind, "Choose one from the list")
        words = words or names.get(about, "")
    elif not words:
        form.fail("words", "Write a few words for it")
    if not form.good:
        return add_page(draft, form), 422
    making = Making(draft.tree)
    name = making.make(kind, words, about)
    try:
        section, _, part = making.made[0]
        made = text_of(
            draft, [([section, name], part)], based_on(), note=f"New {KINDS[kind].lower()}: {words}"[:200]
        )
    except NotSaved as refused:
        form.fail("", str(refused))
        return add_page(draft, form), 422
    return keep(article, made, f"{draft.url}/{SECTIONS[kind]}/{name}?said=made")


@blueprint.get(f"/{SECTION}/<name>/id")
@admit("write drafts")
@when_readable
def before_renaming(article: Article, section: str, name: str) -> Answer:
    draft = with_part(opened(article, latest_of(article)), section, name)
    return id_page(draft, section, name, Form((), typed={"id": name}))


@blueprint.post(f"/{SECTION}/<name>/id")
@admit("write drafts")
@when_readable
def rename(article: Article, section: str, name: str) -> Answer:
    draft = with_part(as_opened(article), section, name)
    form = Form((Field("id", text("Write the new id", longest=60)),)).read(request.form)
    new = str(form.values.get("id") or "")
    if form.good:
        check_id(draft, section, name, new, form)
    if not form.good:
        return id_page(draft, section, name, form), 422
    try:
        source = renamed(draft.source, section, name, new) if new != name else draft.source
        made = checked_text(draft, source, based_on(), note=f"Id {name} is now {new}")
    except (CannotChange, ValueError, NotSaved):
        form.fail("id", NOT_BY_FORM)
        return id_page(draft, section, name, form), 422
    return keep(article, made, f"{draft.url}/{section}/{new}?said=saved")


@blueprint.get(f"/{SECTION}/<name>/removal")
@admit("write drafts")
@when_readable
def before_removing(article: Article, section: str, name: str) -> Answer:
    draft = with_part(opened(article, latest_of(article)), section, name)
    return removal_page(draft, section, name, Form((), typed={"instead": ""}))


@blueprint.post(f"/{SECTION}/<name>/removal")
@admit("write drafts")
@when_readable
def remove(article: Article, section: str, name: str) -> Answer:
    draft = with_part(as_opened(article), section, name)
    allowed = {each: words for each, words in offered(offers.goals(draft, new=False)).items() if each != name}
    form = Form((Field("instead", choice(allowed, "Choose where these go instead", empty=True)),)).read(
        request.form
    )
    found = pointers(draft.tree, section, name)
    instead = str(form.values.get("instead") or "")
    if section in ("nodes", "outcomes") and found and not instead:
        form.fail("instead", "Choose where these go instead")
    if draft.tree.start == name and instead in draft.tree.outcomes:
        form.fail("instead", "A diagnostic begins with a page. Choose a page")
    if not form.good:
        return removal_page(draft, section, name, form), 422
    try:
        source = without(draft.source, section, name, instead, heir_of(draft, name, instead))
        made = checked_text(draft, source, based_on(), note=f"Taken out: {draft.words(section, name)}"[:200])
    except (CannotChange, NotSaved):
        form.fail("", NOT_BY_FORM)
        return removal_page(draft, section, name, form), 422
    return keep(article, made, f"{draft.url}?said=out")


def heir_of(draft: Opened, name: str, instead: str) -> str:
    """The page that keeps the id of one that readers have seen, so that their answers still have a place."""
    if draft.before is None or name not in draft.before.nodes:
        return ""
    if instead in draft.tree.nodes:
        return instead
    leading = [
        each.id for each in pointers(draft.tree, "nodes", name) if each.section == "nodes" and each.id != name
    ]
    return next(iter(leading), "")


def check_id(draft: Opened, section: str, name: str, new: str, form: Form) -> None:
    """Say why a part cannot have this id."""
    wrong = problem_with(new)
    former: tuple[str, ...] = getattr(getattr(draft.tree, section)[name], "was", ())
    if wrong:
        form.fail("id", wrong)
    elif section == "facts" and (name in RESERVED_FACTS or new in RESERVED_FACTS):
        form.fail("id", "“line” and “reach” have a fixed meaning. Keep them as they are")
    elif (
        new != name
        and new in taken_in(draft.tree, section) - set(former)
        and not shared_by_custom(draft, section, new)
    ):
        form.fail("id", f"“{new}” is taken. Choose another")


def shared_by_custom(draft: Opened, section: str, new: str) -> bool:
    """A question and the line of the request that holds its answer may have one name."""
    tree = draft.tree
    if section == "nodes":
        return new in tree.facts and new not in tree.outcomes and new not in tree.nodes
    return section == "facts" and new in tree.nodes and new not in tree.facts


def as_opened(article: Article) -> Opened:
    """The version that the form was opened in. Raises ``Missing`` for one that is not there."""
    number = based_on()
    latest = latest_of(article)
    base = latest if number in (0, latest.number) else revision_to_read(db(), article, number, reader())
    return opened(article, base)


def based_on() -> int:
    return number_in(request.form.get("based_on"))


def with_part(draft: Opened, section: str, name: str) -> Opened:
    """The draft, when it has this part. Raises ``Missing``."""
    if part_of(draft, section, name) is None:
        raise Missing
    return draft


def add_form() -> Form:
    fields = (
        Field("kind", choice(KINDS, "Choose what to add")),
        Field("words", text(longest=300)),
        Field("read", text(longest=200)),
        Field("call", text(longest=200)),
    )
    return Form(fields)


def add_page(draft: Opened, form: Form) -> str:
    lists: dict[str, Any] = {"read": offers.guides(draft), "call": offers.diagnostics(draft)}
    return render_template(
        "author/part_add.html", article=draft.article, draft=draft, form=form, kinds=KINDS, lists=lists
    )


def id_page(draft: Opened, section: str, name: str, form: Form) -> str:
    return render_template(
        "author/part_id.html", article=draft.article, draft=draft, section=section, name=name, form=form
    )


def removal_page(draft: Opened, section: str, name: str, form: Form) -> str:
    choices = offers.goals(draft, new=False)
    return render_template(
        "author/part_removal.html",
        article=draft.article,
        draft=draft,
        section=section,
        name=name,
        form=form,
        pointers=pointers(draft.tree, section, name),
        goals=[
            {**group, "choices": [each for each in group["choices"] if each["value"] != name]}
            for group in choices
        ],
    )
