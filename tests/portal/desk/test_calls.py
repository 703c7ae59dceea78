"""Logging a call."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.diagnostic_source import diagnostic_text
from kb.trees.runs import Run, RunEvent, answer, begin, spoken
from kb.writing import go_live, save_revision, start_article
from portal.desk.calls.call import length_of, minutes_and_seconds
from portal.desk.calls.forms import office_typed
from portal.tickets.ticket import Entry, Ticket

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)
SignIn = Callable[[Any], Any]
CALL = {
    "office": "cascade",
    "name": "Deputy clerk",
    "phone": "",
    "waiting": "no",
    "words": "The voter system says locked. The new password works on the web page.",
    "ended": "solved",
    "resolution": "Old password was saved in the browser.",
    "cause": "user_slip",
    "guide": "none needed",
    "started": str(int(NOW.timestamp()) - 192),
    "key": "one",
}


def only_ticket(session: Session) -> Ticket:
    session.expire_all()
    return session.scalars(select(Ticket)).one()


def test_a_call_that_was_solved_becomes_a_solved_request(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(world.ada)
    answer = browser.post("/desk/calls/new", CALL)
    html = browser.get(answer.location)
    ticket = only_ticket(session)
    assert f"Saved. 3 min 12 s. The call is {ticket.reference}." in html
    assert "Calls today: 1" in html
    assert (ticket.channel, ticket.state, ticket.office_id) == ("phone", "solved", world.cascade.id)
    assert (ticket.subject, ticket.phone) == ("The voter system says locked", "406-555-0126")
    assert (ticket.cause, ticket.guide, ticket.owner_id) == ("user_slip", "none needed", world.ada.id)
    assert ticket.path["call_seconds"] == 192


def test_a_call_saved_twice_is_one_request(world: Any, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(world.ada)
    browser.post("/desk/calls/new", CALL)
    browser.post("/desk/calls/new", CALL)
    ticket = only_ticket(session)
    notes = select(func.count(Entry.id)).where(Entry.ticket_id == ticket.id, Entry.kind == "note")
    assert session.scalar(notes) == 1
    browser.post("/desk/calls/new", CALL | {"key": "two"})
    assert session.scalar(select(func.count(Ticket.id))) == 2


def test_an_open_call_goes_to_the_queue_with_its_next_promise(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(world.ada)
    browser.post("/desk/calls/new", CALL | {"ended": "mine", "waiting": "yes", "next_news": "2:30 pm"})
    ticket = only_ticket(session)
    assert (ticket.state, ticket.worker_id, ticket.priority) == ("working", world.ada.id, "P1")
    assert ticket.next_news_at == datetime(2026, 9, 16, 20, 30, tzinfo=UTC)
    assert ticket.reference in browser.get("/desk/?view=mine")


def test_a_call_for_anyone_waits_for_a_worker_and_cannot_sink(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(world.ada)
    browser.post("/desk/calls/new", CALL | {"ended": "anyone"})
    ticket = only_ticket(session)
    assert (ticket.state, ticket.worker_id, ticket.owner_id) == ("new", None, world.ada.id)
    assert ticket.next_news_at == datetime(2026, 9, 16, 21, 42, tzinfo=UTC)
    assert ticket.reference in browser.get("/desk/?view=nobody")


def test_a_call_passed_to_elections_staff_is_closed_as_such(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(world.ada)
    browser.post("/desk/calls/new", CALL | {"ended": "elections", "resolution": "", "cause": "", "guide": ""})
    ticket = only_ticket(session)
    assert (ticket.state, ticket.resolution, ticket.cause) == (
        "solved",
        "Passed to elections staff",
        "procedure",
    )


def test_an_office_that_is_not_listed_is_other(world: Any, sign_in: SignIn, session: Session) -> None:
    sign_in(world.ada).post("/desk/calls/new", CALL | {"office": "Other"})
    assert only_ticket(session).office_id is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("office", "", "Choose an office, or type “other”"),
        ("office", "zzz", "Choose an office, or type “other”"),
        ("office", "count", "More than one office fits"),
        ("name", "", "Enter the caller&#39;s name"),
        ("phone", "12", "Enter a number with area code, like 406-555-0117"),
        ("waiting", "", "Select whether a voter, judge or jury is waiting"),
        ("words", "", "Write what happened, in the caller&#39;s words"),
        ("ended", "", "Select how the call ended"),
        ("resolution", "", "Say what fixed it"),
        ("cause", "", "Choose a cause"),
        ("guide", "", "Choose a guide, or “None needed”"),
        ("next_news", "soon", "Enter a time like 3:30 pm, or tomorrow 9 am"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(
    world: Any, sign_in: SignIn, session: Session, field: str, value: str, sentence: str
) -> None:
    html = sign_in(world.ada).post("/desk/calls/new", CALL | {field: value}, 422).text
    assert html.count(sentence) >= 2
    assert session.scalar(select(func.count(Ticket.id))) == 0
    for name in ("words", "resolution"):
        assert name == field or CALL[name] in html


def test_looking_up_saves_nothing_and_shows_the_open_requests_of_the_office(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    open_one = world.ticket("Locked out", office=world.cascade)
    secret = world.ticket("Secret", office=world.cascade, restricted=True)
    html = sign_in(world.ada).post("/desk/calls/new", CALL | {"action": "look", "office": "casc"}, 200).text
    assert 'value="Cascade County"' in html
    assert f"{open_one.reference} Locked out" in html
    assert secret.reference not in html
    assert "There is a problem" not in html
    assert session.scalar(select(func.count(Ticket.id))) == 2


def test_a_code_opens_its_request(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket(path={"code": "K7M4QD"})
    answer = sign_in(world.ada).post("/desk/calls/new", {"action": "look", "office": "k7m 4qd"})
    assert answer.location == f"/desk/tickets/{ticket.reference}"


def test_a_call_about_an_open_request_joins_it_once(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket("Locked out", office=world.cascade)
    browser = sign_in(world.ada)
    for _ in range(2):
        answer = browser.post(
            "/desk/calls/new", {"about": ticket.reference, "words": "Still locked.", "key": "k"}
        )
    assert "by phone" in browser.get(answer.location)
    found = session.scalars(
        select(Entry).where(Entry.ticket_id == ticket.id, Entry.text == "Still locked.")
    ).all()
    assert [(one.side, one.channel) for one in found] == [("clerk", "phone")]


def test_a_call_cannot_join_a_request_that_the_agent_may_not_see(world: Any, sign_in: SignIn) -> None:
    secret = world.ticket("Secret", restricted=True)
    fields = {"about": secret.reference, "words": "x", "key": "k"}
    sign_in(world.ada).post("/desk/calls/new", fields, 404)
    sign_in(world.lea).post("/desk/calls/new", fields)


def test_agents_log_calls_and_specialists_do_not(world: Any, sign_in: SignIn) -> None:
    sign_in(world.ada).get("/desk/calls/new")
    sam = sign_in(world.sam)
    sam.get("/desk/calls/new", 403)
    sam.post("/desk/calls/new", CALL, 403)


def test_the_start_of_the_page_is_kept_and_an_unlikely_one_counts_as_none(
    world: Any, sign_in: SignIn
) -> None:
    html = sign_in(world.ada).get("/desk/calls/new")
    assert re.search(rf'name="started" value="{int(NOW.timestamp())}"', html)
    assert "Started 11:42 am" in html
    assert length_of(int(NOW.timestamp()) - 192, NOW) == 192
    assert length_of(0, NOW) == 0
    assert length_of(int(NOW.timestamp()) + 60, NOW) == 0
    assert length_of(999_999_999_999_999, NOW) == 0
    assert (minutes_and_seconds(192), minutes_and_seconds(42)) == ("3 min 12 s", "42 s")


def test_an_office_is_found_by_code_name_beginning_and_phone(world: Any, session: Session) -> None:
    for words in ("cascade", "Cascade County", "casc", "406-555-0126"):
        assert office_typed(session, words).office is world.cascade
    world.cascade.active = False
    session.flush()
    assert office_typed(session, "cascade").office is None


DIAGNOSTIC = """
title: The label printer does not print
topic: printing
audience: public
symptoms: [printer is dead, no labels, nothing prints]
facts:
  line: {label: Voters waiting}
  light: {label: Light on the printer}
