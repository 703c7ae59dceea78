"""The status page, its notices and its feed for everyone; posting and ending notices for the desk."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from auth.offices import Office, office_by_code, offices_in_order
from auth.users import User
from portal.errors import Missing
from portal.forms import Form
from portal.request import db, now, reader, remember_office, settings, site, visitor
from portal.site.settings import touch_site
from portal.status.cards import may_follow, notice_card
from portal.status.feed import MEDIA_TYPE, atom_feed
from portal.status.followers import follow, is_following, stop_following
from portal.status.forms import (
    check_promise,
    end_form,
    follow_form,
    notice_form,
    read_draft,
    read_moment,
    typed_new,
    typed_of,
    update_form,
)
from portal.status.notices import Notice, notice_by_id, report_notice
from portal.status.overview import month_rows, read_overview, service_rows
from portal.status.posting import add_update, change_notice, end_notice, post_notice
from portal.status.reach import office_here, writing_choices
from portal.tickets.forms import listed_office, office_choices

blueprint = Blueprint("status", __name__)

# Feed readers ask often; a minute late is early enough for them.
FEED_SECONDS = 60
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/status")
@admit(ANYONE)
def overview() -> Answer:
    found = read_overview(db(), site(), now())
    return render_template(
        "status/status.html",
        title=found.title,
        problems=bool(found.problems),
        cards=[card_of(notice) for notice in found.current],
        services=service_rows(found, site(), now()),
        coming=[card_of(notice) for notice in found.coming],
        earlier=month_rows(found, site(), now()),
    )


@blueprint.get("/status.atom")
@admit(ANYONE)
def feed() -> Answer:
    found = read_overview(db(), site(), now())
    notices = [*found.current, *found.coming, *found.past]
    body, updated = atom_feed(notices, site(), now(), base_url=settings().base_url)
    response = Response(body, mimetype=MEDIA_TYPE)
    response.set_etag(sha256(body).hexdigest()[:32])
    response.last_modified = updated
    response.cache_control.public = True
    response.cache_control.max_age = FEED_SECONDS
    return response.make_conditional(request)


@blueprint.get("/status/<int:notice_id>")
@admit(ANYONE)
def one_notice(notice_id: int) -> Answer:
    notice = notice_or_missing(notice_id)
    return render_template("status/notice.html", card=card_of(notice) | {"url": ""}, notice=notice)


@blueprint.get("/status/<int:notice_id>/too")
@admit(ANYONE)
def too(notice_id: int) -> Answer:
    """Asks for the office; says so when it is on the list. Only a press of the button adds it."""
    notice, office = notice_or_missing(notice_id), my_office()
    if office is not None and notice.was_reported_by(office):
        return render_template(
            "status/added.html",
            card=card_of(notice),
            office=office,
            count=notice.office_count,
            added=request.args.get("added") == "yes",
            told=will_be_told(notice),
        )
    if not notice.is_open_problem(now()):
        return redirect(f"/status/{notice_id}", 303)
    return office_page(notice, Form((), typed={"office": office.code if office else ""}))


@blueprint.post("/status/<int:notice_id>/too")
@admit(ANYONE)
def say_too(notice_id: int) -> Answer:
    notice = notice_or_missing(notice_id)
    if not notice.is_open_problem(now()):
        return redirect(f"/status/{notice_id}", 303)
    typed = request.form.get("office")
    office = chosen_office(typed)
    if office is None and typed is None:
        return redirect(f"/status/{notice_id}/too", 303)
    form = Form((), typed={"office": typed}, values={"office": office.code if office else ""})
    if office is None:
        form.fail("office", "Choose your office")
        return office_page(notice, form), 422
    added = report_notice(db(), notice, office_id=office.id, visitor=visitor(), now=now())
    if added:
        touch_site(db())
    follow_signed_in(notice)
    db().commit()
    return remember_office(
        redirect(f"/status/{notice_id}/too{'?added=yes' if added else ''}", 303), listed_office(form)
    )


@blueprint.get("/status/<int:notice_id>/tell")
@admit(ANYONE)
def tell(notice_id: int) -> Answer:
    notice = followable_or_missing(notice_id)
    form = Form((), typed={"email": my_email()})
    return render_template("status/tell.html", notice=notice, form=form, asked="asked" in request.args)


@blueprint.post("/status/<int:notice_id>/tell")
@admit(ANYONE)
def ask_to_be_told(notice_id: int) -> Answer:
    """The answer is the same whether the address was on the list or not."""
    notice = followable_or_missing(notice_id)
    form = follow_form().read(request.form)
    if not form.good:
        return render_template("status/tell.html", notice=notice, form=form, asked=False), 422
    follow(db(), notice, form.values["email"], now=now(), base_url=settings().base_url)
    db().commit()
    return redirect(f"/status/{notice_id}/tell?asked=yes", 303)


@blueprint.get("/status/stop/<key>")
@admit(ANYONE)
def stop(key: str) -> Answer:
    """A page with a button: mail programs open links by themselves, and opening must change nothing."""
    return render_template("status/stop.html", key=key, stopped="done" in request.args)


@blueprint.post("/status/stop/<key>")
@admit(ANYONE)
def stop_now(key: str) -> Answer:
    stop_following(db(), key)
    db().commit()
    return redirect(f"/status/stop/{quote(key)}?done=yes", 303)


@blueprint.get("/desk/notices")
@admit("post notices")
def desk_list() -> Answer:
    return render_template("desk/notices.html", found=read_overview(db(), site(), now()))


@blueprint.get("/desk/notices/new")
@admit("post notices")
def new_notice() -> Answer:
    return writing_page(Form((), typed=typed_new(now(), site().zone)))


@blueprint.post("/desk/notices/new")
@admit("post notices")
def post_new() -> Answer:
    form = notice_form().read(request.form)
    draft = read_draft(db(), form, now=now(), zone=site().zone)
    if draft is None:
        return writing_page(form), 422
    notice = post_notice(db(), draft, by=reader().user_id, now=now())
    db().commit()
    return redirect(f"/desk/notices/{notice.id}?done=posted", 303)


@blueprint.get("/desk/notices/<int:notice_id>")
@admit("post notices")
def edit_notice(notice_id: int) -> Answer:
    return desk_page(notice_or_missing(notice_id))


@blueprint.post("/desk/notices/<int:notice_id>")
@admit("post notices")
def save_notice(notice_id: int) -> Answer:
    notice = notice_or_missing(notice_id)
    form = notice_form().read(request.form)
    draft = read_draft(db(), form, now=now(), zone=site().zone, notice=notice)
    if draft is None:
        return desk_page(notice, form=form), 422
    changed = change_notice(db(), notice, draft, by=reader().user_id, now=now())
    db().commit()
    return redirect(f"/desk/notices/{notice_id}?done={'changed' if changed else 'same'}", 303)


@blueprint.post("/desk/notices/<int:notice_id>/updates")
@admit("post notices")
def post_update(notice_id: int) -> Answer:
    notice = notice_or_missing(notice_id)
    form = update_form().read(request.form)
    promised = read_moment(form, "next", site().zone)
    check_promise(form, promised, now(), kept=None)
    if not form.good:
        return desk_page(notice, news=form), 422
    add_update(db(), notice, form.values["text"], next_update_at=promised, by=reader().user_id, now=now())
    db().commit()
    return redirect(f"/desk/notices/{notice_id}?done=updated", 303)


@blueprint.post("/desk/notices/<int:notice_id>/end")
@admit("post notices")
def end(notice_id: int) -> Answer:
    """Asks nothing back, and a second press changes nothing."""
    notice = notice_or_missing(notice_id)
    form = end_form().read(request.form)
    if not form.good:
        return desk_page(notice, ending=form), 422
    end_notice(db(), notice, words=form.values["words"], by=reader().user_id, now=now())
    db().commit()
    return redirect(f"/desk/notices/{notice_id}?done=ended", 303)


def notice_or_missing(notice_id: int) -> Notice:
    """The notice. The frame is built first: it takes the rows that it keeps out of this session."""
    site()
    notice = notice_by_id(db(), notice_id)
    if notice is None:
        raise Missing
    return notice


def followable_or_missing(notice_id: int) -> Notice:
    """The notice, if we can promise to write when it is over."""
    notice = notice_or_missing(notice_id)
    if not may_follow(notice, site(), now()):
        raise Missing
    return notice


def card_of(notice: Notice) -> dict[str, Any]:
    return notice_card(notice, site(), now(), with_updates=True)


def my_office() -> Office | None:
    return office_here(db(), reader(), request.cookies.get("office", ""))


def chosen_office(typed: str | None) -> Office | None:
    """The office of the account; else the one chosen on the page; else the one this browser remembers."""
    if typed is None or reader().office_id is not None:
        return my_office()
    return office_by_code(db(), typed[:60])


def my_email() -> str:
    user = db().get(User, reader().user_id) if reader().signed_in else None
    return user.email if user else ""


def follow_signed_in(notice: Notice) -> None:
    """A person's own address is known, so the page can promise to write; a visitor's is not."""
    address = my_email()
    if address and may_follow(notice, site(), now()):
        follow(db(), notice, address, now=now(), base_url=settings().base_url, confirm=False)


def will_be_told(notice: Notice) -> bool:
    address = my_email()
    return bool(address) and may_follow(notice, site(), now()) and is_following(db(), notice, address)


def office_page(notice: Notice, form: Form) -> str:
    """Asks which office has the problem; an office that is not listed cannot be counted and may send a request."""
    listed = [group for group in office_choices(offices_in_order(db())) if group.get("choices")]
    return render_template("status/too.html", notice=notice, form=form, offices=listed)


def desk_page(
    notice: Notice, *, form: Form | None = None, news: Form | None = None, ending: Form | None = None
) -> str:
    return writing_page(
        form or Form((), typed=typed_of(notice, site().zone)),
        notice=notice,
        card=card_of(notice),
        news=news or Form(()),
        ending=ending or Form(()),
        done=request.args.get("done", ""),
    )


def writing_page(form: Form, **more: Any) -> str:
    page = "desk/notices_edit.html" if "notice" in more else "desk/notices_new.html"
    return render_template(page, form=form, **writing_choices(db()), **more)
