"""How many queries the busy pages take, warm, so that a loop over rows is noticed the day it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from cast import Cast
from factories import Factory
from flask import Flask
from grounds import Clock
from sqlalchemy import Engine, event
from visitor import Visitor
from walks import give_contact, walk_labels

from kb.trees.runs import Run
from portal.author.questions.asking import ask_now
from portal.database import Database

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
    after = (
        *("INSERT INTO ", "UPDATE searches", "SELECT searches.", "SELECT articles.id \nFROM articles"),
        *("SELECT runs.mode", "SELECT run_events.", "SELECT (SELECT max(run_events.seq)"),
    )
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
        ("/diagnose/label-printer-wont-print/paper", 7),
        ("/storm-kit", 3),
        ("/storm-kit/binder", 3),
        ("/tickets/new", 5),
        ("/tickets/new?words=labels+come+out+blank", 7),
        ("/status", 8),
        ("/offline/kit", 0),
        ("/offline/request", 1),
        ("/offline", 0),
        ("/service-worker.js", 0),
    ],
)
def test_a_page_for_visitors_takes_few_queries(app: Flask, visit: Visit, address: str, most: int) -> None:
    run = queries(app, visit(), address)
    assert len(run) <= most, "\n".join(run)


def test_a_page_of_a_run_takes_few_queries(app: Flask, visit: Visit, make: Factory) -> None:
    run = queries(app, visit(), f"/runs/{make.run()}/line")
    assert len(run) <= 2, "\n".join(run)


def test_the_pages_at_the_end_of_a_run_take_few_queries(app: Flask, visit: Visit) -> None:
    clerk = visit()
    contact = walk_labels(clerk)
    run = queries(app, clerk, contact.address)
    assert len(run) <= 3, "\n".join(run)
    run = queries(app, clerk, give_contact(contact).address)
    assert len(run) <= 5, "\n".join(run)


def test_asking_where_a_run_is_takes_one_query_and_one_more_for_who_is_signed_in(
    app: Flask, visit: Visit, cast: Cast, make: Factory
) -> None:
    address = f"/runs/{make.run()}/where-we-are?mark=x"
    run = queries(app, visit(), address)
    assert len(run) == 1, "\n".join(run)
    run = queries(app, visit(cast.clerk), address)
    assert len(run) == 2, "\n".join(run)


def test_a_run_that_the_desk_helps_with_takes_few_queries_at_any_page(
    app: Flask, visit: Visit, cast: Cast, make: Factory
) -> None:
    clerk, agent = visit(), visit(cast.agent)
    begun = queries(app, agent, f"/desk/runs/{make.run()}")
    assert len(begun) <= 4, "\n".join(begun)
    check = give_contact(walk_labels(clerk))
    address = f"/desk/runs/{check.address.split('/')[2]}"
    walked = queries(app, agent, address)
    assert len(walked) <= 5, "\n".join(walked)
    check.press("Send to the help desk")
    sent = queries(app, agent, address)
    assert len(sent) <= 5, "\n".join(sent)


def test_opening_a_run_by_its_code_takes_few_queries(
    app: Flask, visit: Visit, cast: Cast, make: Factory, database: Database
) -> None:
    agent = visit(cast.agent)
    run = queries(app, agent, "/desk/runs/")
    assert len(run) <= 1, "\n".join(run)
    run_id = make.run()
    agent.open(f"/desk/runs/{run_id}")  # warms what is kept of the diagnostic
    with database.reading() as session:
        code = session.get_one(Run, run_id).code
    page = agent.open("/desk/runs/")
    with counted(app.extensions["signpost"].database.engine) as statements:
        assert "Code the caller reads out" not in page.press("Open the run", code=code)
    # Seven to open it, one of them the count of codes, and what the page of the run takes.
    assert len(statements) <= 11, "\n".join(statements)


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


def test_the_unanswered_questions_take_as_many_queries_for_thirty_as_for_one(
    app: Flask, visit: Visit, cast: Cast, clock: Clock
) -> None:
    visit().ask("GET", "/search?q=zzyzx+0")
    clock.later(minutes=31)
    author = visit(cast.author)
    for_one = queries(app, author, "/author/unanswered")
    for number in range(30):
        visit().ask("GET", f"/search?q=labels+zzyzx+{number}")
    clock.later(minutes=31)
    for_thirty = queries(app, author, "/author/unanswered")
    assert len(for_thirty) <= len(for_one) <= 8, "\n".join(for_thirty)
    assert len(queries(app, author, "/author/unanswered/question?words=zzyzx+0")) <= 12


def test_the_own_requests_take_few_queries(app: Flask, visit: Visit, cast: Cast, make: Factory) -> None:
    for number in range(12):
        make.ticket(f"Request {number}", by=cast.clerk)
    run = queries(app, visit(cast.clerk), "/requests")
    assert len(run) <= 6, "\n".join(run)


def test_a_person_who_is_signed_in_costs_two_queries_more(app: Flask, visit: Visit, cast: Cast) -> None:
    address = "/articles/labels-come-out-blank"
    assert len(queries(app, visit(cast.clerk), address)) <= 6


def test_the_word_list_and_the_test_questions_take_few_queries(app: Flask, visit: Visit, cast: Cast) -> None:
    parts = app.extensions["signpost"]
    assert ask_now(parts.database, parts.finder, parts.sites.site(parts.clock()), parts.clock()) == 1
    author = visit(cast.author)
    for address, most in (
        ("/author/words", 4),
        ("/author/questions", 8),
        ("/author/diagnostics/label-printer-wont-print/evidence", 7),
        ("/author/diagnostics/label-printer-wont-print", 8),
        ("/author/diagnostics/label-printer-wont-print/nodes/light", 8),
        ("/author/diagnostics/label-printer-wont-print/tests", 8),
        ("/author/guides/labels-come-out-blank/questions", 9),
    ):
        run = queries(app, author, address)
        assert len(run) <= most, "\n".join([address, *run])
