"""The queue: which open request comes next, why it stands where it does, and what is promised on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from auth.roles import Reader
from portal.formatting import ago_words, clock_words, day_words, distance_words
from portal.tickets.ticket import Ticket
from portal.vocabulary import BUSY_MODES, IMPACTS, MODE_NAMES, PRIORITIES

# A promise that falls due within this time is shown as "due soon" and goes before later ones.
SOON = timedelta(minutes=30)
LATE, DUE_SOON, DUE_LATER, NOTHING_DUE = range(4)

# On these days the work of these offices goes first among requests of the same rank.
OFFICES_OF_MODE = {
    "early_voting": ("county",),
    "deadline_day": ("county",),
    "election_day": ("county",),
    "court_in_session": ("court",),
}

# The rule in words, in the order in which it is applied; the page "How this order works" shows it.
RULE = (
    ("Priority", "P1 before P2, P2 before P3, P3 before P4."),
    ("Someone waiting", "A voter, judge or jury is waiting."),
    (
        "The promise",
        "A late one goes first, then one due within 30 minutes. Then later ones, then requests with nothing due.",
    ),
    ("The day", "On a special day, the offices that have that day go first."),
    ("How many people", "Several offices before one office, one office before one person."),
    ("The clock", "The earlier promise goes first. With no promise, the older request goes first."),
)


@dataclass(frozen=True)
class News:
    """The newest message of a request: who wrote, the clerk or the desk, and when."""

    side: str
    at: datetime


@dataclass(frozen=True)
class OpenTicket:
    """An open request as the queue needs it."""

    ticket: Ticket
    news: News | None = None


@dataclass(frozen=True)
class Due:
    """What is promised next: ``kind`` is Answer, News or Ask again."""

    kind: str
    moment: datetime
    at: str
    away: str
    is_late: bool
    is_soon: bool


@dataclass(frozen=True)
class Row:
    """One line of the queue: the request, why it stands here, what is due, who has it and the last news."""

    ticket: Ticket
    reason: str
    due: Due | None
    worker: str
    last_news: str

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due.is_late


@dataclass(frozen=True)
class View:
    """One tab of the queue, with the number of requests in it."""

    name: str
    title: str
    rows: tuple[Row, ...]


def order(
    tickets: Iterable[OpenTicket], now: datetime, mode: str, *, zone: ZoneInfo, reader: Reader
) -> list[Row]:
    """The open requests in the order in which they are worked, each with its reason. Pure."""
    ordered = sorted(tickets, key=lambda one: _rank(one.ticket, now, mode))
    return [_row(one, now, mode, zone=zone, reader=reader) for one in ordered]


def views_of(rows: Sequence[Row], reader: Reader, group_names: dict[str, str]) -> list[View]:
    """The tabs, with true counts. A specialist also gets one for each own group."""
    views = [
        View("open", "All open", tuple(rows)),
        View("mine", "Mine", tuple(row for row in rows if row.ticket.worker_id == reader.user_id)),
        View("nobody", "Nobody yet", tuple(row for row in rows if row.ticket.worker_id is None)),
        View("waiting", "Waiting", tuple(row for row in rows if row.ticket.state == "waiting")),
    ]
    if reader.may("follow group tickets"):
        views += [
            View(
                f"group-{slug}",
                group_names.get(slug, slug),
                tuple(row for row in rows if row.ticket.group_slug == slug),
            )
            for slug in sorted(reader.groups)
        ]
    return views


def due_of(ticket: Ticket, now: datetime, zone: ZoneInfo) -> Due | None:
    """What is due next on a request, or None."""
    if not ticket.is_open:
        return None
    if ticket.state == "waiting":
        return _due("Ask again", ticket.ask_again_at, now, zone, paused=True) if ticket.ask_again_at else None
    if ticket.answer_due_at is not None and ticket.first_answer_at is None:
        return _due("Answer", ticket.answer_due_at, now, zone)
    return _due("News", ticket.next_news_at, now, zone) if ticket.next_news_at else None


def next_promise(rows: Sequence[Row]) -> Row | None:
    """The row whose promise falls due first; for the words of an empty view."""
    dated = [row for row in rows if row.due is not None]
    return min(dated, key=lambda row: row.due.moment if row.due else row.ticket.created_at, default=None)


def moment_words(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Such as "11:48 am", "tomorrow 9 am", "Friday 9 am" or "October 2, 2026"."""
    local, here = moment.astimezone(zone), now.astimezone(zone)
    days = (local.date() - here.date()).days
    if days == 0:
        return clock_words(local)
    if days in (1, -1):
        return f"{'tomorrow' if days == 1 else 'yesterday'} {clock_words(local)}"
    return f"{local:%A} {clock_words(local)}" if 1 < days < 7 else day_words(local)


