"""A known problem is said first in every guide and diagnostic it touches, and joined with one press."""

from __future__ import annotations

from collections.abc import Callable

from factories import Factory
from sqlalchemy import select
from visitor import Visitor

from kb.articles import Article, Revision
from portal.database import Database
from portal.status.notices import NoticeReport
from portal.status.services import services_in_order
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
TITLE = "Absentee labels print slowly"
TOO = "This is my problem too"


def places_of(database: Database, service: str) -> tuple[list[str], list[str]]:
    """The public guides and diagnostics of a service, and those of others."""
    with database.reading() as session:
        rows = session.execute(
            select(Article.slug, Article.kind, Revision.front)
            .join(Revision, Revision.id == Article.published_id)
            .where(Article.status == "published", Article.audience == "public")
        ).all()
    mine, others = [], []
    for slug, kind, front in rows:
        place = f"/{'diagnose' if kind == 'diagnostic' else 'articles'}/{slug}"
        (mine if service in (front.get("services") or ()) else others).append(place)
    return mine, others


def label_notice(make: Factory, database: Database) -> int:
    with database.reading() as session:
        service = next(one for one in services_in_order(session) if one.slug == "label-printing")
    return make.notice(TITLE, service_id=service.id).id


def test_every_guide_and_diagnostic_of_the_service_opens_with_it_and_no_other(
    visit: Visit, make: Factory, database: Database
) -> None:
    label_notice(make, database)
    mine, others = places_of(database, "label-printing")
    assert len(mine) > 5 and "/diagnose/label-printer-wont-print" in mine
    clerk = visit()
    for place in mine:
        page = clerk.open(place)
        assert TITLE in page.main and page.button(TOO), place
        assert page.main.index(TITLE) < page.main.index(page.heading), place
    for place in others[:12]:
        assert TITLE not in clerk.open(place).main, place


def test_one_press_joins_the_problem_and_makes_no_request(
    visit: Visit, make: Factory, database: Database
) -> None:
    notice = label_notice(make, database)
    clerk = visit()
    page = clerk.open("/diagnose/label-printer-wont-print").press(TOO)
    added = page.press("Add my office", office="yellowstone")
    assert "Your office is added" in added
    with database.reading() as session:
        (report,) = session.scalars(select(NoticeReport)).all()
        assert report.notice_id == notice and report.office_id is not None
        assert session.scalars(select(Ticket)).all() == []
    assert "1 office told us" in clerk.open("/status")


def test_an_office_that_is_known_is_not_asked_again(visit: Visit, make: Factory, database: Database) -> None:
    label_notice(make, database)
    clerk = visit()
    clerk.keep_cookie("office", "yellowstone")
    assert "Your office is added" in clerk.open("/articles/labels-come-out-blank").press(TOO)
