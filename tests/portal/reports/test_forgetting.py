"""Events are deleted when they are old enough, and no sooner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from grounds import NOW
from sqlalchemy import select

from portal.database import Database
from portal.reports.events import Asker, PageOpened, SearchMade, Solved, record_search
from portal.reports.forgetting import MONTH, forget_events, keep_for

on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)


@pytest.mark.parametrize(
    ("settings", "months"),
    [
        ({}, 13),
        ({"events.keep_months": 6}, 6),
        ({"events.keep_months": 0}, 13),
        ({"events.keep_months": "x"}, 13),
    ],
)
def test_events_are_kept_for_thirteen_months_unless_set(settings: dict[str, Any], months: int) -> None:
    assert keep_for(settings) == months * MONTH


@on_both
def test_what_is_older_is_deleted_and_the_rest_stays(database: Database, base: str) -> None:
    with database.writing() as session:
        for days in (400, 390, 10):
            at = NOW - timedelta(days=days)
            record_search(session, by=Asker(f"v{days}"), words="labels", shown=[], total=0, now=at)
            session.add(PageOpened(visitor="v", article_id=1, at=at))
            session.add(Solved(visitor="v", article_id=1, where="guide", at=at))
        session.flush()
        assert forget_events(session, NOW, after=timedelta(days=395)) == 3
        assert forget_events(session, NOW, after=timedelta(days=395)) == 0
        for kind in (SearchMade, PageOpened, Solved):
            assert len(session.scalars(select(kind.id)).all()) == 2
