"""An accepted order is watched beside the old one, put back with one button, and held back before an election."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from cast import Cast
from flask import Flask
from grounds import Clock
from sqlalchemy import select, update
from visitor import Page, Visitor
from walks import send_labels

from auth.audit import AuditEntry
from auth.offices import Office
from kb.articles import Article, Publication
from kb.trees.figures.orders import OrderSuggestion
from kb.trees.runs import Run
from kb.writing import go_live, save_revision
from portal.database import Database
from portal.demo.runs import add_runs
from portal.running.evidence_nights import count_runs
from portal.site.settings import Setting, touch_site
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
SLUG = "label-printer-wont-print"
PAGE = f"/author/diagnostics/{SLUG}/evidence"
PUBLISH = f"/author/diagnostics/{SLUG}/publish"
OLD, NEW = "try: [off_and_on, reload, clear_queue]", "try: [off_and_on, clear_queue, reload]"
SINCE = "Since the order changed: Quick fixes"
STAYS = "Offices have learned the order, so it stays until"


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["signpost"].database
    return found


@pytest.fixture
def walked(database: Database, clock: Clock) -> None:
    """Six weeks of invented runs, counted as a night counts them."""
    walk(database, clock, 2048)


def walk(database: Database, clock: Clock, seed: int) -> None:
    with database.writing() as session:
        offices = session.scalars(select(Office.id)).all()
        add_runs(session, offices, random.Random(seed), now=clock())
        session.commit()


WALK = "      quick_fixes.reload: fixed\n"
"""The one test walk that the new order would end elsewhere."""


def accepted(visit: Visit, cast: Cast, database: Database, clock: Clock, *, live: bool = True) -> Visitor:
    """An author who took the new order into a draft; it is published unless ``live`` is false."""
    browser = visit(cast.author)
    browser.open(PAGE).press("Make a draft with the new order")
    if not live:
        write(database, clock, WALK, f"      quick_fixes.clear_queue: not_fixed\n{WALK}")
    with database.writing() as session:
        article = article_in(session)
        if live and article.latest:
            go_live(session, article, article.latest, by_id=None, now=clock())
        touch_site(session)
        session.commit()
    return browser


def article_in(session: object) -> Article:
    found: Article = session.scalars(select(Article).where(Article.slug == SLUG)).one()  # type: ignore[attr-defined]
    return found


def write(database: Database, clock: Clock, before: str, after: str) -> None:
    """Another text of the diagnostic, saved by nobody in particular."""
    with database.writing() as session:
        article = article_in(session)
        assert article.latest is not None and before in article.latest.source
        source = article.latest.source.replace(before, after)
        save_revision(
            session,
            article,
            title=article.title,
            front=article.latest.front,
            source=source,
            author_id=None,
            based_on=article.latest.number,
            now=clock(),
        )
        session.commit()


def election(database: Database, clock: Clock, *, in_days: int) -> None:
    with database.writing() as session:
        day = (clock() + timedelta(days=in_days)).date().isoformat()
        window = {"from": f"{day}T05:00", "to": f"{day}T23:00", "mode": "election_day"}
        session.get_one(Setting, "modes").value = [window]
        touch_site(session)
        session.commit()


def test_a_new_order_is_not_judged_before_twenty_runs_on_each(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    page = accepted(visit, cast, database, clock).open(PAGE)
    assert SINCE in page
    assert "There are not yet 20 runs on each order. Do not judge it before." in page
    assert "too few: 0" in page
    assert page.button("Put the old order back")


def test_a_draft_that_nobody_published_is_not_compared(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    page = accepted(visit, cast, database, clock, live=False).open(PAGE)
    assert SINCE not in page
    assert "a draft was made with" in page


def test_both_orders_stand_side_by_side_with_their_ranges(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    browser = accepted(visit, cast, database, clock)
    walk(database, clock, 7)
    page = browser.open(PAGE)
    assert "The two ranges overlap. The runs show no harm so far." in page
    assert "not yet 20 runs" not in page


def test_an_order_with_which_fewer_are_solved_is_warned_of(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    browser = accepted(visit, cast, database, clock)
    walk(database, clock, 7)
    with database.writing() as session:
        live = article_in(session).published_id
        session.execute(update(Run).where(Run.revision_id == live).values(result="ticket"))
        session.commit()
    page = browser.open(PAGE)
    assert "Fewer clerks solve it with the new order:" in page
    assert "0 % since. The ranges lie apart." in page


def test_one_button_makes_a_draft_with_the_old_order_and_readers_keep_the_new_one(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    browser = accepted(visit, cast, database, clock)
    page = browser.open(PAGE).press("Put the old order back")
    assert "A draft has the old order again." in page
    with database.reading() as session:
        article = article_in(session)
        assert article.latest is not None and article.published is not None
        assert OLD in article.latest.source
        assert NEW in article.published.source
        assert article.latest.note.startswith("The old order of steps is back:")
        assert session.scalars(select(OrderSuggestion.state)).one() == "taken_back"
    again = browser.open(PAGE)
    assert "the old order was put back in place of" in again
    assert not again.button("Put the old order back")


def test_an_order_that_was_put_back_is_not_suggested_again_the_next_night(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    accepted(visit, cast, database, clock).open(PAGE).press("Put the old order back")
    with database.writing() as session:
        article = article_in(session)
        assert article.latest is not None
        go_live(session, article, article.latest, by_id=None, now=clock())
        count_runs(session, clock())
        session.commit()
        assert [row.state for row in session.scalars(select(OrderSuggestion))] == ["taken_back"]


def test_an_old_tab_does_not_put_back_what_a_draft_has_changed(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    page = accepted(visit, cast, database, clock).open(PAGE)
    write(database, clock, NEW, "try: [clear_queue, off_and_on, reload]")
    refused = page.press("Put the old order back", status=409)
    assert "Nothing was changed." in refused


def test_an_order_that_was_kept_cannot_be_put_back_from_an_old_tab(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    page = accepted(visit, cast, database, clock).open(PAGE)
    with database.writing() as session:
        session.scalars(select(OrderSuggestion)).one().state = "kept"
        session.commit()
    page.press("Put the old order back", status=404)


def publish(page: Page, *, status: int = 200, reason: str = "The desk asked for this.") -> Page:
    name = next(each for each in (f"Publish version {n}" for n in range(2, 6)) if page.button(each))
    fields = {"accepted": "crooked labels, roll put back"} if "This is right:" in page else {}
    if "Why it goes live" in page or "Why the order changes" in page:
        fields["reason"] = reason
    return page.press(name, status=status, **fields)


def test_an_order_accepted_before_the_freeze_is_not_published_in_it(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    browser = accepted(visit, cast, database, clock, live=False)
    page = browser.open(PUBLISH)
    election(database, clock, in_days=13)
    refused = publish(page, status=409)
    assert STAYS in refused
    assert "the other changes can be published today" in refused
    assert STAYS in browser.open(PUBLISH)
    with database.reading() as session:
        article = article_in(session)
        assert article.published_id != article.latest_id


def test_an_order_is_published_before_the_freeze_and_other_changes_within_it(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    browser = accepted(visit, cast, database, clock, live=False)
    election(database, clock, in_days=16)
    assert "Published." in publish(browser.open(PUBLISH))
    write(database, clock, "title: My label printer won't", "title: The label printer won't")
    election(database, clock, in_days=13)
    page = browser.open(PUBLISH)
    assert STAYS not in page
    assert "Published." in publish(page)


def test_a_lead_publishes_an_order_in_the_freeze_with_a_reason_that_is_kept(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    accepted(visit, cast, database, clock, live=False)
    election(database, clock, in_days=13)
    page = visit(cast.lead).open(PUBLISH)
    assert "As a lead you may publish it all the same, with a reason." in page
    refused = publish(page, status=422, reason="Urgent")
    assert "Say in ten letters or more why the order changes before the election" in refused
    assert "Published." in publish(refused, reason="The new order loses labels.")
    with database.reading() as session:
        said = session.scalars(select(Publication).order_by(Publication.id.desc())).first()
        assert said is not None and said.reason == "The new order loses labels."
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None and entry.details["order changed before an election"] is True


@pytest.mark.postgresql
def test_on_postgresql_an_order_is_watched_and_the_desk_is_heard(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    send_labels(visit())
    with database.reading() as session:
        number = session.scalars(select(Ticket.number).order_by(Ticket.id.desc())).first()
    said = {"resolution": "A new print head.", "cause": "unknown", "guide": "none needed"}
    page = visit(cast.agent).open(f"/desk/tickets/R-{number}/solve")
    page.press("Close this request", verdict="something_else", **said)
    with database.writing() as session:  # articles outlive a test on this database, so none is published here
        row = session.scalars(select(OrderSuggestion)).one()
        row.before, row.after, row.state = row.after, row.before, "accepted"
        row.decided_at = clock()
        count_runs(session, clock())
        session.commit()
    page = visit(cast.agent).open(PAGE)
    assert SINCE in page
    assert "A new print head." in page
    assert page.button("Put the old order back")
