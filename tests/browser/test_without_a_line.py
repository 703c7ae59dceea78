"""A browser that was here before, and has no line now: the kept kit, a request that waits, and what is never kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from browser.conftest import Cookies, Person
from browser.looking import Console, complaints
from browser.pages import Run, Screen
from playwright.sync_api import Browser, Page, expect

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const {url} of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  return found.sort();
}"""
TEXTS = """async () => {
  let all = "";
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      if (!request.url.includes("/static/")) all += await (await cache.match(request, {ignoreVary: true})).text();
  }
  return all;
}"""
READY = """async () => {
  await navigator.serviceWorker.ready;
  return Boolean(navigator.serviceWorker.controller) && Boolean(await caches.match('/offline/kit', {ignoreVary: true}));
}"""
NOT_SENT = "Not sent yet. Kept on this computer. We send it when the line is back."


@pytest.fixture
def page(window: Person, address: str) -> Page:
    """A clerk's browser that opened the home page once."""
    page = window(address, keeps_kit=True).new_page()
    visit(page)
    return page


def visit(page: Page) -> None:
    page.goto("/")
    page.wait_for_function(READY)


def cut(page: Page) -> None:
    """The line is down, for pages and for the service worker."""
    page.context.set_offline(True)


def mend(page: Page) -> None:
    page.context.set_offline(False)


def write(page: Page, words: str) -> None:
    """Fill in the form for a day without a line, and keep it."""
    page.locator("#words").fill(words)
    page.locator("label", has_text="No, no one is waiting").click()
    page.locator("#reach label").first.click()
    page.locator("#urgency label").last.click()
    page.locator("#office").select_option("yellowstone")
    page.locator("#name").fill("Pat Kept")
    page.locator("#phone").fill("406-555-0117")
    page.get_by_role("button", name="Keep it and send it when the line is back").click()


def rows(folder: Path, words: str) -> list[tuple[Any, ...]]:
    """The requests with these words, as the database has them."""
    with sqlite3.connect(folder / "signpost.db") as base:
        return base.execute(
            "SELECT number, name, reporter_id FROM tickets WHERE description = ?", (words,)
        ).fetchall()


def test_without_a_line_the_kept_kit_comes_up_and_works(page: Page) -> None:
    cut(page)
    console = Console(page)
    for place in ("/", "/search?q=labels", "/articles/labels-come-out-blank"):
        page.goto(place)
        top = page.locator("main .sp-waiting").first
        expect(top).to_contain_text("There is no connection. This is the copy kept on this computer from ")
    page.get_by_label("What is the problem?").fill("stickers wont print")
    page.locator("#kit-results h3 a").first.click()
    expect(page.locator("h1")).to_have_text("Are voters waiting in line right now?")
    page.locator("label", has_text="No, no one is waiting").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).to_have_text("What color is the light on the front of the printer?")
    assert complaints(page, console) == []
    mend(page)
    page.goto("/")
    expect(page.locator("h1")).not_to_contain_text("network is down")


def test_a_request_waits_without_a_line_and_is_sent_once_when_it_is_back(
    page: Page, demo_folder: Path
) -> None:
    words = "The scanner beeps and the line is down"
    cut(page)
    console = Console(page)
    page.goto("/tickets/new")
    assert complaints(page, console) == []
    page.get_by_role("button", name="Keep it and send it when the line is back").click()
    expect(page.locator("[data-error-box]")).to_contain_text("Tell us what is happening")
    assert complaints(page, console) == []
    write(page, words)
    expect(page.locator("[data-kept]")).to_contain_text(NOT_SENT)
    assert "We have your request" not in page.locator("main").inner_text()
    page.reload()
    expect(page.locator("[data-kept]")).to_contain_text(NOT_SENT)
    expect(page.locator("[data-kept]")).to_contain_text(words)
    assert complaints(page, Console(page)) == []
    assert rows(demo_folder, words) == []
    mend(page)
    expect(page.locator("[data-kept]")).to_contain_text("We have your request R-")
    ((number, name, reporter),) = rows(demo_folder, words)
    assert (name, reporter) == ("Pat Kept", None)
    expect(page.locator("[data-kept]")).to_contain_text(f"R-{number}")
    page.goto("/")
    expect(page.locator("[data-kept-line]")).to_contain_text(f"R-{number}")
    page.goto("/offline/request")
    page.get_by_role("link", name="Open my request").click()
    expect(page.locator("main")).to_contain_text(f"R-{number}")
    assert len(rows(demo_folder, words)) == 1


