"""The JSON API: shapes, tokens and scopes, idempotency, ETags, and that the description tells the truth."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from cast import Cast
from factories import Factory
from flask import Flask
from visitor import Visitor
from werkzeug.test import TestResponse

from auth.tokens import ARTICLES_READ, RUNS_WRITE, TICKETS_READ, TICKETS_WRITE
from portal.database import Database
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
NEW = {
    "office": "yellowstone", "name": "Casey", "phone": "406-555-0117", "email": "casey@county.example.gov",
    "subject": "My screen is dark", "description": "Since noon.", "impact": "low", "urgency": "today",
}  # fmt: skip
# The names and kinds of everything the API gives; a change here is a change for every program.
SHAPES: dict[str, Any] = {
    "search": {"corrected": "null", "query": "text", "results": [
        {"kind": "text", "score": "number", "slug": "text", "snippet_html": "text", "title": "text", "url": "text"}],
        "took_ms": "number", "total": "number"},
    "article": {"audience": "text", "html": "text", "kind": "text", "published_at": "text", "related": ["text"],
        "review_by": "text", "slug": "text", "symptoms": ["text"], "title": "text", "topic": "text", "url": "text",
        "version": "number"},
    "filed": {"reference": "text", "url": "text"},
    "ticket": {"changed_at": "text", "created_at": "text",
        "entries": [{"at": "text", "kind": "text", "side": "text", "text": "text"}], "facts": [], "impact": "text",
        "office": "text", "path": {}, "priority": "text", "priority_reason": "text",
        "reference": "text", "state": "text", "subject": "text", "urgency": "text", "voter_waiting": "flag"},
    "run": {"code": "text", "diagnostic": "text", "facts": {}, "id": "text", "outcome": "null",
        "page": {"heading": "text", "kind": "text", "node": "text", "options": [{"id": "text", "say": "text"}]},
        "ticket": "null", "trail": [], "url": "text"},
}  # fmt: skip


def shape(value: Any) -> Any:
    """The names and kinds of a JSON value; a list is shown by its first item."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    kinds = {bool: "flag", int: "number", float: "number", str: "text", type(None): "null"}
    return kinds[type(value)]


