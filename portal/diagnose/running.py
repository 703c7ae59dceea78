"""A run as its pages need it: replayed, with its code, its contact and its ticket; and how it becomes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from auth.offices import Office, open_office
from kb.articles import Article, Revision
from kb.trees.runs import Run, answer, answers_of, finish, is_repeat, said_in, spoken
from kb.trees.tree import Tree
from kb.trees.walk import Walk
from kb.trees.walking import resolve
from portal.errors import Missing
from portal.formatting import by_words
from portal.forms import Form
from portal.reports.events import trail_of
from portal.request import db, now, reader, remembered_office, settings, site, wiring
from portal.tickets.forms import known_contact
from portal.tickets.handoff import Contact, RunFacts, draft_from_run
from portal.tickets.opening import open_ticket
from portal.tickets.priority import priority_of
from portal.tickets.progress import take_new_facts
from portal.tickets.store import CleanFile, KeptFiles, Store
from portal.tickets.targets import answer_due
from portal.tickets.ticket import Ticket

# Addresses of a run that are pages of ours and not questions of a diagnostic.
CONTACT, URGENT, PHOTO = "contact", "urgent", "photo"
RESERVED = (CONTACT, "check", "end", "sent")
# A person who comes back after this long is told that the answers were kept.
WAS_AWAY = timedelta(minutes=20)
NOT_GIVEN = "Caller"


@dataclass(frozen=True)
class Walked:
    """A run, replayed."""

    run: Run
    slug: str
    title: str
    version: int
    tree: Tree
    tree_services: tuple[str, ...]
    library: Mapping[str, Tree]
    answers: Mapping[str, str]
    said: Mapping[str, str]
    walk: Walk
    ticket: Ticket | None

    @property
    def code_words(self) -> str:
        """The code in two groups, as it is read aloud; empty when it holds no more, until the next answer renews it."""
        return spoken(self.run.code) if self.run.code_until > now() else ""

    def was_here(self, moment: datetime) -> datetime | None:
        """When the person was last here, if that was a while ago."""
        return self.run.touched_at if moment - self.run.touched_at > WAS_AWAY else None


@dataclass(frozen=True)
class TypedContact:
    """The contact data of a run: what was typed, and the contact when it is complete."""

    typed: dict[str, Any]
    contact: Contact | None

    @property
    def complete(self) -> bool:
        return self.contact is not None


def run_of(run_id: str) -> Run:
    """The run behind an address that nobody can guess. Raises Missing."""
    run = db().get(Run, run_id)
    if run is None:
        raise Missing
    return run


def walked(run: Run) -> Walked:
    """Replay a run. Three queries: its answers, its article, its ticket if it has one."""
    article, revision_number, services = _article_of(run)
    tree = wiring().shelf.tree(db(), run.revision_id)
    library = wiring().shelf.library(db(), site().version)
    answers = answers_of(db(), run)
    said = said_in(db(), run)
    pages = {address: value for address, value in answers.items() if address not in (CONTACT, URGENT)}
    ticket = db().get(Ticket, run.ticket_id) if run.ticket_id else None
    return Walked(
        run=run,
        slug=article.slug,
        title=article.title,
        version=revision_number,
        tree=tree,
        tree_services=services,
        library=library,
        answers=answers,
        said=said,
        walk=resolve(tree, pages, site().mode.slug, library=library, said=said),
        ticket=ticket,
    )


def next_address(walk: Walk) -> str:
    """The page that comes next: the first without an answer, or the end."""
    return walk.current.address if walk.current is not None else "end"


def place(run: Run, address: str) -> str:
    """The address of a page of a run."""
    return f"/runs/{run.id}/{address}"


def keep_contact(state: Walked, form: Form, *, now: datetime) -> None:
    """Keep the contact with the run, so that it is asked once."""
    kept = {name: form.values.get(name, "") for name in ("office", "office_words", "name", "phone", "email")}
    answer(db(), state.run, CONTACT, "given", json.dumps(kept), now=now)


def contact_typed(state: Walked) -> TypedContact:
    """The contact that the run carries, or that a signed-in person's account gives."""
    text = state.said.get(CONTACT, "")
    if text:
        typed: dict[str, Any] = json.loads(text)
        return TypedContact(typed, _contact(typed))
    known = _known_contact()
    return TypedContact(known, _contact(known) if known.get("phone") and known.get("name") else None)


