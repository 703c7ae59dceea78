"""Every address of the application: who may enter, what an unsafe request must prove, and that hidden is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from cast import IDENTITIES, Cast
from factories import Factory
from flask import Flask
from visitor import HOME, Visitor
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from auth.guard import ANYONE, SIGNED_IN, declared
from auth.roles import RIGHTS, VISITOR, Reader
from kb.articles import Article
from portal.database import Database
from portal.site.settings import touch_site
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# These say no by themselves: a bare number without its key, the pages of a sign-in that is half done, signing out,
# new recovery codes for a person who has no second step, and retiring an article that the public reads, for which
# the right to write drafts is not enough.
ASK_THEMSELVES = {
    "/tickets/<reference>",
    "/sign-in/code",
    "/sign-out",
    "/account/codes",
    "/account/codes/recovery",
    "/author/<any(guides, diagnostics):shelf>/<slug>/retirement",
}


@dataclass(frozen=True)
class Place:
    """One address with one method."""

    method: str
    rule: Rule

    @property
    def endpoint(self) -> str:
        return str(self.rule.endpoint)

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def places(app: Flask) -> Iterator[Place]:
    """Every address with every method that a person or a program can use."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Place(method, rule)


def address_of(place: Place, known: dict[str, Any]) -> str:
    """The address with something that is there in each of its gaps."""
    first = place.rule.rule.strip("/").split("/")[0]
    special = {"slug": {"topics": "printing-and-labels", "diagnose": "label-printer-wont-print"}.get(first)}

    def fill(gap: re.Match[str]) -> str:
        kind, name = (gap[1] or "").rstrip(":"), gap[2]
        value = special.get(name) or known.get(name)
        return str(value if value is not None else 1 if kind.startswith("int") else "x")

    return re.sub(r"<([a-z]+(?:\([^)]*\))?:)?(\w+)>", fill, place.rule.rule)


@pytest.fixture
def known(make: Factory, cast: Cast) -> dict[str, Any]:
    """Things that are there: a request of the clerk's, a run, a notice, a person who may be changed."""
    ticket = make.ticket(by=cast.clerk)
    return {
        "reference": ticket.reference,
        "key": make.link(ticket).rsplit("/", 1)[1],
        "run_id": make.run(),
        "address": "line",
        "notice_id": make.notice().id,
        "user_id": cast.colleague.id,
        "slug": "labels-come-out-blank",
        "code": "yellowstone",
        "reason": "did_not_help",
        "name": "label-printer-light.svg",
        "number": 1,
        "shelf": "guides",
        "section": "nodes",
    }


def test_every_view_declares_who_may_enter(app: Flask) -> None:
    for place in places(app):
        assert declared(app.view_functions[place.endpoint]), str(place)


def test_no_address_has_two_views_for_one_method(app: Flask) -> None:
    seen = [(place.method, re.sub(r"<[^>]+>", "<>", place.rule.rule)) for place in places(app)]
    assert sorted({one for one in seen if seen.count(one) > 1}) == []


@pytest.mark.parametrize("identity", IDENTITIES)
def test_an_identity_enters_where_its_rights_let_it_and_nowhere_else(
    app: Flask, visit: Visit, cast: Cast, known: dict[str, Any], identity: str
) -> None:
    person = cast.of(identity)
    reader = person.as_reader() if person else VISITOR
    browser, token = fresh(visit, person)
    wrong = []
    for place in places(app):
        if place.rule.rule.startswith("/api/"):
            continue  # programs enter by token; see test_api.py
        answer = knock(browser, place, address_of(place, known), token)
        if refused(answer) == may_enter(app, place, reader) and place.rule.rule not in ASK_THEMSELVES:
            wrong.append(f"{place}: {answer.status_code} {answer.headers.get('Location', '')}")
        if answer.status_code >= 500 and place.endpoint not in ("system.readyz", "system.ready"):
            wrong.append(f"{place}: {answer.status_code}")
        if "Set-Cookie" in answer.headers and "signpost=" in str(answer.headers.getlist("Set-Cookie")):
            browser, token = fresh(visit, person)
    assert not wrong, "\n".join(wrong)


