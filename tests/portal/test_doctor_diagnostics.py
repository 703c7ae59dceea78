"""What the doctor says of the live diagnostics: recalled ones, and numbers that nobody has filled in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from kb.articles import Article
from kb.trees.recalls import recall
from portal.database import Database
from portal.keeping.checkup_diagnostics import check_diagnostics
from portal.site.settings import all_settings, change_setting

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("contact", "state"), [("Dana Reyes, 406-555-0177", "good"), ("Dana Reyes", "warning"), ("", "warning")]
)
def test_a_number_that_is_not_filled_in_is_named(
    app: Flask, database: Database, contact: str, state: str
) -> None:
    with database.writing() as session:
        change_setting(session, "placeholder.security.contact", contact, by=None, now=NOW)
        found = check_diagnostics(session, all_settings(session))
    assert found.state == state
    assert ("security.contact" in found.sentence) == (state == "warning")


def test_a_live_version_that_is_recalled_is_named_first(app: Flask, database: Database) -> None:
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == "id-check")).one()
        assert article.published is not None
        recall(session, article, article.published, reason="Step 2 is wrong.", by_id=None, now=NOW)
        found = check_diagnostics(session, all_settings(session))
    assert found.state == "warning"
    assert found.sentence == "Nobody can begin id-check: the live version is recalled."
