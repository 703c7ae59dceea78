"""The forms of a diagnostic beside its numbered outline: every part has a page, and each saves one draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.articles import Article
from kb.trees.parsing import TreeProblems
from kb.writing import Outdated
from portal.author.drafts import Text, article_to_write, latest_of, revision_to_read, save
from portal.author.parts.blanks import Blank, Row, Rows, folds, form_of, typed_from
from portal.author.parts.blanks_of_ways import check_none, check_ways
from portal.author.parts.kinds import blanks_of, kind_of, rows_of
from portal.author.parts.listing import check_rows, heirs_of, moved, rows_from, rows_sent
from portal.author.parts.making import KINDS, Making
from portal.author.parts.opened import Opened, opened
from portal.author.parts.remarks import remarks_for
from portal.author.parts.saving import NotSaved, new_text, part_of, reasons_sent, wanted_part, with_reasons
from portal.author.said import said_now
from portal.author.sheet import Sheet, number_in
from portal.author.versions.views import conflict_page
from portal.errors import Missing
from portal.forms import Form
from portal.request import db, now, reader

blueprint = Blueprint("parts", __name__, url_prefix="/diagnostics/<slug>")

Answer = AnyResponse | str | tuple[str, int]
SECTION = "<any(nodes, steps, outcomes, facts):section>"


@dataclass
class Page:
    """The form of one part: its blanks, its rows, what stands in them and what is wrong with them."""

    draft: Opened
    section: str
    name: str
    part: dict[str, Any]
    blanks: tuple[Blank, ...]
    rows: Rows | None
    form: Form
    listed: list[Row]
    based_on: int

    @property
    def line(self) -> int:
        """Where the part begins in the YAML."""
        return 1 if self.section == "about" else int(getattr(self.draft.tree, self.section)[self.name].line)

    @property
    def words(self) -> str:
        """The words by which the part is known, as they are saved."""
        return (
            self.draft.article.title if self.section == "about" else self.draft.words(self.section, self.name)
        )


def when_readable(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """The view, or a page that says in which line to mend the text before forms can be shown."""

    @wraps(view)
    def guarded(slug: str, **names: Any) -> Answer:
        article = article_to_write(db(), slug, "diagnostic", reader())
        try:
            return view(article, **names)
        except TreeProblems as problems:
            return render_template("author/unreadable.html", article=article, problems=problems.findings)

    return guarded


@blueprint.get("")
@admit("write drafts")
@when_readable
def overview(article: Article) -> Answer:
    """Everything a diagnostic is made of, by number and words; each line leads to its form."""
    draft = opened(article, latest_of(article))
    levels = [each.level for each in draft.findings]
    return render_template(
        "author/parts.html",
        article=article,
        draft=draft,
        counts={level: levels.count(level) for level in ("error", "warning")},
        about=remarks_for(draft, "about", ""),
        said=said_now(request.args),
    )


@blueprint.get("/about")
@admit("write drafts")
@when_readable
def about(article: Article) -> Answer:
    return part_page(fresh_page(article, "about", ""))


@blueprint.post("/about")
@admit("write drafts")
@when_readable
def write_about(article: Article) -> Answer:
    return saved_page(article, "about", "")


@blueprint.get(f"/{SECTION}/<name>")
@admit("write drafts")
@when_readable
def part(article: Article, section: str, name: str) -> Answer:
    return part_page(fresh_page(article, section, name))


@blueprint.post(f"/{SECTION}/<name>")
@admit("write drafts")
@when_readable
def write(article: Article, section: str, name: str) -> Answer:
    return saved_page(article, section, name)


def fresh_page(article: Article, section: str, name: str, *, based_on: int = 0) -> Page:
    """The form of a part as it stands in the latest draft, or in the version it was opened in. Raises ``Missing``."""
    latest = latest_of(article)
    base = latest if based_on in (0, latest.number) else revision_to_read(db(), article, based_on, reader())
    draft = opened(article, base)
    found = part_of(draft, section, name)
    if found is None:
        raise Missing
    blanks, rows = blanks_of(section, found, draft, name), rows_of(section, found, draft)
    form = form_of(blanks)
    form.typed = typed_from(blanks, found)
    return Page(draft, section, name, found, blanks, rows, form, rows_from(rows, found), base.number)


def saved_page(article: Article, section: str, name: str) -> Answer:
    """What follows a button: rows moved on the page, the form with its problems, or the draft saved."""
    page = fresh_page(article, section, name, based_on=number_in(request.form.get("based_on")))
    page.form.read(request.form)
    if page.form.typed.get("call"):  # the list is about the diagnostic that was chosen now
        page.rows = rows_of(section, {**page.part, "call": page.form.typed["call"]}, page.draft)
    page.listed = rows_sent(page.rows, request.form)
    reordered = moved(page.listed, request.form.get("action", ""))
    if reordered is not None:
        page.listed, page.form.problems = reordered, {}
        return part_page(page, said="Not saved yet. Press Save when the order is right.")
    check_page(page)
    reasons = reasons_sent(request.form, page.form)
    if not page.form.good:
        return part_page(page), 422
    wanted = wanted_part(page.part, page.blanks, page.form, page.rows, page.listed)
    words = str(page.form.values.get(page.blanks[0].name) or page.words)
    try:
        text, making = new_text(
            page.draft, section, name, with_reasons(wanted, reasons), page.based_on, words=words
        )
    except NotSaved as refused:
        page.form.fail("", str(refused))
        return part_page(page), 422
    return keep(article, text, made_address(page, making))


def check_page(page: Page) -> None:
    """What only the whole form can see: ways that are not complete, and rows that do not fit together."""
    check_ways(page.blanks, page.form)
    check_none(page.blanks, page.form)
    if page.rows is not None:
        check_rows(page.rows, page.listed, page.form)


def made_address(page: Page, making: Making) -> str:
    """Where to go after saving: to the first new part, else back to the same form."""
    if making.made:
        section, name, _ = making.made[0]
        return f"{page.draft.url}/{section}/{name}?said=made"
    return page.draft.url + (f"/{page.section}/{page.name}" if page.name else "/about") + "?said=saved"


def keep(article: Article, text: Text, address: str) -> Answer:
    """Save a draft and go on; a text that somebody saved meanwhile is met with both texts."""
    before = latest_of(article).number
    try:
        saved = save(db(), article, text, by=reader(), now=now())
    except Outdated:
        sheet = Sheet(Form(()), text.source, sent=[("note", text.note)])
        return conflict_page(article, sheet, text), 409
    db().commit()
    if saved.number == before:
        address = address.replace("said=saved", "said=same")
    return redirect(address, 303)


def part_page(page: Page, *, said: str = "") -> str:
    """A form beside the outline."""
    draft, section, name = page.draft, page.section, page.name
    kind = kind_of(page.part) if section == "nodes" else {"steps": "step", "facts": "fact"}.get(section, "")
    return render_template(
        "author/part.html",
        article=draft.article,
        page=page,
        draft=draft,
        kind=KINDS.get(kind, "End" if section == "outcomes" else ""),
        remarks=remarks_for(draft, section, name, page.blanks, page.rows),
        heirs=heirs_of(draft.before, name) if section == "nodes" else frozenset(),
        said=said or said_now(request.args),
        folds=folds,
    )
