"""The questions of clerks: read, checked, measured, compared with the last release, and asked of what ships."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.questions import (
    BadQuestions,
    Figures,
    Question,
    falls,
    measure_questions,
    question_findings,
    read_questions,
    with_figures,
)
from portal.cli import signpost

FILE = """# Kept.

questions:
  # Labels
  - {ask: "dymo  wont print", answers: [labels, printer]}
  - {ask: "Help!", answers: [desk]}
"""
FOUND = {"one": ["labels"], "two": ["desk", "x", "labels"], "four": ["a", "b", "c", "labels"], "none": []}


def figures(*, first: float = 0.8, third: float = 0.9, mrr: float = 0.85) -> Figures:
    return Figures(questions=100, success_1=first, success_3=third, mrr=mrr)


def rules(questions: list[Question], slugs: set[str], said: dict[str, str] | None = None) -> list[str]:
    return [each.rule for each in question_findings(questions, slugs=slugs, said=said or {})]


def test_questions_are_read_with_their_lines_and_without_spare_spaces() -> None:
    asked = read_questions(FILE)
    assert asked.questions == (
        Question("dymo wont print", ("labels", "printer"), 5),
        Question("Help!", ("desk",), 6),
    )
    assert asked.measured == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("questions: 3", "must hold"),
        ("- x", "must hold"),
        ("questions: [", "Line 1"),
        ("questions:\n  - {ask: a, answers: [b]}\n  - x", "Question 2 needs"),
        ("questions:\n  - {ask: '', answers: [b]}", "Question 1 needs"),
        ("questions:\n  - {ask: a, answers: []}", "Question 1 needs"),
        ("measured: {words: 3}\nquestions: []", "“measured” needs"),
        (
            "measured: {words: {questions: 1, success_1: x, success_3: 1, mrr: 1}}\nquestions: []",
            "“measured”",
        ),
    ],
)
def test_a_bad_file_says_where(text: str, words: str) -> None:
    with pytest.raises(BadQuestions, match=words):
        read_questions(text)


def test_an_answer_that_is_no_article_is_an_error_and_one_that_is_passes() -> None:
    asked = [Question("a", ("labels",)), Question("b", ("labels", "gone"), 7)]
    found = question_findings(asked, slugs={"labels"}, said={})
    assert [(each.line, each.rule, each.level) for each in found] == [(7, "unknown-answer", "error")]
    assert rules(asked, {"labels", "gone"}) == ["few-questions"]


def test_the_same_question_twice_is_an_error_whatever_its_case_and_marks() -> None:
    assert rules([Question("Can't print!", ("a",)), Question("cant  print", ("a",))], {"a"}) == [
        "asked-twice"
    ]
    assert rules([Question("can't print", ("a",)), Question("can't scan", ("a",))], {"a"}) == []


def test_a_question_longer_than_search_reads_is_an_error() -> None:
    assert rules([Question("a" * 257, ("a",)), Question("b" * 256, ("a",))], {"a"}) == ["long-question"]


def test_a_phrase_that_search_was_given_is_a_note() -> None:
    asked = [Question("Paper jam", ("a",)), Question("paper stuck", ("a",))]
    found = question_findings(asked, slugs={"a"}, said={"paper jam": "the symptoms of a"})
    assert [(each.level, each.message) for each in found] == [
        ("note", "“Paper jam” also stands in the symptoms of a.")
    ]


def test_an_article_that_few_questions_ask_about_is_a_warning() -> None:
    found = question_findings([Question("x", ("a",)), Question("y", ("a",))], slugs={"a", "b"}, said={})
    assert [(each.rule, each.level) for each in found] == [("few-questions", "warning")]
    assert "b answers 0" in found[0].message


def test_figures_count_any_right_answer_by_its_place() -> None:
    asked = [Question(ask, ("printer", "labels")) for ask in FOUND]
    measured = measure_questions(asked, FOUND.__getitem__)
    assert measured.figures == Figures(4, 0.25, 0.5, pytest.approx((1 + 1 / 3 + 1 / 4) / 4))
    assert [(miss.question.ask, miss.rank, miss.cause) for miss in measured.misses] == [
        ("four", 4, "too low"),
        ("none", 0, "nothing found"),
    ]


def test_an_answer_after_the_tenth_is_not_found() -> None:
    asked = [Question("deep", ("right",))]
    tenth = measure_questions(asked, lambda _: [*"abcdefghi", "right"])
    eleventh = measure_questions(asked, lambda _: [*"abcdefghij", "right"])
    assert [(miss.rank, miss.cause) for miss in tenth.misses] == [(10, "too low")]
    assert [(miss.rank, miss.cause) for miss in eleventh.misses] == [(0, "not found")]


def test_no_questions_give_zeros() -> None:
    assert measure_questions([], FOUND.__getitem__).figures == Figures(0, 0.0, 0.0, 0.0)


def test_a_fall_of_more_than_a_point_is_told_and_a_smaller_one_is_not() -> None:
    assert falls(figures(first=0.791, third=0.891, mrr=0.841), figures()) == []
    assert falls(figures(third=0.88), figures()) == ["success@3 fell from 0.900 to 0.880."]
    assert falls(figures(first=0.7, third=0.99), figures()) == ["success@1 fell from 0.800 to 0.700."]


def test_recording_changes_the_header_only() -> None:
    once = with_figures(FILE, {"words": figures(), "meaning": figures(third=0.95)})
    assert read_questions(once).measured == {"words": figures(), "meaning": figures(third=0.95)}
    assert [each.ask for each in read_questions(once).questions] == ["dymo wont print", "Help!"]
    again = with_figures(once, {"words": figures(first=0.81)})
    assert read_questions(again).measured == {"words": figures(first=0.81)}
    assert (again.count("measured:"), again.startswith("# Kept.\n\n")) == (1, True)
    assert again.endswith(FILE[FILE.index("questions:") :])


def test_the_shipped_questions_cover_every_article(content: Path) -> None:
    asked = read_questions((content / "questions.yaml").read_text("utf-8")).questions
    guides = {place.stem for place in (content / "articles").glob("*.md")}
    diagnostics = {place.stem for place in (content / "diagnostics").glob("*.yaml")}
    found = question_findings(asked, slugs=guides | diagnostics, said={})
    assert [each.message for each in found] == []
    best = [question.answers[0] for question in asked]
    assert len(asked) >= 220
    assert [slug for slug in sorted(guides) if best.count(slug) < 2] == []
    assert [slug for slug in sorted(diagnostics) if best.count(slug) < 3] == []


def test_the_command_asks_the_database_and_says_what_it_missed(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_DATA", str(shutil.copytree(shipped, tmp_path / "data")))
    said = CliRunner().invoke(signpost, ["check-questions", "--live", "--json"])
    answer = json.loads(said.stdout)
    assert said.exit_code == 0, answer["failures"]
    words = answer["ways"]["words"]
    assert words["figures"]["questions"] == answer["questions"] >= 220
    assert words["figures"]["success_3"] > words["figures"]["success_1"] > 0.7
    assert {miss["cause"] for miss in words["misses"]} <= {"too low", "not found", "nothing found"}


def test_the_command_fails_under_what_is_asked_for(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_DATA", str(shutil.copytree(shipped, tmp_path / "data")))
    said = CliRunner().invoke(signpost, ["check-questions", "--live", "--fail-under-3", "1"])
    assert said.exit_code == 1
    assert "success@3 is 0." in said.stderr
    assert "The right answer stands too low (4 to 10)" in said.stdout
