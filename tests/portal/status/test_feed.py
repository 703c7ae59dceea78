"""The status feed is Atom that feed readers accept, and that costs little when nothing has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

from portal.status.notices import NoticeUpdate

NOW = datetime(2026, 9, 16, 16, 42, tzinfo=UTC)
ATOM = {"a": "http://www.w3.org/2005/Atom", "x": "http://www.w3.org/1999/xhtml"}


def feed_of(browser: Any) -> Any:
    answer = browser.client.get("/status.atom")
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return fromstring(answer.data)


def test_a_feed_without_notices_is_whole(state: Any, visit: Any) -> None:
    feed = feed_of(visit())
    assert feed.find("a:id", ATOM).text == "http://localhost/status.atom"
    assert feed.find("a:title", ATOM).text == "Election help desk: status"
    assert feed.find("a:author/a:name", ATOM).text == "State Election Office"
    assert feed.find("a:updated", ATOM).text == "2026-01-01T00:00:00Z"
    assert feed.findall("a:entry", ATOM) == []


def test_an_entry_has_absolute_links_and_the_words_of_the_notice(state: Any, visit: Any) -> None:
    notice = state.notice("Labels <slow> & late", service_id=state.labels.id)
    state.session.flush()
    notice.updates.append(NoticeUpdate(text="We moved label jobs.", at=NOW - timedelta(minutes=27)))
    entry = feed_of(visit()).find("a:entry", ATOM)
    assert entry.find("a:title", ATOM).text == "Slow: Labels <slow> & late"
    assert entry.find("a:link", ATOM).get("href") == f"http://localhost/status/{notice.id}"
    assert entry.find("a:id", ATOM).text == f"tag:localhost,2026-09-16:notice-{notice.id}"
    lines = [line.text for line in entry.findall("a:content/x:div/x:p", ATOM)]
    assert lines[0] == "What to do: print each batch once only."
    assert "Started: Wednesday, September 16, 2026, 9:10 am" in lines
    assert lines[-1] == "Wednesday, September 16, 2026, 10:15 am: We moved label jobs."


def test_the_newest_change_comes_first_and_an_end_is_a_change(state: Any, visit: Any) -> None:
    state.notice("Still slow")
    state.notice("Back again", ends_at=NOW - timedelta(minutes=2))
    feed = feed_of(visit())
    titles = [entry.find("a:title", ATOM).text for entry in feed.findall("a:entry", ATOM)]
    assert titles == ["Over: Back again", "Slow: Still slow"]
    assert feed.find("a:updated", ATOM).text == "2026-09-16T16:40:00Z"


def test_a_reader_that_has_it_gets_no_body(state: Any, visit: Any) -> None:
    state.notice()
    browser = visit()
    first = browser.client.get("/status.atom")
    for known in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = browser.client.get("/status.atom", headers=known)
        assert (again.status_code, again.data) == (304, b"")
    state.notice("Another problem", created_at=NOW)
    state.session.commit()
    assert browser.client.get("/status.atom", headers=known).status_code == 200
    assert (
        browser.client.get("/status.atom", headers={"If-None-Match": first.headers["ETag"]}).status_code
        == 200
    )


def test_an_office_that_says_so_too_does_not_change_the_feed(state: Any, visit: Any) -> None:
    notice = state.notice()
    browser = visit(state.cora)
    first = browser.client.get("/status.atom").headers["ETag"]
    browser.post(f"/status/{notice.id}/too")
    assert browser.client.get("/status.atom").headers["ETag"] == first
