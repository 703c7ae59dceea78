""" "This is my problem too" adds an office once, and promises only what can be kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.mail.outbox import OutgoingMail
from portal.status.followers import tell_followers
from portal.status.notices import Notice, NoticeFollower, NoticeReport

NOW = datetime(2026, 9, 16, 16, 42, tzinfo=UTC)


def test_a_visitor_is_asked_for_the_office_and_then_added(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    browser = visit()
    page = browser.follow(browser.post(f"/status/{notice.id}/too"))
    assert "<h1>Which office has this problem?</h1>" in page
    assert "My office is not listed" not in page
    page = browser.follow(browser.post(f"/status/{notice.id}/too", office="cascade"))
    assert "<h1>Your office is added.</h1>" in page
    assert "1 office has this problem." in page
    assert "print each batch once only." in page
    assert "We tell you" not in page
    assert session.scalars(select(NoticeReport.office_id)).all() == [state.cascade.id]


def test_the_office_is_remembered_and_not_asked_again(state: Any, visit: Any) -> None:
    first, second = state.notice(), state.notice("The voter system is slow")
    browser = visit()
    browser.post(f"/status/{first.id}/too", office="cascade")
    page = browser.follow(browser.post(f"/status/{second.id}/too"))
    assert "Your office is added" in page


def test_no_office_is_a_problem_at_the_field(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    browser = visit()
    for wrong in ("", "atlantis", "not-listed"):
        answer = browser.post(f"/status/{notice.id}/too", 422, office=wrong)
        assert "There is a problem" in answer.text
        assert "<title>Error: Which office has this problem?" in answer.text
        assert answer.text.count("Choose your office") >= 2
    assert session.scalar(select(NoticeReport.id)) is None


def test_a_clerk_is_added_at_once_and_only_for_their_own_office(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    browser = visit(state.cora)
    page = browser.follow(browser.post(f"/status/{notice.id}/too", office="yellowstone"))
    assert "Your office is added" in page
    assert session.scalars(select(NoticeReport.office_id)).all() == [state.cascade.id]


def test_a_second_press_says_that_the_office_is_on_the_list(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    one, other = visit(state.cora), visit()
    one.post(f"/status/{notice.id}/too")
    other.post(f"/status/{notice.id}/too", office="yellowstone")
    page = one.follow(one.post(f"/status/{notice.id}/too"))
    assert "<h1>Your office is already on the list.</h1>" in page
    assert "2 offices have this problem." in page
    assert len(session.scalars(select(NoticeReport)).all()) == 2


def test_the_count_shows_on_every_page_at_once(state: Any, visit: Any) -> None:
    notice = state.notice(who_has_it="Offices on the state network.")
    browser = visit(state.cora)
    assert "Offices on the state network" in browser.get("/status")
    browser.post(f"/status/{notice.id}/too")
    assert "Offices on the state network. 1 office told us" in browser.get("/status")


def test_opening_the_page_adds_nothing(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    page = visit(state.cora).get(f"/status/{notice.id}/too?added=yes")
    assert "Which office has this problem?" in page
    assert session.scalar(select(NoticeReport.id)) is None


@pytest.mark.parametrize(
    "columns",
    [
        {"ends_at": NOW - timedelta(minutes=1)},
        {"kind": "announcement"},
        {"kind": "planned", "starts_at": NOW + timedelta(hours=1), "ends_at": NOW + timedelta(hours=2)},
    ],
)
def test_only_a_problem_that_holds_now_can_be_joined(
    state: Any, visit: Any, session: Any, columns: dict[str, Any]
) -> None:
    closed, open_one = state.notice(**columns), state.notice("The voter system is slow")
    browser = visit(state.cora)
    assert browser.post(f"/status/{closed.id}/too").headers["Location"] == f"/status/{closed.id}"
    assert browser.post(f"/status/{open_one.id}/too").headers["Location"].endswith("?added=yes")
    assert session.scalars(select(NoticeReport.notice_id)).all() == [open_one.id]


def test_a_forged_press_is_refused(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    browser = visit(state.cora)
    browser.post(f"/status/{notice.id}/too", 400, csrf="wrong")
    assert session.scalar(select(NoticeReport.id)) is None


class TestWithMail:
    """When a mail server is set."""

    @pytest.fixture
    def mail_url(self) -> str:
        return "smtp://mail.example.gov"

    def test_a_clerk_is_promised_news_and_gets_it(self, state: Any, visit: Any, session: Any) -> None:
        notice = state.notice()
        browser = visit(state.cora)
        page = browser.follow(browser.post(f"/status/{notice.id}/too"))
        assert "1 office has this problem. We tell you when it is over." in page
        session.expire_all()
        notice.ends_at = NOW
        assert tell_followers(session, session.get(Notice, notice.id), NOW, "http://localhost") == 1
        assert session.scalars(select(OutgoingMail.to)).all() == ["cora@county.example.gov"]

    def test_a_visitor_is_promised_nothing_and_offered_it(self, state: Any, visit: Any) -> None:
        notice = state.notice()
        browser = visit()
        page = browser.follow(browser.post(f"/status/{notice.id}/too", office="cascade"))
        assert "We tell you" not in page
        assert f'<a href="/status/{notice.id}/tell">Tell me when it is over</a>' in page

    def test_an_address_is_taken_once_and_the_answer_is_the_same(
        self, state: Any, visit: Any, session: Any
    ) -> None:
        notice = state.notice()
        browser = visit()
        first = browser.post(f"/status/{notice.id}/tell", email="Ann@county.gov")
        again = browser.post(f"/status/{notice.id}/tell", email="ann@county.gov")
        assert first.headers["Location"] == again.headers["Location"]
        assert "We write to you when it is over" in browser.follow(again)
        assert session.scalars(select(NoticeFollower.email)).all() == ["ann@county.gov"]
        mail = session.scalars(select(OutgoingMail)).one()
        assert mail.kind == "notice_followed"
        assert f"http://localhost/status/{notice.id}" in mail.text

    def test_a_wrong_address_is_a_problem_at_the_field(self, state: Any, visit: Any, session: Any) -> None:
        notice = state.notice()
        answer = visit().post(f"/status/{notice.id}/tell", 422, email="ann at county")
        assert "Enter an e-mail address like name@county.example.gov" in answer.text
        assert 'value="ann at county"' in answer.text
        assert "Enter your e-mail address" in visit().post(f"/status/{notice.id}/tell", 422, email="").text
        assert session.scalar(select(NoticeFollower.id)) is None

    def test_the_link_of_the_mail_stops_it_and_opening_it_does_not(
        self, state: Any, visit: Any, session: Any
    ) -> None:
        notice = state.notice()
        browser = visit()
        browser.post(f"/status/{notice.id}/tell", email="ann@county.gov")
        key = session.scalars(select(NoticeFollower.key)).one()
        session.commit()
        assert "Stop these e-mails" in browser.get(f"/status/stop/{key}")
        assert session.scalar(select(NoticeFollower.id)) is not None
        session.commit()
        assert "You get no more e-mail about this" in browser.follow(browser.post(f"/status/stop/{key}"))
        assert session.scalar(select(NoticeFollower.id)) is None

    def test_a_wrong_key_gets_the_same_pages_and_stops_nobody(
        self, state: Any, visit: Any, session: Any
    ) -> None:
        notice = state.notice()
        browser = visit()
        browser.post(f"/status/{notice.id}/tell", email="ann@county.gov")
        assert "Stop these e-mails" in browser.get("/status/stop/unknown")
        assert "You get no more e-mail about this" in browser.follow(browser.post("/status/stop/unknown"))
        assert session.scalar(select(NoticeFollower.id)) is not None

    def test_nobody_can_follow_what_is_over(self, state: Any, visit: Any) -> None:
        over, holds = state.notice(ends_at=NOW), state.notice("The voter system is slow")
        browser = visit()
        browser.get(f"/status/{holds.id}/tell")
        browser.get(f"/status/{over.id}/tell", 404)
        browser.post(f"/status/{over.id}/tell", 404, email="ann@county.gov")


def test_without_mail_nobody_is_asked_for_an_address(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    browser = visit()
    assert "Tell me when it is over" not in browser.get("/status")
    browser.get(f"/status/{notice.id}/tell", 404)
    browser.post(f"/status/{notice.id}/tell", 404, email="ann@county.gov")
    assert session.scalar(select(NoticeFollower.id)) is None
