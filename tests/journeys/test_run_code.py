"""The code of a run, which a clerk reads out with the name of the page: it holds for a day, and is renewed at once."""

from __future__ import annotations

from collections.abc import Callable

from cast import Cast
from grounds import Clock
from visitor import HOME, Page, Visitor
from walks import begin_labels, give_contact, new_version, walk_labels

from portal.database import Database

Visit = Callable[..., Visitor]
SAY = "Say this code"
NEW = "Show a new code"


def run_of(page: Page) -> str:
    return "/".join(page.address.split("/")[:3])


def code_on(page: Page) -> str:
    return next(part.words for part in page.root.all("span") if "sp-plate" in part["class"])


def test_a_code_that_holds_no_more_is_not_shown_and_the_next_answer_gives_a_new_one(
    visit: Visit, clock: Clock
) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    assert SAY in page
    clock.later(hours=25)
    page = clerk.open(page.address)
    assert SAY not in page
    page = page.press("Continue", answer="no_line")
    assert SAY in page


def test_who_comes_back_after_a_day_gets_a_new_code_before_the_next_answer(
    visit: Visit, cast: Cast, clock: Clock
) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line")
    assert not page.button(NEW)
    old = code_on(page)
    clock.later(hours=25)
    first = clerk.open(f"{run_of(page)}/line")
    again = first.press(NEW)
    assert again.address == first.address
    assert code_on(again) != old
    desk = visit(cast.agent).open("/desk/runs").press("Open the run", code=code_on(again))
    assert "Ask:" in desk


def test_every_page_with_a_help_box_leads_to_a_new_code_and_back(
    visit: Visit, clock: Clock, database: Database
) -> None:
    clerk = visit()
    check = give_contact(walk_labels(clerk))
    here = run_of(check)
    for page in ("check", "contact", "other-device", "photo"):
        clock.later(hours=25)
        shown = clerk.open(f"{here}/{page}").press(NEW)
        assert shown.address == f"{here}/{page}"
        assert SAY in shown


def test_a_call_has_a_new_code_too(visit: Visit, clock: Clock) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="waiting")
    clock.later(hours=25)
    page = clerk.open(page.address)
    assert "Tell us this code" not in page
    assert "Tell us this code" in page.press(NEW)


def test_a_page_that_is_none_leads_to_the_run(visit: Visit) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    token = page.root.all("meta", name="csrf-token")[0]["content"]
    for asked in ("nothing", "//evil.example", "../../desk/"):
        answer = clerk.ask(
            "POST", f"{run_of(page)}/new-code?at={asked}", data={"csrf": token}, headers={"Origin": HOME}
        )
        assert (answer.status_code, answer.location) == (303, run_of(page))


def test_the_code_that_was_sent_is_not_renewed(visit: Visit, clock: Clock) -> None:
    clerk = visit()
    sent = give_contact(walk_labels(clerk)).press("Send to the help desk")
    clock.later(hours=25)
    assert NEW not in clerk.open(sent.address)


def test_the_name_of_the_page_stands_beside_the_code(
    visit: Visit, cast: Cast, clock: Clock, database: Database
) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    here = run_of(page)
    assert "You are at: Call now" in page.press("Continue", answer="waiting")
    light = clerk.open(f"{here}/line").press("Continue", answer="no_line")
    assert "You are at: Light on the printer" in light
    light.press("Continue", answer="green").press("Continue", answer="blank")
    change = clerk.open(f"{here}/light").press("Continue", answer="red")
    assert "You are at: Change this answer?" in change
    step = change.press("Change it")
    for address, name in (("contact", "How we reach you"), ("other-device", "Go on from another device")):
        assert f"You are at: {name}" in clerk.open(f"{here}/{address}")
    assert "You are at: Check your answers" in give_contact(clerk.open(f"{here}/contact"))
    assert "You are at: Solved" in clerk.open(step.address).press("Yes, it is fixed")
    clock.later(minutes=1)
    new_version(database, ("say: Red or orange", "say: Red or yellow"), clock=clock)
    other = begin_labels(visit())
    clock.later(minutes=1)
    visit(cast.author).open("/author/diagnostics/label-printer-wont-print/versions/2/recall").press(
        "Recall version 2", reason="A step was wrong."
    )
    assert "You are at: We took these questions back" in other.visitor.open(other.address)
