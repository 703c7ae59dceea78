"""A search and what came of it: opened at which place, asked again, given up, solved, or filed with which request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from grounds import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.offices import Office
from kb.articles import Article
from portal.database import Database
from portal.reports.endings import (
    NoSuchPlace,
    record_choice,
    record_filed,
    record_none_helped,
    record_solved,
)
from portal.reports.events import Asker, PageOpened, SearchMade, Solved, record_opening, record_search

on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
BLANK, STUCK = "labels-come-out-blank", "label-printer-wont-print"
CASEY, PAT = Asker("casey"), Asker("pat")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as open_session:
        yield open_session


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def search(
    session: Session,
    words: str = "blank labels",
    *,
    minutes: float = 0,
    by: Asker = CASEY,
    shown: tuple[str, ...] = (STUCK, BLANK),
    **more: str,
) -> SearchMade:
    return record_search(
        session, by=by, words=words, shown=shown, total=len(shown), now=later(minutes), **more
    )


def article_id(session: Session, slug: str = BLANK) -> int:
    return session.scalars(select(Article.id).where(Article.slug == slug)).one()


def opening(session: Session) -> PageOpened:
    return session.scalars(select(PageOpened).order_by(PageOpened.id.desc())).first()  # type: ignore[return-value]


def test_an_opening_belongs_to_the_last_search_that_showed_the_page_with_its_place(session: Session) -> None:
    search(session, "printer")
    made = search(session, "blank labels", minutes=1)
    other = search(session, "zebra", minutes=2, shown=("another",))
    record_opening(session, by=CASEY, slug=BLANK, now=later(3))
    assert (opening(session).search_id, opening(session).place) == (made.id, 2)
    assert (made.ending, other.ending) == ("opened", "")


@pytest.mark.parametrize(("by", "minutes"), [(PAT, 1), (CASEY, 31)])
def test_an_opening_of_another_browser_or_another_sitting_belongs_to_no_search(
    session: Session, by: Asker, minutes: float
) -> None:
    made = search(session)
    record_opening(session, by=by, slug=BLANK, now=later(minutes))
    assert (opening(session).search_id, opening(session).place, made.ending) == (None, None, "")


def test_an_opening_of_nothing_is_not_written(session: Session) -> None:
    record_opening(session, by=CASEY, slug="no-such-page", now=NOW)
    assert session.scalars(select(PageOpened)).all() == []


def test_the_same_words_in_one_sitting_are_one_search_with_all_that_was_shown(session: Session) -> None:
    first = search(session, shown=(STUCK,))
    again = search(session, minutes=2, shown=(BLANK,))
    assert again.id == first.id
    assert again.shown == [STUCK, BLANK]
    assert not again.asked_again


def test_exactly_what_was_typed_is_a_search_of_its_own(session: Session) -> None:
    used = search(session, "lables", corrected="labels")
    exact = search(session, "lables", minutes=1, shown=())
    assert exact.id != used.id and used.asked_again
    assert (used.corrected, exact.total) == ("labels", 0)


@pytest.mark.parametrize(("minutes", "again"), [(9, True), (11, False)])
def test_searching_other_words_soon_is_asking_again(session: Session, minutes: float, again: bool) -> None:
    first = search(session)
    search(session, "other words", minutes=minutes)
    assert first.asked_again is again


def test_what_was_offered_is_kept_and_every_word_is_masked(session: Session) -> None:
    made = search(session, "voter 123456789", offered="voter 987654321", corrected="votes 12345678")
    for words in (made.words, made.offered, made.corrected):
        assert "number left out" in words and "1234" not in words and "9876" not in words


def test_the_office_is_the_persons_own_or_the_one_the_browser_remembers(session: Session) -> None:
    office = session.scalars(select(Office)).first()
    assert office is not None
    own = search(session, "a", by=Asker("one", office_id=7, office_code=office.code))
    remembered = search(session, "a", by=Asker("two", office_code=office.code))
    unknown = search(session, "a", by=Asker("three", office_code="no-such-office"))
    assert (own.office_id, remembered.office_id, unknown.office_id) == (7, office.id, None)


@on_both
def test_a_yes_on_the_guide_ends_its_search(session: Session, base: str) -> None:
    made = search(session)
    assert record_solved(session, by=CASEY, article_id=article_id(session), where="guide", now=later(4))
    said = session.scalars(select(Solved)).one()
    assert (made.ending, said.search_id, said.where) == ("solved", made.id, "guide")


def test_the_same_yes_twice_in_a_day_is_one_and_the_next_day_two(session: Session) -> None:
    number = article_id(session)
    assert record_solved(session, by=CASEY, article_id=number, where="guide", now=NOW)
    assert not record_solved(session, by=CASEY, article_id=number, where="form", now=later(60))
    assert record_solved(session, by=PAT, article_id=number, where="guide", now=later(60))
    assert record_solved(session, by=CASEY, article_id=number, where="guide", now=later(24 * 60 + 1))
    assert len(session.scalars(select(Solved)).all()) == 3


def test_words_of_the_form_become_a_search_that_ended_well(session: Session) -> None:
    record_solved(
        session,
        by=CASEY,
        article_id=article_id(session),
        where="form",
        words="labels blank for 123456789",
        shown=[BLANK],
        now=NOW,
    )
    made = session.scalars(select(SearchMade)).one()
    assert (made.way, made.ending, made.shown) == ("form", "solved", [BLANK])
    assert made.words == "labels blank for (number left out)"


def test_a_search_of_another_browser_is_never_ended(session: Session) -> None:
    of_pat = search(session, by=PAT)
    record_solved(
        session, by=CASEY, article_id=article_id(session), where="guide", search_id=of_pat.id, now=NOW
    )
    assert of_pat.ending == ""
    assert session.scalars(select(Solved)).one().search_id is None


def test_an_unknown_place_or_article_is_not_counted(session: Session) -> None:
    with pytest.raises(NoSuchPlace):
        record_solved(session, by=CASEY, article_id=article_id(session), where="nowhere", now=NOW)
    assert not record_solved(session, by=CASEY, article_id=987654, where="guide", now=NOW)


def test_none_of_these_helped_ends_the_search_with_these_words_and_no_other(session: Session) -> None:
    first, second = search(session, "blank labels"), search(session, "cannot sign in", minutes=1)
    record_none_helped(session, by=CASEY, words="blank labels since this morning", now=later(2))
    record_none_helped(session, by=PAT, words="cannot sign in", now=later(2))
    record_none_helped(session, by=CASEY, words="something else", now=later(2))
    assert (first.ending, second.ending) == ("none_helped", "")


@on_both
def test_a_request_ends_the_searches_of_its_sitting_but_not_the_solved_ones(
    session: Session, base: str
) -> None:
    old = search(session, "old", minutes=-40, shown=())
    solved = search(session, "blank labels")
    record_solved(session, by=CASEY, article_id=article_id(session), where="guide", now=NOW)
    opened = search(session, "printer stuck", minutes=1, shown=(STUCK,))
    record_opening(session, by=CASEY, slug=STUCK, now=later(2))
    record_filed(session, by=CASEY, ticket_id=5, now=later(5))
    assert [row.ending for row in (old, solved, opened)] == ["", "solved", "filed"]
    assert [row.ticket_id for row in (old, solved, opened)] == [None, None, 5]


def test_a_request_that_is_sent_after_all_takes_the_solved_back(session: Session) -> None:
    record_solved(
        session, by=CASEY, article_id=article_id(session), where="form", words="blank labels", now=NOW
    )
    record_filed(session, by=CASEY, ticket_id=7, now=later(5))
    (made,) = session.scalars(select(SearchMade))
    assert (made.ending, made.ticket_id) == ("filed", 7)
    assert session.scalars(select(Solved)).all() == []


def test_a_request_about_something_else_leaves_a_solved_guide_as_it_is(session: Session) -> None:
    search(session)
    record_solved(session, by=CASEY, article_id=article_id(session), where="guide", now=later(1))
    record_filed(session, by=CASEY, ticket_id=7, now=later(5))
    assert len(session.scalars(select(Solved)).all()) == 1


@pytest.mark.parametrize("page_first", [True, False])
def test_a_chosen_suggestion_is_a_search_whose_page_was_opened_whichever_is_told_first(
    session: Session, page_first: bool
) -> None:
    def choose() -> None:
        record_choice(session, by=CASEY, words="blan", shown=[STUCK, BLANK], slug=BLANK, now=NOW)

    if not page_first:
        choose()
    record_opening(session, by=CASEY, slug=BLANK, now=NOW)
    if page_first:
        choose()
    made = session.scalars(select(SearchMade)).one()
    assert (made.way, made.words, made.ending) == ("suggestions", "blan", "opened")
    assert (opening(session).search_id, opening(session).place) == (made.id, 2)
