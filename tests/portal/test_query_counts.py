"""How many queries the busy pages take, warm, so that a loop over rows is noticed the day it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from cast import Cast
from factories import Factory
from flask import Flask
from sqlalchemy import Engine, event
from visitor import Visitor

Visit = Callable[..., Visitor]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are run meanwhile; BEGIN and pragmas are not counted."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def queries(app: Flask, browser: Visitor, address: str) -> list[str]:
    """What a second look at a page runs. Events written after the answer are left out."""
    assert browser.ask("GET", address).status_code == 200
    with counted(app.extensions["signpost"].database.engine) as statements:
        assert browser.ask("GET", address).status_code == 200
    after = ("INSERT INTO searches", "INSERT INTO openings", "SELECT articles.id \nFROM articles")
    return [statement for statement in statements if not statement.startswith(after)]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 8),
        ("/search?q=labels+come+out+blank", 6),
        ("/search?q=zxqv+blorptag", 8),
        ("/suggest?q=labels", 4),
        ("/articles/labels-come-out-blank", 4),
        ("/topics", 6),
        ("/topics/printing-and-labels", 5),
        ("/diagnose/label-printer-wont-print", 5),
        ("/tickets/new", 5),
        ("/status", 8),
    ],
)
def test_a_page_for_visitors_takes_few_queries(app: Flask, visit: Visit, address: str, most: int) -> None:
    run = queries(app, visit(), address)
    assert len(run) <= most, "\n".join(run)


def test_a_page_of_a_run_takes_few_queries(app: Flask, visit: Visit, make: Factory) -> None:
    run = queries(app, visit(), f"/runs/{make.run()}/line")
    assert len(run) <= 9, "\n".join(run)


def test_a_request_page_takes_few_queries(app: Flask, visit: Visit, make: Factory) -> None:
    run = queries(app, visit(), make.link(make.ticket()))
    assert len(run) <= 5, "\n".join(run)


def test_the_queue_takes_as_many_queries_for_thirty_requests_as_for_one(
    app: Flask, visit: Visit, cast: Cast, make: Factory
) -> None:
    make.ticket()
    agent = visit(cast.agent)
    for_one = queries(app, agent, "/desk/")
    for number in range(29):
        make.ticket(f"Request {number}", worker=cast.agent if number % 2 else None)
    for_thirty = queries(app, agent, "/desk/")
    assert len(for_thirty) <= len(for_one) <= 8, "\n".join(for_thirty)


def test_a_page_of_the_desk_takes_as_many_queries_for_a_long_history(
    app: Flask, visit: Visit, cast: Cast, make: Factory
) -> None:
    ticket = make.ticket()
    agent = visit(cast.agent)
    address = f"/desk/tickets/{ticket.reference}"
    before = queries(app, agent, address)
    for number in range(10):
        agent.open(address).press("Save internal note", text=f"Note {number}")
    assert len(queries(app, agent, address)) <= len(before) <= 20


def test_the_own_requests_take_few_queries(app: Flask, visit: Visit, cast: Cast, make: Factory) -> None:
    for number in range(12):
        make.ticket(f"Request {number}", by=cast.clerk)
    run = queries(app, visit(cast.clerk), "/requests")
    assert len(run) <= 6, "\n".join(run)


def test_a_person_who_is_signed_in_costs_two_queries_more(app: Flask, visit: Visit, cast: Cast) -> None:
    address = "/articles/labels-come-out-blank"
    assert len(queries(app, visit(cast.clerk), address)) <= 6
