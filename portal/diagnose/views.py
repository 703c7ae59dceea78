"""The pages of a run: the start, and one question or step at a time. The rooms beside it hold the rest."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from kb.reading import Moved, NotInUse, OpenArticle, open_article
from kb.trees.recalls import replacement_of
from kb.trees.runs import RESUME_DAYS, answer, begin, renew_code
from kb.trees.tree import Read, Tree
from kb.trees.walk import Page
from portal.diagnose import prefill
from portal.diagnose.answering import check_answer, check_note, is_typed, picture_of, read_note
from portal.diagnose.ending.views import PAGES, POSTS
from portal.diagnose.noting import note_page
from portal.diagnose.pages import frame_of, name_of
from portal.diagnose.running import CONTACT, Walked, keep_words, next_address, place, run_of, walked
from portal.diagnose.sending import keep_photo
from portal.diagnose.taking import Reply, take, turn_in
from portal.diagnose.together.views import blueprint as together
from portal.diagnose.together.views import recalled_page
from portal.errors import Missing
from portal.forms import Form
from portal.reader.guides import guide_html, guide_of
from portal.reader.noting import note_opening
from portal.request import db, now, reader, settings, site, visitor, wiring
from portal.status.cards import cards_for

blueprint = Blueprint("diagnose", __name__)
blueprint.register_blueprint(together)

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/diagnose/<slug>")
@admit(ANYONE)
def start(slug: str) -> Answer:
    """What it does and how long it takes. Answers that a link brings go into a cookie, and out of the address."""
    found = diagnostic(slug)
    tree = tree_of(found)
    if prefill.names_a_question(tree, request.args):
        return with_brought(redirect(f"/diagnose/{slug}", 302), slug, prefill.brought(tree, request.args))
    note_opening(slug)
    return render_template(
        "diagnose/start.html",
        article=found,
        have=tree.front.have,
        brought=prefill.words_of(tree, brought_answers(tree, slug)),
        recalled=wiring().shelf.label(db(), found.revision_id, site()).recalled,
        notices=cards_for(site(), now(), services=found.front.services),
    )


@blueprint.post("/diagnose/<slug>")
@admit(ANYONE)
def begin_run(slug: str) -> Answer:
    found = diagnostic(slug)
    if wiring().shelf.label(db(), found.revision_id, site()).recalled:
        return redirect(f"/diagnose/{slug}", 303)
    run = begin(
        db(),
        article_id=found.id,
        revision_id=found.revision_id,
        visitor=visitor(),
        user_id=reader().user_id,
        office_id=reader().office_id,
        mode=site().mode.slug,
        now=now(),
    )
    keep_words(run, request.form.get("words", ""), now=now())
    for address, value in brought_answers(tree_of(found), slug).items():
        answer(db(), run, address, value, now=now())
    db().commit()
    onward = with_brought(redirect(place(run, next_address(walked(run).walk)), 303), slug, {})
    # The browser remembers its run for as long as it can be resumed, so that home leads back to it.
    onward.set_cookie(
        "run", run.id, max_age=RESUME_DAYS * 86400, secure=settings().secure, httponly=True, samesite="Lax"
    )
    return onward


@blueprint.get("/runs/<run_id>")
@admit(ANYONE)
def go_on(run_id: str) -> Answer:
    run = run_of(run_id)
    ended = {"sent": "sent", "solved": "end"}.get(run.state)
    return redirect(place(run, ended or next_address(walked(run).walk)), 302)


@blueprint.get("/runs/<run_id>/<address>")
@admit(ANYONE)
def show(run_id: str, address: str) -> Answer:
    state = walked(run_of(run_id))
    if must_be_told(state, address):
        return recalled_page(state)
    if address in PAGES:
        note_page(state, address)
        return PAGES[address](state)
    page = state.walk.page(address)
    if page is None or state.run.state == "sent":
        return redirect(f"/runs/{run_id}", 302)
    note_page(state, page.address)
    if request.args.get("now") == "other" and page.kind in ("try", "read"):
        return question_page(state, page, Form((), typed={"answer": "other"}), changed=True)
    return question_page(state, page)


@blueprint.post("/runs/<run_id>/<address>")
@admit(ANYONE)
def say(run_id: str, address: str) -> Answer:
    state = walked(run_of(run_id, to_change=True))
    renew_code(db(), state.run, now())
    if state.ticket is not None and state.run.state == "sent":
        return redirect(place(state.run, "sent"), 303)
    if address in POSTS:
        told = must_be_told(state, address) and address != CONTACT
        return redirect(place(state.run, address), 303) if told else POSTS[address](state)
    page = state.walk.page(address)
    if page is None:  # an old tab, or the desk went another way: the question is not asked any more
        return redirect(place(state.run, next_address(state.walk)) + "?went=on", 303)
    return take_answer(state, page)


def take_answer(state: Walked, page: Page) -> Answer:
    """Keep one answer. What needs more first, a note or a yes, is asked on a page of its own after a redirect."""
    form = check_answer(page, request, kept=state.said.get(page.address, ""))
    is_other = form.typed.get("answer") == "other" and page.kind in ("try", "read")
    if is_other:
        if "note" not in request.form:
            came = "&from=check" if request.args.get("from") == "check" else ""
            return redirect(f"{place(state.run, page.address)}?now=other{came}", 303)
        read_note(form, request.form["note"])
        check_note(page, form)
    if not form.good:
        return question_page(state, page, form, changed=is_other), 422
    value, said = form.values["value"], form.values["said"]
    picture = picture_of(form)
    if picture is not None:
        said = keep_photo(picture)
    reply = Reply(page.address, value, said, typed=is_typed(page, value))
    after = take(state, page, reply, seen=turn_in(request.form.get("turn", "")))
    db().commit()
    onward = "change-answer" if after is None else onward_from(state, after)
    return redirect(place(state.run, onward), 303)


def onward_from(before: Walked, after: Walked) -> str:
    """The next page; back to the check page when the change came from there and asks nothing new."""
    same = next_address(before.walk) == next_address(after.walk)
    if same and not after.walk.ends and request.args.get("from") == "check":
        return "check"
    return next_address(after.walk)


def question_page(state: Walked, page: Page, form: Form | None = None, *, changed: bool = False) -> str:
    """A question, a step, a guide or a fact to give."""
    article = guide_of(page.node.article) if isinstance(page.node, Read) else None
    return render_template(
        f"diagnose/{page.kind}.html",
        page=page,
        form=form or Form(()),
        chosen=chosen(state, page, form),
        changed=changed,
        article=article,
        guide_html=guide_html,
        was_here=state.was_here(now()),
        went_on=request.args.get("went") == "on",
        from_check=request.args.get("from") == "check",
        page_name=name_of(state, page),
        **frame_of(state, page.address),
    )


def chosen(state: Walked, page: Page, form: Form | None) -> Any:
    """What is selected already: what was just sent, else what was answered before."""
    if form is not None and form.typed.get("answer"):
        return form.typed["answer"]
    stored = state.answers.get(page.address, "")
    is_many = getattr(page.node, "many", False)
    return stored.split("+") if is_many and stored else stored


def must_be_told(state: Walked, address: str) -> bool:
    """Whether this version, or one that it called, was recalled and the person has to read that first.

    Where no newer version is live, what was told so far may still be sent. From a called one there is always a way on.
    """
    if not state.recalled or state.run.state == "sent" or address == "sent":
        return False
    if not state.label.recalled:
        return True
    return address not in (CONTACT, "check") or replacement_of(db(), state.run.article_id) is not None


def diagnostic(slug: str) -> OpenArticle:
    try:
        found = open_article(db(), slug, reader())
    except (Moved, NotInUse) as gone:
        raise Missing from gone
    if found.kind != "diagnostic":
        raise Missing
    return found


def tree_of(found: OpenArticle) -> Tree:
    """The diagnostic as it is asked today. No query once it is on the shelf."""
    return wiring().shelf.tree_today(db(), found.revision_id, site())


def brought_answers(tree: Tree, slug: str) -> dict[str, str]:
    """The answers that a link brought to this browser within the hour."""
    return prefill.from_cookie(tree, request.cookies.get(prefill.cookie_name(slug), ""))


def with_brought(onward: AnyResponse, slug: str, answers: dict[str, str]) -> AnyResponse:
    """Keep the brought answers for the button on the start page; without any, forget those that were kept."""
    name, path = prefill.cookie_name(slug), f"/diagnose/{slug}"
    if answers:
        onward.set_cookie(
            name,
            prefill.as_cookie(answers),
            max_age=prefill.KEPT_SECONDS,
            path=path,
            secure=settings().secure,
            httponly=True,
            samesite="Lax",
        )
    elif name in request.cookies:
        onward.delete_cookie(name, path=path)
    return onward
