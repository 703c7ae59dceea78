"""An author meets a word that clerks typed in vain, looks at what it would do, saves it, and clerks find the guide."""

from __future__ import annotations

import pytest
from browser.conftest import Cookies, Person
from browser.looking import Console, complaints
from browser.pages import Home, Screen


@pytest.fixture
def author(window: Person, address: str, scripts: bool, cookies: Cookies) -> Screen:
    """An author, signed in."""
    context = window(address, scripts=scripts)
    context.add_cookies(cookies("author@demo.example"))
    return Screen(context.new_page())


def test_a_word_typed_in_vain_becomes_a_row_and_clerks_find_the_guide(
    author: Screen, clerk: Screen, scripts: bool
) -> None:
    # Both ways of the test use one server, so each takes a word of its own.
    word = "clicker" if scripts else "doohickey"
    author.open("/author/words/heard")
    author.page.locator("main tr", has_text=word).get_by_role("link", name="Use this").click()
    author.page.wait_for_load_state("domcontentloaded")
    console = Console(author.page)
    assert author.page.locator("#say").input_value() == word
    author.page.locator("#means").fill("barcode reader")
    author.press("See what it does")
    assert author.heading == "What the change does"
    assert author.shows("Nothing is saved yet")
    assert author.shows("The barcode reader beeps but nothing happens")
    if scripts:  # the examiner is a script itself
        assert complaints(author.page, console) == []
    author.press("Go on writing")
    assert author.page.locator("#means").input_value() == "barcode reader"
    author.press("See what it does")
    author.press("Save")
    assert author.shows("Saved. Search reads the new row from now on.")
    assert author.shows("Ari Author")
    assert "The barcode reader beeps but nothing happens" in Home(clerk).search(word).titles
    author.follow("Take this row out")
    assert author.heading == "What taking it out does"
    author.press("Take it out")
    assert author.shows("The row is out of use.")


def test_two_authors_who_change_one_row_see_both_texts(
    author: Screen, window: Person, address: str, cookies: Cookies, scripts: bool
) -> None:
    context = window(address, scripts=scripts)
    context.add_cookies(cookies("lead@demo.example"))
    lead = Screen(context.new_page())
    for person, words in ((author, f"zip disk {scripts}"), (lead, f"floppy {scripts}")):
        person.open("/author/words/2")
        person.page.locator("#note").fill(words)
        person.press("See what it does")
    lead.press("Save")
    author.press("Save")
    assert author.shows("Lee Lead changed this row meanwhile. Nothing of yours is lost.")
    assert author.shows("floppy")
    assert author.page.locator("#note").input_value() == f"zip disk {scripts}"
    author.press("See what it does")
    author.press("Save")
    assert author.shows("Saved. Search reads the row as it is now.")