def fresh(visit: Visit, person: Any) -> tuple[Visitor, str]:
    """A browser of this person with the token that its forms carry."""
    browser = visit(person) if person else visit()
    page = browser.ask("GET", "/status")
    found = re.search(r'name="csrf-token" content="([0-9a-f]+)"', page.text)
    assert found
    return browser, found[1]


def knock(browser: Visitor, place: Place, address: str, token: str) -> TestResponse:
    sent = {"data": {"csrf": token}, "headers": {"Origin": HOME}} if place.method in UNSAFE else {}
    return browser.ask(place.method, address, **sent)


def may_enter(app: Flask, place: Place, reader: Reader) -> bool:
    """What the declaration says, read without the guard's own code."""
    rights = declared(app.view_functions[place.endpoint])
    if ANYONE in rights or (SIGNED_IN in rights and reader.signed_in):
        return True
    return any(not RIGHTS[right].isdisjoint(reader.roles) for right in rights if right in RIGHTS)


def refused(answer: TestResponse) -> bool:
    """Sent to the sign-in page, or told that this is not theirs."""
    to_sign_in = answer.status_code in (302, 303) and answer.headers["Location"].startswith("/sign-in")
    return to_sign_in or answer.status_code == 403


def test_an_unsafe_request_without_the_token_is_refused(
    app: Flask, visit: Visit, known: dict[str, Any]
) -> None:
    browser, _ = fresh(visit, None)
    for place in places(app):
        if place.method in UNSAFE and not place.rule.rule.startswith("/api/"):
            answer = knock(browser, place, address_of(place, known), "")
            assert answer.status_code == 400, str(place)
            assert "We could not check where this came from" in answer.text, str(place)


def test_an_unsafe_request_from_another_site_is_refused_even_with_the_token(
    app: Flask, visit: Visit, known: dict[str, Any]
) -> None:
    browser, token = fresh(visit, None)
    for place in places(app):
        if place.method in UNSAFE:
            for header in ({"Origin": "https://evil.example"}, {"Referer": "https://evil.example/x"}):
                address = address_of(place, known)
                answer = browser.ask(place.method, address, data={"csrf": token}, headers=header)
                assert answer.status_code == 400, f"{place} {header}"


def test_the_token_of_one_browser_is_no_use_in_another(visit: Visit, cast: Cast) -> None:
    _, stolen = fresh(visit, None)
    for person in (None, cast.clerk):
        browser, own = fresh(visit, person)
        assert own != stolen
        assert browser.ask("POST", "/sign-out", data={"csrf": stolen}).status_code == 400
        assert browser.ask("POST", "/sign-out", data={"csrf": own}).status_code in (302, 303)


def test_a_token_from_before_the_sign_in_is_no_use_after_it(visit: Visit, cast: Cast, make: Factory) -> None:
    browser, before = fresh(visit, None)
    browser.keep_cookie("signpost", make.sign_in(cast.clerk))
    assert browser.ask("POST", "/sign-out", data={"csrf": before}).status_code == 400


def test_a_view_that_declares_nothing_does_not_run(app: Flask, visit: Visit) -> None:
    app._got_first_request = False
    app.add_url_rule("/forgotten", "forgotten", lambda: "a secret")
    assert visit().ask("GET", "/forgotten").status_code == 404
    app.view_functions["forgotten"].admits = ("anyone",)  # type: ignore[attr-defined]
    assert visit().ask("GET", "/forgotten").text == "a secret"


# Who finds a request, and from where; everybody else finds what they find for a number that does not exist.
FOLLOWS = {"own": {"clerk"}, "of the office": {"site_lead"}}


