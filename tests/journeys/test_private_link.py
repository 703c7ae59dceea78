"""The private link: it opens one request, a wrong key opens nothing, and a new version ends the old one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from cast import Cast
from factories import Factory
from visitor import Visitor

from portal.database import Database
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]


def test_the_link_opens_the_request_without_signing_in(visit: Visit, make: Factory) -> None:
    page = visit().open(make.link(make.ticket("My screen is dark")))
    assert page.heading == "My screen is dark"


@pytest.mark.parametrize("key", ["0" * 32, "x", "mine ", "%00", "ä"])
def test_a_wrong_key_looks_like_a_missing_number(visit: Visit, make: Factory, key: str) -> None:
    ticket = make.ticket()
    browser = visit()
    wrong = browser.open(f"/tickets/{ticket.reference}/{key}", 404)
    missing = browser.open(f"/tickets/R-9999/{key}", 404)
    assert plain(wrong.answer.text) == plain(missing.answer.text)


def test_the_key_of_another_request_opens_nothing(visit: Visit, make: Factory) -> None:
    first, second = make.ticket(), make.ticket()
    key = make.link(first).rsplit("/", 1)[1]
    visit().open(f"/tickets/{second.reference}/{key}", 404)


def test_a_revoked_link_opens_nothing_and_the_new_one_does(
    visit: Visit, make: Factory, database: Database
) -> None:
    ticket = make.ticket()
    old = make.link(ticket)
    with database.writing() as session:
        session.get_one(Ticket, ticket.id).link_version += 1
        session.commit()
    ticket.link_version += 1
    browser = visit()
    browser.open(old, 404)
    browser.open(make.link(ticket))


def test_the_bare_number_asks_a_visitor_to_sign_in_and_says_nothing(visit: Visit, make: Factory) -> None:
    ticket = make.ticket("My screen is dark")
    there = visit().ask("GET", f"/tickets/{ticket.reference}")
    missing = visit().ask("GET", "/tickets/R-9999")
    assert (there.status_code, missing.status_code) == (302, 302)
    assert "/sign-in" in there.headers["Location"]
    assert "dark" not in there.text


def test_internal_notes_and_their_files_are_not_behind_the_link(
    visit: Visit, cast: Cast, make: Factory
) -> None:
    ticket = make.ticket()
    visit(cast.agent).open(f"/desk/tickets/{ticket.reference}").press(
        "Save internal note", text="Knows no Excel."
    )
    assert "Knows no Excel." not in visit().open(make.link(ticket)).words
    assert "Knows no Excel." in visit(cast.agent).open(f"/desk/tickets/{ticket.reference}").main


def test_a_link_works_for_a_person_who_is_signed_in_elsewhere(
    visit: Visit, cast: Cast, make: Factory
) -> None:
    visit(cast.other_clerk).open(make.link(make.ticket()))


def plain(text: str) -> str:
    """The page without what differs with every answer."""
    return re.sub(r'(nonce|content|value)="[A-Za-z0-9_-]{20,}"', "", text)
