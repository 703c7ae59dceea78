"""The browser's own Back with its back/forward cache on, as people have it: no page of a run comes from memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.conftest import ARGUMENTS, PATIENCE_MS, Cookies
from browser.pages import Run, Screen
from playwright.sync_api import Browser

LABELS = "label-printer-wont-print"
LIGHT = "What color is the light on the front of the printer?"


@pytest.fixture(scope="module")
def remembering(browser: Browser, chromium: str) -> Iterator[Browser]:
    """A browser that keeps the pages one leaves, as every browser does unless it is told not to for a test."""
    running = browser.browser_type.launch(
        executable_path=chromium,
        args=list(ARGUMENTS),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield running
    running.close()


@pytest.fixture(params=["", "clerk@demo.example"], ids=["a visitor", "a clerk who is signed in"])
def walker(
    remembering: Browser, address: str, cookies: Cookies, scripts: bool, request: pytest.FixtureRequest
) -> Iterator[Run]:
    """Somebody at the second question, with an answer that they are about to change."""
    context = remembering.new_context(base_url=address, java_script_enabled=scripts, service_workers="block")
    context.set_default_timeout(PATIENCE_MS)
    if request.param:
        context.add_cookies(cookies(request.param))
    run = Run.begin(Screen(context.new_page()), LABELS)
    run.answer("No, no one is waiting")
    run.answer("Red or orange")
    yield run
    context.close()


def test_an_answer_changed_after_back_is_nobody_elses(walker: Run) -> None:
    shown = turn_of(walker)
    # A page from memory is never loaded again, so the address alone is waited for.
    walker.page.go_back(wait_until="commit")
    walker.page.wait_for_url("**/light", wait_until="commit")
    assert walker.heading == LIGHT
    assert walker.is_chosen("Red or orange")
    assert turn_of(walker) == shown
    walker.answer("Green")
    assert walker.heading == "What happens when you print a label?"


def turn_of(run: Run) -> int:
    """The turn at which this page was shown."""
    return int(run.page.locator("main input[name=turn]").first.input_value())
