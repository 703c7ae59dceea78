"""The pages for reading: home, search, suggestions, topics, guides, and whether a guide helped."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from kb.articles import Article
from kb.feedback import record_feedback
from kb.placeholders import fill
from kb.reading import (
    ArticleLine,
    Moved,
    NotFound,
    NotInUse,
    OpenArticle,
    articles_in_topic,
    diagnostics,
    open_article,
    titles,
    topics,
)
from kb.trees.runs import find as find_run
from kb.trees.runs import unfinished
from portal.errors import Missing
from portal.formatting import when_words
from portal.forms import Field, Form, choice, email, text
from portal.reader.finding import PAGE_SIZE, Finder, Found
from portal.reader.suggesting import page_address, suggestions
from portal.reports.events import AnswerWanted, masked, record_opening, record_search
from portal.request import after_answer, db, kept_page, now, reader, site, visitor, wiring
from portal.status.cards import cards_for
from portal.tickets.ticket import Ticket
from portal.vocabulary import FEEDBACK_REASONS, OPEN_STATES

blueprint = Blueprint("reader", __name__)

LAST_PAGE = 20
RUN_COOKIE = "run"
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/")
@admit(ANYONE)
def home() -> Answer:
    walking = request.cookies.get(RUN_COOKIE, "")
    return home_page(walking) if walking or reader().signed_in else kept_page(home_page)


def home_page(walking: str = "") -> str:
    """Where everybody starts; with what is open for this person, and the run that this browser left."""
    settings = site().settings
    walks = {article.slug: article for article in diagnostics(db(), reader())}
    chosen = [walks[slug] for slug in settings.get("home.diagnostics") or () if slug in walks]
    good = titles(db(), list(settings.get("home.good_places") or ()), reader())
    today = guides_of_the_day()
    return render_template(
        "reader/home.html",
        walks=chosen,
        all_walks=len(walks),
        good_places=() if today else good,
        guides_of_the_day=today,
        topics=topics(db(), reader()),
        examples=settings.get("home.examples") or (),
        notices=cards_for(site(), now()),
        mine=open_requests(),
        carry_on=unfinished_runs(walking),
    )


def guides_of_the_day() -> list[ArticleLine]:
    """On a special day the guides of the topic that bears its name, such as Election Day. One query, on such days."""
    if not site().mode.busy:
        return []
    try:
        _, found = articles_in_topic(db(), site().mode.slug.replace("_", "-"), reader())
    except NotFound:
        return []
    return [article for article in found if article.kind == "guide"]


@blueprint.get("/search")
@admit(ANYONE)
def search() -> Answer:
    typed = request.args.get("q", "")
    if not typed.strip():
        return render_template("reader/search_start.html", asked="q" in request.args)
    topic, exact, page = request.args.get("topic") or None, request.args.get("exact") == "yes", page_number()
    found = finder().find(db(), site(), reader(), typed, topic=topic, exact=exact, page=page)
    if page == 1:
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
        items = suggestions(typed, hits, cards_for(site(), now()))
    return render_template("reader/suggestions.html", items=items)


@blueprint.get("/topics")
@admit(ANYONE)
def all_topics() -> Answer:
    return render_template(
        "reader/topics.html", topics=topics(db(), reader()), walks=diagnostics(db(), reader())
    )


@blueprint.get("/topics/<slug>")
@admit(ANYONE)
def one_topic(slug: str) -> Answer:
    topic, articles = articles_in_topic(db(), slug, reader())
    return render_template("reader/topic.html", topic=topic, articles=articles)


@blueprint.get("/articles/<slug>.md")
@admit(ANYONE)
def article_source(slug: str) -> Answer:
    return Response(open_guide(slug).source, mimetype="text/markdown")


@blueprint.get("/articles/<slug>")
@admit(ANYONE)
def article(slug: str) -> Answer:
    try:
        page = kept_page(
            lambda: article_page(a_guide(slug)), variant="print" if request.args.get("print") else ""
        )
    except Moved as moved:
        return redirect(url_for("reader.article", slug=moved.to), 301)
    except NotInUse:
        return render_template("reader/not_in_use.html"), 410
    except IsDiagnostic:
        return redirect(f"/diagnose/{slug}", 302)
    who, moment = visitor(), now()
    after_answer(lambda session: record_opening(session, visitor=who, slug=slug, now=moment))
    return page


@blueprint.post("/articles/<slug>/solved")
@admit(ANYONE)
def it_solved(slug: str) -> Answer:
    found = open_guide(slug)
    record_feedback(
        db(), article_id=found.id, revision_id=found.revision_id, solved=True, reason="", now=now()
    )
    db().commit()
    if request.headers.get("HX-Request"):
        return render_template("reader/solved_box.html", article=found)
    return render_template("reader/solved.html", article=found)


@blueprint.get("/articles/<slug>/not-solved")
@admit(ANYONE)
def not_solved(slug: str) -> Answer:
    return feedback_page(open_guide(slug), feedback_form())


@blueprint.post("/articles/<slug>/not-solved")
@admit(ANYONE)
def say_why(slug: str) -> Answer:
    found, form = open_guide(slug), feedback_form().read(request.form)
    if not form.good:
        return feedback_page(found, form), 422
    reason = form.values["reason"]
    record_feedback(
        db(),
        article_id=found.id,
        revision_id=found.revision_id,
        solved=False,
        reason=reason,
        words=masked(form.values["words"]),
        now=now(),
    )
    db().commit()
    return redirect(url_for("reader.next_best", slug=slug, reason=reason), 303)


@blueprint.get("/articles/<slug>/next/<reason>")
@admit(ANYONE)
def next_best(slug: str, reason: str) -> Answer:
    if reason not in FEEDBACK_REASONS:
        raise Missing
    found = open_guide(slug)
    about = f"{found.title}: {FEEDBACK_REASONS[reason][0]}"
    others = titles(db(), [*found.front.related, found.front.diagnostic], reader())
    return render_template(
        "reader/next_best.html",
        article=found,
        reason=reason,
        others=others,
        ask=f"/tickets/new?{urlencode({'about': about})}",
    )


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
        db().add(
            AnswerWanted(
                words=masked(form.values["q"])[:260],
                email=form.values["email"],
                key=secrets.token_urlsafe(24),
                at=now(),
            )
        )
        db().commit()
        return render_template("reader/told.html")
    found = finder().find(db(), site(), reader(), str(form.typed["q"]))
    return render_template("reader/nothing_found.html", **nothing_found(found), tell_form=form), 422


def article_page(found: OpenArticle) -> str:
    """The page of a guide. Two queries besides the frame's: the article, and the titles it points to."""
    names = titles(db(), [*found.front.related, found.front.diagnostic], reader())
    html = fill(found.html, site().placeholders, phone=site().line.phone, tel=site().line.tel)
    return render_template(
        "reader/print.html" if request.args.get("print") else "reader/article.html",
        article=found,
        html=Markup(html),  # noqa: S704 - sanitised when it was saved; values are escaped as they are filled in
        related=[name for name in names if name.slug in found.front.related],
        walk=next((name for name in names if name.slug == found.front.diagnostic), None),
        notices=cards_for(site(), now(), services=found.front.services),
        is_stale=found.front.review_by is not None and found.front.review_by < now().date(),
    )


