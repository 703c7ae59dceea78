"""The order of the queue and the reason of each row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from auth.offices import Office
from auth.roles import Reader, Role
from portal.desk import queue
from portal.desk.queue import News, OpenTicket
from portal.tickets.ticket import Ticket

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)
ZONE = ZoneInfo("America/Denver")
ADA = Reader(user_id=1, name="Ada", roles=frozenset({Role.AGENT}))
MIN = timedelta(minutes=1)


def ticket(number: int, **more: Any) -> Ticket:
    fields: dict[str, Any] = {
        "id": number,
        "number": number,
        "subject": "Label printer will not print",
        "state": "new",
        "impact": "low",
        "urgency": "today",
        "priority": "P3",
        "priority_reason": "one person, needed today",
        "voter_waiting": False,
        "channel": "portal",
        "waiting_for": "",
        "group_slug": "help-desk",
        "created_at": NOW - timedelta(hours=1),
        "path": {},
        "facts": [],
    }
    return Ticket(**(fields | more))


def rows(*tickets: Ticket, mode: str = "normal", reader: Reader = ADA) -> list[queue.Row]:
    return queue.order([OpenTicket(one) for one in tickets], NOW, mode, zone=ZONE, reader=reader)


def numbers(*tickets: Ticket, mode: str = "normal") -> list[int]:
    return [row.ticket.number for row in rows(*tickets, mode=mode)]


def test_a_higher_priority_goes_first() -> None:
    assert numbers(ticket(1, priority="P3"), ticket(2, priority="P1"), ticket(3, priority="P2")) == [2, 3, 1]


def test_among_equals_a_waiting_voter_goes_first() -> None:
    assert numbers(ticket(1, answer_due_at=NOW - MIN), ticket(2, voter_waiting=True)) == [2, 1]


def test_a_late_promise_goes_before_one_due_soon_and_that_before_a_later_one() -> None:
    later = ticket(1, answer_due_at=NOW + 3 * 60 * MIN)
    nothing = ticket(2)
    soon = ticket(3, answer_due_at=NOW + 10 * MIN)
    late = ticket(4, first_answer_at=NOW, next_news_at=NOW - 5 * MIN)
    assert numbers(later, nothing, soon, late) == [4, 3, 1, 2]


def test_on_election_day_the_counties_go_first() -> None:
    court = ticket(1, office=Office(kind="court", name="Court"), answer_due_at=NOW + 60 * MIN)
    county = ticket(2, office=Office(kind="county", name="County"), answer_due_at=NOW + 90 * MIN)
    assert numbers(court, county, mode="election_day") == [2, 1]
    assert numbers(court, county, mode="normal") == [1, 2]


def test_more_people_go_first() -> None:
    assert numbers(ticket(1, impact="low"), ticket(2, impact="high"), ticket(3, impact="medium")) == [2, 3, 1]


def test_the_older_one_goes_first_when_all_else_is_equal() -> None:
    assert numbers(ticket(1, created_at=NOW - MIN), ticket(2, created_at=NOW - 5 * MIN)) == [2, 1]


def test_waiting_rests_until_its_day_and_then_counts_as_late() -> None:
    resting = ticket(1, state="waiting", ask_again_at=NOW + timedelta(days=1))
    arrived = ticket(2, state="waiting", ask_again_at=NOW - MIN)
    working = ticket(3, first_answer_at=NOW, next_news_at=NOW + 60 * MIN)
    assert numbers(resting, arrived, working) == [2, 3, 1]


def test_the_reason_names_the_waiting_voter_and_that_nobody_has_it() -> None:
    [row] = rows(ticket(1, voter_waiting=True, priority="P1"))
    assert row.reason == "Voters or a court waiting. Nobody has it yet."


def test_the_reason_names_a_late_answer() -> None:
    [row] = rows(ticket(1, answer_due_at=NOW - 25 * MIN, worker_id=1))
    assert row.reason.startswith("Answer is 25 min late.")
    assert row.due is not None
    assert (row.due.kind, row.due.at, row.due.away) == ("Answer", "11:17 am", "25 min late")
    assert row.is_late


def test_the_reason_names_a_promise_of_ours() -> None:
    promised = {"first_answer_at": NOW, "next_news_at": NOW + 168 * MIN}
    assert rows(ticket(1, worker_id=1, **promised))[0].reason.startswith("You promised news by 2:30 pm.")
    assert rows(ticket(1, worker_id=None, **promised))[0].reason.startswith("We promised news by 2:30 pm.")


def test_the_reason_says_that_the_clerk_wrote_again() -> None:
    one = OpenTicket(ticket(1, worker_id=1, first_answer_at=NOW - 60 * MIN), News("clerk", NOW - 20 * MIN))
    [row] = queue.order([one], NOW, "normal", zone=ZONE, reader=ADA)
    assert row.reason.startswith("The clerk wrote 20 min ago.")
    assert row.last_news == "clerk, 20 min"


def test_waiting_shows_for_whom_and_when_to_ask_again() -> None:
    [row] = rows(ticket(1, state="waiting", waiting_for="the vendor", ask_again_at=NOW + timedelta(days=2)))
    assert row.reason.startswith("Waiting for the vendor.")
    assert row.due is not None
    assert (row.due.kind, row.due.at, row.due.away) == ("Ask again", "Friday", "paused")


def test_due_soon_is_marked() -> None:
    [row] = rows(ticket(1, answer_due_at=NOW + 6 * MIN))
    assert row.due is not None
    assert row.due.is_soon
    assert row.due.away == "in 6 min"


def test_an_answered_request_without_a_promise_has_nothing_due() -> None:
    [row] = rows(ticket(1, worker_id=1, first_answer_at=NOW))
    assert row.due is None


def test_tabs_count_what_they_hold() -> None:
    found = rows(
        ticket(1, worker_id=1), ticket(2), ticket(3, state="waiting", ask_again_at=NOW + MIN, worker_id=2)
    )
    counts = {view.name: len(view.rows) for view in queue.views_of(found, ADA, {})}
    assert counts == {"open": 3, "mine": 1, "nobody": 1, "waiting": 1}


def test_a_specialist_gets_a_tab_for_the_own_group_and_an_agent_does_not() -> None:
    sam = Reader(user_id=9, roles=frozenset({Role.SPECIALIST}), groups=frozenset({"systems-analyst"}))
    found = rows(ticket(1, group_slug="systems-analyst"), reader=sam)
    views = queue.views_of(found, sam, {"systems-analyst": "Systems analysts"})
    assert [(view.title, len(view.rows)) for view in views][-1] == ("Systems analysts", 1)
    assert len(queue.views_of(found, ADA, {})) == 4