class Program:
    """A program that calls the API, with or without a token."""

    def __init__(self, app: Flask, token: str = "") -> None:
        self._browser = Visitor(app)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, address: str, **headers: str) -> TestResponse:
        return self._browser.ask("GET", f"/api/v1{address}", headers=self._headers | headers)

    def post(self, address: str, body: Any, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._browser.ask("POST", f"/api/v1{address}", json=body, headers=self._headers | named)


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


@pytest.fixture
def holder(app: Flask, make: Factory) -> Callable[..., Program]:
    """A program with a token of a person: ``holder(cast.clerk, TICKETS_READ)``."""
    return lambda person, *scopes: Program(app, make.token(person, *scopes))


def test_a_search_has_the_shape_that_programs_know(program: Program) -> None:
    answer = program.get("/search?q=labels+come+out+blank&limit=3")
    assert shape(answer.json) == SHAPES["search"]
    assert len(answer.json["results"]) == 3
    assert answer.json["results"][0]["url"].startswith("http://127.0.0.1:8000/")


@pytest.mark.parametrize("limit", ["0", "-1", "x", "99999", "", "²"])
def test_a_limit_that_is_none_does_no_harm(program: Program, limit: str) -> None:
    assert program.get(f"/search?q=labels&limit={limit}").status_code == 200


def test_an_article_is_told_once(program: Program) -> None:
    answer = program.get("/articles/labels-come-out-blank")
    assert shape(answer.json) == SHAPES["article"]
    again = program.get("/articles/labels-come-out-blank", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = program.get("/articles/labels-come-out-blank", **{"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_a_missing_article_is_a_problem_document(program: Program) -> None:
    answer = program.get("/articles/never-written")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert set(answer.json) >= {"type", "title", "status", "detail"}


def test_a_visitor_files_a_request_and_follows_its_link(program: Program, visit: Visit) -> None:
    answer = program.post("/tickets", NEW)
    assert (answer.status_code, shape(answer.json)) == (201, SHAPES["filed"])
    assert answer.json["reference"] == "R-2001"
    assert answer.headers["Location"] == answer.json["url"]
    page = visit().open(answer.json["url"].removeprefix("http://127.0.0.1:8000"))
    assert page.heading == "My screen is dark"


def test_the_same_key_gives_the_same_request_and_other_words_a_conflict(
    program: Program, database: Database
) -> None:
    first = program.post("/tickets", NEW, Idempotency_Key="one")
    second = program.post("/tickets", NEW, Idempotency_Key="one")
    assert (second.status_code, second.json) == (201, first.json)
    other = program.post("/tickets", NEW | {"subject": "Something else"}, Idempotency_Key="one")
    assert (other.status_code, other.mimetype) == (409, "application/problem+json")
    assert program.post("/tickets", NEW, Idempotency_Key="x" * 256).status_code == 422
    with database.reading() as session:
        assert session.query(Ticket).count() == 1


def test_a_key_is_the_senders_own(program: Program, holder: Callable[..., Program], cast: Cast) -> None:
    first = program.post("/tickets", NEW, Idempotency_Key="one")
    second = holder(cast.clerk, TICKETS_WRITE).post("/tickets", NEW, Idempotency_Key="one")
    assert (second.status_code, second.json["reference"] != first.json["reference"]) == (201, True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"office": "nowhere"}, "office"), ({"name": ""}, "name"), ({"phone": "12"}, "phone"),
        ({"email": "x"}, "email"), ({"impact": "huge"}, "impact"), ({"urgency": None}, "urgency"),
        ({"description": "x" * 5001}, "description"), ({"subject": ["a"] * 200}, "subject"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_used_are_named_and_nothing_is_written(
    program: Program, database: Database, change: dict[str, Any], field: str
) -> None:
    answer = program.post("/tickets", NEW | change)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert field in answer.json["fields"]
    with database.reading() as session:
        assert session.query(Ticket).count() == 0


@pytest.mark.parametrize("body", [[], "text", None, 7])
def test_anything_but_an_object_is_refused(program: Program, body: Any) -> None:
    assert program.post("/tickets", body).status_code == 400


def test_a_request_is_read_with_a_token_alone(program: Program, make: Factory, cast: Cast) -> None:
    ticket = make.ticket(by=cast.clerk)
    answer = program.get(f"/tickets/{ticket.reference}")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("token", ["", "signpost_wrong", "x" * 5000])
def test_a_token_that_is_not_good_looks_like_none(app: Flask, make: Factory, token: str) -> None:
    answer = Program(app, token or " ").get(f"/tickets/{make.ticket().reference}")
    assert answer.status_code == 401


def test_the_owner_reads_the_own_request_and_another_finds_it_missing(
    holder: Callable[..., Program], make: Factory, cast: Cast
) -> None:
    ticket = make.ticket(by=cast.clerk)
    answer = holder(cast.clerk, TICKETS_READ).get(f"/tickets/{ticket.reference}")
    assert shape(answer.json) == SHAPES["ticket"]
    for person in (cast.other_clerk, cast.colleague, cast.author, cast.admin, cast.specialist):
        there = holder(person, TICKETS_READ).get(f"/tickets/{ticket.reference}")
        missing = holder(person, TICKETS_READ).get("/tickets/R-9999")
        assert (there.status_code, there.json) == (404, missing.json)
    assert holder(cast.agent, TICKETS_READ).get(f"/tickets/{ticket.reference}").status_code == 200


def test_a_token_is_good_for_its_scope_alone(
    holder: Callable[..., Program], make: Factory, cast: Cast
) -> None:
    ticket = make.ticket(by=cast.clerk)
    answer = holder(cast.clerk, ARTICLES_READ).get(f"/tickets/{ticket.reference}")
    assert (answer.status_code, answer.json["detail"]) == (403, "This needs the scope tickets:read.")
    assert holder(cast.clerk, TICKETS_WRITE).get(f"/tickets/{ticket.reference}").status_code == 200
    assert holder(cast.clerk, TICKETS_READ).post("/tickets", NEW).status_code == 403


def test_a_cookie_opens_nothing_here(visit: Visit, make: Factory, cast: Cast) -> None:
    ticket = make.ticket(by=cast.clerk)
    assert visit(cast.clerk).ask("GET", f"/api/v1/tickets/{ticket.reference}").status_code == 401


def test_a_disabled_person_has_no_token(
    holder: Callable[..., Program], make: Factory, cast: Cast, database: Database
) -> None:
    ticket = make.ticket(by=cast.clerk)
    program = holder(cast.clerk, TICKETS_READ)
    with database.writing() as session:
        session.merge(cast.clerk).active = False
        session.commit()
    assert program.get(f"/tickets/{ticket.reference}").status_code == 401


def test_a_run_is_walked_to_its_ticket(program: Program, database: Database) -> None:
    begun = program.post("/runs", {"diagnostic": "label-printer-wont-print"})
    assert (begun.status_code, shape(begun.json)) == (201, SHAPES["run"])
    address = f"/runs/{begun.json['id']}"
    answered = program.post(f"{address}/answers", {"node": "line", "answer": "waiting"})
    assert answered.json["outcome"]["kind"] == "call_now"
    assert answered.json["ticket"] == "R-2001"
    assert program.get(address).json == answered.json
    with database.reading() as session:
        assert session.query(Ticket).one().voter_waiting


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"node": "line", "answer": "purple"}, 422), ({"node": "nowhere", "answer": "x"}, 422), ({}, 422),
        ({"node": "light", "answer": "red"}, 422), ({"node": "line", "answer": "no_line"}, 200),
    ],
)  # fmt: skip
def test_only_an_answer_that_is_offered_is_taken(program: Program, body: dict[str, str], status: int) -> None:
    run = program.post("/runs", {"diagnostic": "label-printer-wont-print"}).json["id"]
    assert program.post(f"/runs/{run}/answers", body).status_code == status