def due_words(state: Walked) -> tuple[str, str]:
    """When a person answers, and why then; the first is empty when it cannot be computed."""
    urgent = state.answers.get(URGENT) == "yes"
    draft = draft_from_run(
        state.walk,
        run_facts(state),
        _nobody(),
        more="",
        urgent=urgent,
        repeated=is_repeat(db(), state.run, now()),
        trail=trail_of(db(), state.run.visitor or "", now()),
    )
    priority = priority_of(
        site().settings.get("priority.grid"),
        impact=draft.impact,
        urgency=draft.urgency,
        voter_waiting=draft.voter_waiting,
        mode=site().mode.slug,
    )
    due = answer_due(site().settings.get("promises"), site().hours, priority=priority.level, now=now())
    return (by_words(due, now=now(), zone=site().zone) if due else "", priority.reason)


def send(state: Walked, contact: TypedContact, *, closing: bool) -> Ticket:
    """Make the ticket of this run, or bring the one it has up to date. The caller commits.

    ``closing`` ends the run; a call keeps it open, so that a clerk on the phone can go on.
    """
    draft = draft_from_run(
        state.walk,
        run_facts(state),
        contact.contact or _nobody(),
        more="",
        urgent=state.answers.get(URGENT) == "yes",
        repeated=is_repeat(db(), state.run, now()),
        trail=trail_of(db(), state.run.visitor or "", now()),
    )
    opened = open_ticket(
        db(),
        draft,
        by=reader(),
        key=f"run:{state.run.id}",
        site=site(),
        store=Store(settings().attachments_folder),
        secret_key=settings().secret_key,
        base_url=settings().base_url,
        now=now(),
        kept=photos_of(state),
    )
    if not opened.new:
        take_new_facts(
            db(), opened.ticket, draft, grid=site().settings.get("priority.grid"), site=site(), now=now()
        )
    state.run.ticket_id = opened.ticket.id
    if closing:
        outcome = state.walk.outcome.id if state.walk.outcome else "stopped"
        finish(db(), state.run, "sent", now=now(), outcome=outcome, ticket_id=opened.ticket.id)
    return opened.ticket


def end_of_walk(state: Walked) -> None:
    """At an end that needs no check page: a solved run is closed, a call comes with its ticket at once."""
    outcome = state.walk.outcome
    if outcome is None:
        return
    if outcome.kind == "solved":
        finish(db(), state.run, "solved", now=now(), outcome=outcome.id)
    elif state.run.state == "solved":
        state.run.state = "walking"
    if outcome.kind == "call_now" and outcome.ticket_too:
        send(state, contact_typed(state), closing=False)


def run_facts(state: Walked) -> RunFacts:
    """What the ticket says about the run."""
    return RunFacts(
        run_id=state.run.id,
        slug=state.slug,
        title=state.title,
        version=state.version,
        code=state.code_words,
        service=state.tree_services[0] if state.tree_services else "",
        began=state.run.created_at,
        finished=now(),
    )


def keep_photo(file: CleanFile) -> str:
    """Store a picture and return the note that remembers it."""
    name = Store(settings().attachments_folder).keep(file)
    return json.dumps(
        {"name": file.name, "media_type": file.media_type, "storage": name, "sha256": file.sha256}
    )


def photos_of(state: Walked) -> KeptFiles:
    """The pictures of the pages on the trail, as files that are on disk already."""
    store = Store(settings().attachments_folder)
    kept: list[tuple[CleanFile, str]] = []
    for stop in state.walk.trail:
        if stop.page.fact is not None and stop.page.fact.type == "photo" and stop.said.startswith("{"):
            row = json.loads(stop.said)
            body = store.read(row["storage"], row["sha256"])
            kept.append((CleanFile(row["name"], row["media_type"], body), row["storage"]))
    return kept


def _article_of(run: Run) -> tuple[Article, int, tuple[str, ...]]:
    row = (
        db()
        .execute(
            select(Article, Revision.number, Revision.front)
            .join(Revision, Revision.id == run.revision_id)
            .where(Article.id == run.article_id)
        )
        .one()
    )
    return row[0], row[1], tuple(row[2].get("services") or ())


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


def _known_contact() -> dict[str, Any]:
    return {"name": "", "phone": "", "email": ""} | known_contact(db(), reader(), office=remembered_office())


def _nobody() -> Contact:
    return Contact(NOT_GIVEN, "", "", None, "Not given yet")
