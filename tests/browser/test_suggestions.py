"""Suggestions under the search field, by keyboard alone, as a screen reader announces them."""

from __future__ import annotations

import re

import pytest
from browser.conftest import Person
from browser.pages import Screen
from playwright.sync_api import Locator, expect


@pytest.fixture
def clerk(window: Person, address: str) -> Screen:
    """A clerk on the start page, whose browser runs scripts."""
    screen = Screen(window(address).new_page())
    screen.open("/")
    return screen


@pytest.fixture
def field(clerk: Screen) -> Locator:
    """The search field, with four letters typed and the list open."""
    found = clerk.page.get_by_role("combobox")
    found.press_sequentially("labe")
    expect(found).to_have_attribute("aria-expanded", "true")
    return found


def test_typing_offers_the_words_then_step_by_step_then_guides_and_what_is_known(
    clerk: Screen, field: Locator
) -> None:
    kinds = [words.strip(", \n") for words in clerk.page.locator("[role=option] small").all_inner_texts()]
    assert kinds[0] == "Search"
    assert kinds[1] == "Step by step"
    assert "Guide" in kinds and kinds[-1] == "Known problem"
    assert 2 <= len(kinds) <= 6
    assert clerk.page.locator("[role=option] b").first.inner_text().lower() == "labe"


def test_the_number_of_suggestions_is_announced(clerk: Screen, field: Locator) -> None:
    number = clerk.page.get_by_role("option").count()
    expect(clerk.page.get_by_role("status")).to_have_text(f"{number} suggestions. Use the arrow keys.")


def test_nothing_to_suggest_is_announced_too(clerk: Screen) -> None:
    field = clerk.page.get_by_role("combobox")
    field.press_sequentially("zzyzx")
    expect(clerk.page.get_by_role("status")).to_have_text("No suggestions. Press Enter to search.")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_the_arrows_choose_and_go_round(clerk: Screen, field: Locator) -> None:
    options = clerk.page.get_by_role("option")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert clerk.page.locator("[aria-selected=true]").count() == 1


@pytest.mark.parametrize("key", ["Home", "End", "ArrowLeft", "ArrowRight"])
def test_a_key_that_moves_in_the_words_goes_back_to_them(clerk: Screen, field: Locator, key: str) -> None:
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press(key)
    assert clerk.page.locator("[aria-selected=true]").count() == 0
    assert field.get_attribute("aria-activedescendant") is None
    field.press("Enter")
    clerk.page.wait_for_url(re.compile(r"/search\?q=labe$"))


def test_the_kind_is_heard_on_a_phone_too(clerk: Screen, field: Locator) -> None:
    clerk.page.set_viewport_size({"width": 360, "height": 800})
    expect(clerk.page.get_by_role("option", name="Guide").first).to_be_visible()


def test_enter_opens_the_page_that_is_chosen(clerk: Screen, field: Locator) -> None:
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    clerk.page.wait_for_url(re.compile("/diagnose/"))


def test_enter_searches_when_nothing_is_chosen(clerk: Screen, field: Locator) -> None:
    field.press("Enter")
    clerk.page.wait_for_url(re.compile(r"/search\?q=labe$"))


def test_escape_closes_the_list_and_keeps_the_words(clerk: Screen, field: Locator) -> None:
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("labe")
    expect(clerk.page.get_by_role("listbox")).to_have_count(0)


def test_tab_closes_the_list_and_moves_on(clerk: Screen, field: Locator) -> None:
    field.press("Tab")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(clerk.page.locator("main").get_by_role("button", name="Search")).to_be_focused()


def test_without_scripts_enter_searches(window: Person, address: str) -> None:
    clerk = Screen(window(address, scripts=False).new_page())
    clerk.open("/")
    clerk.page.locator("#home-q").fill("labe")
    clerk.page.locator("#home-q").press("Enter")
    assert clerk.place.startswith("/search?q=labe")
    assert clerk.page.get_by_role("combobox").count() == 0