def day_words_of(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Such as "today", "tomorrow", "Friday" or "October 2, 2026": a day to ask again has no hour."""
    local, here = moment.astimezone(zone), now.astimezone(zone)
    days = (local.date() - here.date()).days
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return named.get(days) or (f"{local:%A}" if 1 < days < 7 else day_words(local))


def _rank(ticket: Ticket, now: datetime, mode: str) -> tuple[int, bool, int, bool, int, float, int]:
    moment = _promised(ticket)
    return (
        PRIORITIES.index(ticket.priority),
        not ticket.voter_waiting,
        _urgency_of(moment, now, paused=ticket.state == "waiting"),
        not _is_their_day(ticket, mode),
        -IMPACTS.index(ticket.impact),
        (moment or ticket.created_at).timestamp(),
        ticket.number,
    )


def _promised(ticket: Ticket) -> datetime | None:
    if ticket.state == "waiting":
        return ticket.ask_again_at
    if ticket.answer_due_at is not None and ticket.first_answer_at is None:
        return ticket.answer_due_at
    return ticket.next_news_at


def _urgency_of(moment: datetime | None, now: datetime, *, paused: bool) -> int:
    """Waiting with a day that has not come is nothing due; once the day has come it is late like any promise."""
    if moment is None or (paused and moment > now):
        return NOTHING_DUE
    if moment < now:
        return LATE
    return DUE_SOON if moment - now <= SOON else DUE_LATER


def _is_their_day(ticket: Ticket, mode: str) -> bool:
    return ticket.office is not None and ticket.office.kind in OFFICES_OF_MODE.get(mode, ())


def _row(one: OpenTicket, now: datetime, mode: str, *, zone: ZoneInfo, reader: Reader) -> Row:
    ticket, due = one.ticket, due_of(one.ticket, now, zone)
    return Row(
        ticket=ticket,
        reason=_reason(one, due, mode, now, reader=reader),
        due=due,
        worker=_worker_words(ticket, reader),
        last_news=f"{one.news.side}, {ago_words(one.news.at, now=now)}" if one.news else "",
    )


def _reason(one: OpenTicket, due: Due | None, mode: str, now: datetime, *, reader: Reader) -> str:
    """Why it stands here, in at most two short sentences; the strongest reason first."""
    ticket = one.ticket
    return " ".join(
        [
            sentence
            for sentence in (
                "Voters or a court waiting." if ticket.voter_waiting else "",
                _promise_words(ticket, due, reader),
                "Nobody has it yet." if ticket.worker_id is None else "",
                _answered_words(one, now),
                f"{MODE_NAMES[mode]} here."
                if mode in BUSY_MODES and not ticket.voter_waiting and _is_their_day(ticket, mode)
                else "",
                _sentence(ticket.priority_reason) if not ticket.voter_waiting else "",
            )
            if sentence
        ][:2]
    )


def _promise_words(ticket: Ticket, due: Due | None, reader: Reader) -> str:
    if ticket.state == "waiting":
        whom = ticket.waiting_for or "the clerk to answer"
        return f"Waiting for {whom}." + (" The day to ask again has come." if due and due.is_late else "")
    if due is None:
        return ""
    if due.is_late:
        return f"{due.kind} is {due.away}."
    if due.kind == "News":
        who = "You" if ticket.worker_id == reader.user_id else "We"
        return f"{who} promised news by {due.at}."
    return f"{due.kind} is due {due.away}." if due.is_soon else ""


def _answered_words(one: OpenTicket, now: datetime) -> str:
    """The clerk wrote after our first answer: somebody should read it."""
    if one.news is None or one.news.side != "clerk" or one.ticket.first_answer_at is None:
        return ""
    if one.news.at <= one.ticket.first_answer_at:
        return ""
    return f"The clerk wrote {ago_words(one.news.at, now=now)} ago."


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _worker_words(ticket: Ticket, reader: Reader) -> str:
    if ticket.worker_id is None:
        return ""
    if ticket.worker_id == reader.user_id:
        return "You"
    return ticket.worker.name if ticket.worker else "A colleague"


def _due(kind: str, moment: datetime, now: datetime, zone: ZoneInfo, *, paused: bool = False) -> Due:
    late = moment < now
    return Due(
        kind=kind,
        moment=moment,
        at=day_words_of(moment, now, zone) if kind == "Ask again" else moment_words(moment, now, zone),
        away="paused" if paused and not late else distance_words(moment, now=now),
        is_late=late,
        is_soon=not late and not paused and moment - now <= SOON,
    )
