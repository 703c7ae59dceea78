"""The desk posts, changes, updates and ends notices; nobody else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from auth.audit import AuditEntry
from portal.status.notices import Notice, NoticeUpdate

NOW = datetime(2026, 9, 16, 16, 42, tzinfo=UTC)
GOOD = {
    "kind": "outage",
    "title": "The voter system does not open",
    "do_now": "check voters in on your paper list.",
    "service": "voter-system",
    "concerns": "everyone",
    "starts_date": "2026-09-16",
    "starts_clock": "09:10",
    "next_date": "2026-09-16",
    "next_clock": "11:00",
}


def only(session: Any) -> Notice:
    """The one notice as it is on disk; the test's session lets go of the write lock again."""
    session.expire_all()
    notice: Notice = session.scalars(select(Notice)).one()
    session.commit()
    return notice


def actions(session: Any) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_an_agent_posts_a_notice_and_everyone_sees_it(state: Any, visit: Any, session: Any) -> None:
    agent, visitor = visit(state.ada), visit()
    assert "no known problems" in visitor.get("/status")
    page = agent.follow(agent.post("/desk/notices/new", **GOOD))
    assert "Posted. Everyone sees it from its start." in page
    assert "<h1>Status: 1 problem now</h1>" in visitor.get("/status")
    notice = only(session)
    assert notice.starts_at == datetime(2026, 9, 16, 15, 10, tzinfo=UTC)
    assert notice.next_update_at == datetime(2026, 9, 16, 17, 0, tzinfo=UTC)
    assert (notice.service_id, notice.created_by_id) == (state.voters.id, state.ada.id)
    assert actions(session) == ["notice posted"]


@pytest.mark.parametrize("who", ["arthur", "cora"])
def test_others_may_not_post_and_find_no_way_in(state: Any, visit: Any, session: Any, who: str) -> None:
    notice = state.notice()
    browser = visit(getattr(state, who))
    for address in ("/desk/notices", "/desk/notices/new", f"/desk/notices/{notice.id}"):
        browser.get(address, 403)
    for address in ("new", notice.id, f"{notice.id}/updates", f"{notice.id}/end"):
        browser.post(f"/desk/notices/{address}", 403, **GOOD, text="News", words="")
    assert (only(session).title, only(session).ends_at) == ("Absentee labels print slowly", None)


def test_a_visitor_is_asked_to_sign_in(state: Any, visit: Any, app: Any) -> None:
    notice = state.notice()
    if "account.sign_in" not in app.view_functions:
        pytest.skip("the sign-in page is not built yet")
    for address in ("/desk/notices", "/desk/notices/new", f"/desk/notices/{notice.id}"):
        answer = visit().client.get(address)
        assert answer.status_code == 302
        assert "/sign-in" in answer.headers["Location"]


def test_the_same_press_twice_makes_one_notice(state: Any, visit: Any, session: Any) -> None:
    agent = visit(state.ada)
    first = agent.post("/desk/notices/new", **GOOD).headers["Location"]
    assert agent.post("/desk/notices/new", **GOOD).headers["Location"] == first
    assert only(session).title == GOOD["title"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": ""}, "Select what kind of notice this is"),
        ({"title": " "}, "Say what is wrong, in the words of a clerk"),
        ({"service": "moon"}, "Choose a service from the list"),
        ({"concerns": "office:moon"}, "Choose whom it concerns"),
        ({"starts_date": "yesterday"}, "Enter a date like 9/16/2026"),
        ({"starts_date": "0001-01-01"}, "Enter a date like 9/16/2026"),
        ({"starts_clock": "25:00"}, "Enter a time like 9:10 am"),
        ({"starts_clock": ""}, "Enter the time too"),
        ({"starts_date": ""}, "Enter the date too"),
        ({"starts_clock": "11:30"}, "A problem has begun already. For later work, select Planned work"),
        ({"next_clock": "10:42"}, "Choose a time for the next update that is still to come"),
        ({"kind": "planned", "starts_clock": "12:00"}, "Enter when the work ends"),
        ({"ends_date": "2026-09-16", "ends_clock": "09:10"}, "Choose an end after the start"),
        ({"ends_date": "2026-09-16", "ends_clock": "09:30"}, "Choose an end that is still to come"),
        (
            {"kind": "planned", "starts_date": "2027-03-14", "starts_clock": "02:30"},
            "The clocks change then. Choose a time one hour later",
        ),
    ],
)
def test_what_is_wrong_is_said_and_the_input_kept(
    state: Any, visit: Any, session: Any, change: dict[str, str], words: str
) -> None:
    answer = visit(state.ada).post("/desk/notices/new", 422, **GOOD | change)
    assert "There is a problem" in answer.text
    assert answer.text.count(words) >= 2
    assert "check voters in on your paper list." in answer.text
    assert session.scalar(select(Notice.id)) is None


def test_times_may_be_typed_as_people_write_them(state: Any, visit: Any, session: Any) -> None:
    typed = {"starts_date": "9/16/2026", "starts_clock": "9 am", "next_clock": "11:30 A.M."}
    visit(state.ada).post("/desk/notices/new", **GOOD | typed)
    assert only(session).starts_at == datetime(2026, 9, 16, 15, 0, tzinfo=UTC)
    assert only(session).next_update_at == datetime(2026, 9, 16, 17, 30, tzinfo=UTC)


