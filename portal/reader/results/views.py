"""Search: the results page, the suggestions, and what happens when nothing is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from auth.roles import VISITOR
from kb.reading import ArticleLine, diagnostics, topics
from kb.trees.length import about_minutes
from portal.errors import Missing
from portal.forms import Field, Form, email, text
from portal.reader.finding import PAGE_SIZE, Finder, Found
from portal.reader.noting import note_choice, note_search
from portal.reader.suggesting import in_order, page_address, suggestions
from portal.reader.wanted import LONGEST_WORDS, want_answer
from portal.reports.events import masked
from portal.request import db, now, only_reads, reader, site, wiring
from portal.status.cards import cards_for

STEP_BY_STEP = "We ask one question at a time, and lead you to the fix or to a person."
blueprint = Blueprint("results", __name__)

LAST_PAGE = 20
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/search")
@admit(ANYONE)
def search() -> Answer:
    typed = request.args.get("q", "")
    if not typed.strip():
        return render_template("reader/search_start.html", asked="q" in request.args)
    topic, exact, page = request.args.get("topic") or None, request.args.get("exact") == "yes", page_number()
    found = finder().find(db(), site(), reader(), typed, topic=topic, exact=exact, page=page)
    elsewhere = where_there_are_some(found, topic=topic, exact=exact, page=page)
    if elsewhere:
        return redirect(elsewhere)
    note_search(found)
    if found.results.total == 0:
        return render_template("reader/nothing_found.html", **nothing_found(found))
    return render_template("reader/results.html", **results(found, topic=topic, exact=exact, page=page))


@blueprint.get("/suggest")
@admit(ANYONE)
def suggest() -> Answer:
    typed = request.args.get("q", "")
    items: list[dict[str, Any]] = []
    if len(typed.strip()) >= 2:
        hits = finder().suggest(db(), site(), reader(), typed)
        past = wiring().past_searches.going_on(typed, site(), reader(), now())
        items = suggestions(typed, hits, cards_for(site(), now()), past)
    return render_template("reader/suggestions.html", items=items)


@blueprint.post("/suggest/choice")
@admit(ANYONE)
@only_reads
def choose() -> Answer:
    """A suggestion was chosen; a script tells so beside opening it. What was never suggested is not written down."""
    typed, slug = request.form.get("q", "").strip(), request.form.get("slug", "")
    hits = finder().suggest(db(), site(), reader(), typed) if typed else ()
    shown = [hit.slug for hit in in_order(hits)]
    if slug in shown:
        note_choice(typed, shown, slug)
    return "", 204


@blueprint.get("/search/tell")
@admit(ANYONE)
def when_there_is_one() -> Answer:
    """Asks for the address to tell, for words that found something that was of no help."""
    words = " ".join(request.args.get("q", "").split())[:LONGEST_WORDS]
    if not site().mail_works or not words:
        raise Missing
    return render_template("reader/tell.html", words=masked(words), form=Form(()))


@blueprint.post("/search/tell")
@admit(ANYONE)
def tell_me() -> Answer:
    """Remember an address until there is a guide; nothing is promised that mail could not keep."""
    form = Form(
        (Field("q", text("Search first", longest=260)), Field("email", email("Enter your e-mail address")))
    ).read(request.form)
    if not site().mail_works:
        raise Missing
    if form.good:
        words = form.values["q"]
        known = finder().find(db(), site(), VISITOR, words).results.hits
        shown = [hit.slug for hit in known]
        want_answer(db(), words=words, email=form.values["email"], shown=shown, now=now())
        db().commit()
        return render_template("reader/told.html")
    found = finder().find(db(), site(), reader(), str(form.typed["q"]))
    if found.results.total:
        return render_template("reader/tell.html", words=masked(found.typed), form=form), 422
    return render_template("reader/nothing_found.html", **nothing_found(found), tell_form=form), 422


def where_there_are_some(found: Found, *, topic: str | None, exact: bool, page: int) -> str:
    """Where the results are, for an old address of a topic or a page that has none of them; else nothing."""
    total = found.results.total
    if topic and not total and found.results.topics:
        return search_url(asked_for(found, exact), None, 1)
    if total and page > last_page(total):
        return search_url(asked_for(found, exact), topic, last_page(total))
    return ""


def last_page(total: int) -> int:
    """The number of the last page with results."""
    return max(1, min((total + PAGE_SIZE - 1) // PAGE_SIZE, LAST_PAGE))


def asked_for(found: Found, exact: bool) -> dict[str, str]:
    """The words, and whether they stand exactly as typed, for an address."""
    return {"q": found.typed} | ({"exact": "yes"} if exact else {})


def results(found: Found, *, topic: str | None, exact: bool, page: int) -> dict[str, Any]:
    """What the results page shows."""
    answer = found.results
    names = {one.slug: one.title for one in topics(db(), reader())}
    last = last_page(answer.total)
    query = asked_for(found, exact)
    return {
        "found": found,
        "q": found.typed,
        "hits": [hit_row(hit, names) for hit in answer.hits],
        "topic": topic,
        "topic_rows": topic_rows(answer.topics, names, query, topic),
        "notices": cards_for(site(), now(), matching=found.typed),
        "page": page,
        "more_url": search_url(query, topic, page + 1) if page < last else "",
        "more_count": min(PAGE_SIZE, answer.total - page * PAGE_SIZE),
        "back_url": search_url(query, topic, page - 1) if page > 1 else "",
        "exact_url": search_url({"q": found.typed, "exact": "yes"}, None, 1),
        "offered_url": search_url({"q": answer.offered or ""}, None, 1),
        "ask_url": ask_url(found),
        "tell_url": f"/search/tell?{urlencode({'q': found.typed})}" if site().mail_works else None,
    }


def nothing_found(found: Found) -> dict[str, Any]:
    """What the page without results shows: the way to a person first, then the nearest things."""
    return {
        "q": found.typed,
        "words": masked(found.typed),
        "left_out": masked(found.typed) != found.typed,
        "notices": cards_for(site(), now(), matching=found.typed),
        "walks": usual_first(diagnostics(db(), reader()))[:4],
        "topics": topics(db(), reader())[:4],
    }


def usual_first(walks: Sequence[ArticleLine]) -> list[ArticleLine]:
    """The diagnostics that the home page shows come first, in its order: they help most often."""
    usual = list(site().settings.get("home.diagnostics") or ())
    places = {slug: place for place, slug in enumerate(usual)}
    return sorted(walks, key=lambda walk: places.get(walk.slug, len(places)))


def hit_row(hit: Any, names: dict[str, str]) -> dict[str, Any]:
    """One result as the component takes it."""
    url = page_address(hit.kind, hit.slug)
    has_section = bool(hit.anchor and hit.heading and hit.kind == "guide")
    return {
        "kind": hit.kind,
        "title": hit.title,
        "url": url,
        "snippet_html": passage(hit),
        "minutes": minutes_of(hit),
        "topic": names.get(hit.topic, ""),
        "section_title": hit.heading if has_section else None,
        "section_url": f"{url}#{hit.anchor}" if has_section else None,
        "start_url": url if hit.kind == "diagnostic" else None,
    }


def passage(hit: Any) -> Markup | str:
    """The passage that answers. Pieces of a diagnostic's questions answer nothing, so it says what it does instead."""
    if hit.kind == "diagnostic":
        return STEP_BY_STEP
    return Markup(hit.snippet_html)  # noqa: S704 - escaped by search.marks, then marked


