"""An author writes and publishes a guide, and the next search finds it."""

from __future__ import annotations

import pytest
from browser.conftest import Cookies, Person
from browser.pages import Editor, Guide, Home, Screen
from playwright.sync_api import expect

TEXT = """Unplug the {thing} and plug it in again. Most often that is all.

## What to do

1. **Unplug the {thing}.** Count to ten.
2. **Plug it in again.** Wait for the zero.
3. **Put one envelope on it.** It worked if the weight shows.

## If that did not help

Call the help desk and say what the {thing} shows.
"""
# One guide for each way of walking, in words that no other guide has.
GUIDES = {
    True: ("The postage scale shows dashes", "postage scale", "postage scale blinks"),
    False: ("The envelope weigher shows dashes", "envelope weigher", "envelope weigher blinks"),
}


@pytest.fixture
def author(window: Person, address: str, scripts: bool, cookies: Cookies) -> Screen:
    """A person who writes guides."""
    context = window(address, scripts=scripts)
    context.add_cookies(cookies("author@demo.example"))
    return Screen(context.new_page())


def test_what_an_author_publishes_is_found_by_the_next_search(
    author: Screen, clerk: Screen, scripts: bool
) -> None:
    title, thing, symptom = GUIDES[scripts]
    assert title not in Home(clerk).search(symptom).titles
    editor = Editor.begin(author, title)
    editor.write(TEXT.format(thing=thing), symptoms=symptom)
    if scripts:
        expect(author.page.locator("[data-preview]")).to_contain_text(f"Unplug the {thing}.")
    else:
        editor.check()
        assert f"Unplug the {thing}." in editor.preview
    editor.press("Save and publish…")
    assert editor.shows("Who will see this: everyone")
    assert title not in Home(clerk).search(symptom).titles
    editor.press("Publish version")
    assert editor.error_box().count() == 0

    found = Home(clerk).search(symptom)
    assert found.titles[0] == title
    found.open_result(title)
    assert clerk.heading == title
    assert clerk.shows("Count to ten.")


def test_what_must_be_fixed_keeps_a_guide_back(author: Screen, clerk: Screen, scripts: bool) -> None:
    title = f"A guide with a bare picture, {'one' if scripts else 'two'}"
    editor = Editor.begin(author, title)
    editor.write("Look at the light.\n\n![](label-printer-light.svg)\n", symptoms="bare picture")
    editor.press("Save and publish…")
    assert editor.shows("must be fixed first")
    assert editor.page.get_by_role("button", name="Publish version").count() == 0
    slug = author.place.split("/")[3]
    answer = clerk.open(f"/articles/{slug}")
    assert answer is not None and answer.status == 404


def test_an_author_sees_the_way_to_edit_and_a_clerk_does_not(author: Screen, clerk: Screen) -> None:
    assert Guide(author, "labels-come-out-blank").shows("Edit this guide")
    assert not Guide(clerk, "labels-come-out-blank").shows("Edit this guide")
