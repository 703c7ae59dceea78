"""What the server gives a browser to keep, and how it takes what was written without a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from cast import Cast
from grounds import NOW
from sqlalchemy import select
from visitor import HOME, Visitor
from werkzeug.test import TestResponse

from kb.articles import Article
from portal.database import Database
from portal.site.settings import change_setting, touch_site
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
KEPT = ("/offline", "/offline/kit", "/offline/request")
WRITTEN = {
    "words": "The line is down here",
    "waiting": "no",
    "reach": "me",
    "urgency": "this_week",
    "office": "yellowstone",
    "name": "Pat",
    "phone": "406-555-0117",
    "key": "written-here-1",
}


def send(browser: Visitor, **changed: str) -> TestResponse:
    """As the script sends: a fresh token first, then the words."""
    token = browser.ask("GET", "/offline/token").json["token"]
    headers = {"X-CSRF-Token": token, "Origin": HOME}
    return browser.ask("POST", "/offline/requests", data=WRITTEN | changed, headers=headers)


def tickets(database: Database) -> list[Ticket]:
    with database.reading() as session:
        return list(session.scalars(select(Ticket).where(Ticket.name == "Pat")))


@pytest.mark.parametrize("address", KEPT)
def test_a_kept_page_is_the_same_for_everyone(visit: Visit, cast: Cast, address: str) -> None:
    anyone, person = visit().ask("GET", address), visit(cast.agent).ask("GET", address)
    assert anyone.status_code == person.status_code == 200
    assert anyone.headers["ETag"] == person.headers["ETag"]
    assert without_nonce(anyone.text) == without_nonce(person.text)
    assert "csrf" not in person.text and cast.agent.name not in person.text
    assert visit().ask("GET", address, headers={"If-None-Match": anyone.headers["ETag"]}).status_code == 304


def without_nonce(text: str) -> str:
    return re.sub(r'nonce="[\w-]+"', "", text)


def test_the_kept_kit_changes_with_the_site_and_never_holds_what_is_for_staff(
    visit: Visit, cast: Cast, database: Database
) -> None:
    before = visit(cast.agent).ask("GET", "/offline/kit")
    assert "My label printer won" in before.text
    with database.writing() as session:
        found = session.scalars(select(Article).where(Article.slug == "label-printer-wont-print")).one()
        found.audience = "staff"
        touch_site(session)
        session.commit()
    after = visit(cast.agent).ask("GET", "/offline/kit")
    assert "My label printer won" not in after.text
    assert after.headers["ETag"] != before.headers["ETag"]
    assert "This is the copy kept on this computer from September 16, 2026." in after.text
    assert "signpost-storm-kit 1" not in after.text


def test_the_policies_let_only_our_worker_and_the_scripts_of_the_kit_run(visit: Visit) -> None:
    assert "worker-src 'self'" in visit().ask("GET", "/").headers["Content-Security-Policy"]
    kit = visit().ask("GET", "/offline/kit")
    policy = kit.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "form-action 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    worker = visit().ask("GET", "/service-worker.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert worker.headers["X-Content-Type-Options"] == "nosniff"


def test_everything_that_the_kept_form_loads_is_kept(visit: Visit) -> None:
    browser = visit()
    listed = set(
        re.findall(r'"(/static/[^"]+)"', browser.ask("GET", "/service-worker.js").text.split("\n")[0])
    )
    page = browser.ask("GET", "/offline/request").text
    asked = set(re.findall(r'(?:src|href)="(/static/[^"#]+)"', page))
    assert asked and asked <= listed
    for address in listed:
        found = browser.ask("GET", address)
        assert found.status_code == 200
        if address.endswith(".js"):
            imported = re.findall(r'import[^"]*"\./([^"]+)"', found.text)
            assert {f"/static/js/{name}" for name in imported} <= listed


def test_the_switch_takes_the_worker_away(visit: Visit, database: Database) -> None:
    assert '"off": false' in visit().ask("GET", "/service-worker.js").text
    with database.writing() as session:
        change_setting(session, "offline.off", True, by=None, now=NOW)
        session.commit()
    assert '"off": true' in visit().ask("GET", "/service-worker.js").text


def test_a_request_is_taken_once_however_often_it_is_sent(visit: Visit, database: Database) -> None:
    browser = visit()
    first, second = send(browser), send(browser)
    (ticket,) = tickets(database)
    said: dict[str, Any] = first.json
    assert said == second.json
    assert said["reference"] == f"R-{ticket.number}"
    assert visit().open(said["address"]).heading == "We have your request"


def test_the_usual_form_whose_answer_was_lost_makes_no_second_request(
    visit: Visit, database: Database
) -> None:
    browser = visit()
    page = browser.open("/tickets/new")
    fields = {name: value for name, value in WRITTEN.items() if name != "key"}
    page.press("Send to the help desk", **fields)
    send(browser, key=page.value("key"))
    assert len(tickets(database)) == 1


def test_what_waited_belongs_to_nobody_who_is_signed_in_now(
    visit: Visit, cast: Cast, database: Database
) -> None:
    browser = visit(cast.clerk)
    browser.open("/search?q=somebody+elses+search")
    assert send(browser).status_code == 200
    (ticket,) = tickets(database)
    assert ticket.reporter_id is None and not ticket.email_verified
    assert ticket.path["searched"] == []
    assert "The line is down here" not in browser.open("/requests").main


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"phone": "12"}, "phone", "Enter a number with area code, like 406-555-0117"),
        ({"words": " "}, "words", "Tell us what is happening"),
        ({"office": "atlantis"}, "office", "Choose your office"),
        ({"office": "not-listed"}, "office_words", "Enter the name of your office"),
        ({"key": "k" * 61}, "key", "Use at most 60 letters. This has 61."),
    ],
)
def test_what_cannot_be_taken_says_what_to_mend(
    visit: Visit, database: Database, changed: dict[str, str], field: str, words: str
) -> None:
    answer = send(visit(), **changed)
    assert (answer.status_code, answer.json["problems"][field]) == (422, words)
    assert tickets(database) == []


def test_without_a_token_of_this_browser_nothing_is_taken(visit: Visit, database: Database) -> None:
    browser, other = visit(), visit()
    browser.open("/")
    token = other.ask("GET", "/offline/token")
    assert token.headers["Cache-Control"] == "no-store"
    for headers in ({}, {"X-CSRF-Token": token.json["token"]}):
        assert browser.ask("POST", "/offline/requests", data=WRITTEN, headers=headers).status_code == 400
    assert tickets(database) == []
