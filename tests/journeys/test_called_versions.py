"""A run keeps to the version of a diagnostic that it calls, as it keeps to its own, and is told of a recall."""

from __future__ import annotations

from collections.abc import Callable

from cast import Cast
from grounds import Clock
from sqlalchemy import select
from visitor import Page, Visitor
from walks import give_contact, new_version

from auth.roles import Reader
from kb.articles import Article
from kb.writing import retire
from portal.database import Database
from portal.site.settings import touch_site

Visit = Callable[..., Visitor]
CALLER = "/diagnose/it-will-not-print"
CALLED = "/author/diagnostics/label-printer-wont-print"
OLD, NEW = "Red or orange", "Red or yellow"
CHANGED = (f"say: {OLD}", f"say: {NEW}")
LIGHT = "What color is the light on the front of the printer?"
STEP = "Turn the printer off and on"
WHY = "Step 2 told you to open the lid while it runs."


def begin(clerk: Visitor) -> Page:
    """The question that leads to the label printer's diagnostic."""
    return clerk.open(CALLER).press("Start now").press("Continue", answer="no_line")


def to_light(clerk: Visitor) -> Page:
    """The first page of the called diagnostic."""
    page = begin(clerk).press("Continue", answer="label")
    assert page.heading == LIGHT and OLD in page
    return page


def recall(author: Visitor) -> None:
    author.open(f"{CALLED}/versions/1/recall").press("Recall version 1", reason=WHY)


def test_a_called_diagnostic_published_anew_changes_nothing_for_a_run_on_its_way(
    visit: Visit, database: Database, clock: Clock
) -> None:
    clerk = visit()
    page, before = to_light(clerk), begin(visit())
    clock.later(minutes=1)
    new_version(database, CHANGED, clock=clock)
    assert OLD in clerk.open(page.address)
    assert OLD in before.press("Continue", answer="label")
    clock.later(minutes=1)
    assert NEW in begin(visit()).press("Continue", answer="label")


def test_a_called_diagnostic_that_is_retired_stays_for_a_run_on_its_way(
    visit: Visit, database: Database, clock: Clock
) -> None:
    clerk = visit()
    page = to_light(clerk)
    clock.later(minutes=1)
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == "label-printer-wont-print")).one()
        retire(session, article, by=Reader(roles=frozenset({"lead"})), now=clock())
        touch_site(session)
        session.commit()
    assert page.press("Continue", answer="red").heading == STEP
    clock.later(minutes=1)
    assert begin(visit()).press("Continue", answer="label").heading.startswith("Call us")


def test_who_is_in_a_called_version_that_was_recalled_is_told_and_goes_on_with_every_answer(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    clerk = visit()
    page = to_light(clerk).press("Continue", answer="red")
    clock.later(minutes=1)
    new_version(database, CHANGED, clock=clock)
    recall(visit(cast.author))
    told = clerk.open(page.address)
    assert told.heading == "We changed some of these questions"
    assert WHY in told
    onward = told.press("Go on with the new questions")
    assert onward.heading == STEP
    assert NEW in onward


def test_an_answer_that_meets_the_recall_of_a_called_version_is_kept(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    page = to_light(visit())
    clock.later(minutes=1)
    new_version(database, CHANGED, clock=clock)
    recall(visit(cast.author))
    told = page.press("Continue", answer="red")
    assert told.heading == "We changed some of these questions"
    assert told.press("Go on with the new questions").heading == STEP


def test_without_a_mended_version_the_run_goes_on_without_those_questions(
    visit: Visit, cast: Cast, clock: Clock
) -> None:
    clerk = visit()
    page = to_light(clerk)
    clock.later(minutes=1)
    recall(visit(cast.author))
    told = clerk.open(page.address)
    assert told.heading == "We took some of these questions back"
    assert told.press("Go on").heading.startswith("Call us")


def test_who_has_not_come_to_the_recalled_questions_is_not_told_before(
    visit: Visit, cast: Cast, clock: Clock
) -> None:
    clerk = visit()
    page = begin(clerk)
    clock.later(minutes=1)
    recall(visit(cast.author))
    assert clerk.open(page.address).heading == "Which kind of printer is it?"
    assert page.press("Continue", answer="office").heading == "What does the printer show?"


def test_the_desk_sees_that_called_questions_were_recalled(visit: Visit, cast: Cast, clock: Clock) -> None:
    page = to_light(visit())
    clock.later(minutes=1)
    recall(visit(cast.author))
    desk = visit(cast.agent).open(f"/desk/runs/{page.address.split('/')[2]}")
    assert "Some of these questions were recalled." in desk and WHY in desk


def test_a_request_that_was_sent_stays_as_it_was(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    clerk = visit()
    check = give_contact(to_light(clerk).follow("Stop here and send what I have"))
    sent = check.press("Send to the help desk")
    clock.later(minutes=1)
    new_version(database, CHANGED, clock=clock)
    recall(visit(cast.author))
    assert clerk.open(check.address).heading == sent.heading
