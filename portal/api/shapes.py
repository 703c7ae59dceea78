"""What the JSON interface gives: articles, requests and runs as programs see them."""

from __future__ import annotations

from typing import Any

from auth.roles import Reader
from kb.placeholders import fill
from kb.reading import OpenArticle, titles
from portal.diagnose.running import place, run_of, walked
from portal.request import db, settings, site
from portal.tickets.ticket import Ticket, entries_of


def article_json(found: OpenArticle, reader: Reader) -> dict[str, Any]:
    """One article; of those it names as related only the ones that the reader may see. One query."""
    html = fill(found.html, site().placeholders, phone=site().line.phone, tel=site().line.tel)
    return {
        "kind": found.kind,
        "slug": found.slug,
        "title": found.title,
        "topic": found.topic,
        "audience": found.audience,
        "symptoms": list(found.front.symptoms),
        "related": [line.slug for line in titles(db(), found.front.related, reader)],
        "version": found.revision_number,
        "published_at": found.published_at.isoformat() if found.published_at else None,
        "review_by": found.front.review_by.isoformat() if found.front.review_by else None,
        "html": html,
        "url": settings().base_url + address(found.kind, found.slug),
    }


def ticket_json(ticket: Ticket, *, with_notes: bool) -> dict[str, Any]:
    return {
        "reference": ticket.reference,
        "subject": ticket.subject,
        "state": ticket.state,
        "priority": ticket.priority,
        "priority_reason": ticket.priority_reason,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "voter_waiting": ticket.voter_waiting,
        "office": ticket.office.code if ticket.office else None,
        "created_at": ticket.created_at.isoformat(),
        "changed_at": ticket.changed_at.isoformat(),
        "facts": ticket.facts,
        "path": ticket.path,
        "entries": [
            {
                "kind": entry.kind,
                "side": entry.side,
                "text": entry.desk_words if with_notes else entry.clerk_words,
                "at": entry.at.isoformat(),
            }
            for entry in entries_of(db(), ticket, with_notes=with_notes)
        ],
    }


def run_json(run_id: str) -> dict[str, Any]:
    state = walked(run_of(run_id))
    walk = state.walk
    page, outcome = walk.current, walk.outcome
    options = (
        [{"id": option.id, "say": option.say} for option in getattr(page.node, "options", ())] if page else []
    )
    return {
        "id": state.run.id,
        "diagnostic": state.slug,
        "code": state.run.code,
        "url": settings().base_url + place(state.run, page.address if page else "end"),
        "trail": [{"node": stop.address, "answer": stop.value, "words": stop.words} for stop in walk.trail],
        "page": {"node": page.address, "kind": page.kind, "heading": page.heading, "options": options}
        if page
        else None,
        "outcome": {"id": outcome.id, "kind": outcome.kind, "say": outcome.say} if outcome else None,
        "facts": {fact.name: fact.value for fact in walk.facts},
        "ticket": state.ticket.reference if state.ticket else None,
    }


def address(kind: str, slug: str) -> str:
    return f"/diagnose/{slug}" if kind == "diagnostic" else f"/articles/{slug}"
