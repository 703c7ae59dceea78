"""An author reads what the runs say, and makes a draft with the better order; with and without scripts."""

from __future__ import annotations

import re

import pytest
from browser.conftest import Cookies, Person
from browser.pages import DeskTicket, Run, Screen

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


def test_an_author_reads_what_the_desk_had_to_add(author: Screen, scripts: bool) -> None:
    author.open(PAGE)
    section = author.page.get_by_role("region", name="What the desk had to add")
    row = section.get_by_role("row").filter(has_text="First reply asks for facts")
    assert re.search(r"\d+ % of \d+ \(\d+ to \d+\)", " ".join(row.inner_text().split()))


def test_an_agent_ticks_that_the_first_reply_asks_and_is_not_asked_again(
    clerk: Screen, agent: Screen, scripts: bool
) -> None:
    clerk.open("/diagnose/label-printer-wont-print")
    clerk.press("Start now")
    run = Run(clerk)
    run.answer("Yes, voters are waiting")
    number = re.search(r"R-\d+", run.words)
    assert number is not None
    desk = DeskTicket(agent, number.group())
    box = desk.page.get_by_role("checkbox", name="I ask for facts that are missing")
    box.focus()
    desk.page.keyboard.press("Space")
    assert box.is_checked()
    desk.reply("Which printer is it?")
    assert "Your reply is saved." in desk.words
    assert box.count() == 0


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
