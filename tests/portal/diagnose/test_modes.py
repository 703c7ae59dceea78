"""The five kinds of day: from dated settings, with the outcome swapped and the number on every page when it is busy."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from grounds import Clock
from visitor import Visitor
from walks import begin_labels, give_contact, send_labels, walk_labels

from kb.trees.answers import NOT_SURE, SKIPPED
from kb.trees.parsing import parse
from kb.trees.tree import RESERVED_FACTS, Ask, Tree
from kb.trees.walk import Page, Walk
from kb.trees.walking import resolve
from portal.database import Database
from portal.site.settings import change_setting
from portal.vocabulary import BUSY_MODES, MODES

Visit = Callable[..., Visitor]
FOLDER = Path(__file__).parents[3] / "content" / "diagnostics"
LIBRARY: dict[str, Tree] = {
    file.stem: parse(file.read_text("utf-8"), file.stem) for file in FOLDER.glob("*.yaml")
}
WALKS = 60
MOST_PAGES = 80
PAGES = (
    "/",
    "/search?q=labels",
    "/search?q=zzyzx",
    "/topics",
    "/topics/printing-and-labels",
    "/articles/labels-come-out-blank",
    "/articles/labels-come-out-blank/not-solved",
    "/diagnose/label-printer-wont-print",
    "/tickets/new",
    "/tickets/find",
    "/status",
    "/sign-in",
    "/privacy",
    "/accessibility",
)


@pytest.fixture
def on_day(database: Database, clock: Clock) -> Callable[[str], None]:
    """Makes today a day of this kind, by dated settings as the lead types them."""

    def make(mode: str) -> None:
        window: dict[str, Any] = {"from": "2026-09-16T00:00", "to": "2026-09-17T00:00", "mode": mode}
        with database.writing() as session:
            change_setting(session, "modes", [window], by=None, now=clock())
            session.commit()

    return make


def in_court(browser: Visitor) -> Visitor:
    """A browser of a court office."""
    browser.keep_cookie("office", "ravalli-court")
    return browser


@pytest.mark.parametrize("mode", MODES)
def test_a_request_becomes_a_call_on_busy_days_and_stays_one_on_others(
    visit: Visit, on_day: Callable[[str], None], mode: str
) -> None:
    if mode != "normal":
        on_day(mode)
    page = walk_labels(in_court(visit()))
    if mode in BUSY_MODES:
        assert page.heading.startswith("Call us now.")
    else:
        assert page.heading == "How we reach you"


def test_court_in_session_changes_nothing_for_a_county(visit: Visit, on_day: Callable[[str], None]) -> None:
    on_day("court_in_session")
    assert walk_labels(visit()).heading == "How we reach you"


def test_a_day_that_becomes_busy_in_the_middle_of_a_run_counts_at_its_end(
    visit: Visit, on_day: Callable[[str], None]
) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="red")
    on_day("election_day")
    for _ in range(3):
        page = page.press("No, same problem")
    page = page.press("Continue", answer="Hall").press("Continue")
    assert page.heading.startswith("Call us now.")


def test_a_request_that_was_sent_stays_a_request_when_the_day_becomes_busy(
    visit: Visit, on_day: Callable[[str], None]
) -> None:
    clerk = visit()
    page = walk_labels(clerk)
    run = page.address.rpartition("/")[0]
    give_contact(page).press("Send to the help desk")
    on_day("election_day")
    assert clerk.open(run).heading == "We have your request"


@pytest.mark.parametrize("mode", BUSY_MODES)
def test_the_number_is_on_every_page_of_a_busy_day(
    visit: Visit, on_day: Callable[[str], None], mode: str
) -> None:
    on_day(mode)
    number = "tel:+14065550199" if mode == "election_day" else "tel:+14065550142"
    clerk = in_court(visit())
    pages = [clerk.open(place) for place in PAGES]
    pages.append(clerk.open("/nothing-here", 404))
    page = begin_labels(clerk)
    pages += [page, page.press("Continue", answer="no_line"), page.press("Continue", status=422)]
    pages.append(page.press("Continue", answer="waiting"))
    for one in pages:
        assert number in [link["href"] for link in one.root.all("a")], one.address


def test_the_number_is_on_the_page_that_says_that_we_have_it(
    visit: Visit, on_day: Callable[[str], None]
) -> None:
    sent = send_labels(visit())
    on_day("election_day")
    page = sent.visitor.open(sent.address)
    assert "tel:+14065550199" in [link["href"] for link in page.root.all("a")]


def walks_of(slug: str) -> list[Walk]:
    """Walks through a diagnostic and those it calls, with answers by chance; each goes to an end."""
    chance = random.Random(f"front door of {slug}")
    return [_by_chance(LIBRARY[slug], chance) for _ in range(WALKS)]


def _by_chance(tree: Tree, chance: random.Random) -> Walk:
    answers: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        walk = resolve(tree, answers, chance.choice(MODES), library=LIBRARY)
        if walk.current is None:
            return walk
        answers[walk.current.address] = _answer(walk.current, chance)
    raise AssertionError(f"{tree.slug} does not end: {answers}")


def _answer(page: Page, chance: random.Random) -> str:
    if isinstance(page.node, Ask):
        offered = [option.id for option in page.node.options]
        if page.node.not_sure and not page.node.not_sure.never:
            offered.append(NOT_SURE)
        return chance.choice(offered)
    if page.fact is not None:
        return SKIPPED if page.fact.optional else "Hall"
    return chance.choice(("fixed", "not_fixed", "not_fixed", "could_not", "other"))


@pytest.mark.parametrize("slug", sorted(LIBRARY))
@pytest.mark.parametrize("fact", RESERVED_FACTS)
def test_a_question_of_the_front_door_is_asked_at_most_once(slug: str, fact: str) -> None:
    for walk in walks_of(slug):
        asked = [
            stop.address
            for stop in walk.trail
            if isinstance(stop.page.node, Ask) and stop.page.node.save == fact
        ]
        assert len(asked) <= 1, asked


def test_a_called_diagnostic_does_not_ask_what_is_known() -> None:
    """The printer's diagnostic knows whether somebody waits when it calls that of the label printer."""
    walk = resolve(LIBRARY["it-will-not-print"], {"line": "no_line", "printer": "label"}, library=LIBRARY)
    node = LIBRARY["it-will-not-print"].nodes
    calling = next(each for each in node.values() if each.kind == "call")
    asked = [stop.address for stop in walk.trail] + ([walk.current.address] if walk.current else [])
    assert f"{calling.id}.line" not in asked
    assert asked[-1] == f"{calling.id}.light"


@pytest.mark.parametrize("slug", sorted(LIBRARY))
def test_who_waits_is_the_first_question_where_it_is_asked(slug: str) -> None:
    tree = LIBRARY[slug]
    if any(isinstance(node, Ask) and node.save == "line" for node in tree.nodes.values()):
        start = tree.nodes[tree.start]
        assert isinstance(start, Ask) and start.save == "line"
