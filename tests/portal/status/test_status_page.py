"""The status page and the page of one notice say what people told us, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from portal.status.notices import NoticeUpdate

NOW = datetime(2026, 9, 16, 16, 42, tzinfo=UTC)


def test_without_notices_the_page_says_no_known_problems_and_claims_nothing(state: Any, visit: Any) -> None:
    page = visit().get("/status")
    assert "<h1>Status: no known problems</h1>" in page
    assert page.count("No known problem</span>") == 3
    assert "None known" in page
    assert "orking</span>" not in page


def test_one_problem_is_in_the_heading_and_planned_work_is_not_a_problem(state: Any, visit: Any) -> None:
    state.notice(service_id=state.labels.id)
    state.notice("Results upload is closed", kind="planned", ends_at=NOW + timedelta(hours=1))
    page = visit().get("/status")
    assert "<h1>Status: 1 problem now</h1>" in page
    assert "<b>What to do:</b> print each batch once only." in page
    assert "<dt>Started</dt><dd>9:10 am today</dd>" in page
    assert "Planned work, until 11:42 am today" in page


def test_two_problems_are_counted_and_the_outage_comes_first(state: Any, visit: Any) -> None:
    state.notice()
    state.notice("The voter system does not open", kind="outage", starts_at=NOW - timedelta(hours=5))
    page = visit().get("/status")
    assert "<h1>Status: 2 problems now</h1>" in page
    assert page.index("The voter system does not open") < page.index("Absentee labels print slowly")
    assert page.count('class="usa-button" type="submit">This is my problem too') == 1


def test_a_promised_update_shows_and_a_late_one_says_so(state: Any, visit: Any) -> None:
    notice = state.notice(next_update_at=NOW + timedelta(minutes=18))
    browser = visit()
    assert "<dt>Next update</dt><dd><b>by 11 am today</b></dd>" in browser.get(f"/status/{notice.id}")
    notice.next_update_at = NOW - timedelta(minutes=1)
    state.session.commit()
    assert "The update is late. We are still working on it." in browser.get(f"/status/{notice.id}")


def test_updates_stand_newest_first(state: Any, visit: Any) -> None:
    notice = state.notice()
    state.session.flush()
    for minutes, words in ((80, "First reports."), (27, "We moved label jobs.")):
        notice.updates.append(NoticeUpdate(text=words, at=NOW - timedelta(minutes=minutes)))
    page = visit().get(f"/status/{notice.id}")
    assert page.index("10:15 am today.</b> We moved label jobs.") < page.index("First reports.")


def test_services_show_their_notice_and_the_last_30_days(state: Any, visit: Any) -> None:
    state.notice(service_id=state.labels.id)
    gone = {"starts_at": NOW - timedelta(days=7, minutes=40), "ends_at": NOW - timedelta(days=7)}
    state.notice("Labels stopped", kind="outage", service_id=state.labels.id, **gone)
    start = NOW.replace(day=18, hour=15, minute=0)
    end = start + timedelta(hours=2)
    work = {"kind": "planned", "starts_at": start, "ends_at": end, "service_id": state.results.id}
    state.notice("Results upload is closed", **work)
    page = visit().get("/status")
    assert "2 problems, 2 h 12 min" in page
    assert "Planned work, Friday 9 am to 11 am" in page
    assert '<h2 id="coming-h">Planned</h2>' in page
    assert '<h2 id="earlier-h">Earlier this month</h2>' in page


def test_planned_work_that_was_called_off_is_not_announced(state: Any, visit: Any) -> None:
    work = {"starts_at": NOW + timedelta(days=2), "ends_at": NOW - timedelta(minutes=1)}
    notice = state.notice("Results upload is closed", kind="planned", **work)
    browser = visit()
    assert "Planned</h2>" not in browser.get("/status")
    assert "Called off" in browser.get(f"/status/{notice.id}")


def test_a_notice_that_is_over_keeps_its_page_without_actions(state: Any, visit: Any) -> None:
    notice = state.notice(ends_at=NOW - timedelta(minutes=2))
    page = visit().get(f"/status/{notice.id}")
    assert "Over, 9:10 am to 10:40 am today" in page
    assert "This is my problem too" not in page
    assert "What to do:" not in page


def test_a_notice_that_is_not_there_is_missing(state: Any, visit: Any) -> None:
    notice = state.notice()
    browser = visit()
    browser.get(f"/status/{notice.id}")
    browser.get(f"/status/{notice.id + 1}", 404)
    browser.get(f"/status/{10**30}", 404)


def test_what_the_desk_types_is_shown_as_text(state: Any, visit: Any) -> None:
    state.notice("<script>alert(1)</script>", do_now="<b>x</b>")
    page = visit().get("/status")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
