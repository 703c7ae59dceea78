"""An author changes a question by its form, plays the draft and keeps the play as a test, with scripts and without."""

from __future__ import annotations

import pytest
from browser.conftest import Cookies, Person
from browser.looking import Console, complaints
from browser.pages import Screen

HERE = "/author/diagnostics"
# One diagnostic for each way of walking, so that neither meets the other's draft.
TITLES = {True: "The stapler of the copier jams", False: "The hole punch of the copier jams"}
SLOW = {True: "everything-is-slow", False: "system-will-not-open"}


@pytest.fixture
def author(window: Person, address: str, scripts: bool, cookies: Cookies) -> Screen:
    """A person who writes diagnostics."""
    context = window(address, scripts=scripts)
    context.add_cookies(cookies("author@demo.example"))
    return Screen(context.new_page())


def test_a_question_is_written_played_and_kept_as_a_test(author: Screen, scripts: bool) -> None:
    author.open(f"{HERE}/new")
    author.type("Title, in the words of a clerk", TITLES[scripts])
    author.press("Begin a draft")
    author.follow("What do you see?")
    author.type("Question", "What does the copier show?")
    author.page.locator("#options-2-say").fill("A red light")
    author.page.locator("#options-2-go").select_option(label="New question…")
    author.press("Save")
    assert author.heading == "New question after “A red light”"

    author.type("Question", "Which light is red?")
    author.page.locator("#options-0-say").fill("The left one")
    author.page.locator("#options-0-go").select_option("send")
    author.page.locator("#not_sure-go").select_option("send")
    author.page.locator("#ask").press("Enter")
    author.page.wait_for_load_state("domcontentloaded")
    assert author.shows("Saved as version 3")

    author.follow("Play", within="main nav[aria-label='This diagnostic']")
    author.press("Start")
    author.choose("A red light")
    author.press("Continue")
    author.choose("The left one")
    author.press("Continue")
    assert author.shows("This would be sent")
    author.back()
    assert author.heading == "Which light is red?"
    assert author.is_chosen("The left one")
    author.press("Continue")
    author.type("Name of the test", "red light on the left")
    author.press("Keep as a test")
    assert author.shows("Kept as a test, in version 4.")
    assert author.shows("red light on the left")


def test_what_is_wrong_is_said_at_the_field_and_kept(author: Screen) -> None:
    author.open(f"{HERE}/label-printer-wont-print/nodes/light")
    author.page.locator("#options-1-say").fill("Green")
    author.press("Save")
    assert author.error_box().count() == 1
    assert author.page.locator("#options-1-say").input_value() == "Green"
    assert author.page.locator("#options-1-say").get_attribute("aria-invalid") == "true"
    author.error_box().get_by_role("link").first.click()
    assert author.page.evaluate("document.activeElement.id || location.hash.slice(1)") == "options-1-say"


def test_a_way_back_is_said_in_the_form_of_a_page(author: Screen, scripts: bool) -> None:
    console = Console(author.page)
    author.open(f"{HERE}/{SLOW[scripts]}/nodes/internet")
    assert not author.page.locator("#stopped-retry").is_visible()
    author.page.locator("summary", has_text="A way back: when it had to stop").click()
    author.page.locator("#stopped-retry").select_option(label="Once")
    author.press("Save")
    # The fold stays open over what is wrong, and the box leads there.
    author.error_box().get_by_role("link", name="Choose where it goes then").click()
    assert author.page.locator("#stopped-retry").input_value() == "1"
    assert author.page.evaluate("document.activeElement.id || location.hash.slice(1)") == "stopped-else"
    if scripts:
        assert complaints(author.page, console) == []

    author.page.locator("#stopped").select_option(index=1)
    author.page.locator("#stopped-else").select_option("call_us")
    author.press("Save")
    assert author.shows("Saved as version 2")
    assert author.page.locator("#stopped-else").input_value() == "call_us"


def test_the_other_diagnostic_is_told_one_more_thing(author: Screen, scripts: bool) -> None:
    console = Console(author.page)
    author.open(f"{HERE}/{SLOW[scripts]}/nodes/internet")
    before = author.page.locator(".st-row").count()
    author.press("Add another line")
    assert author.page.locator(".st-row").count() == before + 1
    place = before - 1
    author.page.locator(f"#give-{place}-to").select_option(index=3)
    author.page.locator(f"#give-{place}-words").fill("as we said")
    author.press("Save")
    assert author.shows("Saved as version")
    assert author.page.locator(f"#give-{place}-words").input_value() == "as we said"
    if scripts:
        assert complaints(author.page, console) == []
