"""Finding: what is hidden is no hit, and an index that is damaged or gone is answered for and mended."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

import pytest
from cast import Cast
from flask import Flask
from grounds import NOW
from visitor import Visitor

from auth.roles import VISITOR
from kb.articles import Article
from portal.config import Config
from portal.database import Database
from portal.reader.finding import Finder
from portal.request import Wiring
from portal.site.context import Site
from search.index import IndexDamaged

Visit = Callable[..., Visitor]


@pytest.fixture
def parts(app: Flask) -> Wiring:
    wiring: Wiring = app.extensions["signpost"]
    return wiring


def slugs(finder: Finder, database: Database, site: Site, words: str) -> list[str]:
    with database.reading() as session:
        return [hit.slug for hit in finder.find(session, site, VISITOR, words).results.hits]


def test_an_index_deleted_while_running_is_answered_for_and_mended(
    parts: Wiring, visit: Visit, config: Config
) -> None:
    browser = visit()
    assert "Labels come out blank" in browser.open("/search?q=labels+come+out+blank").main
    shutil.rmtree(config.index_folder)
    page = browser.open("/search?q=labels+come+out+blank")
    assert "Labels come out blank" in page.main
    until = time.monotonic() + 20
    while not (config.index_folder.is_dir() and parts.finder.index.documents()):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "Labels come out blank" in browser.open("/search?q=labels+come+out+blank").main


def test_a_hit_that_the_database_no_longer_allows_is_not_shown(
    parts: Wiring, database: Database, visit: Visit
) -> None:
    site = parts.sites.site(NOW)
    assert "labels-come-out-blank" in slugs(parts.finder, database, site, "labels come out blank")
    with database.writing() as session:
        session.query(Article).filter_by(slug="labels-come-out-blank").update({"audience": "staff"})
        session.commit()
    assert "labels-come-out-blank" not in slugs(parts.finder, database, site, "labels come out blank")
    assert "Labels come out blank" not in visit().open("/search?q=labels+come+out+blank").main


def test_an_article_that_became_staff_only_is_gone_from_counts_and_suggestions(
    parts: Wiring, database: Database, visit: Visit, cast: Cast
) -> None:
    with database.writing() as session:
        session.query(Article).filter_by(slug="labels-come-out-blank").update({"audience": "staff"})
        session.commit()
    with database.reading() as session:
        parts.finder.catch_up(session, parts.sites.site(NOW))
    clerk, agent = visit(cast.clerk), visit(cast.agent)
    assert "labels-come-out-blank" not in clerk.ask("GET", "/suggest?q=labels+come").text
    assert "labels-come-out-blank" in agent.ask("GET", "/suggest?q=labels+come").text
    hidden, shown = (
        one.ask("GET", "/api/v1/search?q=labels+come+out+blank").json for one in (visit(), visit())
    )
    assert hidden["total"] == shown["total"]
    assert "labels-come-out-blank" not in [row["slug"] for row in hidden["results"]]


@pytest.mark.parametrize(
    "typed", ["'a ANDMAYBE '*20+'b'" * 5, "(((((" * 60, '"' * 101, "* OR ?", "a:b^9~", "\x00\x1b", "ä" * 400]
)
def test_no_words_of_a_person_are_a_program(visit: Visit, typed: str) -> None:
    began = time.monotonic()
    answer = visit().ask("GET", "/search", query_string={"q": typed})
    assert answer.status_code == 200
    assert time.monotonic() - began < 5


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("hurt", ["cut", "overwritten", "table of contents"])
def test_a_damaged_index_breaks_no_page_and_is_mended(
    parts: Wiring, visit: Visit, config: Config, hurt: str
) -> None:
    browser = visit()
    browser.open("/search?q=labels+come+out+blank")
    for path in config.index_folder.glob("*.toc" if hurt == "table of contents" else "*.seg"):
        kept = path.read_bytes()
        path.write_bytes(kept[: len(kept) // 3] if hurt == "cut" else b"\xff" * len(kept))
    for address in ("/search?q=labels+come+out+blank", "/suggest?q=labels+come", "/search?q=zxqv+blorptag"):
        answer = visit().ask("GET", address)
        assert answer.status_code == 200
    until = time.monotonic() + 30
    while not _is_whole(parts):
        assert time.monotonic() < until
        visit().ask("GET", "/search?q=labels")
        time.sleep(0.1)
    assert "Labels come out blank" in browser.open("/search?q=labels+come+out+blank").main


def _is_whole(parts: Wiring) -> bool:
    try:
        return len(parts.finder.index.checksum()) > 0
    except IndexDamaged:
        return False
