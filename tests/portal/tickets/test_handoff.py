"""The hand-off: subjects from a person's words, and a walked diagnostic as a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.trees.parsing import parse
from kb.trees.tree import Tree
from kb.trees.walking import rehearse
from portal.reports.events import Trail
from portal.tickets.handoff import Contact, RunFacts, draft_from_run, draft_from_words, subject_from
from portal.tickets.opening import Draft

SHIPPED = Path(__file__).parents[3] / "content" / "diagnostics"
NOON = datetime(2026, 9, 16, 18, 0, tzinfo=UTC)
CASEY = Contact("Casey", "406-555-0117", "", None, "Lake District Court")
TRAIL = Trail(("labels blank",), (("labels-come-out-blank", "Labels come out blank"),))
STUCK = {
    "line": "no_line", "light": "red", "quick_fixes.off_and_on": "not_fixed", "quick_fixes.reload": "could_not",
    "quick_fixes.clear_queue": "not_fixed", "place": "Front counter", "photo": "skipped",
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Mapping[str, Tree]:
    return {path.stem: parse(path.read_text("utf-8"), path.stem) for path in SHIPPED.glob("*.yaml")}


def run_of(slug: str) -> RunFacts:
    return RunFacts(
        "run-1", slug, "A diagnostic", 3, "K7M 4QD", "label-printing", NOON - timedelta(minutes=4), NOON
    )


def sent(library: Mapping[str, Tree], slug: str, answers: dict[str, str], **more: bool) -> Draft:
    walk = rehearse(library[slug], answers, "normal", library=library)
    given = {"urgent": False, "repeated": False} | more
    return draft_from_run(walk, run_of(slug), CASEY, more="", trail=TRAIL, **given)


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("The screen is dark. It was fine before.", "The screen is dark"),
        ("Why is it dark? Please help", "Why is it dark"),
        ("First line\nSecond line", "First line"),
        ("dark.", "dark"),
        ("x" * 30 + " " + "y" * 80, "x" * 30 + "…"),
    ],
)
def test_the_subject_is_the_first_sentence_cut_at_a_word(words: str, subject: str) -> None:
    assert subject_from(words) == subject


def test_words_carry_what_was_searched_opened_and_said_of_a_guide() -> None:
    draft = draft_from_words(
        "It is dark.", CASEY, impact="low", urgency="today", waiting=False, trail=TRAIL, files=(),
        feedback="Labels come out blank: It is not my problem",
    )  # fmt: skip
    assert draft.path == {
        "searched": ["labels blank"],
        "opened": [{"slug": "labels-come-out-blank", "title": "Labels come out blank"}],
        "said_of_guide": "Labels come out blank: It is not my problem",
    }
    assert (draft.channel, draft.office, draft.office_words) == ("portal", None, "Lake District Court")


def test_a_walked_diagnostic_says_everything_that_was_answered_and_tried(library: Mapping[str, Tree]) -> None:
    draft = sent(library, "label-printer-wont-print", STUCK)
    assert draft.subject == "Label printer will not print (light: Red or orange)"
    assert {"label": "Light on the printer", "words": "Red or orange"} in draft.facts
    assert [row["result"] for row in draft.path["tried"]].count("I could not do this step") <= 1
    assert len(draft.path["tried"]) == 3
    assert draft.path["diagnostic"] == {
        "slug": "label-printer-wont-print",
        "title": "A diagnostic",
        "version": 3,
    }
    assert (draft.path["seconds"], draft.path["code"], draft.path["stopped"]) == (240, "K7M 4QD", False)
    assert draft.path["searched"] == ["labels blank"]
    assert (draft.run_id, draft.channel, draft.restricted) == ("run-1", "diagnostic", False)


def test_a_step_says_how_long_it_really_took_and_nothing_where_nobody_knows(
    library: Mapping[str, Tree],
) -> None:
    walk = rehearse(library["label-printer-wont-print"], STUCK, "normal", library=library)
    run = replace(run_of("label-printer-wont-print"), took={"quick_fixes.reload": 95})
    given = {"more": "", "urgent": False, "repeated": False, "trail": TRAIL}
    rows = {row["step"]: row for row in draft_from_run(walk, run, CASEY, **given).path["tried"]}  # type: ignore[arg-type]
    assert rows["Take the labels out and put them back"]["seconds"] == 95
    assert "seconds" not in rows["Turn the printer off and on"]
    assert not any("minutes" in row for row in rows.values())


def test_a_guide_read_on_the_way_goes_along_with_its_title_and_its_result(
    library: Mapping[str, Tree],
) -> None:
    answers = {"line": "no_line", "seen": "expired", "expired_guide": "not_fixed"}
    walk = rehearse(library["cannot-sign-in"], answers, "normal", library=library)
    slug = "my-password-expired-or-the-new-one-is-refused"
    run = replace(
        run_of("cannot-sign-in"), titles={slug: "My password expired"}, desk={"expired_guide": "Alex"}
    )
    given = {"more": "", "urgent": False, "repeated": False, "trail": TRAIL}
    path = draft_from_run(walk, run, CASEY, **given).path  # type: ignore[arg-type]
    assert path["guides_read"] == [
        {"slug": slug, "title": "My password expired", "result": "No, same problem", "by": "Alex"}
    ]


def test_more_urgent_or_a_second_try_raises_the_urgency_by_one_step(library: Mapping[str, Tree]) -> None:
    plain = sent(library, "label-printer-wont-print", STUCK)
    assert plain.urgency == "today"
    for more in ({"urgent": True}, {"repeated": True}, {"urgent": True, "repeated": True}):
        assert sent(library, "label-printer-wont-print", STUCK, **more).urgency == "now"
    assert (
        sent(library, "label-printer-wont-print", STUCK, repeated=True).reason
        == "second try of this office in a day"
    )


def test_voters_waiting_and_a_restricted_end_are_carried_over(library: Mapping[str, Tree]) -> None:
    waiting = sent(library, "label-printer-wont-print", {"line": "waiting"})
    assert (waiting.voter_waiting, waiting.impact, waiting.urgency) == (True, "high", "now")
    secret = sent(library, "something-suspicious", {"danger": "safe", "sign": "clicked"})
    assert (secret.restricted, secret.group) == (True, "security-contact")
    assert not waiting.restricted


def test_a_run_that_was_stopped_early_still_has_a_subject(library: Mapping[str, Tree]) -> None:
    draft = sent(library, "label-printer-wont-print", {"line": "no_line"})
    assert (draft.subject, draft.path["stopped"]) == ("A diagnostic", True)
