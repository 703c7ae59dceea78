"""Did this solve it? Yes is thanked; No is asked one of five reasons, and leads on."""

from __future__ import annotations

import pytest
from browser.pages import Guide, Screen
from playwright.sync_api import expect

REASONS = {
    "It is not my problem": "Let us find the right page",
    "I did the steps and it did not help": "Let us try another way",
    "I could not do a step": "We can do that step with you",
    "I did not understand it": "Let us talk it through",
    "Something in it is wrong or out of date": "Thank you. We will check the guide.",
}


def test_yes_is_thanked(clerk: Screen, scripts: bool) -> None:
    guide = Guide(clerk, "labels-come-out-blank")
    guide.say_yes()
    thanks = guide.page.get_by_role("heading", name="Thank you. Glad it works.")
    expect(thanks).to_be_visible()
    if scripts:
        assert guide.place == "/articles/labels-come-out-blank"
        expect(thanks).to_be_focused()
    else:
        assert guide.place == "/articles/labels-come-out-blank/solved"
        guide.follow("Back to “Labels come out blank”")
        assert guide.heading == "Labels come out blank"


@pytest.mark.parametrize(("reason", "next_page"), REASONS.items())
def test_no_asks_why_and_offers_the_next_best_thing(clerk: Screen, reason: str, next_page: str) -> None:
    guide = Guide(clerk, "labels-come-out-blank")
    guide.say_no()
    assert guide.heading == "Sorry about that. What was wrong?"
    assert not any(guide.is_chosen(one) for one in REASONS)
    guide.choose(reason)
    guide.press("Send and see what to do next")
    assert guide.heading == next_page
    guide.follow("Ask the help desk")
    assert guide.heading == "Ask the help desk"


def test_no_reason_is_asked_for_again(clerk: Screen) -> None:
    guide = Guide(clerk, "labels-come-out-blank")
    guide.say_no()
    guide.type("Anything to add?", "The lid is different")
    guide.press("Send and see what to do next")
    assert "Select what was wrong" in guide.error_box().inner_text()
    assert guide.page.get_by_label("Anything to add?").input_value() == "The lid is different"