def test_a_guide_is_no_diagnostic_and_a_missing_run_is_missing(program: Program) -> None:
    assert program.post("/runs", {"diagnostic": "labels-come-out-blank"}).status_code == 422
    assert program.post("/runs", {"diagnostic": "never-written"}).status_code == 404
    assert program.get("/runs/never-begun").status_code == 404
    assert program.post("/runs/never-begun/answers", {"node": "a", "answer": "b"}).status_code == 404


def test_the_description_names_every_address_and_no_other(program: Program, app: Flask) -> None:
    described = {
        (method.upper(), re.sub(r"{\w+}", "{}", path))
        for path, operations in program.get("/openapi.json").json["paths"].items()
        for method in operations
    }
    there = {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1") and rule.rule != "/api/v1/openapi.json"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == there


def test_every_answer_has_the_fields_that_the_description_requires(
    program: Program, holder: Callable[..., Program], make: Factory, cast: Cast
) -> None:
    schemas = program.get("/openapi.json").json["components"]["schemas"]
    run = program.post("/runs", {"diagnostic": "label-printer-wont-print"}).json
    ticket = make.ticket(by=cast.clerk)
    answers = {
        "SearchResults": program.get("/search?q=labels").json,
        "Article": program.get("/articles/labels-come-out-blank").json,
        "TicketFiled": program.post("/tickets", NEW).json,
        "Ticket": holder(cast.clerk, TICKETS_READ).get(f"/tickets/{ticket.reference}").json,
        "Run": run,
        "Problem": program.get("/articles/never-written").json,
    }
    for name, answer in answers.items():
        assert set(schemas[name]["required"]) <= set(answer), name


def test_a_token_for_runs_begins_one(holder: Callable[..., Program], cast: Cast) -> None:
    begun = holder(cast.clerk, RUNS_WRITE).post("/runs", {"diagnostic": "label-printer-wont-print"})
    assert begun.status_code == 201
    assert holder(cast.clerk, ARTICLES_READ).post("/runs", {"diagnostic": "x"}).status_code == 403
