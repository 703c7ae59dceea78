"""A run on a phone and on paper: what comes first is in view, and what cannot be pressed on paper is gone."""

from __future__ import annotations

import pytest
from browser.conftest import Person
from browser.looking import PHONE
from browser.pages import Run, Screen

LABELS = "label-printer-wont-print"
PHONE_HEIGHT = 640


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_field_for_something_else_is_in_view_on_a_phone(
    window: Person, address: str, scripts: bool
) -> None:
    context = window(address, scripts=scripts, width=PHONE)
    run = Run.begin(Screen(context.new_page()), LABELS)
    run.page.set_viewport_size({"width": PHONE, "height": PHONE_HEIGHT})
    run.answer("No, no one is waiting")
    run.answer("Green")
    run.answer("The labels come out blank")
    run.report("Something else is happening now")
    box = run.page.locator("#note").bounding_box()
    assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= PHONE_HEIGHT


def test_the_first_answer_and_the_number_to_call_are_in_view_on_a_phone(window: Person, address: str) -> None:
    context = window(address, width=PHONE)
    run = Run.begin(Screen(context.new_page()), LABELS)
    run.page.set_viewport_size({"width": PHONE, "height": PHONE_HEIGHT})
    for place in ("main .usa-radio__label", "main .sp-callnow a.tel"):
        box = run.page.locator(place).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= PHONE_HEIGHT, place
        if place == "main .usa-radio__label":
            run.answer("Yes, voters are waiting")


def test_paper_shows_the_number_in_black_and_nothing_to_press(window: Person, address: str) -> None:
    run = Run.begin(Screen(window(address).new_page()), LABELS)
    run.answer("Yes, voters are waiting")
    run.page.emulate_media(media="print")
    number = run.page.locator("main .sp-callnow a.tel")
    assert number.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    run.page.emulate_media(media="screen")
    run.open(run.place.replace("/end", "/line"))
    run.answer("No, no one is waiting")
    run.page.emulate_media(media="print")
    assert run.page.locator(".sp-answers dd").first.is_visible()
    assert not run.page.locator(".sp-answers .ch").first.is_visible()
    assert not run.page.locator(".sp-helpbar__way").first.is_visible()
