"""Guides while a request is written: seen without a jump, read in place, solved without a request, and kept private."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser.conftest import Cookies, Person
from browser.looking import Console, complaints
from browser.pages import AskForm, Contact, Screen
from playwright.sync_api import Locator, expect

BLANK = "The label printer prints blank labels"
GUIDE = "Labels come out blank"


class Guides:
    """The panel under the words of a request."""

    def __init__(self, screen: Screen) -> None:
        self.page = screen.page
        self.words = self.page.locator("#words")
        self.box = self.page.locator("#guides [data-guides-box]")
        self.sentence = self.page.locator("#guides [data-guides-sentence]")

    def type(self, words: str) -> None:
        """Type like a person, and wait for the guides."""
        self.words.press_sequentially(words)
        expect(self.sentence).to_have_text(re.compile("guides?( may help)?$"))

    def open(self, title: str) -> Locator:
        """Open the list if it is closed, then the row with this title."""
        if not self.box.evaluate("box => box.open"):
            self.box.locator("> summary").click()
        row = self.page.locator("[data-guides-row]").filter(has=self.page.get_by_text(title, exact=True))
        row.locator("> summary").click()
        return row


@pytest.fixture
def clerk(window: Person, address: str) -> Screen:
    """A clerk before the form, whose browser runs scripts."""
    screen = Screen(window(address).new_page())
    screen.open("/tickets/new")
    return screen


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_below_while_guides_come_and_go(window: Person, address: str, width: int) -> None:
    screen = Screen(window(address, width=width).new_page())
    screen.open("/tickets/new")
    guides, send = Guides(screen), screen.page.locator(".sp-actions button", has_text="Send to the help desk")
    heights = [top_of(send)]
    guides.type(BLANK)
    heights.append(top_of(send))
    guides.words.fill("zxqv blorptag")
    expect(guides.sentence).to_have_text("No guide fits these words. A person will answer.")
    heights.append(top_of(send))
    guides.words.fill("")
    expect(guides.sentence).to_have_text(re.compile("known problem"))
    heights.append(top_of(send))
    assert len(set(heights)) == 1, heights


def test_the_number_of_guides_is_said_when_it_changes_and_only_then(clerk: Screen) -> None:
    guides, said = Guides(clerk), clerk.page.get_by_role("status")
    guides.type(BLANK)
    sentence = guides.sentence.inner_text()
    expect(said).to_have_text(sentence)
    clerk.page.evaluate("document.getElementById('announcements').textContent = ''")
    with clerk.page.expect_response("**/tickets/new/guides"):
        guides.words.press_sequentially(" today")
    clerk.page.wait_for_timeout(1600)
    expect(said).to_have_text(
        "" if guides.sentence.inner_text() == sentence else guides.sentence.inner_text()
    )
    guides.words.fill("zxqv blorptag")
    expect(said).to_have_text("No guide fits these words. A person will answer.")


def test_a_guide_is_read_in_place_and_keeps_its_place_while_one_goes_on_typing(clerk: Screen) -> None:
    guides = Guides(clerk)
    guides.type(BLANK)
    row = guides.open(GUIDE)
    expect(row).to_contain_text("The roll is most likely in upside down.")
    row.get_by_role("button", name="Read all of it here").click()
    expect(row).to_contain_text("Scratch a label")
    expect(row.locator("> summary")).to_be_focused()
    assert clerk.place == "/tickets/new"
    guides.words.press_sequentially(" I forgot my password")
    clerk.page.wait_for_timeout(1200)
    expect(row).to_contain_text("Scratch a label")
    assert complaints(clerk.page, Console(clerk.page)) == []


def test_this_solved_it_ends_without_a_request_and_back_keeps_the_words(
    window: Person, address: str, cookies: Cookies, scripts: bool
) -> None:
    for email in ("", "clerk@demo.example"):
        context = window(address, scripts=scripts)
        context.add_cookies(cookies(email) if email else [])
        screen = Screen(context.new_page())
        console = Console(screen.page)
        screen.open("/tickets/new")
        guides = solve(screen, scripts)
        assert screen.heading == "Glad that solved it"
        assert "No request was sent." in screen.words
        if scripts:
            assert complaints(screen.page, console) == []
            screen.back()
            expect(guides.words, email).to_have_value(BLANK)
            expect(guides.sentence).to_have_text(re.compile("guide"))
            guides.open(GUIDE)
            screen.press("This solved it")
            screen.page.wait_for_url("**/tickets/new/solved")
        screen.press("Send the request after all")
        form = AskForm(screen)
        assert form.typed == BLANK
        assert GUIDE not in screen.page.locator("#guides").inner_text()
        if scripts:
            assert complaints(screen.page, console) == []


def test_the_request_is_sent_after_all(window: Person, address: str, scripts: bool) -> None:
    screen = Screen(window(address, scripts=scripts).new_page())
    screen.open("/tickets/new")
    solve(screen, scripts)
    screen.press("Send the request after all")
    sent = AskForm(screen).send()
    assert sent.heading == "We have your request"
    assert sent.number.startswith("R-")


def test_the_panel_works_by_keyboard_alone(clerk: Screen) -> None:
    guides, keys = Guides(clerk), clerk.page.keyboard
    guides.words.focus()
    guides.type(BLANK)
    keys.press("Tab")
    expect(guides.box.locator("> summary")).to_be_focused()
    keys.press("Enter")
    row = clerk.page.locator("[data-guides-row] > summary").filter(has_text=GUIDE)
    for _ in range(5):
        keys.press("Tab")
        if row.evaluate("line => line === document.activeElement"):
            break
    expect(row).to_be_focused()
    keys.press("Enter")
    solved = clerk.page.get_by_role("button", name="This solved it")
    for _ in range(4):
        keys.press("Tab")
        if solved.evaluate("button => button === document.activeElement"):
            break
    expect(solved).to_be_focused()
    keys.press("Enter")
    clerk.page.wait_for_url("**/tickets/new/solved")
    assert clerk.heading == "Glad that solved it"


def test_enter_in_a_field_sends_the_request_and_does_not_press_a_guide(
    window: Person, address: str, scripts: bool
) -> None:
    screen = Screen(window(address, scripts=scripts).new_page())
    screen.open("/tickets/new?words=labels+come+out+blank")
    screen.choose("Yes, someone is waiting")
    screen.page.locator("#reach label").first.click()
    screen.page.locator("#urgency label").first.click()
    Contact(screen).fill()
    screen.page.locator("#name").press("Enter")
    screen.page.wait_for_url(re.compile("/sent$"))
    assert screen.heading == "We have your request"


def test_nothing_typed_is_in_an_address_or_in_the_log(clerk: Screen, demo_folder: Path) -> None:
    asked: list[str] = []
    clerk.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    guides = Guides(clerk)
    guides.type("The label printer prints blank labels for Zebulon Quartermain")
    guides.open(GUIDE).get_by_role("button", name="Read all of it here").click()
    expect(clerk.page.locator("#guides .sp-prose")).to_be_visible()
    clerk.page.get_by_role("button", name="This solved it").click()
    clerk.page.wait_for_url("**/tickets/new/solved")
    assert [line for line in asked if line.startswith("POST") and line.endswith("/tickets/new/guides")]
    assert not [line for line in asked if "Zebulon" in line or "blank" in line]
    assert "Zebulon" not in (demo_folder / "server.log").read_text()


def test_without_an_answer_of_the_server_the_form_goes_on_as_before(clerk: Screen) -> None:
    clerk.page.route("**/tickets/new/guides", lambda route: route.abort())
    Guides(clerk).words.press_sequentially(BLANK)
    clerk.page.wait_for_timeout(1000)
    clerk.page.unroute("**/tickets/new/guides")
    assert AskForm(clerk).send().heading == "We have your request"


def test_a_very_long_story_is_sent_in_its_first_words_only(clerk: Screen) -> None:
    sizes: list[int] = []
    clerk.page.on("request", lambda request: sizes.append(len(request.post_data or "")))
    guides = Guides(clerk)
    guides.words.fill(BLANK + " and then it did it again" * 800)
    expect(guides.sentence).to_have_text(re.compile("guide"))
    assert max(sizes) < 1500


def test_chosen_files_are_asked_for_again_without_scripts(
    window: Person, address: str, tmp_path: Path
) -> None:
    picture = tmp_path / "screen.txt"
    picture.write_text("what it says")
    screen = Screen(window(address, scripts=False).new_page())
    screen.open("/tickets/new")
    screen.page.locator("#words").fill(BLANK)
    screen.page.locator("#files").set_input_files(picture)
    screen.press("See guides that may help")
    assert "Choose your files again: screen.txt." in screen.words
    assert AskForm(screen).typed == BLANK


def test_the_open_panel_is_whole_at_every_width(clerk: Screen) -> None:
    console = Console(clerk.page)
    guides = Guides(clerk)
    guides.type("Absentee labels print slowly and come out blank")
    for title in ("Absentee labels print slowly", GUIDE):
        guides.open(title)
    assert complaints(clerk.page, console) == []


def solve(screen: Screen, scripts: bool) -> Guides:
    """Type, find the guide, and say that it solved it."""
    guides = Guides(screen)
    if scripts:
        guides.type(BLANK)
    else:
        guides.words.fill(BLANK)
        screen.press("See guides that may help")
    guides.open(GUIDE)
    screen.press("This solved it")
    screen.page.wait_for_url("**/tickets/new/solved")
    return guides


def top_of(element: Locator) -> float:
    """How far below the top of the page an element is."""
    top: float = element.evaluate("one => one.getBoundingClientRect().top + scrollY")
    return top
