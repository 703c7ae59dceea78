"""The lists of guides and diagnostics for the people who write them; the rooms of the editor hang below."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from portal.author.diagnostics.views import blueprint as diagnostics
from portal.author.drafts import SHELVES, Shelf
from portal.author.evidence.views import blueprint as evidence
from portal.author.going_live.views import blueprint as going_live
from portal.author.guides.views import blueprint as guides
from portal.author.listing import PAGE, TABS, Listing, listing
from portal.author.maps.views import blueprint as maps
from portal.author.parts.views import blueprint as parts
from portal.author.pictures.views import blueprint as pictures
from portal.author.playing.views import blueprint as playing
from portal.author.questions.views import blueprint as questions
from portal.author.recalling.views import blueprint as recalling
from portal.author.reshaping.views import blueprint as reshaping
from portal.author.unanswered.views import blueprint as unanswered
from portal.author.versions.views import blueprint as versions
from portal.author.walks.views import blueprint as walks
from portal.author.words.views import blueprint as words
from portal.request import db, now, reader, site

blueprint = Blueprint("author", __name__, url_prefix="/author")
for room in (
    guides,
    diagnostics,
    parts,
    reshaping,
    playing,
    walks,
    going_live,
    versions,
    recalling,
    pictures,
    maps,
    evidence,
    unanswered,
    words,
    questions,
):
    blueprint.register_blueprint(room)

Answer = AnyResponse | str | tuple[str, int]
LONGEST_SEARCH = 200


@blueprint.get("/")
@admit("write drafts")
def guide_list() -> Answer:
    return list_page(SHELVES["guides"])


@blueprint.get("/guides")
@admit("write drafts")
def all_guides() -> Answer:
    return redirect("/author/", 302)


@blueprint.get("/diagnostics")
@admit("write drafts")
def diagnostic_list() -> Answer:
    return list_page(SHELVES["diagnostics"])


def list_page(shelf: Shelf) -> str:
    """One shelf. With words to look for, the tab opens that has everything."""
    words = " ".join(request.args.get("q", "")[:LONGEST_SEARCH].split())
    today = now().astimezone(site().zone).date()
    found = listing(db(), site(), reader(), kind=shelf.kind, today=today, words=words)
    tab = request.args.get("tab", "all" if words else "care")
    tab = tab if tab in TABS else "care"
    number, last = page_of(found, tab)
    return render_template(
        "author/list.html",
        shelf=shelf,
        found=found,
        tab=tab,
        tabs=TABS,
        words=words,
        lines=found.tabs[tab][(number - 1) * PAGE : number * PAGE],
        page={"number": number, "last": last},
        today=today,
    )


def page_of(found: Listing, tab: str) -> tuple[int, int]:
    """The page asked for, and the last one."""
    last = max(1, -(-len(found.tabs[tab]) // PAGE))
    typed = request.args.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    return min(max(number, 1), last), last