start: light
nodes:
  light:
    ask: What color is the light?
    save: light
    options:
      - {id: green, say: Green, go: send}
      - {id: red, say: Red or orange, go: send}
    not_sure: {go: send}
outcomes:
  send: {kind: ticket, subject: "Label printer ({light})", group: help-desk}
walks: []
"""


def started_run(session: Session, *, answers: dict[str, str]) -> Run:
    text = diagnostic_text(DIAGNOSTIC, "label-printer")
    article = start_article(session, slug="label-printer", kind="diagnostic", title=text.title, now=NOW)
    revision = save_revision(
        session,
        article,
        title=text.title,
        front=text.front,
        source=DIAGNOSTIC,
        author_id=None,
        based_on=0,
        now=NOW,
    )
    go_live(session, article, revision, by_id=None, now=NOW)
    run = begin(session, article_id=article.id, revision_id=revision.id, visitor="v" * 22, now=NOW)
    for address, value in answers.items():
        answer(session, run, address, value, now=NOW)
    return run


def test_the_code_of_a_run_brings_what_the_caller_answered(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    run = started_run(session, answers={"light": "red"})
    run.office_id = world.cascade.id
    browser = sign_in(world.ada)
    html = browser.post("/desk/calls/new", {"action": "look", "office": spoken(run.code)}, 200).text
    assert "What color is the light? <b>Red or orange</b>" in html
    assert f'href="/runs/{run.id}"' in html
    assert 'value="Cascade County"' in html
    assert f'name="code" value="{run.code}"' in html
    browser.post("/desk/calls/new", CALL | {"code": run.code, "ended": "mine"})
    ticket = only_ticket(session)
    assert (ticket.subject, ticket.run_id, ticket.channel) == (
        "Label printer (Red or orange)",
        run.id,
        "phone",
    )
    assert ticket.path["answers"] == [{"question": "What color is the light?", "words": "Red or orange"}]
    assert ticket.facts == [{"label": "Light on the printer", "words": "Red or orange"}]
    assert session.get(Run, run.id).ticket_id == ticket.id
    again = browser.post("/desk/calls/new", {"action": "look", "office": run.code})
    assert again.location == f"/desk/tickets/{ticket.reference}"


def verdicts_of(session: Session, run: Run) -> list[str]:
    kept = select(RunEvent.option).where(RunEvent.run_id == run.id, RunEvent.kind == "desk_verdict")
    return list(session.scalars(kept))


def test_a_call_that_solved_a_run_says_what_really_fixed_it(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    run = started_run(session, answers={"light": "red"})
    browser = sign_in(world.ada)
    html = browser.post("/desk/calls/new", {"action": "look", "office": run.code}, 200).text
    assert "What really fixed it?" in html
    refused = {"code": run.code, "verdict": "not_a_fault", "resolution": ""}
    assert 'value="not_a_fault" selected' in browser.post("/desk/calls/new", CALL | refused, 422).text
    browser.post("/desk/calls/new", CALL | {"code": run.code, "verdict": "not_a_fault"})
    session.expire_all()
    assert verdicts_of(session, run) == ["not_a_fault"]


def test_a_verdict_that_was_not_offered_is_not_kept_by_a_call(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    run = started_run(session, answers={"light": "red"})
    sign_in(world.ada).post("/desk/calls/new", CALL | {"code": run.code, "verdict": "step:magic"})
    assert only_ticket(session).state == "solved"
    assert verdicts_of(session, run) == []


def test_a_verdict_that_was_not_offered_is_not_kept_at_the_end_of_a_run(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    run = started_run(session, answers={})
    sign_in(world.ada).post(f"/desk/runs/{run.id}/solved", {"verdict": "<b>" * 300})
    session.expire_all()
    assert session.get(Run, run.id).state == "solved"
    assert verdicts_of(session, run) == []


def test_a_call_without_a_run_or_still_open_keeps_no_verdict(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    run = started_run(session, answers={"light": "red"})
    browser = sign_in(world.ada)
    assert "What really fixed it?" not in browser.get("/desk/calls/new")
    open_still = {"code": run.code, "verdict": "not_a_fault", "ended": "mine"}
    browser.post("/desk/calls/new", CALL | open_still)
    browser.post("/desk/calls/new", CALL | {"key": "two", "verdict": "not_a_fault"})
    assert verdicts_of(session, run) == []


def test_the_search_opens_a_run_by_its_code_for_agents_alone(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    run = started_run(session, answers={})
    agent, specialist = sign_in(world.ada), sign_in(world.sam)
    assert agent.client.get(f"/desk/?q={run.code}").location == f"/desk/runs/{run.id}"
    assert run.id not in specialist.get(f"/desk/?q={run.code}")
    run.code_until = NOW
    assert run.id not in agent.get(f"/desk/?q={run.code}")


def test_the_run_of_a_hidden_request_is_hidden_too(world: Any, sign_in: SignIn, session: Session) -> None:
    run = started_run(session, answers={"light": "red"})
    secret = world.ticket("Secret", restricted=True)
    run.ticket_id = secret.id
    agent, lead = sign_in(world.ada), sign_in(world.lea)
    assert run.id not in agent.get(f"/desk/?q={run.code}")
    assert lead.client.get(f"/desk/?q={run.code}").location == f"/desk/runs/{run.id}"
