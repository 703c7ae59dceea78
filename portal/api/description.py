"""The OpenAPI 3.1 document: what the JSON interface takes and gives."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from portal.vocabulary import IMPACTS, PRIORITIES, STATES, URGENCIES

Schema = dict[str, Any]


def openapi_document() -> Schema:
    """The whole document. A test calls every path in it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Signpost",
            "version": _version(),
            "description": "Search, articles, requests and guided diagnostics. Times are RFC 3339 in UTC. "
            "Errors are problem documents (RFC 9457).",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _version() -> str:
    try:
        return version("signpost")
    except PackageNotFoundError:
        return "0"


def _paths() -> Schema:
    return {
        "/search": {
            "get": _operation(
                "Search articles",
                "SearchResults",
                parameters=[
                    _query("q", "Words, as a person would type them", required=True),
                    _query("limit", "At most this many, up to 50", kind="integer"),
                ],
            )
        },
        "/articles/{slug}": {
            "get": _operation("Read an article", "Article", parameters=[_path("slug")], errors=(404,))
        },
        "/tickets": {
            "post": _operation(
                "File a request",
                "TicketFiled",
                status=201,
                body="NewTicket",
                parameters=[_header("Idempotency-Key", "The same key again gives the same request")],
                errors=(401, 403, 409, 422),
            )
        },
        "/tickets/{reference}": {
            "get": _operation(
                "Read a request", "Ticket", parameters=[_path("reference")], errors=(401, 403, 404)
            )
            | {"security": [{"token": []}]}
        },
        "/runs": {"post": _operation("Begin a run", "Run", status=201, body="NewRun", errors=(404, 422))},
        "/runs/{id}": {"get": _operation("Read a run", "Run", parameters=[_path("id")], errors=(404,))},
        "/runs/{id}/answers": {
            "post": _operation(
                "Answer a page of a run",
                "Run",
                body="Answer",
                parameters=[_path("id")],
                errors=(404, 409, 422),
            )
        },
    }


def _operation(
    summary: str,
    gives: str,
    *,
    status: int = 200,
    body: str = "",
    parameters: list[Schema] | None = None,
    errors: tuple[int, ...] = (),
) -> Schema:
    answers: Schema = {str(status): {"description": summary, "content": _json(gives)}}
    for code in errors:
        answers[str(code)] = {
            "description": "A problem",
            "content": {"application/problem+json": {"schema": _ref("Problem")}},
        }
    operation: Schema = {"summary": summary, "responses": answers, "security": [{}, {"token": []}]}
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {"required": True, "content": _json(body)}
    return operation


def _schemas() -> Schema:
    text, moment = {"type": "string"}, {"type": "string", "format": "date-time"}
    maybe = {"type": ["string", "null"]}
    return {
        "Problem": _object(
            {"type": text, "title": text, "status": {"type": "integer"}, "detail": text, "fields": {"type": "object"}}
        ),
        "SearchResults": _object(
            {
                "query": text,
                "corrected": maybe,
                "total": {"type": "integer"},
                "took_ms": {"type": "number"},
                "results": {"type": "array", "items": _ref("Hit")},
            }
        ),
        "Hit": _object(
            {
                "kind": {"enum": ["guide", "diagnostic", "notice"]},
                "slug": text,
                "title": text,
                "snippet_html": text,
                "url": text,
                "score": {"type": "number"},
            }
        ),
        "Article": _object(
            {"kind": text, "slug": text, "title": text, "topic": text, "version": {"type": "integer"}, "html": text,
             "url": text, "published_at": maybe, "review_by": maybe}
        ),
        "NewTicket": _object(
            {
                "office": text | {"description": "The code of an office, such as yellowstone"},
                "name": text,
                "phone": text,
                "email": text,
                "subject": text,
                "description": text,
                "impact": {"enum": list(IMPACTS)},
                "urgency": {"enum": list(URGENCIES)},
            },
            optional=("email",),
        ),
        "TicketFiled": _object({"reference": text, "url": text}),
        "Ticket": _object(
            {"reference": text, "subject": text, "state": {"enum": list(STATES)},
             "priority": {"enum": list(PRIORITIES)}, "priority_reason": text, "created_at": moment,
             "changed_at": moment, "entries": {"type": "array", "items": {"type": "object"}}}
        ),
        "NewRun": _object({"diagnostic": text | {"description": "The slug of a diagnostic"}}),
        "Answer": _object({"node": text, "answer": text}),
        "Run": _object(
            {"id": text, "diagnostic": text, "code": text, "url": text,
             "trail": {"type": "array", "items": {"type": "object"}}, "page": {"type": ["object", "null"]},
             "outcome": {"type": ["object", "null"]}, "facts": {"type": "object"}, "ticket": maybe}
        ),
    }  # fmt: skip


def _object(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    needed = [name for name in properties if name not in optional and name != "fields"]
    return {"type": "object", "properties": properties, "required": needed}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(name: str) -> Schema:
    return {"application/json": {"schema": _ref(name)}}


def _query(name: str, words: str, *, required: bool = False, kind: str = "string") -> Schema:
    return {"name": name, "in": "query", "required": required, "description": words, "schema": {"type": kind}}


def _path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _header(name: str, words: str) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": words,
        "schema": {"type": "string"},
    }