def minutes_of(hit: Any) -> int | None:
    """How long a diagnostic takes; no query but the first after a change."""
    tree = wiring().shelf.library(db(), site().version).get(hit.slug) if hit.kind == "diagnostic" else None
    return about_minutes(tree) if tree else None


def topic_rows(
    counts: tuple[tuple[str, int], ...], names: dict[str, str], query: dict[str, str], topic: str | None
) -> list[dict[str, Any]]:
    """The topic filter: all, then each topic with its true count."""
    rows = [
        {
            "title": names.get(slug, slug),
            "count": count,
            "url": search_url(query, slug, 1),
            "current": slug == topic,
        }
        for slug, count in counts
    ]
    everything = {"title": "All topics", "count": sum(count for _, count in counts), "current": topic is None}
    return [everything | {"url": search_url(query, None, 1)}, *rows]


def ask_url(found: Found) -> str:
    """The form with the words typed. It does not offer again what was on this page: none of it helped."""
    shown = " ".join(hit.slug for hit in found.results.hits)
    return f"/tickets/new?{urlencode({'words': found.typed, 'without': shown})}"


def search_url(query: dict[str, str], topic: str | None, page: int) -> str:
    more = ({"topic": topic} if topic else {}) | ({"page": str(page)} if page > 1 else {})
    return f"/search?{urlencode(query | more)}"


def page_number() -> int:
    text_ = request.args.get("page", "1")
    return max(1, min(int(text_), LAST_PAGE)) if text_.isascii() and text_.isdigit() and len(text_) < 5 else 1


def finder() -> Finder:
    return wiring().finder
