"""A run as its pages need it: replayed, with its code, its contact and its ticket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auth.offices import Office, open_office
from auth.roles import VISITOR, Reader
from kb.trees.recalls import CALLED_SINCE
from kb.trees.runs import Run, answer, spoken
from kb.trees.sharing import Given, given, is_helped, mark_of
from kb.trees.tree import Tree
from kb.trees.walk import Walk
from kb.trees.walking import resolve
from portal.diagnose.shelf import Called, Label, Recalled
from portal.errors import Missing
from portal.forms import Form, clean
from portal.reports.events import masked
from portal.request import db, now, reader, remembered_office, site, wiring
from portal.tickets.forms import known_contact
from portal.tickets.handoff import Contact
from portal.tickets.ticket import Ticket

# Addresses of a run that are ours and not questions of a diagnostic; no id of a question has a hyphen.
CONTACT, URGENT, PHOTO, WORDS = "contact", "urgent", "photo", "own-words"
# A change that waits for a yes: the clerk's, and the one that the desk makes for the clerk. Notes are the desk's own.
CHANGE, DESK_CHANGE, NOTES = "change-answer", "change-answer-desk", "desk-notes"
OURS = (CONTACT, URGENT, WORDS, CHANGE, DESK_CHANGE, NOTES, CALLED_SINCE)
LONGEST_WORDS = 5000
RESERVED = (CONTACT, "check", "end", "sent")
# A person who comes back after this long is told that the answers were kept.
WAS_AWAY = timedelta(minutes=20)
NOT_GIVEN = "Caller"
# In a diagnostic about a courtroom it is the court that waits, and nobody stands in line to vote.
COURT_TOPIC = "court-technology"


@dataclass(frozen=True)
class Walked:
    """A run, replayed. ``given`` holds every answer with who gave it and when; ``label`` says of what it is a run."""

    run: Run
    label: Label
    tree: Tree
    called: Called
    given: Given
    walk: Walk
    ticket: Ticket | None

    @property
    def slug(self) -> str:
        return self.label.slug

    @property
    def title(self) -> str:
        return self.label.title

    @property
    def version(self) -> int:
        return self.label.version

    @property
    def tree_services(self) -> tuple[str, ...]:
        return self.label.services

    @property
    def library(self) -> Mapping[str, Tree]:
        """The diagnostics that this run calls, in the versions that it keeps to."""
        return self.called.trees

    @property
    def recalled_call(self) -> Recalled | None:
        """The recall of a called version that the run is in, or came through."""
        pages = [stop.page for stop in self.walk.trail]
        slugs = [page.slug for page in (*pages, self.walk.current) if page is not None]
        return next((self.called.recalled[slug] for slug in slugs if slug in self.called.recalled), None)

    @property
    def recalled(self) -> str:
        """Why the person has to read first that questions were wrong; nothing when none were."""
        call = self.recalled_call
        return self.label.recalled or (call.reason if call else "")

    @property
    def answers(self) -> Mapping[str, str]:
        return self.given.answers

    @property
    def said(self) -> Mapping[str, str]:
        return self.given.said

    @property
    def is_helped(self) -> bool:
        """Whether somebody of the help desk has this run open now."""
        return is_helped(self.run, now())

    @property
    def mark(self) -> str:
        """What a page compares with, to see whether anything changed since it was shown."""
        return mark_of(self.run, now())

    @property
    def waits(self) -> str:
        """Who waits, as a sentence, when the clerk said that somebody does; else nothing."""
        if not any(fact.name == "line" and fact.value == "waiting" for fact in self.walk.facts):
            return ""
        return "The court is waiting." if self.label.topic == COURT_TOPIC else "Voters are waiting."

    @property
    def code_words(self) -> str:
        """The code in two groups, as it is read aloud; empty when it holds no more, until the next answer renews it."""
        return spoken(self.run.code) if self.run.code_until > now() else ""

    def was_here(self, moment: datetime) -> datetime | None:
        """When the person was last here, if that was a while ago."""
        return self.run.touched_at if moment - self.run.touched_at > WAS_AWAY else None


@dataclass(frozen=True)
class Glance:
    """A run as a page of its request needs it: whether the desk is there, and what to compare with."""

    run: Run
    is_helped: bool
    mark: str


def glance_at(run_id: str | None) -> Glance | None:
    """The run behind a request, without its answers. One query, and none when it did not come from a run."""
    run = db().get(Run, run_id) if run_id else None
    return Glance(run, is_helped(run, now()), mark_of(run, now())) if run else None


@dataclass(frozen=True)
class TypedContact:
    """The contact data of a run: what was typed, and the contact when it is complete."""

    typed: dict[str, Any]
    contact: Contact | None

    @property
    def complete(self) -> bool:
        return self.contact is not None


def run_of(run_id: str, *, to_change: bool = False) -> Run:
    """The run behind an address that nobody can guess; ``to_change`` makes others wait. One query. Raises Missing."""
    run = db().get(Run, run_id, with_for_update=to_change)
    if run is None:
        raise Missing
    return run


def walked(run: Run) -> Walked:
    """Replay a run. One query for its answers, one more when it has a ticket; what it walks on is kept."""
    shelf = wiring().shelf
    tree, kept = shelf.tree_today(db(), run.revision_id, site()), given(db(), run)
    called = shelf.called(db(), run.revision_id, _called_since(run, kept), site())
    pages = {address: value for address, value in kept.answers.items() if address not in OURS}
    return Walked(
        run=run,
        label=shelf.label(db(), run.revision_id, site()),
        tree=tree,
        called=called,
        given=kept,
        walk=resolve(tree, pages, mode_of(run), library=called.trees, said=kept.said),
        ticket=db().get(Ticket, run.ticket_id) if run.ticket_id else None,
    )


def _called_since(run: Run, kept: Given) -> datetime:
    """The moment whose live versions a run calls: its beginning, until a recall made it go on anew."""
    since = kept.said.get(CALLED_SINCE, "")
    return datetime.fromisoformat(since) if since else run.created_at


def mode_of(run: Run) -> str:
    """Today's mode while somebody walks; the mode of the end once a run has ended, whatever day it is read."""
    return run.mode if run.state in ("sent", "solved") else site().mode.slug