class IsDiagnostic(Exception):
    """The address of a guide names a diagnostic, which has pages of its own."""


def a_guide(slug: str) -> OpenArticle:
    """The guide. Raises as ``open_article`` does, and IsDiagnostic."""
    found = open_article(db(), slug, reader())
    if found.kind == "diagnostic":
        raise IsDiagnostic
    return found


def open_guide(slug: str) -> OpenArticle:
    """The guide, or a missing page: feedback on something else means nothing."""
    try:
        return open_article(db(), slug, reader())
    except (Moved, NotInUse) as gone:
        raise Missing from gone


def feedback_page(found: OpenArticle, form: Form) -> str:
    return render_template("reader/feedback.html", article=found, form=form, reasons=FEEDBACK_REASONS)


def feedback_form() -> Form:
    return Form(
        (
            Field("reason", choice(FEEDBACK_REASONS, "Select what was wrong")),
            Field("words", text(longest=1000, lines=True)),
        )
    )


def results(found: Found, *, topic: str | None, exact: bool, page: int) -> dict[str, Any]:
    """What the results page shows."""
    answer = found.results
    names = {one.slug: one.title for one in topics(db(), reader())}
    last = min((answer.total + PAGE_SIZE - 1) // PAGE_SIZE, LAST_PAGE)
    query = {"q": found.typed} | ({"exact": "yes"} if exact else {})
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
        "ask_url": f"/tickets/new?{urlencode({'words': found.typed})}",
    }


