"""A small desk's pages, and each kind of index filled with them."""

import os

import pytest
from grounds import empty_schema
from sqlalchemy import create_engine

from search.index import Document, Section
from search.memory_index import MemoryIndex
from search.postgres_index import PostgresIndex
from search.whoosh_index import WhooshIndex

PUBLIC = frozenset({"public"})
CLERK = frozenset({"public", "clerks"})
STAFF = frozenset({"public", "clerks", "staff", "group:vendors"})


def page(
    slug, title, *texts, audience="public", topic="printing", symptoms=(), tags=(), kind="guide", version="1"
):
    sections = tuple(
        Section(f"s{number}" if number else "", f"Part {number}" if number else "", text)
        for number, text in enumerate(texts)
    )
    return Document(slug, version, kind, title, topic, audience, tuple(symptoms), tuple(tags), sections)


PAGES = (
    page(
        "labels-stuck",
        "Labels do not print",
        "Check that the label printer has paper and power.",
        "Open the print queue. Delete every waiting job. Restart the spooler.",
        symptoms=("nothing comes out of the dymo", "the label printer just sits there"),
        tags=("dymo",),
    ),
    page("paper-jam", "Clear a paper jam", "Open the cover and pull the paper out slowly.", topic="printing"),
    page(
        "locked-out",
        "Your account is locked",
        "After five wrong passwords the account locks for 30 minutes.",
        "Call the help desk if someone is waiting. Error 0x80070005 means that access was denied.",
        topic="signing-in",
        symptoms=("it says my account is disabled",),
    ),
    page("log-in-first", "Log in for the first time", "You need a code by text message.", topic="signing-in"),
    page(
        "reports", "Run the absentee report", "Choose the election. Press Run. A PDF opens.", topic="reports"
    ),
    page(
        "poll-book-offline",
        "The poll book is offline",
        "Use the paper list. The e-pollbook reconnects by itself.",
        kind="diagnostic",
        topic="poll-books",
        audience="clerks",
    ),
    page(
        "vendor-passcodes",
        "Reset the tabulator vault",
        "The zirconium passphrase opens the vault. Printer labels are kept there.",
        audience="staff",
        topic="secret-work",
        symptoms=("the vault will not open",),
    ),
    page("vendor-line", "Vendor escalation", "Only for xenolith contracts.", audience="group:vendors"),
)


KINDS = ["memory", "whoosh", pytest.param("postgresql", marks=pytest.mark.postgresql)]
NO_POSTGRESQL = "SIGNPOST_TEST_POSTGRESQL is not set."


@pytest.fixture(scope="session")
def index_database():
    """An engine on a schema of this test process, on the server that the tests use."""
    server = os.environ.get("SIGNPOST_TEST_POSTGRESQL", "")
    if not server:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_POSTGRESQL)
    with empty_schema(server, "signpost_index") as url:
        engine = create_engine(url)
        yield engine
        engine.dispose()


def postgres_index(engine, meaning=None):
    """An empty index with so much time that a busy machine does not change what is found."""
    index = PostgresIndex(engine.connect, meaning, statement_milliseconds=20_000)
    index.reset()
    return index


def index_of(kind, request, folder, meaning=None):
    """An empty index of one kind."""
    if kind == "postgresql":
        return postgres_index(request.getfixturevalue("index_database"), meaning)
    return MemoryIndex(meaning) if kind == "memory" else WhooshIndex(folder / "index", meaning)


@pytest.fixture(params=KINDS)
def empty_index(request, tmp_path):
    return index_of(request.param, request, tmp_path)


@pytest.fixture
def index(empty_index):
    with empty_index.edit() as edit:
        for one in PAGES:
            edit.put(one)
    return empty_index