def walker_of(run: Run) -> Reader:
    """Whose run it is, for somebody of the desk who goes on with it: the clerk who began it, or a visitor."""
    return Reader(user_id=run.user_id, office_id=run.office_id) if run.user_id else VISITOR


def next_address(walk: Walk) -> str:
    """The page that comes next: the first without an answer, or the end."""
    return walk.current.address if walk.current is not None else "end"


def place(run: Run, address: str) -> str:
    """The address of a page of a run."""
    return f"/runs/{run.id}/{address}"


def keep_contact(state: Walked, form: Form, *, now: datetime, by_id: int | None = None) -> None:
    """Keep the contact with the run, so that it is asked once; the run is the office's from now on."""
    kept = {name: form.values.get(name, "") for name in ("office", "office_words", "name", "phone", "email")}
    answer(db(), state.run, CONTACT, "given", json.dumps(kept), now=now, by_id=by_id)
    office = open_office(db(), str(kept["office"]))
    if office is not None:
        state.run.office_id = office.id


def keep_words(run: Run, words: str, *, now: datetime) -> None:
    """Keep what was typed into the form of a request before, long numbers left out, so that it goes along."""
    kept = clean(masked(words[:LONGEST_WORDS]))
    if kept:
        answer(db(), run, WORDS, "given", kept, now=now)


def contact_typed(state: Walked, *, walker: Reader | None = None) -> TypedContact:
    """The contact that the run carries, or that a signed-in person's account gives.

    ``walker`` is whose run it is where somebody else looks at it; without it, it is the person who asks.
    """
    text = state.said.get(CONTACT, "")
    if text:
        typed: dict[str, Any] = json.loads(text)
        return TypedContact(typed, _contact(typed))
    known = _known_contact(walker)
    return TypedContact(known, _contact(known) if known.get("phone") and known.get("name") else None)


def _contact(typed: dict[str, Any]) -> Contact | None:
    office: Office | None = open_office(db(), str(typed.get("office") or ""))
    words = str(typed.get("office_words") or "")
    if office is None and not words:
        return None
    return Contact(
        str(typed.get("name") or ""),
        str(typed.get("phone") or ""),
        str(typed.get("email") or ""),
        office,
        words,
    )


def _known_contact(walker: Reader | None) -> dict[str, Any]:
    who, office = (reader(), remembered_office()) if walker is None else (walker, "")
    return {"name": "", "phone": "", "email": ""} | known_contact(db(), who, office=office)


def nobody() -> Contact:
    """The contact of a run that nobody gave one for yet."""
    return Contact(NOT_GIVEN, "", "", None, "Not given yet")
