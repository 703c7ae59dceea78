"""Past searches among the suggestions: of several people, that led somewhere, and that this reader may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cast import Cast
from flask import Flask
from grounds import NOW
from sqlalchemy import update
from visitor import Visitor

from kb.articles import Article
from portal.database import Database
from portal.reports.events import Asker, record_opening, record_search
from portal.site.settings import touch_site

on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
Visit = Callable[..., Visitor]
BLANK = "labels-come-out-blank"
WORDS = "blank labels again"


@pytest.fixture
def helped(database: Database) -> Callable[..., None]:
    """Some browsers searched these words and opened the guide."""

    def add(
        words: str = WORDS, *, browsers: int = 3, again: bool = False, slug: str = BLANK, staff: bool = False
    ) -> None:
        with database.writing() as session:
            for number in range(browsers):
                by = Asker(f"v{number}", is_staff=staff)
                at = NOW - timedelta(days=1)
                record_search(session, by=by, words=words, shown=[slug], total=1, now=at)
                record_opening(session, by=by, slug=slug, now=at)
                if again:
                    record_search(
                        session, by=by, words="other", shown=[], total=0, now=at + timedelta(minutes=2)
                    )
            touch_site(session)
            session.commit()

    return add


def offered(browser: Visitor, typed: str = "blank lab") -> list[str]:
    """The past searches offered while this is typed."""
    answer = browser.ask("GET", f"/suggest?q={typed.replace(' ', '+')}")
    rows = answer.text.split("<li ")[1:]
    return [row for row in rows if "Helped others" in row]


@on_both
def test_words_that_helped_three_browsers_are_offered(
    visit: Visit, helped: Callable[..., None], base: str
) -> None:
    helped()
    (row,) = offered(visit())
    assert "/search?q=blank+labels+again" in row
    assert offered(visit(), "scanner") == []


@pytest.mark.parametrize("change", [{"browsers": 2}, {"again": True}, {"staff": True}])
def test_words_of_two_browsers_of_the_desk_or_that_were_followed_by_a_search_are_not(
    visit: Visit, helped: Callable[..., None], change: dict[str, bool | int]
) -> None:
    helped(**change)
    assert offered(visit()) == []


@pytest.mark.parametrize(
    "words",
    [
        "blank labels 59101",
        "blank labels jane@county.gov",
        "blank labels (406)",
        "blank labels for Xandra Quillfeather",
        "blank labels " + "and so on " * 8,
    ],
)
def test_numbers_addresses_and_names_are_never_offered(
    visit: Visit, helped: Callable[..., None], words: str
) -> None:
    helped(words, browsers=5)
    assert offered(visit()) == []


def test_words_whose_guide_is_for_staff_now_are_offered_to_nobody(
    visit: Visit, cast: Cast, database: Database, helped: Callable[..., None]
) -> None:
    helped()
    browser = visit()
    assert offered(browser)
    with database.writing() as session:
        session.execute(update(Article).where(Article.slug == BLANK).values(audience="staff"))
        touch_site(session)
        session.commit()
    assert offered(browser) == []
    assert offered(visit(cast.clerk)) == []


def test_the_words_typed_already_are_not_offered_again(visit: Visit, helped: Callable[..., None]) -> None:
    helped()
    assert offered(visit(), WORDS) == []


def test_no_more_than_six_rows_with_the_past_among_them(
    app: Flask, visit: Visit, helped: Callable[..., None]
) -> None:
    helped("labels blank again")
    rows = visit().ask("GET", "/suggest?q=label").text.count("<li ")
    assert 2 <= rows <= 6