def test_a_notice_may_concern_one_office_or_one_kind(state: Any, visit: Any, session: Any) -> None:
    agent = visit(state.ada)
    agent.post("/desk/notices/new", **GOOD | {"concerns": "office:cascade"})
    notice = only(session)
    assert notice.office_id == state.cascade.id
    assert 'value="office:cascade" selected' in agent.get(f"/desk/notices/{notice.id}")
    agent.post(f"/desk/notices/{notice.id}", **GOOD | {"concerns": "kind:court"})
    assert (only(session).office_id, only(session).office_kind) == (None, "court")


def test_saving_without_a_change_changes_nothing(state: Any, visit: Any, session: Any) -> None:
    seconds = {
        "starts_at": NOW - timedelta(minutes=92, seconds=17),
        "next_update_at": NOW - timedelta(hours=1),
    }
    notice = state.notice(**seconds)
    agent = visit(state.ada)
    shown = agent.get(f"/desk/notices/{notice.id}")
    assert 'value="09:09"' in shown
    same = {
        "kind": "slow",
        "title": notice.title,
        "do_now": notice.do_now,
        "you_may_see": notice.you_may_see,
        "concerns": "everyone",
        "starts_date": "2026-09-16",
        "starts_clock": "09:09",
        "next_date": "2026-09-16",
        "next_clock": "09:42",
    }
    page = agent.follow(agent.post(f"/desk/notices/{notice.id}", **same))
    assert "Nothing was different." in page
    assert only(session).starts_at == seconds["starts_at"]
    assert actions(session) == []


def test_a_change_is_written_down_with_before_and_after(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    agent = visit(state.ada)
    agent.post(f"/desk/notices/{notice.id}", **GOOD)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.subject) == (
        "notice changed",
        state.ada.id,
        f"notice {notice.id}",
    )
    assert entry.details["before"]["title"] == "Absentee labels print slowly"
    assert entry.details["after"]["title"] == "The voter system does not open"
    assert "The voter system does not open" in visit().get("/status")


def test_an_update_shows_at_once_and_a_second_press_adds_none(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice(next_update_at=NOW - timedelta(hours=1))
    agent, visitor = visit(state.ada), visit()
    assert "The update is late." in visitor.get("/status")
    news = {"text": "We moved label jobs.", "next_date": "2026-09-16", "next_clock": "11:15"}
    for _ in range(2):
        agent.post(f"/desk/notices/{notice.id}/updates", **news)
    page = visitor.get("/status")
    assert "We moved label jobs." in page
    assert "by 11:15 am today" in page
    assert "The update is late." not in page
    assert len(session.scalars(select(NoticeUpdate)).all()) == 1
    assert actions(session) == ["notice updated"]


def test_an_update_without_words_or_with_a_past_promise_is_refused(
    state: Any, visit: Any, session: Any
) -> None:
    notice = state.notice()
    agent = visit(state.ada)
    answer = agent.post(f"/desk/notices/{notice.id}/updates", 422, text="", next_date="", next_clock="")
    assert 'href="#news-text">Write what is new' in answer.text
    past = {"next_date": "2026-09-16", "next_clock": "09:00"}
    answer = agent.post(f"/desk/notices/{notice.id}/updates", 422, text="We look.", **past)
    assert "still to come" in answer.text
    assert "We look.</textarea>" in answer.text
    assert session.scalar(select(NoticeUpdate.id)) is None


def test_ending_asks_nothing_back_and_works_once(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice(next_update_at=NOW + timedelta(hours=1))
    agent, visitor = visit(state.ada), visit()
    page = agent.follow(agent.post(f"/desk/notices/{notice.id}/end", words="We added a server."))
    assert "It is over." in page
    agent.post(f"/desk/notices/{notice.id}/end", words="Again")
    assert "Status: no known problems" in visitor.get("/status")
    ended = only(session)
    assert (ended.ends_at, ended.next_update_at) == (NOW, None)
    assert [update.text for update in ended.updates] == ["We added a server."]
    assert actions(session) == ["notice ended"]


def test_words_that_are_too_long_do_not_end_it(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice()
    answer = visit(state.ada).post(f"/desk/notices/{notice.id}/end", 422, words="x" * 1001)
    assert "Use at most 1,000 letters." in answer.text
    assert only(session).ends_at is None


def test_taking_the_end_out_brings_it_back(state: Any, visit: Any, session: Any) -> None:
    notice = state.notice(ends_at=NOW)
    agent = visit(state.ada)
    assert "Add an update" not in agent.get(f"/desk/notices/{notice.id}")
    agent.post(f"/desk/notices/{notice.id}", **GOOD | {"ends_date": "", "ends_clock": ""})
    assert only(session).ends_at is None
    assert "Add an update" in agent.get(f"/desk/notices/{notice.id}")


def test_the_list_says_what_holds_what_is_late_and_what_is_over(state: Any, visit: Any) -> None:
    state.notice(next_update_at=NOW - timedelta(minutes=5))
    work = {"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=2)}
    state.notice("Results upload is closed", kind="planned", **work)
    state.notice("Labels stopped", ends_at=NOW - timedelta(minutes=5))
    page = visit(state.ada).get("/desk/notices")
    assert "<title>Notices: 1 problem now" in page
    assert "Late</span> Today 10:37 am" in page
    assert page.index("Absentee labels") < page.index("Results upload") < page.index("Labels stopped")
    assert 'href="/desk/notices" aria-current="page"' in page


def test_a_desk_without_notices_says_so(state: Any, visit: Any) -> None:
    assert "No notice holds now." in visit(state.ada).get("/desk/notices")
