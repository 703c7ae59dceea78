"""A hidden article leaves no trace: no hit, count, suggestion, correction, link, topic count, and no time of its own.

Each refusal stands beside a reader who does see it.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from cast import Cast
from flask import Flask
from grounds import NOW
from sqlalchemy import event, select
from visitor import Visitor

from auth.roles import VISITOR, Reader, Role
from kb.articles import Article, Revision
from kb.reading import topics
from portal.database import Database
from portal.request import Wiring
from search.index import Results

Visit = Callable[..., Visitor]
# A guide of the printing topic that other guides name as related, made staff's own; the word is in it alone.
HIDDEN, ITS_TITLE, ITS_TOPIC = "labels-come-out-blank", "Labels come out blank", "printing-and-labels"
ITS_WORD, NOWHERE = "zirconium", "zirkelium"
SEES_ALL = Reader(user_id=0, roles=frozenset({Role.AGENT}))


@pytest.fixture
def hidden(app: Flask, database: Database) -> str:
    """The slug of the hidden article; index and pages know of it."""
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == HIDDEN)).one()
        article.audience = "staff"
        revision = session.get_one(Revision, article.published_id)
        revision.outline = [
            *revision.outline,
            {"anchor": "x", "heading": "", "text": f"The {ITS_WORD} cover."},
        ]
        session.commit()
    _index(app, database)
    return HIDDEN


def _index(app: Flask, database: Database) -> None:
    parts: Wiring = app.extensions["signpost"]
    with database.reading() as session:
        parts.finder.catch_up(session, parts.sites.site(NOW))


def shown(browser: Visitor, address: str) -> str:
    return str(browser.ask("GET", address).text)


def answer(browser: Visitor, words: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.ask("GET", "/api/v1/search", query_string={"q": words}).json
    return found


def found_by(app: Flask, database: Database, reader: Reader, words: str, *, exact: bool = False) -> Results:
    """The results of a reader, as every page gets them."""
    parts: Wiring = app.extensions["signpost"]
    with database.reading() as session:
        return parts.finder.find(session, parts.sites.site(NOW), reader, words, exact=exact).results


def test_it_is_no_hit_by_its_words_or_by_its_meaning(
    hidden: str, app: Flask, database: Database, visit: Visit, cast: Cast
) -> None:
    for words in ("labels come out blank", f"labels {ITS_WORD}", "stickers with nothing on them"):
        found = [
            [hit.slug for hit in found_by(app, database, who, words).hits] for who in (SEES_ALL, VISITOR)
        ]
        assert hidden in found[0] and hidden not in found[1]
        for browser in (visit(), visit(cast.clerk), visit(cast.site_lead)):
            assert f"/articles/{hidden}" not in shown(browser, f"/search?q={words.replace(' ', '+')}")
            assert hidden not in str(answer(browser, words)["results"])


def test_it_is_no_count_of_results_or_of_their_topics(hidden: str, app: Flask, database: Database) -> None:
    agent, clerk = (found_by(app, database, who, ITS_WORD, exact=True) for who in (SEES_ALL, VISITOR))
    assert (agent.total, agent.topics) == (1, ((ITS_TOPIC, 1),))
    assert (clerk.total, clerk.topics) == (0, ())


def test_it_is_no_suggestion(hidden: str, visit: Visit, cast: Cast) -> None:
    assert hidden in shown(visit(cast.agent), "/suggest?q=labels+come")
    for browser in (visit(), visit(cast.clerk)):
        assert hidden not in shown(browser, "/suggest?q=labels+come")


def test_its_words_are_no_correction(
    hidden: str, app: Flask, database: Database, visit: Visit, cast: Cast
) -> None:
    assert found_by(app, database, SEES_ALL, "zirconum").corrected == ITS_WORD
    for browser in (visit(), visit(cast.clerk)):
        assert answer(browser, "zirconum")["corrected"] is None
        assert ITS_WORD not in shown(browser, "/search?q=zirconum")
        assert ITS_WORD not in shown(browser, "/search?q=printer+zirconum")


def test_it_is_no_related_link_on_a_page_or_for_a_program(
    hidden: str, database: Database, visit: Visit, cast: Cast
) -> None:
    agent, others = visit(cast.agent), (visit(), visit(cast.clerk))
    naming = _naming(database, hidden)
    assert naming
    for slug in naming:
        assert hidden in _related(shown(agent, f"/articles/{slug}"))
        for browser in others:
            assert hidden not in _related(shown(browser, f"/articles/{slug}"))
            assert hidden not in browser.ask("GET", f"/api/v1/articles/{slug}").json["related"]


def test_it_is_no_count_of_its_topic(hidden: str, database: Database, visit: Visit, cast: Cast) -> None:
    address = f"/topics/{ITS_TOPIC}"
    assert ITS_TITLE in shown(visit(cast.agent), address)
    assert ITS_TITLE not in shown(visit(cast.clerk), address)
    with database.reading() as session:
        counts = [
            {one.slug: one.count for one in topics(session, who)}[ITS_TOPIC] for who in (SEES_ALL, VISITOR)
        ]
        # The clerks' own articles are counted for staff as well.
        others = session.query(Article).filter_by(topic=ITS_TOPIC, status="published").filter(
            Article.audience.not_in(["public", "staff"])).count()  # fmt: skip
    assert counts[0] - counts[1] - others == 1


def test_looking_for_it_takes_the_same_queries_as_looking_for_nothing(
    hidden: str, app: Flask, visit: Visit, cast: Cast
) -> None:
    browser, engine = visit(cast.clerk), app.extensions["signpost"].database.engine
    said: dict[str, list[str]] = {NOWHERE: [], ITS_WORD: []}
    for word, run in said.items():
        for address in (f"/search?q={word}", f"/suggest?q={word}", f"/api/v1/search?q={word}"):
            browser.ask("GET", address)
            note = _noting(run)
            event.listen(engine, "before_cursor_execute", note)
            browser.ask("GET", address)
            event.remove(engine, "before_cursor_execute", note)
    assert said[ITS_WORD] == said[NOWHERE] != []


@pytest.mark.slow
def test_looking_for_it_takes_no_other_time_than_looking_for_nothing(
    hidden: str, app: Flask, database: Database
) -> None:
    """400 tries of each in turns, by processor time; a busy machine falls on both. Equal work differs by some percent.

    What is left is a lookup of one posting, some microseconds of a search of a millisecond.
    """
    took: dict[str, list[float]] = {ITS_WORD: [], NOWHERE: []}
    for _ in range(420):
        for word, times in took.items():
            began = time.thread_time()
            found_by(app, database, VISITOR, word)
            times.append(time.thread_time() - began)
    hidden_word, no_word = (statistics.median(times[20:]) for times in took.values())
    assert 0.8 < hidden_word / no_word < 1.25


def _noting(run: list[str]) -> Callable[..., None]:
    return lambda _connection, _cursor, statement, *_: run.append(statement)


def _naming(database: Database, slug: str) -> list[str]:
    """The public guides that name it as related."""
    live = select(Article.slug, Revision.front).join(Revision, Revision.id == Article.published_id)
    with database.reading() as session:
        rows = session.execute(live.where(Article.kind == "guide", Article.audience == "public"))
        return [row.slug for row in rows if slug in (row.front.get("related") or [])]


def _related(page: str) -> list[str]:
    return re.findall(r'href="/articles/([^"#]+)"', page)
