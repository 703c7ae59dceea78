"""The page of one request: what it says at the top, in the middle and beside, made from rows the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from auth.users import User
from portal.desk.queue import View
from portal.formatting import length_words, when_words
from portal.tickets.ticket import Entry, Ticket, may_work
from portal.vocabulary import CHANNELS, OPEN_STATES

MOST_OF_OFFICE = 6
ENTRY_CHANNELS = {"diagnostic": ", from the diagnostic", "phone": ", by phone", "mail": ", by e-mail"}


@dataclass(frozen=True)
class Place:
    """Where a request stands in the tab that the reader came from."""

    number: int
    of: int
    before: str
    after: str


@dataclass(frozen=True)
class OfficeTicket:
    """Another request of the same office, for the rail."""

    reference: str
    title: str
    note: str

    @property
    def url(self) -> str:
        return address_of(self.reference)


def address_of(reference: str, view: str = "", said: str = "", anchor: str = "") -> str:
    """The page of a request on the desk, with the tab one came from and the line to say at its top."""
    query = "&".join(f"{name}={value}" for name, value in (("view", view), ("said", said)) if value)
    return f"/desk/tickets/{reference}{'?' + query if query else ''}{'#' + anchor if anchor else ''}"


def place_in(view: View, ticket: Ticket) -> Place | None:
    """Its place in the view, with its neighbours; None when it is not in it."""
    references = [row.ticket.reference for row in view.rows]
    if ticket.reference not in references:
        return None
    at = references.index(ticket.reference)
    return Place(
        number=at + 1,
        of=len(references),
        before=references[at - 1] if at else "",
        after=references[at + 1] if at + 1 < len(references) else "",
    )


def came_by(ticket: Ticket) -> str:
    """Such as "Diagnostic, K7M 4QD"."""
    code = str(ticket.path.get("code") or "")
    spaced = f"{code[:3]} {code[3:]}" if len(code) == 6 else code
    return f"{CHANNELS.get(ticket.channel, ticket.channel)}, {spaced}" if spaced else CHANNELS[ticket.channel]


def worker_of(session: Session, ticket: Ticket, reader: Reader) -> str:
    """Who works on it, in words. One query when it is a colleague."""
    if ticket.worker_id is None:
        return "Nobody yet"
    if ticket.worker_id == reader.user_id:
        return "You"
    return session.scalar(select(User.name).where(User.id == ticket.worker_id)) or "A colleague"


def way_address(ticket: Ticket) -> str:
    """The map with the way of the run that the request came from; empty without a run."""
    return f"/desk/tickets/{ticket.reference}/way" if ticket.run_id else ""


def transcript_of(path: dict[str, Any], *, map_url: str = "") -> dict[str, Any] | None:
    """What the clerk answered and tried, as the page shows it; None for a path that holds nothing."""
    rows = [
        {"question": row["question"], "answer": row["words"], "by": row.get("by", "")}
        for row in path.get("answers", ())
    ]
    rows += [_tried(row) for row in path.get("tried", ())]
    searched, opened, guides = path.get("searched", ()), path.get("opened", ()), path.get("guides_read", ())
    if not (rows or searched or opened or guides):
        return None
    return {
        "summary": _summary(path),
        "rows": rows,
        "not_tried": ", ".join(path.get("not_tried", ())) or ("none left" if path.get("tried") else ""),
        "not_asked": ", ".join(path.get("not_asked", ())),
        "guides": ", ".join(_guide(row) for row in guides),
        "opened": ", ".join(str(page.get("title", "")) for page in opened),
        "searched": "”, “".join(str(words) for words in searched),
        "map_url": map_url,
    }


def thread_of(
    entries: Sequence[Entry], ticket: Ticket, *, reader: Reader, now: datetime, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """The history as the page shows it, oldest first; each piece says which kind it is."""
    return [
        {
            "kind": entry.kind,
            "side": entry.side,
            "id": entry.id,
            "by": writer_of(entry, ticket, reader),
            "at": when_words(entry.at, now=now, zone=zone) + ENTRY_CHANNELS.get(entry.channel, ""),
            "text": entry.desk_words,
            "attachments": [
                {
                    "name": file.name,
                    "size": size_words(file.size),
                    "is_picture": file.is_picture,
                    "url": f"{address_of(ticket.reference)}/files/{file.id}",
                }
                for file in entry.attachments
            ],
        }
        for entry in entries
    ]


def writer_of(entry: Entry, ticket: Ticket, reader: Reader) -> str:
    """Who wrote it: "You", a colleague, or the clerk with the office."""
    if entry.side == "clerk":
        return f"{entry.author_name or ticket.name}, {ticket.office_name}"
    return "You" if entry.author_id == reader.user_id else entry.author_name or "Help desk"


def overtaken_words(entry: Entry, ticket: Ticket, *, reader: Reader, now: datetime, zone: ZoneInfo) -> str:
    """What to say when somebody wrote meanwhile."""
    who = "The clerk" if entry.side == "clerk" else writer_of(entry, ticket, reader)
    what = "sent a message" if entry.side == "clerk" else "sent a reply"
    at = when_words(entry.at, now=now, zone=zone).removeprefix("Today ")
    return f"{who} {what} at {at}. Read it first. Your text is kept."


def who_reads(ticket: Ticket, *, mail_works: bool) -> str:
    """Who gets a reply, and how; never a promise of mail that nobody sends."""
    if not ticket.email:
        return "There is no e-mail here. Call the clerk too."
    if not mail_works:
        return "The clerk reads this on the page of the request."
    if ticket.email_verified:
        return "The clerk gets this by e-mail."
    return "The clerk gets an e-mail that says there is news."


def tickets_of_office(
    session: Session, ticket: Ticket, reader: Reader, *, now: datetime, zone: ZoneInfo
) -> list[OfficeTicket]:
    """The open and the latest requests of the same office that this reader may see. One query."""
    if ticket.office_id is None:
        return []
    found = session.scalars(
        select(Ticket)
        .where(Ticket.office_id == ticket.office_id, Ticket.id != ticket.id, may_work(reader))
        .order_by(Ticket.state.in_(OPEN_STATES).desc(), Ticket.changed_at.desc())
        .limit(MOST_OF_OFFICE)
    )
    return [OfficeTicket(one.reference, one.subject, office_note(one, now=now, zone=zone)) for one in found]


def office_note(ticket: Ticket, *, now: datetime, zone: ZoneInfo) -> str:
    """Such as "P1, open now" or "Closed Monday 9 am"."""
    if ticket.is_open:
        return f"{ticket.priority}, {ticket.staff_state_words.lower()}"
    return f"{ticket.staff_state_words} {when_words(ticket.changed_at, now=now, zone=zone)}"


def seconds_words(seconds: int) -> str:
    """Such as "40 s" or "1 min 40 s"."""
    minutes, rest = divmod(seconds, 60)
    return " ".join(
        part for part in (f"{minutes} min" if minutes else "", f"{rest} s" if rest else "") if part
    )


def size_words(size: int) -> str:
    """Such as "320 kB" or "1.4 MB"."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def _tried(row: dict[str, Any]) -> dict[str, Any]:
    said = f" “{row['said']}”" if row.get("said") else ""
    seconds = row.get("seconds")
    return {
        "question": row["step"],
        "answer": f"{row['result']}{said}",
        "took": seconds_words(seconds) if seconds else "",
        "by": row.get("by", ""),
    }


def _guide(row: dict[str, Any]) -> str:
    by = f", answered for the clerk by {row['by']}" if row.get("by") else ""
    return f"{row['title']} ({row['result']}{by})"


def _summary(path: dict[str, Any]) -> str:
    """Such as "My label printer won't print, version 7, 5 min"."""
    diagnostic = path.get("diagnostic") or {}
    version, seconds = diagnostic.get("version"), path.get("seconds")
    parts = [
        str(diagnostic.get("title") or ""),
        f"version {version}" if version else "",
        length_words(timedelta(seconds=seconds)) if seconds else "",
        "stopped early" if path.get("stopped") else "",
    ]
    return ", ".join(part for part in parts if part)
