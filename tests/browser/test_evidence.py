"""An author reads what the runs say, and makes a draft with the better order; with and without scripts."""

from __future__ import annotations

import pytest
from browser.conftest import Cookies, Person
from browser.pages import Screen

PAGE = "/author/diagnostics/label-printer-wont-print/evidence"
FIRST = "Clear the list of waiting labels"


@pytest.fixture
def author(window: Person, address: str, scripts: bool, cookies: Cookies) -> Screen:
    """A person who writes diagnostics."""
    context = window(address, scripts=scripts)
    context.add_cookies(cookies("author@demo.example"))
    return Screen(context.new_page())


def test_an_author_reads_the_reason_of_a_better_order(author: Screen, scripts: bool) -> None:
    author.open(PAGE)
    assert author.heading == "What the runs say"
    assert f"Moving “{FIRST}” before" in author.words
    assert "minutes per clerk" in author.words
    author.page.get_by_label("Runs of").select_option(label="The last 30 days")
    author.press("Show")
    assert "days=30" in author.place
    assert "How " in author.words and "runs ended" in author.words


@pytest.mark.parametrize("width", [320, 1280])
def test_the_figures_fit_on_a_phone_and_on_a_screen(
    window: Person, address: str, cookies: Cookies, width: int
) -> None:
    context = window(address, scripts=False, width=width)
    context.add_cookies(cookies("author@demo.example"))
    screen = Screen(context.new_page())
    screen.open(PAGE)
    widest = screen.page.evaluate("document.documentElement.scrollWidth")
    assert widest <= width
