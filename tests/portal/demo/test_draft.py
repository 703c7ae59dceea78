"""The draft of the demo: kept tests end differently until an author accepts each, and then it may be published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cast import Cast
from grounds import NOW
from sqlalchemy import select
from visitor import Visitor

from kb.articles import Article
from portal.database import Database
from portal.demo.draft import NOTE, SLUG, add_draft
from portal.demo.requests import REQUESTS

Visit = Callable[..., Visitor]
CHANGED = (
    "scans outside only, several people",
    "not sure about the scanner, nothing helps",
    "the signature is cut off on all forms",
)
DRAFT = f"/author/diagnostics/{SLUG}"


@pytest.fixture
def drafted(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        add_draft(session, cast.author, now=NOW)
        session.commit()


def article(database: Database) -> tuple[int, int, int | None, str]:
    """The numbers of what readers see and of the draft, who wrote the draft, and why."""
    with database.reading() as session:
        found = session.scalars(select(Article).where(Article.slug == SLUG)).one()
        assert found.published is not None and found.latest is not None
        return found.published.number, found.latest.number, found.latest.author_id, found.latest.note


def test_readers_see_what_was_live_and_the_draft_says_who_and_why(
    drafted: None, database: Database, cast: Cast
) -> None:
    assert article(database) == (1, 2, cast.author.id, NOTE)


def test_a_text_with_other_words_is_left_alone_and_twice_is_once(
    drafted: None, database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        add_draft(session, cast.author, now=NOW)
        session.commit()
    assert article(database)[1] == 2


def test_three_walks_end_differently_until_the_author_accepts_each(
    drafted: None, visit: Visit, cast: Cast
) -> None:
    author = visit(cast.author)
    page = author.open(f"{DRAFT}/tests")
    assert "3 of 19 walks now end differently" in page
    assert "19 tests, 3 to look at" in page
    assert "must be fixed first" in author.open(f"{DRAFT}/publish")
    for walk in CHANGED:
        page = page.press(f"Accept : {walk}")
        assert "Accepted, with your name." in page
    assert "Accept :" not in page and "to look at" not in page
    assert "must be fixed first" not in author.open(f"{DRAFT}/publish")


def test_the_demo_has_forty_requests_and_those_that_are_open_come_first() -> None:
    assert len(REQUESTS) == 40
    assert [bool(told.fixed_by) for told in REQUESTS] == [False] * 15 + [True] * 25
