"""A draft played page by page as a clerk would see it: no run, no figures, no request; at its end, kept as a test."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import admit
from kb.articles import Article
from kb.trees.answers import SKIPPED
from kb.trees.filling import filled
from kb.trees.tree import Read, Tree, Walkthrough
from kb.trees.walk import Page, Walk
from kb.trees.walking import resolve
from portal.author.drafts import latest_of
from portal.author.parts import offers
from portal.author.parts.opened import Opened, opened
from portal.author.parts.saving import NotSaved
from portal.author.parts.views import keep, when_readable
from portal.author.playing.keeping import NameTaken, text_with_test
from portal.author.playing.state import Play, packed, unpacked
from portal.diagnose.answering import check_answer, read_note
from portal.diagnose.running import nobody
from portal.errors import Missing
from portal.forms import Field, Form, choice, text
from portal.reader.guides import guide_html, guide_of
from portal.reports.events import Trail
from portal.request import now, settings, site
from portal.tickets.handoff import RunFacts, draft_from_run
from portal.tickets.priority import priority_of
from portal.vocabulary import MODE_NAMES

blueprint = Blueprint("playing", __name__, url_prefix="/diagnostics/<slug>/play")

Answer = AnyResponse | str | tuple[str, int]
COOKIE = "play"
END = "end"
TOO_LONG = "This play has grown too long to be remembered. Start again from a later page."


@dataclass(frozen=True)
class Played:
    """A play on the draft as it is now."""

    draft: Opened
    play: Play
    walk: Walk

    @property
    def url(self) -> str:
        return f"{self.draft.url}/play"

    @property
    def next_url(self) -> str:
        return f"{self.url}/{self.walk.current.address if self.walk.current else END}"


@blueprint.get("")
@admit("write drafts")
@when_readable
def before(article: Article) -> Answer:
    form = Form((), typed={"begin": request.args.get("from", ""), "mode": "normal"})
    return start_page(article, form)


@blueprint.post("")
@admit("write drafts")
@when_readable
def start(article: Article) -> Answer:
    draft = opened(article, latest_of(article))
    begin = choice(dict.fromkeys(draft.tree.nodes, ""), "Choose a page to begin at", empty=True)
    form = Form((Field("begin", begin), Field("mode", choice(MODE_NAMES, "Choose a day")))).read(request.form)
    if not form.good:
        return start_page(article, form), 422
    play = Play(form.values["begin"], form.values["mode"])
    return remembered(played(draft, play), play)


@blueprint.get("/<address>")
@admit("write drafts")
@when_readable
def show(article: Article, address: str) -> Answer:
    found = played_now(article)
    if found is None:
        return redirect(f"/author/diagnostics/{article.slug}/play", 303)
    if address == END and found.walk.outcome is not None:
        return end_page(found, Form((), typed={"name": ""}))
    page = found.walk.page(address)
    if page is None:
        return redirect(found.next_url, 303)
    return question_page(found, page, Form(()))


@blueprint.post("/<address>")
@admit("write drafts")
@when_readable
def answer(article: Article, address: str) -> Answer:
    found = played_now(article)
    page = found.walk.page(address) if found is not None else None
    if found is None or page is None:
        return redirect(found.next_url if found else f"/author/diagnostics/{article.slug}/play", 303)
    if page.fact is not None and page.fact.type == "photo":
        form = Form((), values={"value": SKIPPED if page.fact.optional else "photo.jpg"})
    else:
        form = check_answer(page, request)
        read_note(form, request.form.get("note", ""))
    if not form.good:
        return question_page(found, page, form), 422
    play = found.play.answered(address, str(form.values["value"]))
    return remembered(played(found.draft, play), play)


@blueprint.post("/end/test")
@admit("write drafts")
@when_readable
def keep_as_test(article: Article) -> Answer:
    """The walk that was played, kept in the draft as a test with its end."""
    found = played_now(article)
    if found is None or found.walk.outcome is None:
        raise Missing
    form = Form(
        (Field("name", text("Give the test a name, such as: red light, nothing helps", longest=120)),)
    )
    form.read(request.form)
    if not form.good:
        return end_page(found, form), 422
    answers = {stop.address: stop.value for stop in found.walk.trail}
    test = Walkthrough(str(form.values["name"]), answers, found.walk.outcome.id, found.play.mode)
    try:
        made = text_with_test(found.draft, test)
    except NameTaken:
        form.fail("name", "Another test has this name. Choose another one")
        return end_page(found, form), 422
    except NotSaved as refused:
        form.fail("name", str(refused))
        return end_page(found, form), 422
    return keep(article, made, f"{found.draft.url}/tests?said=test")


def played_now(article: Article) -> Played | None:
    """The play that this browser remembers, on the latest draft; None when it remembers none."""
    play = unpacked(request.cookies.get(COOKIE, ""), settings().secret_key)
    return played(opened(article, latest_of(article)), play) if play is not None else None


def played(draft: Opened, play: Play) -> Played:
    """The walk that a play makes, with today's local facts in the texts as readers see them."""
    library = {**draft.library}
    tree: Tree = filled(play.in_tree(draft.tree), site().placeholders, phone=site().line.phone)
    return Played(draft, play, resolve(tree, play.answers, play.mode, library=library))


def remembered(found: Played, play: Play) -> AnyResponse:
    """On to the next page, with the play in the browser's memory until it closes. No other page is sent it."""
    text = packed(play, settings().secret_key)
    answer = redirect(found.next_url if text else f"{found.url}?said=long", 303)
    if text:
        answer.set_cookie(
            COOKIE, text, path=found.url, secure=settings().secure, httponly=True, samesite="Strict"
        )
    return answer


def start_page(article: Article, form: Form) -> str:
    return render_template(
        "author/play_start.html",
        article=article,
        pages=offers.pages(opened(article, latest_of(article))),
        modes=[{"value": slug, "label": words} for slug, words in MODE_NAMES.items()],
        form=form,
        going=unpacked(request.cookies.get(COOKIE, ""), settings().secret_key) is not None,
        said=TOO_LONG if request.args.get("said") == "long" else "",
    )


def question_page(found: Played, page: Page, form: Form) -> str:
    guide = guide_of(page.node.article) if isinstance(page.node, Read) else None
    given = found.walk.stop(page.address)
    earlier = found.walk.before(page.address)
    return render_template(
        "author/play.html",
        article=found.draft.article,
        found=found,
        page=page,
        guide=guide,
        guide_html=guide_html,
        form=form,
        chosen=form.typed.get("answer") or (given.value if given else ""),
        back=f"{found.url}/{earlier}" if earlier else found.url,
    )


def end_page(found: Played, form: Form) -> str:
    walk, article = found.walk, found.draft.article
    run = RunFacts("", article.slug, article.title, latest_of(article).number, "", "", now(), now())
    sent = draft_from_run(walk, run, nobody(), more="", urgent=False, repeated=False, trail=Trail((), ()))
    priority = priority_of(
        site().settings.get("priority.grid"),
        impact=sent.impact,
        urgency=sent.urgency,
        voter_waiting=sent.voter_waiting,
        mode=found.play.mode,
    )
    return render_template(
        "author/play_end.html",
        article=article,
        found=found,
        outcome=walk.outcome,
        sent=sent,
        priority=priority,
        group=found.draft.near.groups.get(sent.group, sent.group),
        form=form,
        is_whole=found.play.is_whole(found.draft.tree),
        back=f"{found.url}/{walk.before(END)}" if walk.trail else found.url,
    )
