"""Proofing: what blocks, what warns, on which line, and how the grade is counted."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from kb.checking import check_content
from kb.grade import grade, syllables
from kb.proofing import Known, blocking, proof, proof_file, reading_grade

KNOWN = Known(
    slugs=frozenset({"my-account-is-locked", "it-will-not-print"}),
    topics=frozenset({"signing-in"}),
    services=frozenset({"citrix"}),
    placeholders=frozenset({"desk.phone"}),
    pictures=frozenset({"lid.svg"}),
    groups=frozenset({"elections-deputy"}),
    today=date(2026, 9, 16),
)
FRONT = {"title": "A", "topic": "signing-in", "audience": "public"}
SHORT = "Turn the roll over.\n\n"

SPOKEN = {
    1: "the closed page screen used turned eye year files rules changed whole tried where called filed",
    2: "printer label people ballot password open opened printed waited table office useful sometimes create voter "
    "county answer message settings license being quiet scratches machine safely boxes needed simple titles carried "
    "million question online handled client beyond pages",
    3: "computer election absentee signature offices everywhere idea video technician messages area serial previous "
    "vehicle easier manual radio enabled duplicates",
    4: "registration security usually situation",
}


@pytest.mark.parametrize(
    ("word", "count"), [(word, count) for count in SPOKEN for word in SPOKEN[count].split()]
)
def test_syllables_are_counted_as_people_say_them(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_flesch_and_kincaids() -> None:
    # 6 words and 1 sentence, 6 syllables: 0.39 * 6 + 11.8 * 1 - 15.59.
    assert grade(["The cat sat on the mat."]) == pytest.approx(-1.45)


def rules(
    source: str, front: dict[str, object] | None = None, *, strict: bool = False
) -> list[tuple[int, str, str]]:
    found = proof({**FRONT, **(front or {})}, source, known=KNOWN, strict=strict)
    return [(finding.line, finding.rule, finding.level) for finding in found]


def test_a_good_guide_has_nothing_to_say() -> None:
    step = "1. **Open.** See [My account is locked](my-account-is-locked).\n   ![A lid](lid.svg)\n"
    assert rules(f"{SHORT}## Do this\n\n{step}\nCall {{{{ desk.phone }}}}.\n") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"{SHORT}[Other page](no-such-guide)", (3, "link-broken", "error")),
        (f"{SHORT}[Other page](media/x.zip)", (3, "link-broken", "error")),
        (f"{SHORT}[Click here](my-account-is-locked)", (3, "link-vague", "error")),
        (f"{SHORT}![](lid.svg)", (3, "alt-missing", "error")),
        (f"{SHORT}![lid.svg](lid.svg)", (3, "alt-file-name", "error")),
        (f"{SHORT}![Image of a lid](lid.svg)", (3, "alt-says-picture", "warning")),
        (f"{SHORT}![A roll](roll.svg)", (3, "picture-missing", "error")),
        (f"{SHORT}![A roll](https://example.com/roll.svg)", (3, "picture-outside", "error")),
        (f"{SHORT}Call {{{{ desk.fone }}}}.", (3, "placeholder-unknown", "error")),
        (f"{SHORT}## One\n\n#### Three", (5, "heading-order", "error")),
        (f"{SHORT}##", (3, "heading-empty", "error")),
        (f"{SHORT}::: note\nText", (3, "block-unclosed", "error")),
        (f"{SHORT}Her number is 219-09-9999.", (3, "private-data", "error")),
        (f"{SHORT}Her license is D1234567.", (3, "private-data", "error")),
        (f"{SHORT}Ask the DBA.", (3, "acronym", "note")),
        ("## What to do\n\nText.", (1, "short-answer-missing", "error")),
        ("", (1, "short-answer-missing", "error")),
        (f"{SHORT}{'go ' * 21}on.", (3, "sentence-long", "warning")),
    ],
)
def test_each_fault_is_found_on_its_line(source: str, expected: tuple[int, str, str]) -> None:
    assert expected in rules(source)


@pytest.mark.parametrize(
    "source",
    [
        f"{SHORT}Ask the database administrator (DBA).",
        f"{SHORT}```\n219-09-9999 [here](nowhere)\n```",
        f"{SHORT}Use `![](x)` and `{{{{ desk.phone }}}}`.",
        f"{SHORT}Call 406-555-0142.",
        f"{SHORT}::: technician\n{'go ' * 40}on. Ask the DBA.\n:::",
        f"{SHORT}[The state's own page](https://example.gov/a-b)",
        "# A\n\nThe short answer.",
    ],
)
def test_what_only_looks_like_a_fault_is_let_through(source: str) -> None:
    assert [rule for rule in rules(source) if rule[2] != "warning"] == []


@pytest.mark.parametrize(
    ("front", "rule"),
    [
        ({"title": ""}, "title-missing"),
        ({"topic": "no-such"}, "topic-unknown"),
        ({"audience": "everyone"}, "front-matter"),
        ({"audience": "group:nobody"}, "audience-unknown"),
        ({"services": ["fax"]}, "service-unknown"),
        ({"related": ["no-such-guide"]}, "related-unknown"),
        ({"review_by": "2026-09-15"}, "review-passed"),
    ],
)
def test_front_matter_is_checked(front: dict[str, object], rule: str) -> None:
    assert rule in [found for _, found, _ in rules(SHORT, front)]
    assert (
        rules(
            SHORT, {"audience": "group:elections-deputy", "services": ["citrix"], "review_by": "2026-09-16"}
        )
        == []
    )


def test_what_we_ship_is_held_to_a_stricter_rule() -> None:
    long = f"{SHORT}{'go ' * 26}on."
    assert (3, "sentence-long", "warning") in rules(long)
    assert (3, "sentence-long", "error") in rules(long, strict=True)


def test_a_hard_text_warns_with_its_grade() -> None:
    hard = (
        "Administrators should immediately investigate authentication irregularities affecting infrastructure. "
        * 6
    )
    assert reading_grade(hard) > 8
    assert (1, "grade", "warning") in rules(hard)
    assert (1, "grade", "error") in rules(hard, strict=True)


def test_lines_count_from_the_top_of_the_file() -> None:
    text = "---\ntitle: A\ntopic: no-such\n---\n\nShort.\n\n![](lid.svg)\n"
    found = [(each.line, each.rule) for each in proof_file(text, known=KNOWN)]
    assert found == [(3, "topic-unknown"), (8, "alt-missing")]


def test_unreadable_front_matter_is_one_finding() -> None:
    found = proof_file("---\ntitle: [\n---\nText", known=KNOWN)
    assert [(each.rule, each.level) for each in found] == [("front-matter", "error")]


@pytest.mark.parametrize("piece", ["[](([](([](", "<!--", "![", "[a", "a. ", "`", '<a b="', "license "])
def test_a_hostile_line_is_proofed_in_no_time(piece: str) -> None:
    began = time.process_time()
    proof(FRONT, piece * (60_000 // len(piece)), known=KNOWN)
    assert time.process_time() - began < 1


def test_only_errors_block() -> None:
    found = proof(FRONT, f"{SHORT}![Image of a lid](lid.svg) Ask the DBA.", known=KNOWN)
    assert found and not blocking(found)


def test_the_shipped_content_passes_its_own_checks(content: Path) -> None:
    errors = [(path, each) for path, each in check_content(content) if each.level == "error"]
    assert errors == []


def test_a_folder_is_checked_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.md").write_text("---\ntitle: One\n---\nGo. [Two](two)\n", encoding="utf-8")
    (tmp_path / "articles" / "two.md").write_bytes(b"\xff\xfe")
    found = [(path, each.rule) for path, each in check_content(tmp_path)]
    assert found == [("articles/one.md", "topic-missing"), ("articles/two.md", "file")]
    only = check_content(tmp_path, only=[tmp_path / "articles" / "two.md"])
    assert [path for path, _ in only] == ["articles/two.md"]
