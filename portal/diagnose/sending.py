"""A run that ends: the request it becomes, its pictures, who gave which answer, and when a person answers."""

from __future__ import annotations

import json

from sqlalchemy import select

from auth.roles import Reader
from auth.users import User
from kb.trees.runs import finish, is_repeat, note
from kb.trees.sharing import helpers_named, let_go
from portal.diagnose.running import (
    NOTES,
    URGENT,
    WORDS,
    TypedContact,
    Walked,
    contact_typed,
    nobody,
)
from portal.formatting import by_words
from portal.reports.endings import record_filed, record_solved
from portal.reports.events import Asker, trail_of
from portal.request import db, now, reader, settings, site
from portal.tickets.conversation import add_note
from portal.tickets.handoff import RunFacts, draft_from_run
from portal.tickets.opening import open_ticket
from portal.tickets.priority import priority_of
from portal.tickets.progress import take_new_facts
from portal.tickets.store import CleanFile, KeptFiles, Store
from portal.tickets.targets import answer_due
from portal.tickets.ticket import Ticket


def due_words(state: Walked) -> tuple[str, str]:
    """When a person answers, and why then; the first is empty when it cannot be computed."""
    urgent = state.answers.get(URGENT) == "yes"
    draft = draft_from_run(
        state.walk,
        run_facts(state),
        nobody(),
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


def send(state: Walked, contact: TypedContact, *, closing: bool, walker: Reader | None = None) -> Ticket:
    """Make the ticket of this run, or bring the one it has up to date. The caller commits.

    ``closing`` ends the run; a call keeps it open, so that a clerk on the phone can go on. ``walker`` is whose run
    it is where the desk sends it for the clerk.
    """
    draft = draft_from_run(
        state.walk,
        run_facts(state),
        contact.contact or nobody(),
        more=state.said.get(WORDS, ""),
        urgent=state.answers.get(URGENT) == "yes",
        repeated=is_repeat(db(), state.run, now()),
        trail=trail_of(db(), state.run.visitor or "", now()),
    )
    opened = open_ticket(
        db(),
        draft,
        by=walker or reader(),
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
    if opened.new and state.run.visitor:
        record_filed(db(), by=Asker(state.run.visitor), ticket_id=opened.ticket.id, now=now())
    _put_notes(state, opened.ticket)
    if closing:
        state.run.mode = site().mode.slug
        outcome = state.walk.outcome.id if state.walk.outcome else "stopped"
        finish(db(), state.run, "sent", now=now(), outcome=outcome, ticket_id=opened.ticket.id)
    return opened.ticket


def end_of_walk(state: Walked, *, walker: Reader | None = None) -> None:
    """At an end that needs no check page: a solved run is closed, a call comes with its ticket at once."""
    outcome = state.walk.outcome
    if outcome is None:
        return
    if outcome.kind == "solved":
        state.run.mode = site().mode.slug
        finish(db(), state.run, "solved", now=now(), outcome=outcome.id)
        if state.run.visitor:
            asker = Asker(state.run.visitor)
            record_solved(db(), by=asker, article_id=state.run.article_id, where="diagnostic", now=now())
    elif state.run.state == "solved":
        state.run.state = "walking"
        note(db(), state.run, "reopened", outcome.id, now=now())
    if outcome.kind == "call_now":
        note(db(), state.run, "outcome", outcome.id, now=now(), option="called")
    if outcome.kind == "call_now" and outcome.ticket_too:
        send(state, contact_typed(state, walker=walker), closing=False, walker=walker)


def _put_notes(state: Walked, ticket: Ticket) -> None:
    """What the desk wrote down while there was no request joins it as a note, once."""
    notes = state.said.get(NOTES, "")
    if notes:
        author = Reader(name="Help desk")
        add_note(db(), ticket, text=notes, by=author, now=now())
        let_go(db(), state.run, NOTES)


def names_of_helpers(state: Walked) -> dict[str, str]:
    """Who of the desk gave which answer, by address. One query, and none when nobody did."""
    ids = set(state.given.by.values())
    if not ids:
        return {}
    rows = db().execute(select(User.id, User.name).where(User.id.in_(ids)))
    return helpers_named({row.id: row.name for row in rows}, state.given)


def run_facts(state: Walked) -> RunFacts:
    """What the ticket says about the run. One query when somebody of the desk gave answers."""
    return RunFacts(
        run_id=state.run.id,
        slug=state.slug,
        title=state.title,
        version=state.version,
        code=state.code_words,
        service=state.tree_services[0] if state.tree_services else "",
        began=state.run.created_at,
        finished=now(),
        desk=names_of_helpers(state),
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
