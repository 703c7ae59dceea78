"""A run that ends: the request it becomes, its pictures, who gave which answer, and when a person answers."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

from sqlalchemy import select

from auth.roles import Reader
from auth.users import User
from kb.articles import Article
from kb.trees.repeats import is_repeat
from kb.trees.runs import finish, note
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
from portal.tickets.going_on import bring_up_to_date
from portal.tickets.handoff import Contact, RunFacts, draft_from_run
from portal.tickets.opening import Draft, open_ticket
from portal.tickets.priority import priority_of
from portal.tickets.step_times import step_times
from portal.tickets.store import CleanFile, KeptFiles, Store
from portal.tickets.targets import answer_due
from portal.tickets.ticket import Ticket

logger = logging.getLogger("signpost.runs")


def due_words(state: Walked) -> tuple[str, str]:
    """When a person answers, and why then; the first is empty when it cannot be computed."""
    draft = _draft_of(state, nobody(), run_facts(state))
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
    draft = _draft_of(state, contact.contact or nobody(), _whole_facts(state))
    kept = photos_of(state)
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
        kept=kept,
    )
    if not opened.new:
        bring_up_to_date(
            db(),
            opened.ticket,
            draft,
            ended=closing or state.walk.ends,
            kept=kept,
            site=site(),
            secret_key=settings().secret_key,
            base_url=settings().base_url,
            now=now(),
        )
    state.run.ticket_id = opened.ticket.id
    if opened.new and state.run.visitor:
        record_filed(db(), by=Asker(state.run.visitor), ticket_id=opened.ticket.id, now=now())
    _put_notes(state, opened.ticket)
    if closing:
        _close(state, opened.ticket)
    return opened.ticket


def _close(state: Walked, ticket: Ticket) -> None:
    """End the run with its request. Answers that led nowhere were shown as not used; they go, steps done stay."""
    for parked in state.walk.parked:
        let_go(db(), state.run, parked.address)
    state.run.mode = site().mode.slug
    outcome = state.walk.outcome.id if state.walk.outcome else "stopped"
    finish(db(), state.run, "sent", now=now(), outcome=outcome, ticket_id=ticket.id)


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
    # A request that is there is hidden as soon as the answers say so, not only when the clerk sends.
    is_hiding = outcome.restricted and state.run.ticket_id is not None
    if (outcome.kind == "call_now" and outcome.ticket_too) or is_hiding:
        send(state, contact_typed(state, walker=walker), closing=False, walker=walker)


def _draft_of(state: Walked, contact: Contact, run: RunFacts) -> Draft:
    """The run as it stands, as a request."""
    return draft_from_run(
        state.walk,
        run,
        contact,
        more=state.said.get(WORDS, ""),
        urgent=state.answers.get(URGENT) == "yes",
        repeated=is_repeat(db(), state.run, now()),
        trail=trail_of(db(), state.run.visitor or "", now()),
    )


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


def _whole_facts(state: Walked) -> RunFacts:
    """What only the ticket needs, too. Up to two queries more."""
    took = step_times(db(), state.run.id)
    return replace(run_facts(state), took=took, titles=guide_titles(state.walk.guides))


def guide_titles(slugs: tuple[str, ...]) -> dict[str, str]:
    """The titles of guides by slug. One query, and none without a guide."""
    if not slugs:
        return {}
    rows = db().execute(select(Article.slug, Article.title).where(Article.slug.in_(slugs)))
    return {row.slug: row.title for row in rows}


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
    """The pictures of the pages on the trail, as files that are on disk already; the request is about to name them.

    One that is gone or damaged is left out: the request matters more.
    """
    store = Store(settings().attachments_folder)
    kept: list[tuple[CleanFile, str]] = []
    for stop in state.walk.trail:
        if stop.page.fact is not None and stop.page.fact.type == "photo" and stop.said.startswith("{"):
            row = json.loads(stop.said)
            try:
                store.claim(row["storage"])
                body = store.read(row["storage"], row["sha256"])
            except OSError as problem:
                logger.warning("A picture is not sent", extra={"fields": {"problem": str(problem)}})
                continue
            kept.append((CleanFile(row["name"], row["media_type"], body), row["storage"]))
    return kept
