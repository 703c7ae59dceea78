"""A clerk and an agent in one run, in real browsers: the acceptance walk, and two screens that follow each other."""

from __future__ import annotations

import re

import pytest
from browser.conftest import Cookies, Person
from browser.looking import Console, complaints
from browser.pages import Contact, DeskTicket, Home, Run, Screen

LABELS = "label-printer-wont-print"
WAITING = "Are voters waiting in line right now?"
LIGHT = "What color is the light on the front of the printer?"
HELPED = "The help desk is helping you."


class DeskRun(Screen):
    """A clerk's run on the screen of the desk."""

    def __init__(self, screen: Screen, code: str) -> None:
        super().__init__(screen.page)
        self.open("/desk/runs")
        self.type("Code the caller reads out", code)
        self.press("Open the run")

    def answer(self, words: str) -> None:
        self.choose(words)
        self.press("Answer for the clerk")


def test_the_acceptance_walk(clerk: Screen, agent: Screen, scripts: bool) -> None:
    # A second try of one office within a day is more urgent, so each walk is of another office.
    office = "granite" if scripts else "petroleum"
    Home(clerk).search("stickers won't print").open_result("My label printer won't print")
    clerk.press("Start now")
    run = Run(clerk)
    code = run.code
    run.answer("I’m not sure")
    assert run.heading.startswith("Call us now.")
    assert run.code == code
    number = request_number(run)

    run.back()
    assert run.heading == WAITING and run.is_chosen("I’m not sure")
    run.back()
    assert run.heading == "My label printer won't print"
    run.open("/")
    run.follow("Carry on: My label printer won't print")
    run.follow("Back", within="nav.sp-backrow")
    run.answer("No, no one is waiting")
    run.answer("There is no light")
    run.report("I could not do this step")
    run.report("No, same problem")
    run.give("Front counter")
    run.skip()
    Contact(clerk).give(office=office)
    assert run.heading == "Check your answers before you send"
    for words in ("No, no one is waiting", "There is no light", "I could not do this step", "Front counter"):
        assert run.shows(words)

    clerk.page.locator("main a[href$='/light?from=check']").click()
    run.answer("Red or orange")
    if run.heading.startswith("If you change this"):
        run.press("Change it")
    for _ in range(3):
        run.report("No, same problem")
    assert run.heading == "Check your answers before you send"
    tried = run.words.partition("What you tried")[2]
    assert "Check that the printer has power I could not do this step" in tried
    sent = run.send()
    assert sent.number == number

    ticket = DeskTicket(agent, number)
    for words in ("Light on the printer Red or orange", "Front counter", f"Diagnostic, {code}"):
        assert ticket.shows(words), words
    for words in (
        "Turn the printer off and on: No, same problem",
        "Check that the printer has power: I could not do this step",
        "version 1",
    ):
        assert words in ticket.story, words
    assert "one person, needed today" in ticket.priority

    DeskRun(agent, code)
    assert agent.heading.startswith("Label printer will not print") or agent.shows(number)
    for _ in range(20):  # who is there is written a moment after the answer
        clerk.page.reload()
        if clerk.shows(HELPED):
            break
        clerk.page.wait_for_timeout(250)
    assert clerk.shows(HELPED)


def test_the_desk_answers_and_the_clerk_is_there_by_a_link(clerk: Screen, agent: Screen) -> None:
    run = Run.begin(clerk, LABELS)
    desk = DeskRun(agent, run.code)
    assert desk.shows(f"Ask: “{WAITING}”")
    desk.answer("No, no one is waiting")
    run.open(run.place)
    run.follow("Show where we are now")
    assert run.heading == LIGHT
    run.answer("Red or orange")
    desk.follow("Show where we are now")
    assert desk.shows("Say: “Turn the printer off and on.”")
    assert desk.shows("Red or orange The clerk")


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
def test_both_screens_follow_by_themselves(clerk: Screen, agent: Screen) -> None:
    run = Run.begin(clerk, LABELS)
    desk = DeskRun(agent, run.code)
    clerk.page.locator("main").get_by_text(HELPED).wait_for(state="visible", timeout=20_000)
    desk.answer("No, no one is waiting")
    clerk.page.wait_for_url(re.compile("/light$"), timeout=20_000)
    assert run.heading == LIGHT
    run.answer("Red or orange")
    agent.page.get_by_text("Say: “Turn the printer off and on.”").wait_for(state="visible", timeout=20_000)


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
def test_what_is_chosen_and_not_sent_stays_and_is_told_of(clerk: Screen, agent: Screen) -> None:
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    desk = DeskRun(agent, run.code)
    clerk.page.locator("main").get_by_text(HELPED).wait_for(state="visible", timeout=20_000)
    clerk.choose("Green")
    desk.answer("Red or orange")
    clerk.page.locator("main").get_by_text("There is a new answer.").wait_for(state="visible", timeout=20_000)
    assert run.is_chosen("Green")
    run.press("Continue")
    assert run.heading == "The help desk answered this while you did"
    run.press("Keep “Red or orange”")
    assert run.heading == "Turn the printer off and on"


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_of_a_shared_run_are_whole(
    window: Person, address: str, cookies: Cookies, scripts: bool, width: int
) -> None:
    clerk = Screen(window(address, width=width).new_page())
    context = window(address, width=width)
    context.add_cookies(cookies("alex@demo.example"))
    agent = Screen(context.new_page())
    theirs, ours = Console(clerk.page), Console(agent.page)
    found: list[str] = []

    def look(screen: Screen, console: Console) -> None:
        found.extend(complaints(screen.page, console))

    brought = Screen(window(address, width=width).new_page())
    brought.open(f"/diagnose/{LABELS}?light=red")
    look(brought, Console(brought.page))
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    agent.open("/desk/runs")
    look(agent, ours)
    desk = DeskRun(agent, run.code)
    look(desk, ours)
    clerk.page.reload()
    look(clerk, theirs)
    stale = Screen(clerk.page.context.new_page())
    stale.open(run.place)
    desk.answer("Red or orange")
    look(desk, ours)
    stale.choose("Green")
    stale.press("Continue")
    look(stale, Console(stale.page))
    clerk.open(run.place.rpartition("/")[0] + "/other-device")
    look(clerk, theirs)
    desk.press("It is solved")
    look(desk, ours)
    clerk.open(run.place.rpartition("/")[0])
    look(clerk, theirs)
    assert found == []


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
def test_the_number_to_call_is_whole_at_320_pixels(window: Person, address: str, scripts: bool) -> None:
    run = Run.begin(Screen(window(address, width=320).new_page()), LABELS)
    run.answer("Yes, voters are waiting")
    button = run.page.locator("main a.tel").first
    assert button.evaluate("link => link.scrollWidth <= link.clientWidth")
    outer, drawing = button.bounding_box(), button.locator("svg").bounding_box()
    assert outer is not None and drawing is not None
    assert drawing["x"] > outer["x"] and outer["x"] + outer["width"] <= 320


def request_number(screen: Screen) -> str:
    found = re.search(r"R-\d+", screen.words)
    assert found is not None
    return found[0]