def test_any_page_sends_what_waits_and_two_windows_send_it_once(page: Page, demo_folder: Path) -> None:
    words = "Two windows stand open"
    cut(page)
    page.goto("/offline/request")
    write(page, words)
    expect(page.locator("[data-kept]")).to_contain_text(NOT_SENT)
    key = page.evaluate("async () => (await keptRequests.list())[0].key")
    fields = page.evaluate("async () => (await keptRequests.list())[0].fields")
    other = page.context.new_page()
    mend(page)
    other.goto("/status")
    expect(other.locator("[data-kept-line]")).to_contain_text("We have what was kept on this computer: R-")
    # The same once more, as when the answer was lost on its way: the key finds the first.
    again = """async ([key, fields]) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({...fields, key})) form.set(name, value);
      await Promise.all([1, 2].map(async () => { await keptRequests.keep(form); await keptRequests.sendAll(); }));
      return (await keptRequests.list()).map(one => one.reference);
    }"""
    (reference,) = other.evaluate(again, [key, fields])
    ((number, *_),) = rows(demo_folder, words)
    assert reference == f"R-{number}"


def test_the_usual_form_sent_into_a_dead_line_loses_no_word(page: Page, demo_folder: Path) -> None:
    words = "The line went while I was writing"
    page.goto("/tickets/new")
    page.locator("#words").fill(words)
    page.locator("label", has_text="No, no one is waiting").click()
    page.locator("#reach label").first.click()
    page.locator("#urgency label").last.click()
    page.locator("#office").select_option("yellowstone")
    page.locator("#name").fill("Pat Kept")
    page.locator("#phone").fill("406-555-0117")
    page.locator("#files").set_input_files(
        {"name": "log.txt", "mimeType": "text/plain", "buffer": b"a line of a log"}
    )
    cut(page)
    page.locator("main .sp-actions").get_by_role("button", name="Send to the help desk").click()
    expect(page.locator("[data-kept]")).to_contain_text(NOT_SENT)
    expect(page.locator("[data-kept]")).to_contain_text("Your files were not kept.")
    mend(page)
    expect(page.locator("[data-kept]")).to_contain_text("We have your request R-")
    assert len(rows(demo_folder, words)) == 1


def test_what_the_help_desk_cannot_take_stays_and_says_what_to_mend(page: Page, demo_folder: Path) -> None:
    words = "The number is too short"
    cut(page)
    page.goto("/offline/request")
    write(page, words)
    page.get_by_role("button", name="Change it").click()
    page.locator("#phone").fill("12")
    page.get_by_role("button", name="Keep it and send it when the line is back").click()
    mend(page)
    expect(page.locator("[data-kept]")).to_contain_text("Enter a number with area code")
    assert complaints(page, Console(page)) == []
    assert rows(demo_folder, words) == []
    page.get_by_role("button", name="Change it").click()
    page.locator("#phone").fill("406-555-0117")
    page.get_by_role("button", name="Keep it and send it when the line is back").click()
    expect(page.locator("[data-kept]")).to_contain_text("We have your request R-")
    assert len(rows(demo_folder, words)) == 1


def test_delete_takes_a_request_off_this_computer_and_old_ones_go_by_themselves(
    page: Page, demo_folder: Path
) -> None:
    words = "Never mind this one"
    cut(page)
    page.goto("/offline/request")
    write(page, words)
    page.get_by_role("button", name="Delete the request").click()
    expect(page.locator("[data-kept]")).to_be_empty()
    write(page, words)
    expect(page.locator("[data-kept]")).to_contain_text(words)
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 8 * 86400000; }")
    assert page.evaluate("async () => (await keptRequests.list()).length") == 0
    mend(page)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert rows(demo_folder, words) == []


