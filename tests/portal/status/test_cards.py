"""Cards: which notices belong on a page, and the words for whom, when and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.status.cards import at_words, cards_for, notice_card, speaks_of
from portal.status.notices import Notice, current_notices, report_notice

NOW = datetime(2026, 9, 16, 16, 42, tzinfo=UTC)


def titles(site: Any, **asked: Any) -> list[str]:
    return [card["title"] for card in cards_for(site, NOW, **asked)]


@pytest.fixture
def busy_site(state: Any, site: Any, session: Any) -> Any:
    state.notice("Labels are slow", service_id=state.labels.id)
    state.notice("The voter system is down", kind="outage", service_id=state.voters.id)
    state.notice("The power is out", kind="outage", office_id=state.cascade.id)
    state.notice("Courts record without sound", office_kind="court")
    state.notice("The desk moves on Friday", kind="announcement")
    session.flush()
    return replace(site, notices=tuple(current_notices(session, NOW)))


def test_a_page_without_a_subject_shows_all_of_them(busy_site: Any) -> None:
    assert len(titles(busy_site)) == 5


def test_a_page_about_a_service_shows_its_notices_and_problems_of_everything(busy_site: Any) -> None:
    shown = titles(busy_site, services=("label-printing",))
    assert "Labels are slow" in shown
    assert "The power is out" in shown
    assert "The voter system is down" not in shown
    assert "The desk moves on Friday" not in shown


def test_an_office_hears_of_what_concerns_it(busy_site: Any, state: Any) -> None:
    assert "The power is out" in titles(busy_site, office=state.cascade)
    assert "The power is out" not in titles(busy_site, office=state.yellowstone)
    assert "Courts record without sound" in titles(busy_site, office=state.court)
    assert "Courts record without sound" not in titles(busy_site, office=state.cascade)
    assert "Labels are slow" in titles(busy_site, office=state.court)


def test_words_typed_find_the_notice_that_speaks_of_them(busy_site: Any) -> None:
    assert titles(busy_site, matching="label printer will not print") == ["Labels are slow"]
    assert titles(busy_site, matching="voting systems") == ["The voter system is down"]
    assert titles(busy_site, matching="postage meter") == []
    assert titles(busy_site, matching="") == []


def test_two_words_of_what_people_see_are_enough_and_one_is_not() -> None:
    notice = Notice(title="Citrix is slow", you_may_see="a white screen for half a minute")
    assert speaks_of(notice, "white screen")
    assert not speaks_of(notice, "white paper")


def test_who_has_it_joins_the_desks_words_with_the_count(state: Any, site: Any, session: Any) -> None:
    notice = state.notice(office_kind="county")
    session.flush()
    assert notice_card(notice, site, NOW)["who"] == "County offices"
    assert report_notice(session, notice, office_id=state.cascade.id, visitor="v", now=NOW)
    assert not report_notice(session, notice, office_id=state.cascade.id, visitor="w", now=NOW)
    assert notice_card(notice, site, NOW)["who"] == "County offices. 1 office told us"


def test_buttons_stand_only_where_they_work(state: Any, site: Any, session: Any) -> None:
    with_mail = replace(site, mail_works=True)
    holds, over = state.notice(), state.notice("Gone", ends_at=NOW)
    session.flush()
    assert notice_card(holds, site, NOW)["too_url"] == f"/status/{holds.id}/too"
    assert notice_card(holds, site, NOW)["tell_url"] == ""
    assert notice_card(holds, with_mail, NOW)["tell_url"] == f"/status/{holds.id}/tell"
    assert notice_card(over, with_mail, NOW)["tell_url"] == ""
    assert notice_card(over, with_mail, NOW)["too_url"] == ""


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "10:42 am today"),
        (-24, "10:42 am yesterday"),
        (24, "10:42 am tomorrow"),
        (-72, "Sunday 10:42 am"),
        (-24 * 14, "September 2, 10:42 am"),
        (-24 * 365, "September 16, 2025, 10:42 am"),
    ],
)
def test_moments_are_named_by_their_day(site: Any, hours: int, words: str) -> None:
    assert at_words(NOW + timedelta(hours=hours), now=NOW, zone=site.zone) == words
