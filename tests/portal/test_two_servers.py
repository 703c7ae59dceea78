"""Two servers on one PostgreSQL database: what one publishes the other finds, and lost tables are mended."""

from __future__ import annotations

import http.client
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cast import read_cast
from grounds import empty_schema, set_up_folder
from server import Server
from sqlalchemy import select, text

from auth import sessions
from auth.sessions import Stage
from kb.articles import Article
from kb.writing import save_revision
from portal.config import Config, read_config
from portal.database import Database, open_database
from portal.indexes import open_index
from portal.keeping.checkup_data import check_index
from portal.reader.finding import Finder
from portal.running.index_upkeep import compare, rebuild, upkeep_of
from portal.setting_up import index_now
from portal.site.context import SiteCache
from search.index import Index
from search.postgres_tables import named_after

pytestmark = pytest.mark.postgresql
KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
SLUG = "labels-come-out-blank"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of this file alone, set up as a release sets it up."""
    server = os.environ.get("SIGNPOST_TEST_POSTGRESQL", "")
    if not server:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "SIGNPOST_TEST_POSTGRESQL is not set."
        )
    with empty_schema(server, "signpost_servers") as url:
        set_up_folder(tmp_path_factory.mktemp("first"), url)
        yield url


def environment(folder: Path, address: str) -> dict[str, str]:
    return {
        "SIGNPOST_DATA": str(folder),
        "SIGNPOST_DATABASE_URL": address,
        "SIGNPOST_SEARCH": "postgresql",
        "SIGNPOST_SECRET_KEY": KEY,
    }


@pytest.fixture
def config(tmp_path: Path, address: str) -> Config:
    return read_config(environment(tmp_path, address))


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    opened = open_database(config.database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def index(config: Config, database: Database) -> Index:
    index = open_index(config, database)
    index_now(database, Finder(index, database), datetime.now(UTC))
    return index


@pytest.mark.slow
def test_what_is_published_on_one_server_is_found_on_the_other_within_two_seconds(
    tmp_path: Path, address: str, database: Database, index: Index
) -> None:
    servers = [started(tmp_path / name, address) for name in ("one", "two")]
    try:
        one, two = servers
        for server in servers:
            assert b"Labels come out blank" in server.get("/search?q=labels+come+out+blank")
            assert SLUG.encode() not in server.get("/search?q=wallabyprint")
        author = Author(one, database)
        for word in ("wallabyprint", "quokkaprint"):
            author.publish(draft(database, f"The label printer says {word}."))
            published = time.monotonic()
            while SLUG.encode() not in two.get(f"/search?q={word}"):
                assert time.monotonic() - published < 2
                time.sleep(0.05)
        assert SLUG.encode() not in two.get("/search?q=wallabyprint")
        assert f"/articles/{SLUG}".encode() in two.get("/search?q=quokaprint")
    finally:
        for server in servers:
            server.stop()


@pytest.mark.slow
def test_a_server_whose_index_is_dropped_answers_and_mends_it(
    tmp_path: Path, address: str, database: Database, index: Index
) -> None:
    server = started(tmp_path / "one", address)
    try:
        assert b"Labels come out blank" in server.get("/search?q=labels+blank")
        for blow in (
            "DROP SCHEMA {schema} CASCADE",
            "DROP TABLE {schema}.weights",
            "TRUNCATE {schema}.pages",
        ):
            behind_its_back(database, blow)
            assert b"Labels come out blank" in server.get("/search?q=labels+blank")
            until = time.monotonic() + 30
            while not whole(index):
                assert time.monotonic() < until, blow
                time.sleep(0.1)
            assert b"Labels come out blank" in server.get("/search?q=labels+blank")
            server.get("/readyz")
    finally:
        server.stop()


def test_the_doctor_says_that_the_index_is_whole_and_what_it_lacks(
    config: Config, database: Database, index: Index
) -> None:
    upkeep = upkeep_of(index, SiteCache(database, mode_override="", mail_works=False))
    with database.reading() as session:
        assert check_index(session, upkeep).sentence.endswith("all as in the database.")
        behind_its_back(database, "DROP INDEX IF EXISTS {schema}.spellings_near")
        found = check_index(session, upkeep)
        assert (found.state, "CREATE EXTENSION pg_trgm" in found.advice) == ("warning", True)
        behind_its_back(database, "DROP SCHEMA {schema} CASCADE")
        assert check_index(session, upkeep).state == "bad"


def test_the_nightly_comparison_finds_a_row_that_was_changed_and_a_rebuild_mends_it(
    database: Database, index: Index
) -> None:
    sites = SiteCache(database, mode_override="", mail_works=False)
    upkeep = upkeep_of(index, sites)
    with database.reading() as session:
        behind_its_back(database, f"DELETE FROM {{schema}}.pages WHERE slug = '{SLUG}'::bytea")
        assert compare(index.checksum(), upkeep.expected(session)).missing == (SLUG,)
        rebuild(session, index, sites.site(datetime.now(UTC)))
        assert compare(index.checksum(), upkeep.expected(session)).count == 0


def started(folder: Path, address: str) -> Server:
    folder.mkdir(exist_ok=True)
    server = Server(folder, environment(folder, address), workers=1)
    server.start()
    return server


def behind_its_back(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        own = str(connection.scalar(text("SELECT current_schema()")))
        connection.exec_driver_sql(statement.format(schema=named_after(own)))


def whole(index: Index) -> bool:
    from search.index import IndexDamaged

    try:
        return index.documents() > 50
    except IndexDamaged:
        return False


def draft(database: Database, sentence: str) -> int:
    """A new draft of the guide with one more sentence; its number."""
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == SLUG)).one()
        live = article.published
        assert live is not None and article.latest is not None
        saved = save_revision(
            session,
            article,
            title=live.title,
            front=live.front,
            source=f"{FIRST.setdefault(SLUG, live.source)}\n\n{sentence}\n",
            author_id=None,
            based_on=article.latest.number,
            now=datetime.now(UTC),
        )
        session.commit()
        return int(saved.number)


FIRST: dict[str, str] = {}


class Author:
    """Someone who may publish, signed in on one server."""

    def __init__(self, server: Server, database: Database) -> None:
        self._server = server
        with database.writing() as session:
            lead = read_cast(session).lead
            raw_id = sessions.begin(session, lead, stage=Stage.OPEN, now=datetime.now(UTC))
            session.commit()
        self._cookie = f"signpost={raw_id}"
        answer, page = self._ask("GET", f"/author/guides/{SLUG}/publish")
        assert answer.status == 200, page[:500]
        for brought in answer.headers.get_all("Set-Cookie") or []:
            self._cookie += f"; {brought.partition(';')[0]}"
        _, page = self._ask("GET", f"/author/guides/{SLUG}/publish")
        found = re.search(rb'name="csrf" value="([0-9a-f]+)"', page)
        assert found is not None
        self._token = found[1].decode()

    def publish(self, number: int) -> None:
        answer, page = self._ask(
            "POST", f"/author/guides/{SLUG}/publication", csrf=self._token, number=str(number)
        )
        assert answer.status == 303, (answer.status, page[-3000:])

    def _ask(self, method: str, path: str, **fields: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = self._server.connection()
        home = f"http://127.0.0.1:{self._server.port}"
        headers = {"Cookie": self._cookie, "Origin": home}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body
