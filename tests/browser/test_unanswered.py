"""From a search that found no answer to an author who sees it, sets it aside and writes; and a suggestion chosen."""

from __future__ import annotations

import re

import pytest
from browser.conftest import Person
from browser.pages import Home, Screen, SignIn
from playwright.sync_api import expect

# Events are written a tenth of a second after the answer, by whichever process gave it.
WRITTEN_MS = 600

with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@with_and_without_scripts
def test_what_helped_nobody_reaches_the_author_who_sets_it_aside(
    window: Person, address: str, scripts: bool
) -> None:
    words = "folding machine eats envelopes" if scripts else "paper shredder smells burnt"
    clerk = Screen(window(address, scripts=scripts).new_page())
    results = Home(clerk).search(words)
    clerk.page.wait_for_timeout(WRITTEN_MS)  # a person reads before pressing
    results.follow("Ask the help desk")
    assert clerk.page.locator("#words").input_value() == words
    clerk.page.wait_for_timeout(WRITTEN_MS)

    author = Screen(window(address, scripts=scripts).new_page())
    SignIn(author).as_person("author@demo.example")
    author.open("/author/unanswered?days=7")
    author.follow(words)
    assert author.heading == f"“{words}”"
    assert author.shows("“None of these helped” once.")
    author.press("Set aside as not ours")
    assert author.error_box().count() == 1
    author.type("Who answers it, or why not", "The vendor of the machine")
    author.press("Set aside as not ours")
    assert author.heading == "Unanswered questions"
    assert author.shows("Set aside.") and not author.shows(words)
    author.open("/author/unanswered?tab=aside")
    assert author.shows("Not ours: The vendor of the machine")
    author.page.get_by_role("row").filter(has_text=words).get_by_role("button").click()
    author.page.wait_for_url(re.compile("said=back"))
    assert author.shows("It is back on the list.") and author.shows(words)


def test_an_author_begins_a_guide_with_the_words_people_typed(window: Person, address: str) -> None:
    author = Screen(window(address).new_page())
    SignIn(author).as_person("author@demo.example")
    author.open("/author/unanswered")
    author.follow("second monitor black")
    author.follow("Write a guide for this")
    author.type("Title, in the words of a clerk", "The second monitor stays black")
    author.press("Begin a draft")
    symptoms = author.page.get_by_label("Symptoms, one a line").input_value()
    assert "second monitor black" in symptoms.splitlines()


def test_a_suggestion_that_is_chosen_goes_with_the_request(window: Person, address: str) -> None:
    clerk = Screen(window(address).new_page())
    clerk.open("/")
    field = clerk.page.get_by_role("combobox")
    field.press_sequentially("labels co")
    expect(field).to_have_attribute("aria-expanded", "true")
    with clerk.page.expect_request("**/suggest/choice") as told:
        clerk.page.get_by_role("option", name="Labels come out blank").click()
    assert told.value.method == "POST"
    clerk.page.wait_for_url(re.compile(r"/articles/labels-come-out-blank$"))
    clerk.page.wait_for_timeout(WRITTEN_MS)
    clerk.open("/tickets/new")
    assert clerk.shows("labels co")


def test_past_searches_are_offered_and_lead_to_their_results(window: Person, address: str) -> None:
    clerk = Screen(window(address).new_page())
    clerk.open("/")
    field = clerk.page.get_by_role("combobox")
    # The list of past searches is made beside the first answers.
    clerk.page.request.get("/suggest?q=la")
    clerk.page.wait_for_timeout(1500)
    field.press_sequentially("locked ou")
    option = clerk.page.get_by_role("option").filter(has_text="Helped others")
    expect(option).to_have_count(1)
    option.click()
    clerk.page.wait_for_url(re.compile(r"/search\?q=locked\+out\+of\+my\+account$"))


@with_and_without_scripts
def test_a_clerk_whom_nothing_helped_asks_to_be_told(window: Person, address: str, scripts: bool) -> None:
    clerk = Screen(window(address, scripts=scripts).new_page())
    Home(clerk).search("signature pad not working")
    clerk.follow("Tell me when there is a guide")
    clerk.press("Tell me")
    assert clerk.error_box().count() == 1
    clerk.type("E-mail", "casey@county.example.gov")
    clerk.press("Tell me")
    assert clerk.heading == "We will write to you once"