def nothing_found(found: Found) -> dict[str, Any]:
    """What the page without results shows: the way to a person first, then the nearest things."""
    return {
        "q": found.typed,
        "words": masked(found.typed),
        "left_out": masked(found.typed) != found.typed,
        "notices": cards_for(site(), now(), matching=found.typed),
        "walks": diagnostics(db(), reader())[:4],
        "topics": topics(db(), reader())[:4],
    }


def hit_row(hit: Any, names: dict[str, str]) -> dict[str, Any]:
    """One result as the component takes it."""
    url = page_address(hit.kind, hit.slug)
    has_section = bool(hit.anchor and hit.heading and hit.kind == "guide")
    return {
        "kind": hit.kind,
        "title": hit.title,
        "url": url,
        "snippet_html": Markup(hit.snippet_html),  # noqa: S704 - escaped by search.marks, then marked
        "topic": names.get(hit.topic, ""),
        "section_title": hit.heading if has_section else None,
        "section_url": f"{url}#{hit.anchor}" if has_section else None,
        "start_url": url if hit.kind == "diagnostic" else None,
    }


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


def search_url(query: dict[str, str], topic: str | None, page: int) -> str:
    more = ({"topic": topic} if topic else {}) | ({"page": str(page)} if page > 1 else {})
    return f"/search?{urlencode(query | more)}"


def note_search(found: Found) -> None:
    """Write the search down after the answer."""
    who, moment, answer = visitor(), now(), found.results
    shown = [hit.slug for hit in answer.hits]

    def write(session: Session) -> None:
        record_search(
            session,
            visitor=who,
            words=found.typed,
            shown=shown,
            total=answer.total,
            corrected=answer.corrected or "",
            now=moment,
        )

    after_answer(write)


def open_requests() -> list[dict[str, str]]:
    """At most three open requests of a person who is signed in."""
    if not reader().signed_in:
        return []
    mine = select(Ticket).where(Ticket.reporter_id == reader().user_id, Ticket.state.in_(OPEN_STATES))
    found = db().scalars(mine.order_by(Ticket.changed_at.desc()).limit(3))
    return [
        {
            "title": one.subject,
            "url": f"/tickets/{one.reference}",
            "note": f"{one.reference} · {one.state_words}",
        }
        for one in found
    ]


def unfinished_runs(walking: str) -> list[dict[str, str]]:
    """The diagnostics that this person, or this browser, left unfinished."""
    runs = unfinished(db(), now=now(), user_id=reader().user_id) if reader().signed_in else []
    left = find_run(db(), walking) if walking else None
    if left is not None and left.state == "walking" and left.id not in [run.id for run in runs]:
        runs.append(left)
    names = (
        dict(
            db()
            .execute(
                select(Article.id, Article.title).where(Article.id.in_([run.article_id for run in runs]))
            )
            .all()
        )
        if runs
        else {}
    )
    zone = site().zone
    return [
        {
            "title": names.get(run.article_id, ""),
            "url": f"/runs/{run.id}",
            "note": when_words(run.touched_at, now=now(), zone=zone),
        }
        for run in runs[:3]
    ]


def page_number() -> int:
    text_ = request.args.get("page", "1")
    return max(1, min(int(text_), LAST_PAGE)) if text_.isascii() and text_.isdigit() and len(text_) < 5 else 1


def finder() -> Finder:
    return wiring().finder
