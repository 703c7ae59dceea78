"""Every state that a page of a run can be in, as it is drawn: for the clerk, for two people in it, and for the desk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from browser.conftest import Cookies, Person
from browser.looking import PHONE, WIDE, Console, complaints
from browser.pages import Contact, Run, Screen, SignIn
from playwright.sync_api import BrowserContext

LABELS = "label-printer-wont-print"
LIGHT = "What color is the light on the front of the printer?"
DAY_LINE = "406-555-0199"
PHONE_HEIGHT = 640
YESTERDAY = "UPDATE runs SET touched_at = datetime(touched_at, '-1 day') || '.000000' WHERE id = ?"

# What a finger presses on the pages of a run, apart from the links inside a sentence.
TOO_SMALL = """() => [...document.querySelectorAll(
  'main .usa-button, main .sp-four button, main .usa-radio__label, main .usa-checkbox__label, main a.tel, '
  + 'main .ch a, main .ch button, main .sp-helpbar__way a, main .sp-run__way a, .sp-backrow a')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
  .map(one => `${one.textContent.trim()}: ${one.getBoundingClientRect().height}`)"""


class Watched(Screen):
    """A person's window whose pages are looked at, each in the state that its words name."""

    def __init__(self, context: BrowserContext) -> None:
        super().__init__(context.new_page())
        self.console = Console(self.page)

    def look(self, words: str) -> None:
        """The page says this and is whole."""
        everything = " ".join(self.page.locator("body").inner_text().split())
        assert words in everything
        assert (words, complaints(self.page, self.console)) == (words, [])

    def look_as_clerk(self, words: str) -> None:
        """The same on a page of a clerk, where in addition everything is as high as a finger."""
        self.look(words)
        self.page.set_viewport_size({"width": PHONE, "height": PHONE_HEIGHT})
        assert (words, self.page.evaluate(TOO_SMALL)) == (words, [])
        self.page.set_viewport_size({"width": WIDE, "height": 900})

    def another_tab(self) -> Watched:
        """The same person's second tab, at the same page."""
        tab = Watched(self.page.context)
        tab.open(self.place)
        return tab


Opens = Callable[..., Watched]


@pytest.fixture
def opens(window: Person, address: str, cookies: Cookies) -> Opens:
    """Opens a window of a visitor, or of the person with this e-mail."""

    def one(email: str = "") -> Watched:
        context = window(address)
        context.add_cookies(cookies(email) if email else [])
        return Watched(context)

    return one


def place_of(run: Run) -> str:
    """The address of the run, whichever of its pages is open."""
    return "/".join(run.place.split("/")[:3])


def test_the_start_says_what_is_known_already(opens: Opens) -> None:
    clerk = opens()
    clerk.open(f"/diagnose/{LABELS}")
    clerk.look_as_clerk("Is this your problem? Absentee labels print slowly")
    clerk.open(f"/diagnose/{LABELS}?line=no_line&light=red")
    clerk.look_as_clerk("We know this already")


def test_questions_steps_and_guides_are_whole(opens: Opens) -> None:
    clerk = opens()
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    clerk.look_as_clerk(LIGHT)
    run.answer("Green")
    run.choose("None of these")
    run.answer("The labels come out blank")
    clerk.look_as_clerk("Select “None of these” on its own, or the answers that apply")
    run.answer("None of these")
    run.report("Something else is happening now")
    clerk.look_as_clerk("What is happening now?")
    run.open(place_of(run) + "/light")
    run.answer("There is no light")
    clerk.look_as_clerk("If you change this, we drop 1 later answer")
    run.press("Change it")
    clerk.look_as_clerk("Check that the printer has power")
    run.open(place_of(run) + "/other-device")
    clerk.look_as_clerk("Go on from another device")


def test_a_picture_that_cannot_be_taken_and_what_is_not_used_any_more_are_whole(opens: Opens) -> None:
    clerk = opens()
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    run.answer("Green")
    run.answer("The print is crooked")
    run.change(LIGHT)
    run.answer("There is no light")
    run.press("Change it")
    run.report("I could not do this step")
    run.report("No, same problem")
    run.give("Front counter")
    program = {"name": "front.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    clerk.page.locator("#answer").set_input_files(program)
    run.press("Continue")
    clerk.look_as_clerk("We cannot take “front.exe”.")
    run.skip()
    Contact(clerk).give(office="rosebud")
    clerk.look_as_clerk("Not used any more")
    run.press("It is more urgent")
    clerk.look_as_clerk("Because: one person, needed now.")


def test_a_run_that_stops_early_and_is_sent_twice_is_whole(opens: Opens) -> None:
    clerk = opens("clerk@demo.example")
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    where = place_of(run)
    run.open("/")
    clerk.look("Carry on: My label printer won't print")
    run.open(where + "/contact")
    clerk.look_as_clerk("How we reach you")
    run.open(where + "/check")
    clerk.look_as_clerk("Check your answers before you send")
    old = clerk.another_tab()
    run.send()
    old.press("Send to the help desk")
    old.look("We have your request")


def test_a_call_is_whole_with_a_number_to_call_back(opens: Opens) -> None:
    clerk = opens()
    run = Run.begin(clerk, LABELS)
    run.answer("Yes, voters are waiting")
    clerk.look_as_clerk("Give us a number to call back")
    run.follow("Give us a number to call back")
    Contact(clerk).give(office="daniels")
    clerk.look_as_clerk("We call you back at 406-555-0117.")


def test_coming_back_and_old_tabs_are_whole(opens: Opens, demo_folder: Path) -> None:
    clerk = opens()
    run = Run.begin(clerk, LABELS)
    old = clerk.another_tab()
    run.answer("No, no one is waiting")
    old.choose("Yes, voters are waiting")
    old.press("Continue")
    old.look_as_clerk("Somebody answered this while you did")
    run.answer("Green")
    old = clerk.another_tab()
    run.change(LIGHT)
    run.answer("Red or orange")
    old.choose("Nothing comes out")
    old.press("Continue")
    old.look_as_clerk("That question is not asked any more. We go on here.")
    with sqlite3.connect(demo_folder / "signpost.db", timeout=20) as base:
        base.execute(YESTERDAY, [place_of(run).rpartition("/")[2]])
    run.open(place_of(run))
    clerk.look_as_clerk("You were here yesterday")


def test_a_lost_session_and_a_run_that_is_not_there_are_whole(opens: Opens) -> None:
    clerk = opens()
    run = Run.begin(clerk, LABELS)
    clerk.page.context.clear_cookies()
    run.answer("No, no one is waiting")
    clerk.look("We could not check where this came from")
    clerk.open("/runs/nothing-here")
    clerk.look("We cannot find that page")


def test_a_diagnostic_inside_another_one_is_whole(opens: Opens) -> None:
    clerk = opens()
    run = Run.begin(clerk, "it-will-not-print")
    run.answer("No, no one is waiting")
    clerk.look_as_clerk("Which kind of printer is it?")
    run.answer("A label printer")
    clerk.look_as_clerk(f"My label printer won't print {LIGHT}")


def test_the_pages_of_election_day_are_whole(window: Person, election_day_address: str) -> None:
    clerk = Watched(window(election_day_address))
    run = Run.begin(clerk, LABELS)
    clerk.look_as_clerk("Voters waiting? Call first:")
    run.answer("Yes, voters are waiting")
    clerk.look_as_clerk(f"Call us now. Voters are waiting. {DAY_LINE}")


def test_a_recalled_diagnostic_is_whole(window: Person, election_day_address: str) -> None:
    """On the copy of the demo: a recall stays."""
    clerk, author = (Watched(window(election_day_address)) for _ in range(2))
    run = Run.begin(clerk, "scanner-or-barcode-reader")
    SignIn(author).as_person("author@demo.example")
    author.open("/author/diagnostics/scanner-or-barcode-reader/versions/1/recall")
    author.type("What is wrong with it", "Step 2 told you to pull a cable")
    author.press("Recall version 1")
    run.open(place_of(run))
    run.open(run.place)
    clerk.look_as_clerk("We took these questions back")
    clerk.open("/diagnose/scanner-or-barcode-reader")
    clerk.look_as_clerk("These questions are not in use right now.")


def test_the_known_problem_is_one_press_away_and_whole_after_it(opens: Opens) -> None:
    clerk = opens("office@demo.example")
    clerk.open(f"/diagnose/{LABELS}")
    clerk.press("This is my problem too")
    clerk.look("offices have this problem.")


def test_what_the_desk_meets_in_a_run_is_whole(opens: Opens) -> None:
    clerk, agent = opens(), opens("alex@demo.example")
    run = Run.begin(clerk, LABELS)
    agent.open("/desk/runs")
    agent.type("Code the caller reads out", "KKK 7KK")
    agent.press("Open the run")
    agent.look("No run has this code now.")
    agent.type("Code the caller reads out", run.code)
    agent.press("Open the run")
    agent.press("Answer for the clerk")
    agent.look("Select an answer, or")
    old = clerk.another_tab()
    old.choose("Yes, voters are waiting")
    agent.choose("No, no one is waiting")
    agent.press("Answer for the clerk")
    old.press("Continue")
    old.look_as_clerk("The help desk answered this while you did")
    agent.choose("Red or orange")
    agent.press("Answer for the clerk")
    agent.press("Something else is happening now")
    agent.press("Answer for the clerk")
    agent.look("Say what is happening now")
    agent.open(place_of(run).replace("/runs/", "/desk/runs/"))
    agent.page.locator("#note-text").fill("The lid was open.")
    agent.press("Save internal note")
    agent.look("Notes so far")


def test_what_the_desk_changes_and_ends_is_whole(opens: Opens) -> None:
    clerk, agent = opens(), opens("alex@demo.example")
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    run.answer("Red or orange")
    agent.open("/desk/runs")
    agent.type("Code the caller reads out", run.code)
    agent.press("Open the run")
    agent.follow("Change the answer to: Are voters waiting in line right now?")
    agent.look("Change this answer")
    agent.choose("Yes, voters are waiting")
    agent.press("Answer for the clerk")
    agent.look("If you change this, 1 later answer is dropped")
    agent.press("Change it to")
    agent.look("The clerk is told to call")
    agent.press("Make it my request")
    agent.look("My label printer won't print")


def test_what_the_desk_solved_is_whole_for_both(opens: Opens) -> None:
    clerk, agent = opens(), opens("alex@demo.example")
    run = Run.begin(clerk, LABELS)
    agent.open("/desk/runs")
    agent.type("Code the caller reads out", run.code)
    agent.press("Open the run")
    agent.press("It is solved")
    agent.look("This run has ended")
    run.open(place_of(run))
    clerk.look_as_clerk("The help desk says it is solved")
