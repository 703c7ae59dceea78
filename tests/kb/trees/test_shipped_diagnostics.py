"""The diagnostics that come with the product: sound, plain, and free of questions nobody may ask."""

import re
from datetime import date
from pathlib import Path

import pytest

from kb.plain_yaml import read
from kb.trees.around import Around
from kb.trees.checks import check
from kb.trees.rules.word_rules import prose
from kb.trees.walking import rehearse, resolve

CONTENT = Path(__file__).parents[3] / "content"
SLUGS = (
    "absentee-or-mail-ballot",
    "cannot-sign-in",
    "court-recording-or-video",
    "duress-or-building-alarm",
    "election-night-results",
    "everything-is-slow",
    "id-check",
    "it-will-not-print",
    "label-printer-wont-print",
    "no-internet-phone-or-vpn",
    "poll-book-on-election-day",
    "report-or-pdf-does-not-open",
    "scanner-or-barcode-reader",
    "screen-frozen-or-dropped",
    "something-suspicious",
    "system-will-not-open",
    "voter-not-found-or-wrong-ballot",
)
SITE = read((CONTENT / "site.yaml").read_text("utf-8"), cap_bytes=100_000)
SERVICES = {service["slug"] for service in SITE["services"]}
GROUPS = {group["slug"] for group in SITE["groups"]}
OWN_FRONT_DOOR = (
    "something-suspicious",
    "poll-book-on-election-day",
    "voter-not-found-or-wrong-ballot",
    "id-check",
    "court-recording-or-video",
    "election-night-results",
    "duress-or-building-alarm",
)
"""These begin with another question, or help a voter who waits in the run itself."""


@pytest.fixture
def around(shipped):
    pictures = {path.name: path.stat().st_size for path in (CONTENT / "pictures").iterdir()}
    guides = {path.stem for path in (CONTENT / "articles").glob("*.md")}
    return Around(library=shipped, guides=guides, pictures=pictures, today=date(2026, 9, 1))


def test_seventeen_diagnostics_come_with_the_product(shipped):
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


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug not in OWN_FRONT_DOOR])
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


@pytest.mark.parametrize(
    ("slug", "answers", "ends", "group"),
    [
        ("court-recording-or-video", {"line": "in_session"}, "call_court", "help-desk"),
        ("election-night-results", {"line": "late"}, "call_late", "systems-analyst"),
        (
            "election-night-results",
            {"line": "no_line", "trouble": "wrong_numbers"},
            "call_wrong",
            "elections-deputy",
        ),
        (
            "absentee-or-mail-ballot",
            {"line": "no_line", "stop": "wrong_ballot"},
            "call_wrong_ballot",
            "elections-deputy",
        ),
        (
            "absentee-or-mail-ballot",
            {"line": "no_line", "stop": "two_ballots"},
            "call_two_ballots",
            "elections-specialist",
        ),
        ("absentee-or-mail-ballot", {"line": "no_line", "stop": "wrong_batch"}, "call_batch", "help-desk"),
    ],
)
def test_what_must_stop_at_once_is_a_call_by_the_third_page(shipped, slug, answers, ends, group):
    walk = resolve(shipped[slug], answers, library=shipped)
    assert (walk.outcome.id, walk.outcome.kind, walk.outcome.group) == (ends, "call_now", group)
    assert (walk.impact, walk.urgency) == ("high", "now")


@pytest.mark.parametrize(
    ("slug", "answers", "ends"),
    [
        ("voter-not-found-or-wrong-ballot", {"line": "waiting", "waiting_trouble": "wrong"}, "call_ballot"),
        (
            "voter-not-found-or-wrong-ballot",
            {"line": "not_sure", "waiting_trouble": "other"},
            "call_elections",
        ),
        ("id-check", {"line": "waiting", "waiting_answer": "nothing"}, "call_pending"),
        ("id-check", {"line": "waiting", "waiting_answer": "other"}, "call_elections"),
    ],
)
def test_what_a_waiting_voter_may_do_is_asked_of_elections_staff(shipped, slug, answers, ends):
    walk = resolve(shipped[slug], answers, library=shipped)
    assert (walk.outcome.id, walk.outcome.phone) == (ends, "elections")
    assert (walk.impact, walk.urgency) == ("high", "now")


@pytest.mark.parametrize(
    ("answers", "ends"),
    [
        ({"spread": "street", "ballots": "gone"}, "call_range"),
        ({"spread": "not_sure", "ballots": "not_sure"}, "call_range"),
        ({"spread": "street", "ballots": "not_yet", "range": "Elm Street 101 to 199"}, "send_range"),
    ],
)
def test_a_street_in_the_wrong_precinct_stops_the_ballots_once_they_are_out(shipped, answers, ends):
    front = {"line": "no_line", "trouble": "wrong"}
    outcome = resolve(shipped["voter-not-found-or-wrong-ballot"], front | answers).outcome
    assert outcome.id == ends
    assert outcome.kind == "ticket" or outcome.say == "Call us now. Stop giving out ballots for that street."


def test_a_password_typed_past_a_warning_is_restricted(shipped):
    answers = {"line": "no_line", "websites": "opens", "opening": "private"}
    for typed in ("typed", "not_sure"):
        outcome = resolve(shipped["system-will-not-open"], answers | {"past": typed}).outcome
        assert (outcome.id, outcome.restricted, outcome.group) == ("call_security", True, "security-contact")


def test_an_office_that_cannot_open_the_system_is_first_in_line_and_a_call_on_a_busy_day(shipped):
    answers = {"line": "no_line", "websites": "opens", "opening": "error", "words": "Error 500"}
    answers |= {"system": "voter_system", "reach": "my_office"}
    walk = resolve(shipped["system-will-not-open"], answers)
    assert (walk.outcome.id, walk.outcome.group) == ("send_all", "network-administrator")
    assert (walk.impact, walk.urgency) == ("high", "now")
    assert resolve(shipped["system-will-not-open"], answers, "election_day").outcome.id == "call_us"


def test_a_report_with_wrong_numbers_is_held_before_anything_is_asked(shipped):
    tree = shipped["report-or-pdf-does-not-open"]
    walk = resolve(tree, {"line": "no_line", "trouble": "figures"})
    assert walk.current.step.do == "Stop, and keep this report in your office"


def test_an_alarm_never_waits_in_a_queue(shipped):
    tree = shipped["duress-or-building-alarm"]
    assert {outcome.kind for outcome in tree.outcomes.values()} == {"call_now"}
    assert all(outcome.restricted and outcome.ticket_too for outcome in tree.outcomes.values())
    assert resolve(tree, {"danger": "in_danger"}).outcome.phone == "emergency"
    fault = {"danger": "safe", "fault": "one_out"}
    untold = resolve(tree, fault | {"security": "not_yet"}).outcome
    assert untold.say.startswith("Security comes first.")
    assert resolve(tree, fault | {"security": "told", "post": "alone"}).outcome.id == "call_post"


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
    assert [step.id for step in walk.not_tried] == []  # steps of other branches were never on the way
