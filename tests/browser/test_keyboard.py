"""By keyboard: the way past the frame first, a ring that is always seen, errors that take the focus."""

from __future__ import annotations

import pytest
from browser.conftest import Cookies, Person
from browser.pages import Screen
from playwright.sync_api import Page, expect

RING = """() => {
  const one = document.activeElement;
  const seen = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    || style.boxShadow !== 'none';
  const parts = [one, one.parentElement, one.labels?.[0], ...(one.labels ?? [])].filter(Boolean);
  const before = one.labels?.[0] ? [getComputedStyle(one.labels[0], '::before')] : [];
  return parts.map(part => getComputedStyle(part)).concat(before).some(seen);
}"""
NAME = "() => (document.activeElement.innerText || document.activeElement.name || '').trim().split('\\n')[0]"


@pytest.fixture
def clerk(window: Person, address: str) -> Screen:
    """A clerk whose browser runs scripts."""
    return Screen(window(address).new_page())


def test_the_first_stop_leads_past_the_frame(clerk: Screen) -> None:
    clerk.open("/")
    clerk.page.keyboard.press("Tab")
    skip = clerk.page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    clerk.page.keyboard.press("Enter")
    clerk.page.keyboard.press("Tab")
    expect(clerk.page.locator("#home-q")).to_be_focused()


def test_the_stops_of_home_are_in_reading_order(clerk: Screen) -> None:
    clerk.open("/")
    stops = walk(clerk.page, 12)
    assert stops[:6] == ["Skip to main content", "Signpost", "Guides", "My requests", "Status", "Sign in"]
    assert stops[6] == "See status"
    assert stops[7] == "406-555-0142"
    assert stops[8:10] == ["q", "Search"]


@pytest.mark.parametrize(
    "place",
    ["/", "/tickets/new", "/articles/labels-come-out-blank", "/diagnose/it-will-not-print", "/sign-in"],
)
def test_every_stop_has_a_ring(clerk: Screen, place: str) -> None:
    clerk.open(place)
    first = None
    for _ in range(60):
        clerk.page.keyboard.press("Tab")
        here = clerk.page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)")
        if here.startswith("<body") or here == first:
            return
        first = first or here
        assert clerk.page.evaluate(RING), here


def test_every_stop_of_the_desk_has_a_ring(window: Person, address: str, cookies: Cookies) -> None:
    context = window(address)
    context.add_cookies(cookies("alex@demo.example"))
    agent = Screen(context.new_page())
    agent.open("/desk/tickets/R-2002")
    for _ in range(45):
        agent.page.keyboard.press("Tab")
        assert agent.page.evaluate(RING), agent.page.evaluate(NAME)


def test_an_answer_is_chosen_and_sent_by_keyboard(clerk: Screen) -> None:
    clerk.open("/diagnose/label-printer-wont-print")
    clerk.page.locator("main").get_by_role("button", name="Start now").press("Enter")
    clerk.page.locator("#answer-waiting").focus()
    clerk.page.keyboard.press("ArrowDown")
    assert clerk.is_chosen("No, no one is waiting")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator("h1")).to_have_text("What color is the light on the front of the printer?")


def test_the_error_box_takes_the_focus_and_leads_to_the_field(clerk: Screen) -> None:
    clerk.open("/tickets/new")
    clerk.press("Send to the help desk")
    expect(clerk.error_box()).to_be_focused()
    clerk.page.keyboard.press("Tab")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator("#words")).to_be_focused()


def test_a_question_without_an_answer_leads_to_its_first_answer(clerk: Screen) -> None:
    clerk.open("/diagnose/label-printer-wont-print")
    clerk.press("Start now")
    clerk.press("Continue")
    expect(clerk.error_box()).to_be_focused()
    clerk.page.keyboard.press("Tab")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator("#answer-waiting")).to_be_focused()


def walk(page: Page, steps: int) -> list[str]:
    """Press Tab and read where one is."""
    stops = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        stops.append(str(page.evaluate(NAME)))
    return stops
