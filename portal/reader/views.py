"""The pages for reading: home, search, suggestions, topics, guides, and whether a guide helped."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
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
from portal.diagnose.carrying_on import unfinished_rows
from portal.reader.feedback.views import blueprint as feedback
from portal.reader.guides import guide_html, open_guide
from portal.reader.noting import note_opening
from portal.reader.results.views import blueprint as results
from portal.request import db, kept_page, now, reader, site
from portal.status.cards import cards_for
from portal.tickets.ticket import Ticket
from portal.vocabulary import OPEN_STATES

blueprint = Blueprint("reader", __name__)
blueprint.register_blueprint(results)
blueprint.register_blueprint(feedback)

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
        carry_on=unfinished_rows(walking),
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
    note_opening(slug)
    return page


def article_page(found: OpenArticle) -> str:
    """The page of a guide. Two queries besides the frame's: the article, and the titles it points to."""
    names = titles(db(), [*found.front.related, found.front.diagnostic], reader())
    return render_template(
        "reader/print.html" if request.args.get("print") else "reader/article.html",
        article=found,
        html=guide_html(found),
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
