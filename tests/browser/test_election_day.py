"""Election Day: the bar, the other phone, the known problem first, and the phone in the place of a request."""

from __future__ import annotations

import pytest
from browser.conftest import Person
from browser.looking import Console, complaints
from browser.pages import Run, Screen

HOTLINE = "406-555-0199"


@pytest.fixture
def clerk(window: Person, election_day_address: str, scripts: bool) -> Screen:
    """A clerk who is not signed in, on Election Day."""
    return Screen(window(election_day_address, scripts=scripts).new_page())


def test_home_says_whom_to_call_and_what_is_known_before_anything_else(clerk: Screen) -> None:
    clerk.open("/")
    bar = clerk.page.get_by_role("region", name="Today", exact=True)
    assert "Election Day" in bar.inner_text()
    assert f"Voters waiting? Call first: {HOTLINE}." in bar.inner_text()
    assert bar.get_by_role("link", name=HOTLINE).get_attribute("href") == "tel:+14065550199"
    assert "Call first today" in clerk.words and HOTLINE in clerk.words
    order = [
        "Absentee labels print slowly",
        "What do you need help with?",
        "Election Day guides",
        "Find the problem",
    ]
    assert sorted(order, key=clerk.words.index) == order


def test_a_run_that_ends_with_a_request_on_other_days_ends_with_the_phone(clerk: Screen) -> None:
    run = Run.begin(clerk, "label-printer-wont-print")
    run.answer("No, no one is waiting")
    run.answer("Red or orange")
    while run.page.get_by_role("button", name="No, same problem").count():
        run.report("No, same problem")
    run.give("Fairgrounds hall")
    run.skip()
    assert run.heading.startswith("Call us now.")
    assert run.page.locator("main a.tel").inner_text().strip() == HOTLINE
    assert run.shows("We already have your request.")


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
@pytest.mark.parametrize(
    "place", ["/", "/articles/labels-come-out-blank", "/tickets/find", "/forgot", "/status"]
)
def test_a_page_of_election_day_is_whole(clerk: Screen, place: str) -> None:
    console = Console(clerk.page)
    clerk.open(place)
    assert complaints(clerk.page, console) == []
