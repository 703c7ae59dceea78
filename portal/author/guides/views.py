"""The editor of a guide: text, preview, writing check and what is said about the guide; new guides begin here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.articles import Article
from kb.front_matter import understand
from kb.pictures import BadPicture
from kb.rendering import TooHard, render
from kb.writing import Outdated
from portal.author.about import Choices, about_form, choices_for, typed_of
from portal.author.drafts import Text, article_to_write, begin, latest_of, put_aside, save, url_of
from portal.author.guides.from_question import from_question
from portal.author.guides.from_request import Beginning, from_request
from portal.author.pictures.taking import take_pictures, with_pictures
from portal.author.preview import page_of
from portal.author.proof import guide_check
from portal.author.questions.reading import ArticleQuestions, article_questions
from portal.author.said import said_now
from portal.author.sheet import LOOKING, Sheet, sheet_from
from portal.author.surroundings import Surroundings, surroundings
from portal.author.versions.views import conflict_page
from portal.forms import Field, Form, choice, text
from portal.request import db, now, reader, site, wiring

blueprint = Blueprint("guides", __name__, url_prefix="/guides")

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/new")
@admit("write drafts")
def new() -> Answer:
    begun = beginning(request.args)
    first = begun.symptoms[0] if begun.symptoms else request.args.get("title", "")
    form = Form((), typed={"title": first[:1].upper() + first[1:200]})
    return new_page(form, surroundings(db(), reader()), begun)


@blueprint.post("/new")
@admit("write drafts")
def start() -> Answer:
    near, begun = surroundings(db(), reader()), beginning(request.form)
    form = new_form(near, "guide").read(request.form)
    if not form.good:
        return new_page(form, near, begun), 422
    title = form.values["title"]
    article = begin(db(), kind="guide", title=title, now=now())
    front: dict[str, Any] = {"title": title, "topic": form.values["topic"], "audience": "public"}
    front |= {"symptoms": list(begun.symptoms)}
    front = {key: value for key, value in front.items() if value}
    save(db(), article, Text(title, front, begun.source, begun.note, 0), by=reader(), now=now())
    db().commit()
    return redirect(f"{url_of(article)}?said=begun", 303)


@blueprint.get("/<slug>")
@admit("write drafts")
def edit(slug: str) -> Answer:
    article = article_to_write(db(), slug, "guide", reader())
    latest = latest_of(article)
    sheet = Sheet(Form((), typed=typed_of(article, latest)), latest.source, based_on=latest.number)
    html = page_of(db(), latest.html, site())
    near = surroundings(db(), reader())
    return editor_page(article, sheet, near, html, said=said_now(request.args), questions=who_finds(article))


@blueprint.post("/<slug>")
@admit("write drafts")
def write(slug: str) -> Answer:
    article = article_to_write(db(), slug, "guide", reader())
    near = surroundings(db(), reader())
    sheet = sheet_of(article, near)
    added = add_pictures(sheet)
    near = surroundings(db(), reader()) if added else near
    if sheet.action in LOOKING or not sheet.form.good:
        return typed_page(article, sheet, near, said=added), 200 if sheet.form.good else 422
    written = sheet.text(article, latest_of(article))
    try:
        if sheet.action == "theirs":
            ours = put_aside(db(), article, written, by=reader(), now=now())
            db().commit()
            return redirect(f"{url_of(article)}?said=theirs&version={ours}", 303)
        before = latest_of(article).number
        saved = save(db(), article, written, by=reader(), now=now())
    except TooHard as hard:
        sheet.form.fail("source", str(hard))
        return typed_page(article, sheet, near), 422
    except Outdated:
        return conflict_page(article, sheet, written), 409
    db().commit()
    if sheet.action == "publish":
        return redirect(f"{url_of(article)}/publish", 303)
    return redirect(f"{url_of(article)}?said={'saved' if saved.number > before else 'same'}", 303)


@blueprint.post("/<slug>/preview")
@admit("write drafts")
def preview(slug: str) -> Answer:
    """The preview alone, for scripts: what the page shows beside the text."""
    title = latest_of(article_to_write(db(), slug, "guide", reader())).title
    title = request.form.get("title") or title
    return str(rendered(Sheet(Form(()), sheet_source()), title)[0])


def sheet_of(article: Article, near: Surroundings) -> Sheet:
    """What was sent."""
    form = about_form(choices_of(article, near))
    return sheet_from(form, request.form, list(request.form.items(multi=True)))


def sheet_source() -> str:
    return sheet_from(Form(()), request.form, []).source


def choices_of(article: Article, near: Surroundings) -> Choices:
    return choices_for(near, reader(), article, understand(latest_of(article).front))


def add_pictures(sheet: Sheet) -> str:
    """Keep the pictures that came along and put them at the end of the text. A sentence when there were any."""
    try:
        names = take_pictures(db(), request.files.getlist("pictures"), now=now())
    except BadPicture as bad:
        sheet.form.fail("pictures", str(bad))
        return ""
    if not names and sheet.action == "picture":
        sheet.form.fail("pictures", "Choose a picture first")
    if not names:
        return ""
    # A picture that is here stays here, whatever becomes of the text.
    db().commit()
    sheet.source = with_pictures(sheet.source, names)
    return "The picture is at the end of the text. Say in the square brackets what it shows."


def rendered(sheet: Sheet, title: str) -> tuple[Markup, str]:
    """The page of a text that is not saved, and why there is none, or empty.

    Rendering may take two seconds, so nobody else's writing waits for it: nothing of ours is unsaved here.
    """
    frame = site()
    db().rollback()
    try:
        html = render(sheet.source, title=title).html
    except TooHard as hard:
        return Markup("<p>{}</p>").format(str(hard)), str(hard)
    with wiring().database.reading() as session:
        return page_of(session, html, frame), ""


def typed_page(article: Article, sheet: Sheet, near: Surroundings, *, said: str = "") -> str:
    """The editor with what was typed."""
    title = str(sheet.form.typed.get("title") or article.title)
    html, wrong = rendered(sheet, title)
    if wrong:
        sheet.form.fail("source", wrong)
    return editor_page(article, sheet, near, html, said=said)


def editor_page(
    article: Article,
    sheet: Sheet,
    near: Surroundings,
    html: Markup,
    *,
    said: str = "",
    questions: ArticleQuestions | None = None,
) -> str:
    """The editor. ``questions`` is None where nothing was looked for."""
    latest = latest_of(article)
    today = now().astimezone(site().zone).date()
    front = sheet.text(article, latest).front
    if sheet.action == "join":
        sheet.based_on = latest.number
    return render_template(
        "author/guide.html",
        article=article,
        latest=latest,
        sheet=sheet,
        form=sheet.form,
        choices=choices_of(article, near),
        preview=html,
        check=guide_check(front, sheet.source, near.known(site(), today), site().placeholders),
        topic=near.topics.get(article.topic, ""),
        theirs=latest if sheet.action == "join" else None,
        questions=questions,
        said=said,
    )


def who_finds(article: Article) -> ArticleQuestions | None:
    """The test questions around a live guide, as they were asked last. None for a draft."""
    return article_questions(db(), article, reader()) if article.status == "published" else None


def new_form(near: Surroundings, kind: str) -> Form:
    """The title and the topic of a new article."""
    title = text(f"Give the {kind} a title, in the words of a clerk")
    return Form(
        (
            Field("title", title),
            Field("topic", choice(dict(near.topics), "Choose a topic from the list", empty=True)),
        )
    )


def beginning(sent: Mapping[str, str]) -> Beginning:
    """What the draft begins with: the request or the unanswered question that is named, if one is."""
    reference, words = sent.get("request", ""), sent.get("question", "")
    if words:
        return from_question(words, sent.get("days", ""))
    return from_request(db(), reference, reader()) if reference else Beginning()


def new_page(form: Form, near: Surroundings, begun: Beginning) -> str:
    return render_template("author/new.html", kind="guide", form=form, topics=near.topics, begun=begun)
