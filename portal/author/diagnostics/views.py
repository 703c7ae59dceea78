"""The editor of a diagnostic: its YAML, the outline beside it, and the check with the line of each finding."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.articles import Article
from kb.trees.outline import outline
from kb.trees.parsing import TreeProblems, parse
from kb.writing import Outdated
from portal.author.about import note_form
from portal.author.diagnostics.beginning import first_source
from portal.author.diagnostics.from_guide import FromGuide, from_guide, note_of, source_from
from portal.author.drafts import Text, article_to_write, begin, latest_of, put_aside, save, url_of
from portal.author.evidence.guessing import expected_minutes
from portal.author.guides.views import new_form
from portal.author.proof import diagnostic_check
from portal.author.said import said_now
from portal.author.sheet import LOOKING, Sheet, sheet_from
from portal.author.surroundings import checks_for, surroundings
from portal.author.versions.views import conflict_page
from portal.forms import Form
from portal.request import db, now, reader, site

blueprint = Blueprint("diagnostics", __name__, url_prefix="/diagnostics")

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/new")
@admit("write drafts")
def new() -> Answer:
    begun = beginning(request.args)
    first = f"{begun.title}, step by step" if begun else request.args.get("title", "")
    return new_page(Form((), typed={"title": first[:200], "topic": begun.topic if begun else ""}), begun)


@blueprint.post("/new")
@admit("write drafts")
def start() -> Answer:
    begun = beginning(request.form)
    form = new_form(surroundings(db(), reader()), "diagnostic").read(request.form)
    if not form.good:
        return new_page(form, begun), 422
    title, today = form.values["title"], now().astimezone(site().zone).date()
    article = begin(db(), kind="diagnostic", title=title, now=now())
    write_first = partial(source_from, begun) if begun else first_source
    text = Text(title, {}, write_first(title, form.values["topic"], today=today), note_of(begun), 0)
    save(db(), article, text, by=reader(), now=now())
    db().commit()
    return redirect(f"{url_of(article)}?said=begun", 303)


@blueprint.get("/<slug>/yaml")
@admit("write drafts")
def edit(slug: str) -> Answer:
    """The text itself, for people who like it; the forms are the front door."""
    article = article_to_write(db(), slug, "diagnostic", reader())
    latest = latest_of(article)
    sheet = Sheet(Form((), typed={"note": ""}), latest.source, based_on=latest.number)
    return editor_page(article, sheet, said=said_now(request.args))


@blueprint.post("/<slug>")
@admit("write drafts")
def write(slug: str) -> Answer:
    article = article_to_write(db(), slug, "diagnostic", reader())
    sheet = sheet_from(note_form(), request.form, list(request.form.items(multi=True)))
    if sheet.action in LOOKING or not sheet.form.good:
        return editor_page(article, sheet), 200 if sheet.form.good else 422
    written = sheet.text(article, latest_of(article))
    try:
        if sheet.action == "theirs":
            ours = put_aside(db(), article, written, by=reader(), now=now())
            db().commit()
            return redirect(f"{url_of(article)}/yaml?said=theirs&version={ours}", 303)
        before = latest_of(article).number
        saved = save(db(), article, written, by=reader(), now=now())
    except Outdated:
        return conflict_page(article, sheet, written), 409
    db().commit()
    if sheet.action == "publish":
        return redirect(f"{url_of(article)}/publish", 303)
    return redirect(f"{url_of(article)}/yaml?said={'saved' if saved.number > before else 'same'}", 303)


@blueprint.post("/<slug>/outline")
@admit("write drafts")
def outline_alone(slug: str) -> Answer:
    """The outline alone, for scripts."""
    article_to_write(db(), slug, "diagnostic", reader())
    return outlined(sheet_from(Form(()), request.form, []).source, slug)


def outlined(source: str, slug: str) -> str:
    """The outline of a text, or a sentence when the text cannot be read."""
    try:
        tree = parse(source, slug)
    except TreeProblems as problems:
        return render_template("author/outline.html", outline=None, problems=problems.findings)
    expected = expected_minutes(tree)
    return render_template("author/outline.html", outline=outline(tree), expected=expected, problems=())


def editor_page(article: Article, sheet: Sheet, *, said: str = "") -> str:
    latest = latest_of(article)
    today = now().astimezone(site().zone).date()
    checks = checks_for(db(), site(), reader(), article, today=today, publishing=False)
    if sheet.action == "join":
        sheet.based_on = latest.number
    return render_template(
        "author/diagnostic.html",
        article=article,
        latest=latest,
        sheet=sheet,
        form=sheet.form,
        outline_html=outlined(sheet.source, article.slug),
        check=diagnostic_check(sheet.source, article.slug, checks.around),
        theirs=latest if sheet.action == "join" else None,
        said=said,
    )


def beginning(sent: Mapping[str, str]) -> FromGuide | None:
    """What the draft begins with: the steps of the guide that is named, if one is and it has any."""
    if not (slug := sent.get("guide", "")):
        return None
    guide = article_to_write(db(), slug, "guide", reader())
    return from_guide(guide, latest_of(guide))


def new_page(form: Form, begun: FromGuide | None) -> str:
    near = surroundings(db(), reader())
    return render_template("author/new.html", kind="diagnostic", form=form, topics=near.topics, taken=begun)
