"""The board of unanswered questions: who counts, why a question is on it, what is shown, and how it leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from grounds import NOW
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from auth.roles import Reader, Role
from kb.articles import Article
from portal.database import Database
from portal.reader.wanted import want_answer
from portal.reports.asked import ENDINGS
from portal.reports.endings import record_filed, record_none_helped, record_solved
from portal.reports.events import Asker, record_opening, record_search
from portal.reports.setting_aside import set_aside, take_back
from portal.reports.unanswered import WHY, Board, Question, unanswered

on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
AUTHOR = Reader(user_id=None, roles=frozenset({Role.AUTHOR}))
CLERK = Reader(roles=frozenset({Role.CLERK}))
ZONE = ZoneInfo("America/Denver")
BLANK, STUCK = "labels-come-out-blank", "label-printer-wont-print"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as open_session:
        yield open_session


def ask(
    session: Session,
    words: str,
    visitor: str = "casey",
    *,
    days: float = 1,
    shown: tuple[str, ...] = (),
    corrected: str = "",
    staff: bool = False,
    office: int | None = None,
    way: str = "page",
) -> datetime:
    at = NOW - timedelta(days=days)
    by = Asker(visitor, office, is_staff=staff)
    record_search(
        session, by=by, words=words, shown=shown, total=len(shown), corrected=corrected, way=way, now=at
    )
    return at


def board(session: Session, reader: Reader = AUTHOR, days: int = 30) -> Board:
    session.flush()
    return unanswered(session, reader, days=days, now=NOW, zone=ZONE, meaning=None)


def only(session: Session) -> Question:
    (question,) = board(session).open
    return question


def test_a_hundred_presses_of_one_person_in_one_day_are_one_question(session: Session) -> None:
    for number in range(10):
        ask(session, "signature pad broken", days=1 + number / 1000)
    ask(session, "signature pads broken!", days=1)
    ask(session, "Signature pad broken", "pat", office=3)
    ask(session, "signature pad broken", days=3, office=4)
    found = only(session)
    assert (found.asked, found.browsers, found.offices) == (3, 2, 2)
    assert found.words == "signature pad broken"


@on_both
def test_it_says_in_words_why_it_is_here(session: Session, base: str) -> None:
    for visitor in ("a", "b", "c"):
        ask(session, "signature pad", visitor)
    ask(session, "signature pad", "d", shown=(BLANK,))
    ask(session, "signature pad", "e", shown=(BLANK,), corrected="signature paid")
    at = ask(session, "signature pad", "f", shown=(BLANK,))
    record_none_helped(session, by=Asker("f"), words="signature pad", now=at)
    at = ask(session, "signature pad", "g", shown=(BLANK,))
    record_opening(session, by=Asker("g"), slug=BLANK, now=at)
    record_filed(session, by=Asker("g"), ticket_id=1, now=at)
    found = only(session)
    assert found.why == (
        "Found nothing 3 times.",
        "Only a guess at the words found something, and nobody opened it: once.",
        "Nobody opened a result once.",
        "“None of these helped” once.",
        "Asked the help desk instead once.",
    )
    assert [page.slug for page in found.shown] == [BLANK]


def test_every_ending_without_an_answer_has_its_sentence() -> None:
    assert set(ENDINGS) - set(WHY) == {"solved", "opened"}


def test_a_question_that_most_people_find_an_answer_to_is_not_on_the_list(session: Session) -> None:
    for visitor in ("a", "b"):
        at = ask(session, "blank labels", visitor, shown=(BLANK,))
        record_opening(session, by=Asker(visitor), slug=BLANK, now=at)
    ask(session, "blank labels", "c", shown=(BLANK,))
    assert board(session).open == ()
    ask(session, "blank labels", "d", shown=(BLANK,))
    assert [(one.asked, one.answered) for one in board(session).open] == [(2, 2)]


def test_a_person_who_found_it_the_second_time_was_not_left_without_an_answer(session: Session) -> None:
    ask(session, "blank labels", days=1.01)
    at = ask(session, "blank labels", shown=(BLANK,))
    number = session.scalars(select(Article.id).where(Article.slug == BLANK)).one()
    record_solved(session, by=Asker("casey"), article_id=number, where="guide", now=at)
    assert board(session).open == ()


def test_staff_unfinished_words_old_ones_and_what_still_goes_on_do_not_count(session: Session) -> None:
    ask(session, "by the desk", staff=True)
    ask(session, "unfin", way="suggestions")
    ask(session, "long ago", days=31)
    ask(session, "just now", days=0.01)
    assert board(session).questions == ()
    assert [one.words for one in board(session, days=90).open] == ["long ago"]


def test_the_longest_asked_comes_first_among_those_asked_as_often(session: Session) -> None:
    ask(session, "mileage form", "a", days=2)
    ask(session, "laminator jam", "b", days=5)
    for visitor in ("c", "d"):
        ask(session, "second monitor black", visitor)
    assert [one.words for one in board(session).open] == [
        "second monitor black",
        "laminator jam",
        "mileage form",
    ]


def test_an_article_that_the_reader_may_not_see_is_not_named(session: Session) -> None:
    ask(session, "signature pad", shown=(STUCK, BLANK))
    session.execute(update(Article).where(Article.slug == STUCK).values(audience="staff"))
    slugs = {page.slug for page in board(session, CLERK).open[0].shown}
    assert slugs == {BLANK}
    assert {page.slug for page in board(session, AUTHOR).open[0].shown} == {STUCK, BLANK}
    session.execute(update(Article).where(Article.slug == STUCK).values(audience="group:security"))
    assert {page.slug for page in board(session, AUTHOR).open[0].shown} == {BLANK}


def test_people_who_wait_to_be_told_are_counted_and_keep_a_question_on_the_list(session: Session) -> None:
    want_answer(session, words="signature pads", email="a@county.gov", now=NOW)
    found = only(session)
    assert (found.words, found.asked, found.waiting) == ("signature pads", 0, 1)
    ask(session, "signature pad")
    found = only(session)
    assert (found.words, found.asked, found.waiting) == ("signature pad", 1, 1)


@on_both
def test_an_answered_question_comes_back_when_it_fails_again(session: Session, base: str) -> None:
    ask(session, "signature pad", days=3)
    found = only(session)
    number = session.scalars(select(Article.id).where(Article.slug == BLANK)).one()
    row = set_aside(
        session,
        words=found.words,
        wordings=found.keys,
        kind="answered",
        article_id=number,
        by=None,
        now=NOW - timedelta(days=2),
    )
    assert board(session).open == ()
    (held,) = board(session).set_aside
    assert (held[0].id, held[1].slug if held[1] else "") == (row.id, BLANK)
    ask(session, "signature pads", "pat", days=1)
    found = only(session)
    assert (found.asked, found.aside, found.answer.slug if found.answer else "") == (1, row, BLANK)


def test_what_is_not_ours_stays_away_until_it_is_put_back(session: Session) -> None:
    ask(session, "mileage form", days=3)
    keys = only(session).keys
    row = set_aside(
        session, words="mileage form", wordings=keys, kind="not_ours", reason="Payroll", by=None, now=NOW
    )
    ask(session, "mileage form", "pat", days=0.5)
    assert board(session).open == ()
    assert take_back(session, row.id, by=None, now=NOW)
    assert not take_back(session, row.id, by=None, now=NOW)
    assert not take_back(session, 987654, by=None, now=NOW)
    assert only(session).asked == 2


@pytest.mark.parametrize(
    ("kind", "article"), [("answered", None), ("not_ours", 1), ("something", None), ("", 1)]
)
def test_a_question_is_answered_by_an_article_or_not_ours(
    session: Session, kind: str, article: int | None
) -> None:
    with pytest.raises(ValueError, match="answered by an article"):
        set_aside(session, words="a", wordings=("a",), kind=kind, article_id=article, by=None, now=NOW)


def test_a_board_takes_four_queries_however_many_questions(session: Session) -> None:
    def queries() -> int:
        board(session)
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        board(session)
        event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    ask(session, "signature pad", shown=(BLANK,))
    assert queries() == 4
    for number in range(30):
        ask(session, f"question about thing{number}", f"v{number}", shown=(STUCK,))
    assert queries() == 4