@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_request_of_another_office_looks_exactly_like_a_missing_one(
    app: Flask, visit: Visit, cast: Cast, make: Factory, identity: str
) -> None:
    hidden = make.ticket("Hidden words", by=cast.other_clerk, office="missoula", group="network-administrator",
                         restricted=identity in ("agent", "lead"))  # fmt: skip
    person = cast.of(identity)
    browser, token = fresh(visit, person)
    compared = 0
    for place in places(app):
        if "<reference>" not in place.rule.rule or place.rule.rule.startswith("/api/"):
            continue
        if identity == "lead" and place.rule.rule.startswith("/desk/"):
            continue  # a lead works every request
        there, missing = (
            knock(browser, place, address_of(place, {"reference": reference, "key": "mine"}), token)
            for reference in (hidden.reference, "R-9999")
        )
        assert there.status_code == missing.status_code, str(place)
        assert refused(there) or there.status_code == 404, f"{place}: {there.status_code}"
        assert plain(there) == plain(missing), str(place)
        assert "Hidden words" not in there.text
        compared += 1
    assert compared >= 9


def test_the_own_request_is_found_where_the_hidden_one_is_not(
    visit: Visit, cast: Cast, make: Factory
) -> None:
    own = make.ticket("Own words", by=cast.clerk)
    for person in (cast.clerk, cast.site_lead):
        assert visit(person).open(f"/tickets/{own.reference}").heading == "Own words"
        assert "Own words" in visit(person).open("/requests").main
    for person in (cast.colleague, cast.other_clerk, cast.agent, cast.lead):
        visit(person).open(f"/tickets/{own.reference}", 404)
        assert "Own words" not in visit(person).open("/requests").main
    for person in (cast.agent, cast.lead):
        assert visit(person).open(f"/desk/tickets/{own.reference}").heading == "Own words"


def test_a_specialist_finds_the_requests_of_the_own_group_alone(
    visit: Visit, cast: Cast, make: Factory
) -> None:
    mine = make.ticket("For my group", group="systems-analyst")
    other = make.ticket("For the others", group="network-administrator")
    sasha = visit(cast.specialist)
    assert sasha.open(f"/desk/tickets/{mine.reference}").heading == "For my group"
    sasha.open(f"/desk/tickets/{other.reference}", 404)
    queue = sasha.open("/desk/").main
    assert "For my group" in queue
    assert "For the others" not in queue


def test_a_desk_file_of_a_hidden_request_looks_like_a_missing_one(
    visit: Visit, cast: Cast, make: Factory, database: Database
) -> None:
    ticket = make.ticket("Secret", restricted=True)
    with database.reading() as session:
        assert session.get(Ticket, ticket.id)
    there = visit(cast.agent).ask("GET", f"/desk/tickets/{ticket.reference}/files/1")
    missing = visit(cast.agent).ask("GET", "/desk/tickets/R-9999/files/1")
    assert (there.status_code, plain(there)) == (missing.status_code, plain(missing))


@pytest.mark.parametrize(("audience", "admitted"), [("staff", "agent"), ("clerks", "clerk")])
def test_a_hidden_article_looks_exactly_like_a_missing_one(
    visit: Visit, cast: Cast, database: Database, audience: str, admitted: str
) -> None:
    slug = "labels-come-out-blank"
    with database.writing() as session:
        session.query(Article).filter_by(slug=slug).update({"audience": audience})
        touch_site(session)
        session.commit()
    browser, token = fresh(visit, None)
    for pattern in ("/articles/{}", "/articles/{}.md", "/articles/{}/not-solved", "/articles/{}?print=1"):
        there, missing = (browser.ask("GET", pattern.format(one)) for one in (slug, "never-written"))
        assert (there.status_code, plain(there)) == (404, plain(missing))
    there, missing = (
        browser.ask("POST", f"/articles/{one}/solved", data={"csrf": token})
        for one in (slug, "never-written")
    )
    assert (there.status_code, plain(there)) == (404, plain(missing))
    assert visit(cast.of(admitted)).open(f"/articles/{slug}").heading == "Labels come out blank"


def plain(answer: TestResponse) -> str:
    """The answer without what differs each time, and without the number that was asked for."""
    text = re.sub(r'(nonce|content|value)="[A-Za-z0-9_-]{20,}"', "", answer.text)
    return re.sub(r"R-\d+|never-written|labels-come-out-blank", "", text)
