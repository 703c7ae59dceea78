"""Events: long numbers never reach the table, and a trail is one browser's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from grounds import NOW
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from kb.articles import Article
from portal.database import Database
from portal.reports.events import Asker, SearchMade, masked, record_opening, record_search, trail_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ssn 123-45-6789 no match", "ssn (number left out) no match"),
        ("license 0123456789", "license (number left out)"),
        ("A1234567 expired", "(number left out) expired"),
        ("123 45 6789", "(number left out)"),
        ("error 0x80070005 when printing", "error 0x80070005 when printing"),
        ("zip 59101", "zip (number left out)"),
        ("room 1204", "room 1204"),
        ("windows 10 and 11", "windows 10 and 11"),
        ("0x80070005 for 123456789", "0x80070005 for (number left out)"),
    ],
)
def test_anything_like_an_id_number_is_left_out_and_error_codes_stay(typed: str, kept: str) -> None:
    assert masked(typed) == kept


@given(some.text(), some.from_regex(r"\d{5,12}", fullmatch=True))
def test_no_long_number_survives_whatever_stands_around_it(words: str, number: str) -> None:
    assert number not in masked(f"{words} {number} end")


def test_a_trail_is_of_one_browser_lately_oldest_first_and_each_once(database: Database) -> None:
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == "labels-come-out-blank")).one()
        made = [
            ("a", "too old", 300),
            ("a", "first", 60),
            ("b", "of another", 50),
            ("a", "second", 40),
            ("a", "first", 30),
        ]
        for visitor, words, ago in made:
            moment = NOW - timedelta(minutes=ago)
            record_search(session, by=Asker(visitor), words=words, shown=[], total=0, now=moment)
        for _ in range(2):
            record_opening(session, by=Asker("a"), slug=article.slug, now=NOW)
        session.flush()
        trail = trail_of(session, "a", NOW)
    assert trail.searched == ("first", "second")
    assert trail.opened == (("labels-come-out-blank", "Labels come out blank"),)


def test_what_is_written_down_is_masked_and_cut(database: Database) -> None:
    with database.writing() as session:
        record_search(session, by=Asker("a"), words="123456789 " + "x" * 400, shown=[], total=0, now=NOW)
        session.commit()
    with database.reading() as session:
        row = session.scalars(select(SearchMade)).one()
    assert row.words.startswith("(number left out) x")
    assert len(row.words) == 260
