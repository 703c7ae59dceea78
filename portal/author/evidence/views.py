"""The page of evidence on a diagnostic, and the decision on a suggested order of steps."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.articles import Article
from kb.trees.figures.measures import FEWEST
from kb.trees.figures.orders import LONGEST_REASON
from kb.trees.figures.planning import INTERRUPTS_MINUTES, LOSES_WORK_MINUTES
from kb.trees.figures.suggesting import FEWEST_RUNS
from kb.trees.tree import Tree
from portal.author.drafts import article_to_write, may_read, url_of
from portal.author.evidence.deciding import (
    CannotReorder,
    accept,
    keep,
    put_back,
    reason_of,
    suggestion_to_decide,
    suggestion_to_undo,
)
from portal.author.evidence.showing import RANGES, evidence_of
from portal.forms import clean
from portal.request import db, now, reader, site
from portal.site.freeze import frozen_until
from portal.vocabulary import MODE_NAMES

blueprint = Blueprint("evidence", __name__, url_prefix="/diagnostics")

Answer = AnyResponse | str | tuple[str, int]
ANOTHER_ORDER = (
    "The draft has other steps or another order by now. Nothing was changed. Change the order in the text."
)
HELD_BACK = "The order of steps does not change in the two weeks before an election. Nothing was changed."
TOO_LONG = f"Use at most {LONGEST_REASON} letters."
SAID = {"kept": "The order stays. It is not suggested again for 90 days."}


@blueprint.get("/<slug>/evidence")
@admit("write drafts")
def show(slug: str) -> Answer:
    return evidence_page(article_to_write(db(), slug, "diagnostic", reader()))


@blueprint.post("/<slug>/evidence/<int:number>")
@admit("write drafts")
def say(slug: str, number: int) -> Answer:
    article = article_to_write(db(), slug, "diagnostic", reader())
    if request.form.get("action") == "back":
        return old_order(article, number)
    row = suggestion_to_decide(db(), article, number)
    reason = clean(request.form.get("reason", ""))
    if request.form.get("action") != "accept":
        if len(reason) > LONGEST_REASON:
            return evidence_page(article, problem=TOO_LONG, typed=reason), 422
        keep(row, reason=reason, by=reader(), now=now())
        db().commit()
        return redirect(f"{url_of(article)}/evidence?said=kept", 303)
    if frozen_until(site().settings, now()) is not None:
        return evidence_page(article, warning=HELD_BACK), 409
    try:
        accept(db(), article, row, by=reader(), now=now())
    except CannotReorder:
        return evidence_page(article, warning=ANOTHER_ORDER), 409
    db().commit()
    return redirect(f"{url_of(article)}?said=reordered", 303)


def old_order(article: Article, number: int) -> Answer:
    """A draft with the order from before. It may be made before an election too: only publishing changes a page."""
    row = suggestion_to_undo(db(), article, number)
    try:
        put_back(db(), article, row, by=reader(), now=now())
    except CannotReorder:
        return evidence_page(article, warning=ANOTHER_ORDER), 409
    db().commit()
    return redirect(f"{url_of(article)}?said=old_order", 303)


def evidence_page(article: Article, *, warning: str = "", problem: str = "", typed: str = "") -> str:
    """The page, for what readers walk now; a diagnostic that was never live has no runs."""
    tree = live_tree(article)
    days = next((each for each in RANGES if str(each) == request.args.get("days")), 90)
    mode = request.args.get("mode", "")
    mode = mode if mode in MODE_NAMES else ""
    found = evidence_of(db(), article, tree, reader(), days=days, mode=mode, now=now()) if tree else None
    return render_template(
        "author/evidence.html",
        article=article,
        tree=tree,
        found=found,
        days=days,
        mode=mode,
        ranges=RANGES,
        modes=MODE_NAMES,
        fewest=FEWEST,
        fewest_alone=FEWEST_RUNS,
        weights={"interrupts": INTERRUPTS_MINUTES, "loses_work": LOSES_WORK_MINUTES},
        reasons={row.id: reason_of(tree, row) for row in found.suggestions} if tree and found else {},
        frozen=frozen_until(site().settings, now()),
        warning=warning,
        problem=problem,
        typed=typed,
        longest=LONGEST_REASON,
        said=SAID.get(request.args.get("said", ""), ""),
    )


def live_tree(article: Article) -> Tree | None:
    """The diagnostic that readers walk, if this person may see it."""
    live = article.published
    if live is None or not live.tree or not may_read(article.audience, live, reader()):
        return None
    return Tree.from_json(live.tree)
