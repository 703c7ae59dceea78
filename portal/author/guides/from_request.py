"""A guide begun from a request: what was asked becomes a symptom, what fixed it the text; names are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from auth.roles import Reader
from portal.reports.events import masked
from portal.tickets.ticket import NoSuchTicket, Ticket, worked_by

LEFT_OUT = "(left out)"
# Shorter parts of a name are words as well: "Al", "Jo".
SHORTEST_PART = 3

_MAIL = re.compile(r"[^\s<>@,;]+@[^\s<>@,;]+\.[^\s<>@,;.]+")


@dataclass(frozen=True)
class Beginning:
    """What a draft begins with: from a request, by its reference; from a question that nobody answered; or nothing."""

    reference: str = ""
    question: str = ""
    days: int = 0
    symptoms: tuple[str, ...] = ()
    source: str = ""

    @property
    def note(self) -> str:
        if self.question:
            return "Begun from an unanswered question"
        return f"Begun from {self.reference}" if self.reference else "First version"


def from_request(session: Session, reference: str, reader: Reader) -> Beginning:
    """The beginning that a request gives. Raises ``NoSuchTicket`` for one that is not this reader's to work on.

    A restricted request gives none to anybody: its words are not for all who write. What the clerk described
    is left behind; only the subject and what fixed it come along.
    """
    ticket = worked_by(session, reference, reader)
    if ticket.restricted:
        raise NoSuchTicket(reference)
    return Beginning(
        reference=ticket.reference,
        symptoms=tuple(filter(None, [" ".join(without_names(ticket.subject, ticket).split())[:200]])),
        source=without_names(ticket.resolution, ticket),
    )


def without_names(text: str, ticket: Ticket) -> str:
    """The text without the person, the office, addresses and long numbers."""
    parts = [part for part in ticket.name.split() if len(part.strip(".,")) >= SHORTEST_PART]
    names = [ticket.name, ticket.phone, ticket.office_name if ticket.office else ticket.office_words, *parts]
    said = _MAIL.sub(LEFT_OUT, text)
    for name in filter(None, (name.strip() for name in names)):
        said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", LEFT_OUT, said, flags=re.IGNORECASE)
    return masked(said)