def test_nothing_of_a_person_is_kept(window: Person, address: str, cookies: Cookies) -> None:
    context = window(address, keeps_kit=True)
    context.add_cookies(cookies("clerk@demo.example"))
    page = context.new_page()
    visit(page)
    for place in ("/requests", "/account", "/tickets/new", "/storm-kit", "/"):
        page.goto(place)
    name = page.locator("#name").input_value() if page.goto("/tickets/new") else ""
    assert name
    page.evaluate("navigator.serviceWorker.controller.postMessage('refresh')")
    page.wait_for_load_state("networkidle")
    kept = page.evaluate(KEPT)
    assert [one for one in kept if not one.startswith("/static/")] == [
        "/offline",
        "/offline/kit",
        "/offline/request",
    ]
    texts = page.evaluate(TEXTS)
    assert name not in texts and "clerk@demo.example" not in texts and "csrf" not in texts
    assert "This copy is for" not in texts


def test_signing_out_empties_what_was_kept_and_keeps_it_anew(
    window: Person, address: str, browser: Browser
) -> None:
    context = window(address, keeps_kit=True)
    page = context.new_page()
    visit(page)
    page.goto("/offline/request")
    page.evaluate("async () => (await caches.open('signpost-pages-1')).put('/left', new Response('x'))")
    page.goto("/")
    page.evaluate(
        """() => { const form = document.createElement('form'); form.method = 'post'; form.action = '/sign-out';
        const csrf = document.createElement('input'); csrf.name = 'csrf';
        csrf.value = document.querySelector('meta[name=csrf-token]').content;
        form.append(csrf); document.body.append(form); form.submit(); }"""
    )
    page.wait_for_url("**/sign-in*")
    page.wait_for_function("async () => !(await caches.match('/left'))")
    page.wait_for_function(READY)


def test_with_the_kit_kept_the_usual_ways_lead_on_as_ever(page: Page, demo_folder: Path) -> None:
    """Search, guide, Back, a run with a changed answer, and a request: each page comes from the server."""
    screen = Screen(page)
    page.goto("/search?q=labels+come+out+blank")
    screen.follow("Labels come out blank")
    assert screen.heading == "Labels come out blank"
    screen.back()
    assert page.url.endswith("blank")
    run = Run.begin(screen, "label-printer-wont-print")
    run.answer("No, no one is waiting")
    run.answer("Green")
    old = Run(Screen(page.context.new_page()))
    old.open(run.place)
    run.change("What color is the light on the front of the printer?")
    run.answer("Red or orange")
    assert run.heading == "Turn the printer off and on"
    old.page.reload()
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    page.goto("/tickets/new")
    words = "The kit is kept and the line is up"
    page.locator("#words").fill(words)
    for label in ("No, no one is waiting", "Only me", "This week is fine"):
        screen.choose(label)
    page.locator("#office").select_option("yellowstone")
    page.locator("#name").fill("Casey")
    page.locator("#phone").fill("406-555-0117")
    screen.press("Send to the help desk")
    assert screen.heading == "We have your request"
    assert len(rows(demo_folder, words)) == 1


def test_staff_pages_start_no_service_worker(window: Person, address: str, cookies: Cookies) -> None:
    context = window(address, keeps_kit=True)
    context.add_cookies(cookies("alex@demo.example"))
    page = context.new_page()
    page.goto("/desk/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0


def test_without_scripts_or_service_workers_nothing_changes(
    window: Person, browser: Browser, address: str
) -> None:
    plain = window(address, scripts=False, keeps_kit=True).new_page()
    plain.goto("/offline/request")
    assert "This page needs scripts. Use the usual form" in plain.locator("main").inner_text()
    assert not plain.locator("form").is_visible()
    with browser.new_context(base_url=address, service_workers="block") as context:
        page = context.new_page()
        console = Console(page)
        page.goto("/tickets/new")
        page.wait_for_load_state("networkidle")
        assert console.take() == []
