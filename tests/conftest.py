"""The ground under all tests: the application on a copy of a set-up database, a clock to turn, the cast, browsers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cast import Cast, read_cast
from factories import Factory
from flask import Flask
from grounds import NOW, Clock, postgresql_ground, set_up_folder, unused_rows
from jinja2 import FileSystemBytecodeCache
from visitor import Visitor

from auth.users import User
from portal.app import create_app
from portal.config import Config, read_config
from portal.database import Database, open_database

# What says how and with what to test, and not where a real Signpost lies.
KEPT = ("SIGNPOST_SOAK", "SIGNPOST_JUDGED_SETS", "SIGNPOST_MARKDOWN_SET")
NO_POSTGRESQL = (
    "Set SIGNPOST_TEST_POSTGRESQL to an empty database, such as postgresql+psycopg://127.0.0.1/signpost_test."
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what measures with texts that are not part of this project, unless a variable names their folder."""
    left_out = [item for item in items if (name := outside(item)) and not os.environ.get(name)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def outside(item: pytest.Item) -> str:
    """The variable that names the texts this test needs, or an empty text."""
    marker = item.get_closest_marker("outside")
    return str(marker.args[0]) if marker else ""


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes what a real Signpost on this machine uses."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SIGNPOST_")]:
            if not name.startswith("SIGNPOST_TEST_") and name not in KEPT:
                patch.delenv(name)
        patch.setenv("SIGNPOST_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Nothing: the plugin's fixture of this name shares one request, so a second browser would seem signed in."""


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped content and the cast, made once. Copy it; never open it."""
    folder = tmp_path_factory.mktemp("shipped")
    set_up_folder(folder, "")
    return folder


@pytest.fixture(scope="session")
def postgresql_url(shipped: Path) -> Iterator[str]:
    """A schema of our own on PostgreSQL with the shipped content and the cast, made once and wiped at the end."""
    server = os.environ.get("SIGNPOST_TEST_POSTGRESQL", "")
    if not server:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_POSTGRESQL)
    with postgresql_ground(server, shipped) as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at a Wednesday, 11:42 am in Denver, until a test turns it."""
    return Clock(NOW)


@pytest.fixture
def folder(shipped: Path, tmp_path: Path) -> Path:
    """A data folder of this test alone."""
    return Path(shutil.copytree(shipped, tmp_path / "var"))


@pytest.fixture
def mail_url() -> str:
    """Mail works, unless a test says otherwise; nothing sends, for no worker runs."""
    return "smtp://mail.example.gov"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Empty, which means SQLite in the folder; PostgreSQL for a test with that mark."""
    if request.node.get_closest_marker("postgresql") is None:
        yield ""
        return
    url: str = request.getfixturevalue("postgresql_url")
    with unused_rows(url):
        yield url


@pytest.fixture
def config(folder: Path, database_url: str, mail_url: str) -> Config:
    """The settings of the process under test."""
    environment = {"SIGNPOST_DATA": str(folder), "SIGNPOST_MAIL_URL": mail_url}
    return read_config(environment | ({"SIGNPOST_DATABASE_URL": database_url} if database_url else {}))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all applications of the tests, not once for each."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def start(config: Config, clock: Clock, compiled: FileSystemBytecodeCache) -> Iterator[Callable[[], Flask]]:
    """Starts the application on the folder; a second call is a restart."""
    running: list[Flask] = []

    def begin() -> Flask:
        app = create_app(config, clock=clock)
        app.jinja_env.bytecode_cache = compiled
        running.append(app)
        return app

    yield begin
    for app in running:
        app.extensions["signpost"].database.engine.dispose()


@pytest.fixture
def app(start: Callable[[], Flask]) -> Flask:
    """The application, as ``signpost setup`` leaves it, with the cast."""
    return start()


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """The database beside the application, to look and to prepare."""
    opened = open_database(config.database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def cast(database: Database) -> Cast:
    """The people."""
    with database.reading() as session:
        return read_cast(session)


@pytest.fixture
def make(app: Flask, database: Database) -> Factory:
    """Makes requests, notices and tokens that a test needs to be there already."""
    return Factory(app, database)


@pytest.fixture
def visit(app: Flask, make: Factory) -> Callable[..., Visitor]:
    """A browser: ``visit()`` of nobody, ``visit(cast.clerk)`` of a person who is signed in."""
    return lambda person=None, *, of=None: _browser(of or app, make, person)


def _browser(app: Flask, make: Factory, person: User | None) -> Visitor:
    browser = Visitor(app)
    if person is not None:
        browser.keep_cookie("signpost", make.sign_in(person))
    return browser
