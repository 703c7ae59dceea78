"""When voters wait, and when people press twice, go back, or have more than one tab open."""

from __future__ import annotations

import re

import pytest
from browser.conftest import Person
from browser.pages import Contact, DeskTicket, Run, Screen

LABELS = "label-printer-wont-print"
WAITING = "Are voters waiting in line right now?"
LIGHT = "What color is the light on the front of the printer?"


def test_voters_waiting_means_call_now_and_the_request_is_there_already(clerk: Screen, agent: Screen) -> None:
    run = Run.begin(clerk, LABELS)
    code = run.code
    run.answer("Yes, voters are waiting")
    assert run.heading == "Call us now. Voters are waiting."
    assert run.code == code
    assert run.page.locator("main a.tel").get_attribute("href") == "tel:+14065550142"
    number = request_number(run)
    assert DeskTicket(agent, number).shows("Voters waiting")

    run.follow("Give us a number to call back")
    Contact(clerk).give(phone="406-555-0188")
    assert run.heading == "Call us now. Voters are waiting."
    assert run.shows("We call you back at 406-555-0188.")
    assert request_number(run) == number
    assert DeskTicket(agent, number).shows("406-555-0188")


def test_back_shows_the_question_with_its_answer_chosen(clerk: Screen) -> None:
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    run.answer("Red or orange")
    run.back()
    assert run.heading == LIGHT
    assert run.is_chosen("Red or orange")
    run.back()
    assert run.heading == WAITING
    assert run.is_chosen("No, no one is waiting")


def test_pressing_send_twice_makes_one_request(clerk: Screen, agent: Screen) -> None:
    run = ready_to_send(clerk)
    check_page = run.place
    run.page.get_by_role("button", name="Send to the help desk").dblclick()
    run.page.wait_for_url(re.compile("/sent$"))
    number = request_number(run)
    run.open(check_page)
    assert run.heading == "We have your request"
    assert request_number(run) == number
    assert_the_newest_is(agent, number)


def test_sending_from_two_tabs_makes_one_request(clerk: Screen, agent: Screen) -> None:
    run = ready_to_send(clerk)
    other = Screen(clerk.page.context.new_page())
    other.open(run.place)
    number = run.send().number
    assert Run(other).send().number == number
    assert_the_newest_is(agent, number)


def test_an_old_tab_goes_on_from_where_the_run_is_now(clerk: Screen) -> None:
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    run.answer("There is no light")
    old = Run(Screen(clerk.page.context.new_page()))
    old.open(run.place)
    assert old.heading == "Check that the printer has power"
    run.change(LIGHT)
    run.answer("Red or orange")
    assert run.heading == "Turn the printer off and on"

    old.report("No, same problem")
    assert old.heading == "Turn the printer off and on"
    assert old.answers[LIGHT] == "Red or orange"


def test_a_change_that_drops_answers_asks_first(clerk: Screen) -> None:
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    run.answer("Green")
    run.answer("Nothing comes out")
    run.change(LIGHT)
    run.answer("Red or orange")
    assert run.heading == "If you change this, we drop 1 later answer"
    run.press("Keep it as it is")
    assert run.answers[LIGHT] == "Green"
    run.change(LIGHT)
    run.answer("Red or orange")
    run.press("Change it")
    assert run.answers[LIGHT] == "Red or orange"


def test_a_run_goes_on_in_another_browser_from_its_link(
    clerk: Screen, window: Person, address: str, scripts: bool
) -> None:
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    elsewhere = Run(Screen(window(address, scripts=scripts).new_page()))
    elsewhere.open(run.place)
    assert elsewhere.heading == LIGHT
    assert elsewhere.code == run.code
    assert elsewhere.answers == {WAITING: "No, no one is waiting"}
    elsewhere.answer("Red or orange")
    run.open(run.place.rpartition("/")[0])
    assert run.heading == "Turn the printer off and on"


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
def test_a_button_that_was_pressed_says_that_it_sends(clerk: Screen) -> None:
    run = ready_to_send(clerk)
    clerk.page.route("**/check", lambda route: None)  # the line is slow: no answer comes
    button = clerk.page.get_by_role("button", name="Send to the help desk")
    button.click(no_wait_after=True)
    assert run.page.get_by_role("button", name="Sending…").is_visible()


def ready_to_send(clerk: Screen) -> Run:
    """A run that has all it needs."""
    run = Run.begin(clerk, LABELS)
    run.to_the_check_page()
    Contact(clerk).give()
    assert run.heading == "Check your answers before you send"
    return run


def request_number(screen: Screen) -> str:
    found = re.search(r"R-\d+", screen.words)
    assert found is not None
    return found[0]


def assert_the_newest_is(agent: Screen, number: str) -> None:
    """No request was made after this one."""
    answer = agent.open(f"/desk/tickets/R-{int(number[2:]) + 1}")
    assert answer is not None and answer.status == 404
