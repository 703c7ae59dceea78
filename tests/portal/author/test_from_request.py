"""A draft begins from a request with its subject and what fixed it, and without the names of people."""

from __future__ import annotations

from typing import Any

from front_door import words

from auth.offices import Office
from portal.tickets.ticket import Ticket


def request_by(newsroom: Any, **columns: Any) -> str:
    """A solved request of a clerk; its reference."""
    with newsroom.door.session() as session:
        office = Office(code="cascade", name="Cascade County", kind="county")
        fields: dict[str, Any] = {
            "subject": "Labels blank for Cora Clerk at Cascade County",
            "description": "Voter Jane Roe waits.",
            "resolution": "Cora turned the roll over. Call 406-555-0117 or cora@county.gov, license 123456789.",
        }
        ticket = Ticket(
            number=2048,
            impact="low",
            urgency="today",
            priority="P3",
            priority_reason="one person",
            channel="phone",
            name="Cora Clerk",
            phone="406-555-0117",
            office=office,
            facts=[],
            path={},
            created_at=newsroom.door.moment,
            changed_at=newsroom.door.moment,
            **fields | columns,
        )
        session.add(ticket)
        session.commit()
    return "R-2048"


def test_the_draft_has_the_subject_and_the_fix_without_names(newsroom: Any) -> None:
    reference, browser = request_by(newsroom), newsroom.browser(newsroom.agent)
    page = browser.open(f"/author/guides/new?request={reference}")
    assert "The draft begins from R-2048." in words(page)
    answer = browser.press("/author/guides/new", title="Labels are blank", topic="", request=reference)
    assert answer.status_code == 303
    latest = newsroom.article("labels-are-blank").latest
    assert latest.front["symptoms"] == ["Labels blank for (left out) at (left out)"]
    assert latest.note == "Begun from R-2048"
    for gone in ("Cora", "Cascade", "0117", "cora@", "123456789", "Jane"):
        assert gone not in latest.source + str(latest.front)
    assert "turned the roll over" in latest.source


def test_a_request_that_is_not_theirs_looks_missing(newsroom: Any) -> None:
    reference = request_by(newsroom)
    for person in (newsroom.author, newsroom.specialist):
        browser = newsroom.browser(person)
        assert browser.open(f"/author/guides/new?request={reference}").status_code == 404
        assert browser.open("/author/guides/new?request=R-1").status_code == 404
    assert newsroom.browser(newsroom.agent).open("/author/guides/new?request=R-1").status_code == 404


def test_a_restricted_request_gives_no_draft_to_anybody(newsroom: Any) -> None:
    reference = request_by(newsroom, restricted=True)
    assert newsroom.browser(newsroom.lead).open(f"/author/guides/new?request={reference}").status_code == 404
