"""The queue in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.tickets.ticket import Ticket

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)
SignIn = Callable[[Any], Any]


def rows_of(html: str) -> list[str]:
    return re.findall(r'<span class="ref">(R-\d+)</span>', html)


def test_the_queue_shows_open_requests_in_order_with_the_reason(world: Any, sign_in: SignIn) -> None:
    ordinary = world.ticket("Report window does not open")
    urgent = world.ticket("Label printer will not print", voter_waiting=True)
    late = world.ticket(
        "License check says no match", answer_due_at=NOW - timedelta(minutes=25), worker=world.ben
    )
    html = sign_in(world.ada).get("/desk/")
    assert rows_of(html) == [urgent.reference, late.reference, ordinary.reference]
    assert "<title>Queue: 3 open, 1 late · Signpost</title>" in html
    assert "Voters or a court waiting." in html
    assert "Answer is 25 min late." in html
    assert "<b>Nobody yet</b>" in html


def test_the_page_costs_four_queries(app: Any, world: Any, sign_in: SignIn) -> None:
    for number in range(5):
        world.ticket(f"Request {number}", worker=world.ben if number % 2 else None)
    browser = sign_in(world.ada)
    browser.get("/desk/")
    statements: list[str] = []
    engine = app.extensions["signpost"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    browser.get("/desk/")
    assert len([one for one in statements if one != "BEGIN"]) <= 4, statements


def test_tabs_show_their_own_requests(world: Any, sign_in: SignIn) -> None:
    mine, free = world.ticket("Mine", worker=world.ada), world.ticket("Free")
    browser = sign_in(world.ada)
    assert rows_of(browser.get("/desk/?view=mine")) == [mine.reference]
    assert rows_of(browser.get("/desk/?view=nobody")) == [free.reference]
    assert rows_of(browser.get("/desk/?view=waiting")) == []
    assert len(rows_of(browser.get("/desk/?view=<script>"))) == 2


def test_an_empty_queue_says_so(world: Any, sign_in: SignIn) -> None:
    assert "Nothing is open." in sign_in(world.ada).get("/desk/")


def test_an_empty_tab_names_the_next_promise(world: Any, sign_in: SignIn) -> None:
    promised = world.ticket(worker=world.ben, first_answer_at=NOW, next_news_at=NOW + timedelta(hours=22))
    html = sign_in(world.ada).get("/desk/?view=mine")
    assert "You work on nothing right now. The next promise is due tomorrow 9:42 am" in html
    assert promised.reference in html


def test_an_agent_does_not_see_a_restricted_request_anywhere_and_a_lead_does(
    world: Any, sign_in: SignIn
) -> None:
    world.ticket("Someone has our passwords", restricted=True)
    agent, lead = sign_in(world.ada), sign_in(world.lea)
    assert "passwords" not in agent.get("/desk/")
    assert "Queue: 0 open" in agent.get("/desk/")
    assert "passwords" not in agent.get("/desk/search?q=someone")
    assert "Someone has our passwords" in lead.get("/desk/")
    assert "Someone has our passwords" in lead.get("/desk/search?q=someone")


def test_a_specialist_sees_the_own_group_in_a_tab_of_its_own(world: Any, sign_in: SignIn) -> None:
    own = world.ticket("Batch job stopped", group="systems-analyst")
    world.ticket("Printer")
    html = sign_in(world.sam).get("/desk/?view=group-systems-analyst")
    assert rows_of(html) == [own.reference]
    assert "Systems analysts <small>1</small>" in html


def test_take_the_next_one_opens_it(world: Any, sign_in: SignIn, session: Session) -> None:
    urgent = world.ticket("Urgent", voter_waiting=True)
    world.ticket("Ordinary")
    browser = sign_in(world.ada)
    answer = browser.post("/desk/next", {})
    assert answer.location == f"/desk/tickets/{urgent.reference}?view=mine&said=taken"
    assert "You work on it now." in browser.get(answer.location)
    session.expire_all()
    assert session.get(Ticket, urgent.id).worker_id == world.ada.id


def test_take_the_next_one_says_when_there_is_none(world: Any, sign_in: SignIn) -> None:
    world.ticket(worker=world.ben)
    browser = sign_in(world.ada)
    answer = browser.post("/desk/next", {})
    assert "Somebody works on every open request." in browser.get(answer.location)


def test_ticked_requests_are_taken_without_scripts(world: Any, sign_in: SignIn, session: Session) -> None:
    one, two = world.ticket("One"), world.ticket("Two", worker=world.ben)
    browser = sign_in(world.ada)
    html = browser.get("/desk/")
    assert f'name="ticket" value="{one.number}.0"' in html
    assert f'name="ticket" value="{two.number}.{world.ben.id}"' in html
    answer = browser.post(
        "/desk/bulk?view=open", {"ticket": [f"{one.number}.0", f"{two.number}.0"], "action": "take"}
    )
    html = browser.get(answer.location)
    assert (
        f"Moved 1 request: {one.reference}. Left alone, somebody took them meanwhile: {two.reference}."
        in html
    )
    session.expire_all()
    assert session.get(Ticket, one.id).worker_id == world.ada.id


def test_ticked_requests_are_given_to_a_colleague(world: Any, sign_in: SignIn, session: Session) -> None:
    one = world.ticket("One")
    browser = sign_in(world.ada)
    browser.post(
        "/desk/bulk?view=open", {"ticket": [f"{one.number}.0"], "action": "give", "to": str(world.ben.id)}
    )
    session.expire_all()
    assert session.get(Ticket, one.id).worker_id == world.ben.id


def test_a_bulk_action_without_ticks_or_without_a_person_says_what_to_do(world: Any, sign_in: SignIn) -> None:
    one = world.ticket("One")
    browser = sign_in(world.ada)
    assert "Tick at least one request first." in browser.post("/desk/bulk", {"action": "take"}, 422).text
    given = browser.post("/desk/bulk", {"action": "give", "ticket": [f"{one.number}.0"], "to": ""}, 422)
    assert "Choose whom to give them to." in given.text


def test_a_number_or_a_code_opens_its_request(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket(path={"code": "K7M4QD"})
    browser = sign_in(world.ada)
    for typed in (ticket.reference, ticket.reference.lower(), "K7M4QD", "k7m 4qd"):
        for address in ("/desk/", "/desk/search"):
            answer = browser.client.get(address, query_string={"q": typed})
            assert answer.location == f"/desk/tickets/{ticket.reference}"


def test_search_shows_requests_and_offices(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket("Labels skip")
    html = sign_in(world.ada).get("/desk/?q=yellowstone+labels")
    assert rows_of(html) == [ticket.reference]
    assert "1 request for “yellowstone labels”" in html
    html = sign_in(world.ada).get("/desk/search?q=yellowstone")
    assert 'href="/desk/offices/yellowstone"' in html


def test_typed_words_are_shown_as_words(world: Any, sign_in: SignIn) -> None:
    world.ticket("<script>alert(1)</script>")
    html = sign_in(world.ada).get("/desk/?q=<script>alert(1)</script>")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_rule_is_written_down(world: Any, sign_in: SignIn) -> None:
    html = sign_in(world.ada).get("/desk/order")
    assert "P1 before P2" in html
    assert "15 minutes" in html


def test_new_work_is_told_by_a_link_and_the_list_never_moves_by_itself(world: Any, sign_in: SignIn) -> None:
    first = world.ticket("First")
    world.ticket("Second")
    browser = sign_in(world.ada)
    assert f"view=open&amp;after={first.number + 1}" in browser.get("/desk/")
    assert "1 new." in browser.get(f"/desk/?after={first.number}")


@pytest.mark.parametrize("name", ["cora", "adam"])
def test_a_clerk_and_an_admin_do_not_enter_and_an_agent_does(world: Any, sign_in: SignIn, name: str) -> None:
    ticket = world.ticket(by=world.cora)
    addresses = (
        "/desk/",
        "/desk/search?q=x",
        "/desk/order",
        f"/desk/tickets/{ticket.reference}",
        "/desk/offices",
    )
    outside, inside = sign_in(getattr(world, name)), sign_in(world.ada)
    for address in addresses:
        outside.get(address, 403)
        inside.get(address)


def test_a_visitor_is_asked_to_sign_in(app: Any, world: Any, sign_in: SignIn) -> None:
    sign_in(world.ada)
    answer = app.test_client().get("/desk/")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/desk/")
