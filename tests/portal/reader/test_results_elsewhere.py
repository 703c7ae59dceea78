"""Old addresses of results: a topic or page that has none leads to where they are, and is no failed search."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from visitor import Visitor

from portal.database import Database
from portal.reports.events import SearchMade

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("topic", ["a-topic-that-is-gone", "%00", "a" * 3000])
def test_a_topic_without_any_of_the_results_leads_to_all_of_them(
    visit: Visit, database: Database, topic: str
) -> None:
    page = visit().open(f"/search?q=label&topic={topic}")
    assert "We have no guide" not in page.main
    assert "Labels come out blank" in page.main
    with database.reading() as session:
        (made,) = session.scalars(select(SearchMade))
    assert made.total > 0


@pytest.mark.parametrize("more", ["", "&exact=yes"])
def test_a_page_after_the_last_leads_to_the_last(visit: Visit, more: str) -> None:
    page = visit().open(f"/search?q=label&page=20{more}")
    assert [one for one in page.root.all("ul", class_="sp-results") if one.children]
    assert "Show the results before these" in page.main


def test_words_that_find_nothing_stay_where_they_are(visit: Visit) -> None:
    page = visit().open("/search?q=zzyzx&topic=printing-and-labels&page=7")
    assert "We have no guide for “zzyzx” yet" in page.main
