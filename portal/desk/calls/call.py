"""A call: what an agent writes down while somebody is on the phone, and the request it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.offices import Office
from auth.roles import Reader
from portal.desk.guides import NONE_NEEDED
from portal.site.context import Site
from portal.tickets.conversation import reply_as_clerk
from portal.tickets.handoff import subject_from
from portal.tickets.opening import Draft, open_ticket
from portal.tickets.priority import higher
from portal.tickets.progress import solve_as_desk
from portal.tickets.store import Store
from portal.tickets.targets import answer_due
from portal.tickets.ticket import Ticket, may_work
from portal.vocabulary import IMPACTS

SOLVED, MINE, FOR_ANYONE, ELECTIONS = "solved", "mine", "anyone", "elections"
ENDINGS = {
    SOLVED: "Solved on the phone",
    MINE: "Still open, I work on it",
    FOR_ANYONE: "Still open, anyone can take it",
    ELECTIONS: "Passed to elections staff",
}
TO_ELECTIONS = "Passed to elections staff"
LONGEST_CALL = timedelta(hours=12)
MOST_CALLS = 5


@dataclass(frozen=True)
class Call:
    """Everything about one call. ``resolution``, ``cause`` and ``guide`` count only when it was solved.

    ``run`` is what the caller answered and tried in a diagnostic before, as the draft of a request.
    """

    office: Office | None
    office_words: str
    name: str
    phone: str
    waiting: bool
    impact: str
    words: str
    ended: str
    resolution: str = ""
    cause: str = ""
    guide: str = ""
    next_news_at: datetime | None = None
    run: Draft | None = None


@dataclass(frozen=True)
class CallsToday:
    """How many calls were logged today, and the latest of them."""

    count: int
    latest: tuple[Ticket, ...]


def log_call(
    session: Session,
    call: Call,
    *,
    by: Reader,
    key: str,
    seconds: int,
    site: Site,
    store: Store,
    secret_key: str,
    base_url: str,
    now: datetime,
) -> Ticket:
    """Write a call down as a request, solved or open. The same key again gives the same request. Never commits."""
    opened = open_ticket(
        session,
        _draft(call, seconds),
        by=by,
        key=key,
        site=site,
        store=store,
        secret_key=secret_key,
        base_url=base_url,
        now=now,
    )
    if not opened.new:
        return opened.ticket
    if call.ended in (SOLVED, ELECTIONS):
        _solve(session, opened.ticket, call, by=by, secret_key=secret_key, base_url=base_url, now=now)
    else:
        _keep_open(opened.ticket, call, site=site, now=now)
    return opened.ticket


def add_to_ticket(session: Session, ticket: Ticket, *, words: str, by: Reader, now: datetime) -> None:
    """The call is about a request that is there: the caller's words join it, as said on the phone."""
    entry = reply_as_clerk(session, ticket, text=words, by=by, now=now)
    entry.channel = "phone"


def calls_since(session: Session, since: datetime, reader: Reader) -> CallsToday:
    """The calls logged since then that this reader may see. Two queries."""
    mine = (Ticket.channel == "phone", Ticket.created_at >= since, may_work(reader))
    count = session.scalar(select(func.count(Ticket.id)).where(*mine)) or 0
    latest = session.scalars(select(Ticket).where(*mine).order_by(Ticket.id.desc()).limit(MOST_CALLS))
    return CallsToday(count, tuple(latest))


def length_of(started: int, now: datetime) -> int:
    """Seconds since the page was opened; 0 for a start that is not believable."""
    seconds = int(now.timestamp()) - started
    return seconds if 0 <= seconds <= LONGEST_CALL.total_seconds() else 0


def minutes_and_seconds(seconds: int) -> str:
    """Such as "3 min 12 s"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _draft(call: Call, seconds: int) -> Draft:
    """The request of a call; behind a run it keeps the run's subject, facts, rank and path."""
    own: dict[str, Any] = {
        "description": call.words,
        "name": call.name,
        "phone": call.phone,
        "email": "",
        "office": call.office,
        "office_words": call.office_words,
        "channel": "phone",
    }
    if call.run is not None:
        waiting = call.waiting or call.run.voter_waiting
        impact = higher(IMPACTS, call.impact, call.run.impact)
        path = call.run.path | {"call_seconds": seconds}
        return replace(call.run, **own, voter_waiting=waiting, impact=impact, path=path)
    return Draft(
        **own,
        subject=subject_from(call.words),
        impact=call.impact,
        urgency="today",
        voter_waiting=call.waiting,
        path={"call_seconds": seconds},
    )


def _solve(
    session: Session,
    ticket: Ticket,
    call: Call,
    *,
    by: Reader,
    secret_key: str,
    base_url: str,
    now: datetime,
) -> None:
    passed = call.ended == ELECTIONS
    solve_as_desk(
        session,
        ticket,
        resolution=TO_ELECTIONS if passed else call.resolution,
        cause="procedure" if passed else call.cause,
        guide=NONE_NEEDED if passed else call.guide,
        by=by,
        secret_key=secret_key,
        base_url=base_url,
        now=now,
    )


def _keep_open(ticket: Ticket, call: Call, *, site: Site, now: datetime) -> None:
    """An open call always has its next promise, so that it cannot sink: the one said, else the one of its priority."""
    promises = site.settings.get("promises")
    ticket.next_news_at = call.next_news_at or answer_due(
        promises, site.hours, priority=ticket.priority, now=now
    )
    if call.ended == FOR_ANYONE:
        ticket.worker_id, ticket.state = None, "new"
