"""The diagnostics that come with the product: sound, plain, and free of questions nobody may ask."""

import re
from datetime import date
from pathlib import Path

import pytest

from kb.trees.around import Around
from kb.trees.checks import check
from kb.trees.walking import rehearse, resolve
from kb.trees.word_rules import prose

CONTENT = Path(__file__).parents[3] / "content"
SLUGS = (
    "cannot-sign-in",
    "it-will-not-print",
    "label-printer-wont-print",
    "poll-book-on-election-day",
    "screen-frozen-or-dropped",
    "something-suspicious",
)
SERVICES = {"voter-system", "citrix", "label-printing", "printing", "poll-books", "email"}
GROUPS = {"help-desk", "network-administrator", "systems-analyst", "security-contact"}


@pytest.fixture
def around(shipped):
    pictures = {path.name: path.stat().st_size for path in (CONTENT / "pictures").iterdir()}
    guides = {path.stem for path in (CONTENT / "articles").glob("*.md")}
    return Around(library=shipped, guides=guides, pictures=pictures, today=date(2026, 9, 1))


def test_six_diagnostics_come_with_the_product(shipped):
    assert tuple(shipped) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_it_has_no_findings_at_all(shipped, around, slug):
    assert check(shipped[slug], around) == ()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_walk_ends_where_it_says(shipped, slug):
    for each in shipped[slug].walks:
        walk = rehearse(shipped[slug], each.answers, each.mode, library=shipped)
        assert walk.outcome is not None, (each.name, walk.current)
        assert walk.outcome.id == each.ends, each.name
        assert walk.parked == ()


@pytest.mark.parametrize("slug", SLUGS)
def test_front_matter_uses_the_slugs_of_the_site(shipped, slug):
    tree = shipped[slug]
    assert tree.front.audience == "public"
    assert tree.front.owner == "help-desk"
    assert set(tree.front.services) <= SERVICES
    assert len(tree.front.symptoms) >= 5
    assert {outcome.group for outcome in tree.outcomes.values() if outcome.group} <= GROUPS


@pytest.mark.parametrize("slug", SLUGS)
def test_nobody_is_asked_for_a_secret(shipped, slug):
    secrets = re.compile(
        r"(what is|type|tell us|enter) (your|the) (password|sign-in code|pin|social|license)", re.IGNORECASE
    )
    own = {"Type your password by hand."}
    asked = [text for _, _, text in prose(shipped[slug]) if secrets.search(text) and text not in own]
    assert asked == []


@pytest.mark.parametrize("slug", SLUGS)
def test_words_are_calm(shipped, slug):
    loud = re.compile(r"!|\b(please|simply|just|oops|sorry)\b", re.IGNORECASE)
    assert [text for _, _, text in prose(shipped[slug]) if loud.search(text)] == []


@pytest.mark.parametrize(
    "slug", [slug for slug in SLUGS if slug not in ("something-suspicious", "poll-book-on-election-day")]
)
def test_someone_waiting_is_asked_first_and_leads_to_a_call(shipped, slug):
    tree = shipped[slug]
    assert tree.start == "line"
    walk = resolve(tree, {"line": "waiting"}, library=shipped)
    assert walk.outcome.kind == "call_now"
    assert (walk.impact, walk.urgency) == ("high", "now")


def test_without_any_poll_book_one_starts_on_paper_and_calls(shipped):
    walk = resolve(shipped["poll-book-on-election-day"], {"line": "waiting", "books": "no_book"})
    assert walk.outcome.id == "call_paper"
    assert walk.outcome.meanwhile[0] == "Check voters in on the paper list."


def test_danger_leads_to_911_before_anything_else(shipped):
    walk = resolve(shipped["something-suspicious"], {"danger": "in_danger"})
    assert walk.outcome.phone == "emergency"
    assert walk.outcome.say.startswith("Call 911 now.")


def test_every_ticket_about_security_is_restricted(shipped):
    tree = shipped["something-suspicious"]
    assert all(outcome.restricted for outcome in tree.outcomes.values() if outcome.kind != "solved")
    assert shipped["cannot-sign-in"].outcomes["call_security"].restricted
    assert not shipped["cannot-sign-in"].outcomes["send"].restricted


def test_a_busy_day_turns_every_ticket_into_a_call(shipped):
    for tree in shipped.values():
        for outcome in tree.outcomes.values():
            assert outcome.kind != "ticket" or tree.outcomes[outcome.busy].kind == "call_now"


def test_the_walk_through_the_whole_feature_holds(shipped):
    tree = shipped["label-printer-wont-print"]
    answers = {"line": "not_sure"}
    assert resolve(tree, answers).outcome.kind == "call_now"
    answers |= {
        "line": "no_line",
        "light": "dark",
        "power.plug": "could_not",
        "power.other_outlet": "not_fixed",
    }
    assert resolve(tree, answers).current.address == "place"
    answers |= {"light": "red"}
    walk = resolve(tree, answers)
    assert [each.result for each in walk.tried] == ["could_not", "not_fixed"]
    answers |= {"quick_fixes.off_and_on": "not_fixed", "quick_fixes.reload": "could_not"}
    answers |= {"quick_fixes.clear_queue": "not_fixed", "place": "Front counter"}
    assert resolve(tree, answers).current.fact.type == "photo"
    walk = resolve(tree, answers | {"photo": "skipped"})
    assert walk.outcome.id == "send"
    assert len(walk.tried) == 5
    assert [step.id for step in walk.not_tried] == ["labels_on"]
