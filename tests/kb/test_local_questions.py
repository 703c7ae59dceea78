"""An office's own test questions: proposed from what solved something for several people, taken over one at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kb.local_questions import (
    Candidate,
    SolvedBy,
    candidates,
    decide,
    decided_keys,
    file_of,
    local_questions,
    questions_of,
    refuse,
)
from kb.questions import Question, read_questions


def solved(words: str, slug: str, visitors: str) -> list[SolvedBy]:
    return [SolvedBy(words, visitor, slug) for visitor in visitors]


def test_three_browsers_make_a_candidate_and_two_do_not() -> None:
    assert candidates(solved("white labels", "labels", "ab"), ()) == []
    assert candidates(solved("white labels", "labels", "abc"), ()) == [
        Candidate("white labels", ("labels",), 3)
    ]


def test_one_browser_that_says_it_often_is_one() -> None:
    assert candidates(solved("white labels", "labels", "aaaa"), ()) == []


def test_case_and_marks_make_no_other_question() -> None:
    said = [*solved("White  labels!", "labels", "a"), *solved("white labels", "labels", "bc")]
    assert [one.browsers for one in candidates(said, ())] == [3]


def test_the_article_that_solved_most_comes_first_and_chance_is_left_out() -> None:
    said = [*solved("q", "labels", "abc"), *solved("q", "roll", "ad"), *solved("q", "toner", "e")]
    assert candidates(said, ()) == [Candidate("q", ("labels", "roll"), 5)]


def test_what_is_known_already_is_not_proposed() -> None:
    said = solved("White labels", "labels", "abc")
    assert candidates(said, {"white labels"}) == []


def test_a_decision_is_kept_and_can_be_changed(session: Session, now: datetime) -> None:
    one = Candidate("white labels", ("labels",), 3)
    row = decide(session, one, approved=True, by_id=1, now=now)
    assert questions_of(local_questions(session)) == (Question("white labels", ("labels",)),)
    assert decided_keys(session) == {"white labels"}
    assert refuse(session, row.id, by_id=2, now=now + timedelta(days=1))
    assert not refuse(session, row.id, by_id=2, now=now)
    assert (local_questions(session), row.by_id) == ([], 2)
    assert decided_keys(session) == {"white labels"}
    assert decide(session, one, approved=True, by_id=1, now=now) is row


def test_the_file_can_be_read_as_test_questions(session: Session, now: datetime) -> None:
    decide(session, Candidate("it's: white?", ("labels", "roll"), 3), approved=True, by_id=1, now=now)
    decide(session, Candidate("other", ("labels",), 3), approved=False, by_id=1, now=now)
    asked = read_questions(file_of(local_questions(session))).questions
    assert [(one.ask, one.answers) for one in asked] == [("it's: white?", ("labels", "roll"))]
