"""One run, two screens: the code is read aloud, the desk answers for the clerk, and nothing is asked twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cast import Cast
from grounds import Clock
from sqlalchemy import select
from visitor import Page, Visitor
from walks import CONTACT, SUSPICIOUS, begin_labels, give_contact, walk_labels

from kb.trees.runs import Run, RunAnswer
from portal.database import Database
from portal.diagnose.together.views import ASKED_AT_ONCE, _asking
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
LIGHT = "What color is the light on the front of the printer?"
HELPED = "The help desk is helping you."


def code_on(page: Page) -> str:
    """The code that a person reads on the page."""
    return next(part.words for part in page.root.all("span") if "sp-plate" in part["class"])


def open_run(agent: Visitor, code: str, status: int = 200) -> Page:
    """Type the code that was read out."""
    return agent.open("/desk/runs").press("Open the run", code=code, status=status)


def run_in(database: Database) -> Run:
    with database.reading() as session:
        return session.scalars(select(Run).order_by(Run.created_at.desc())).first()


def test_the_desk_opens_the_same_page_by_its_code_and_the_clerk_is_told(visit: Visit, cast: Cast) -> None:
    clerk, agent = visit(), visit(cast.agent)
    page = begin_labels(clerk).press("Continue", answer="no_line")
    assert HELPED not in shown(page)
    desk = open_run(agent, code_on(page).lower())
    assert f"Ask: “{LIGHT}”" in desk
    assert "No, no one is waiting The clerk" in desk
    assert HELPED in shown(clerk.open(page.address))


def shown(page: Page) -> str:
    """What is not hidden of the lines about the other person."""
    boxes = [
        box
        for box in page.root.all("div")
        if "sp-together" in box["class"] and "hidden" not in box.attributes
    ]
    return " ".join(box.words for box in boxes)


def test_an_answer_of_the_desk_moves_the_clerk_on_and_says_who_gave_it(visit: Visit, cast: Cast) -> None:
    clerk, agent = visit(), visit(cast.agent)
    page = begin_labels(clerk).press("Continue", answer="no_line")
    desk = open_run(agent, code_on(page)).press("Answer for the clerk", answer="red")
    assert "Say: “Turn the printer off and on.”" in desk
    assert "Red or orange Alex Agent" in desk
    page = clerk.open(page.address).follow("Show where we are now")
    assert page.heading == "Turn the printer off and on"
    assert "Red or orange" in page


@on_both
def test_the_request_shows_who_answered_what(visit: Visit, cast: Cast, base: str) -> None:
    clerk, agent = visit(), visit(cast.agent)
    page = begin_labels(clerk).press("Continue", answer="no_line")
    desk = (
        open_run(agent, code_on(page))
        .press("Answer for the clerk", answer="red")
        .press("They could not do it")
    )
    desk = desk.press("Save", **CONTACT)
    ticket = desk.press("Make it my request")
    assert "You work on it now." in ticket
    assert "Red or orange answered for the clerk by Alex Agent" in ticket
    assert "I could not do this step" in ticket
    assert "No, no one is waiting answered for" not in ticket
    assert ticket.main.count("Worker You") == 1
    assert clerk.open(page.address).heading == "We have your request"


def test_the_clerk_reports_and_not_the_agent_who_pressed(
    visit: Visit, cast: Cast, database: Database
) -> None:
    page = begin_labels(visit(cast.clerk)).press("Continue", answer="no_line")
    open_run(visit(cast.agent), code_on(page)).press("Make it my request")
    with database.reading() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        assert (ticket.reporter_id, ticket.worker_id) == (cast.clerk.id, cast.agent.id)
        assert ticket.name == cast.clerk.name
        assert ticket.state == "working"


def test_two_answers_to_one_question_are_both_shown_to_the_second(visit: Visit, cast: Cast) -> None:
    clerk, agent = visit(), visit(cast.agent)
    page = begin_labels(clerk).press("Continue", answer="no_line")
    desk = open_run(agent, code_on(page))
    desk.press("Answer for the clerk", answer="red")
    met = page.press("Continue", answer="green")
    assert met.heading == "The help desk answered this while you did"
    assert "The help desk chose Red or orange" in met and "You chose Green" in met
    assert "Red or orange" in clerk.open(page.address.rpartition("/")[0])
    kept = met.press("Keep “Red or orange”")
    assert kept.heading == "Turn the printer off and on"


@on_both
def test_the_second_may_change_it_and_the_first_sees_that(visit: Visit, cast: Cast, base: str) -> None:
    clerk, agent = visit(), visit(cast.agent)
    page = begin_labels(clerk).press("Continue", answer="no_line")
    desk = open_run(agent, code_on(page))
    page.press("Continue", answer="green")
    met = desk.press("Answer for the clerk", answer="red")
    assert met.heading == "The clerk answered this while you did"
    assert "Green" in met
    after = met.press("Change it to “Red or orange”")
    assert "Red or orange Alex Agent" in after
    assert clerk.open(f"/runs/{page.address.split('/')[2]}").heading == "Turn the printer off and on"


def test_the_same_answer_of_both_is_no_conflict(visit: Visit, cast: Cast) -> None:
    clerk, agent = visit(), visit(cast.agent)
    page = begin_labels(clerk).press("Continue", answer="no_line")
    open_run(agent, code_on(page)).press("Answer for the clerk", answer="red")
    assert page.press("Continue", answer="red").heading == "Turn the printer off and on"


def test_a_change_of_the_desk_that_drops_answers_asks_first(visit: Visit, cast: Cast) -> None:
    clerk, agent = visit(), visit(cast.agent)
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="green")
    page = page.press("Continue", answer="nothing")
    desk = open_run(agent, code_on(page))
    asked = agent.open(f"{desk.address}?at=light").press("Answer for the clerk", answer="red")
    assert asked.heading == "If you change this, 1 later answer is dropped"
    assert "Green" in asked.press("Keep it as it is")


def test_the_desk_needs_words_for_something_else(visit: Visit, cast: Cast) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="red")
    desk = open_run(visit(cast.agent), code_on(page)).press("Something else is happening now")
    missing = desk.press("Answer for the clerk", note="", status=422)
    assert "Say what is happening now" in missing
    assert "It smells" in missing.press("Answer for the clerk", note="It smells")


def test_a_call_that_the_desk_walked_to_is_already_in_its_hands(visit: Visit, cast: Cast) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    desk = open_run(visit(cast.agent), code_on(page)).press("Answer for the clerk", answer="waiting")
    assert "Voters are waiting" in desk
    assert "Worker You" in desk.follow("R-2001")
    assert "Call us now" in clerk.open(page.address.rpartition("/")[0]).heading


@on_both
def test_a_restricted_end_stays_with_the_agent_who_is_in_it_and_hides_from_others(
    visit: Visit, cast: Cast, database: Database, base: str
) -> None:
    clerk, agent = visit(), visit(cast.agent)
    page = clerk.open(SUSPICIOUS).press("Start now")
    code = code_on(page)
    desk = open_run(agent, code).press("Answer for the clerk", answer="in_danger")
    assert "Call 911 now" in desk and "Restricted" in desk
    refused = open_run(visit(cast.other_agent), code, status=404)
    assert "No run has this code now." in refused
    assert visit(cast.other_agent).ask("GET", desk.address).status_code == 404
    assert "Restricted" in open_run(visit(cast.lead), code)


def test_a_wrong_an_old_and_an_empty_code_say_what_to_do(visit: Visit, cast: Cast, clock: Clock) -> None:
    agent = visit(cast.agent)
    code = code_on(begin_labels(visit()))
    assert "ask the caller to open the page again" in open_run(agent, "CCCCCC", status=404)
    assert "Enter the six letters and digits" in open_run(agent, "", status=422)
    assert "Enter the six letters and digits" in open_run(agent, "hello", status=422)
    clock.later(hours=25)
    assert "No run has this code now." in open_run(visit(cast.agent), code, status=404)


def test_many_codes_have_to_wait_and_another_agent_does_not(visit: Visit, cast: Cast, clock: Clock) -> None:
    agent = visit(cast.agent)
    code = code_on(begin_labels(visit()))
    page = agent.open("/desk/runs")
    for _ in range(40):
        page = page.press("Open the run", code="CCCCCC", status=404)
    assert "You tried many codes. Wait 10 minutes" in page.press("Open the run", code=code, status=429)
    assert page.visitor.ask("GET", f"/desk/?q={code}").status_code == 200
    assert "Ask:" in open_run(visit(cast.other_agent), code)
    clock.later(minutes=11)
    assert "Ask:" in open_run(agent, code)


def test_those_without_the_right_open_no_codes(visit: Visit, cast: Cast) -> None:
    page = begin_labels(visit())
    run_id = page.address.split("/")[2]
    for person in (cast.specialist, cast.author, cast.clerk):
        browser = visit(person)
        assert browser.ask("GET", "/desk/runs").status_code == 403
        assert browser.ask("GET", f"/desk/runs/{run_id}").status_code == 403
    assert visit(cast.lead).ask("GET", f"/desk/runs/{run_id}").status_code == 200


def test_notes_before_the_request_join_it_as_a_note(visit: Visit, cast: Cast) -> None:
    clerk = visit()
    page = walk_labels(clerk)
    give_contact(page)
    code = code_on(page)
    desk = open_run(visit(cast.agent), code).press("Save internal note", text="Sounds like the latch")
    assert "Alex Agent, 11:42 am: Sounds like the latch" in desk
    assert "Write the note first" in desk.press("Save internal note", text="", status=422)
    ticket = desk.press("Make it my request")
    assert "Sounds like the latch" in ticket
    assert "Sounds like the latch" not in clerk.open(page.address.rpartition("/")[0])


@on_both
def test_the_desk_ends_it_as_solved_and_the_clerk_may_still_go_on(
    visit: Visit, cast: Cast, base: str
) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line")
    desk = open_run(visit(cast.agent), code_on(page)).press("It is solved")
    assert "This run has ended" in desk
    solved = clerk.open(f"/runs/{page.address.split('/')[2]}")
    assert solved.heading == "The help desk says it is solved"
    assert (
        solved.follow("It is not solved. Go on.")
        .press("Continue", answer="red")
        .heading.startswith("Turn the")
    )


def test_leaving_the_run_tells_the_clerk(visit: Visit, cast: Cast) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    desk = open_run(visit(cast.agent), code_on(page))
    assert HELPED in shown(clerk.open(page.address))
    desk.press("Leave the run")
    assert HELPED not in shown(clerk.open(page.address))


def test_nobody_is_said_to_help_half_an_hour_after_the_last_look(
    visit: Visit, cast: Cast, clock: Clock
) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    open_run(visit(cast.agent), code_on(page))
    clock.later(minutes=31)
    assert HELPED not in shown(clerk.open(page.address))


def test_asking_where_we_are_is_answered_with_nothing_until_something_changes(
    visit: Visit, cast: Cast
) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    box = next(part for part in page.root.all("div") if "data-together" in part.attributes)
    asked = f"{box['data-url']}?mark={box['data-mark']}"
    assert clerk.ask("GET", asked).status_code == 204
    desk = open_run(visit(cast.agent), code_on(page))
    came = clerk.ask("GET", asked)
    assert (came.status_code, came.get_json()["helped"]) == (200, True)
    asked = f"{box['data-url']}?mark={came.get_json()['mark']}"
    assert clerk.ask("GET", asked).status_code == 204
    desk.press("Answer for the clerk", answer="no_line")
    assert clerk.ask("GET", asked).get_json()["turn"] == 1
    assert clerk.ask("GET", "/runs/nothing/where-we-are").status_code == 404


def test_asking_is_put_off_first_when_the_server_is_busy(visit: Visit) -> None:
    page = begin_labels(visit())
    clerk = page.visitor
    asked = f"/runs/{page.address.split('/')[2]}/where-we-are"
    for _ in range(ASKED_AT_ONCE):
        assert _asking.acquire(blocking=False)
    try:
        put_off = clerk.ask("GET", asked)
        assert (put_off.status_code, put_off.headers["Retry-After"]) == (503, "20")
        assert clerk.ask("GET", page.address).status_code == 200
    finally:
        _asking.release(ASKED_AT_ONCE)
    assert clerk.ask("GET", asked).status_code == 200


def test_a_code_in_the_search_of_the_desk_opens_the_run_too(visit: Visit, cast: Cast) -> None:
    page = begin_labels(visit())
    desk = visit(cast.agent).open(f"/desk/?q={code_on(page).replace(' ', '+')}")
    assert "Are voters waiting in line right now?" in desk


def test_the_code_of_a_sent_run_opens_its_request_and_the_clerk_sees_that(visit: Visit, cast: Cast) -> None:
    clerk = visit()
    page = walk_labels(clerk)
    code = code_on(page)
    sent = give_contact(page).press("Send to the help desk")
    ticket = open_run(visit(cast.agent), code)
    assert "R-" in ticket.title
    assert HELPED in shown(clerk.open(sent.address))


def test_who_gave_an_answer_is_kept_with_it(visit: Visit, cast: Cast, database: Database) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line")
    open_run(visit(cast.agent), code_on(page)).press("Answer for the clerk", answer="red")
    with database.reading() as session:
        by = {row.address: row.by_id for row in session.scalars(select(RunAnswer))}
    assert by == {"line": None, "light": cast.agent.id}


def test_the_way_to_open_a_run_is_on_every_desk_page(visit: Visit, cast: Cast) -> None:
    assert visit(cast.agent).open("/desk/").links("Open a run") == ["/desk/runs"]
    assert visit(cast.specialist).open("/desk/").links("Open a run") == []
