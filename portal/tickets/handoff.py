"""The hand-off: what a person searched, opened, answered and tried goes with the ticket; nobody types it twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auth.offices import Office
from kb.trees.tree import Read
from kb.trees.walk import Stop, Walk
from portal.reports.events import Trail
from portal.tickets.opening import Draft
from portal.tickets.store import CleanFile

LONGEST_SUBJECT = 90
# A person who only pressed "Stop here" has told us little; the ticket still needs a subject.
STOPPED_EARLY = "stopped early"


@dataclass(frozen=True)
class Contact:
    """Who asks, from which office, and how to reach them."""

    name: str
    phone: str
    email: str
    office: Office | None
    office_words: str


@dataclass(frozen=True)
class RunFacts:
    """What a ticket says about the run behind it. ``desk`` names who of the desk gave the answer at an address.

    ``took`` holds the seconds of a step by address, as far as they are known, ``titles`` those of guides by slug.
    """

    run_id: str
    slug: str
    title: str
    version: int
    code: str
    service: str
    began: datetime
    finished: datetime
    desk: Mapping[str, str] = field(default_factory=dict)
    took: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def subject_from(words: str) -> str:
    """A subject from a person's own words: the first sentence or line, cut at a word."""
    first = words.strip().split("\n", 1)[0]
    for end in (". ", "? ", "! "):
        first = first.split(end, 1)[0] if end in first else first
    first = first.strip().rstrip(".")
    if len(first) <= LONGEST_SUBJECT:
        return first
    return first[:LONGEST_SUBJECT].rsplit(" ", 1)[0] + "…"


def draft_from_words(
    words: str,
    contact: Contact,
    *,
    impact: str,
    urgency: str,
    waiting: bool,
    trail: Trail,
    files: tuple[CleanFile, ...],
    channel: str = "portal",
    service: str = "",
    feedback: str = "",
    subject: str = "",
) -> Draft:
    """A request typed into the form, with what this browser searched and opened before."""
    path = trail_path(trail)
    if feedback:
        path["said_of_guide"] = feedback
    return Draft(
        subject=subject or subject_from(words),
        description=words,
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        office=contact.office,
        office_words=contact.office_words,
        impact=impact,
        urgency=urgency,
        voter_waiting=waiting,
        channel=channel,
        service=service,
        path=path,
        files=files,
    )


def draft_from_run(
    walk: Walk,
    run: RunFacts,
    contact: Contact,
    *,
    more: str,
    urgent: bool,
    repeated: bool,
    trail: Trail,
    files: tuple[CleanFile, ...] = (),
) -> Draft:
    """A walked diagnostic as a ticket: subject, facts, steps tried and not tried, and the answers that set its rank.

    ``urgent`` is the clerk's own "It is more urgent"; ``repeated`` a second unsolved run of the office within a day.
    """
    outcome = walk.outcome
    subject = outcome.subject if outcome and outcome.subject else run.title
    impact, urgency = walk.impact or "low", walk.urgency or "today"
    if urgent or repeated:
        urgency = {"this_week": "today", "today": "now", "now": "now"}[urgency]
    reason = "; ".join([*walk.reasons, *(["second try of this office in a day"] if repeated else [])])
    return Draft(
        subject=subject[:200],
        description=more,
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        office=contact.office,
        office_words=contact.office_words,
        impact=impact,
        urgency=urgency,
        voter_waiting=_someone_waits(walk),
        channel="diagnostic",
        group=(outcome.group if outcome else "") or "help-desk",
        service=run.service,
        restricted=bool(outcome and outcome.restricted),
        run_id=run.run_id,
        reason=reason[:150],
        facts=[{"label": fact.label, "words": fact.words} for fact in walk.facts if fact.words],
        path=trail_path(trail) | run_path(walk, run),
        files=files,
    )


def trail_path(trail: Trail) -> dict[str, Any]:
    """What was searched and opened, as the ticket keeps it."""
    return {
        "searched": list(trail.searched),
        "opened": [{"slug": slug, "title": title} for slug, title in trail.opened],
    }


def run_path(walk: Walk, run: RunFacts) -> dict[str, Any]:
    """What was answered and tried, as the ticket keeps it."""
    return {
        "diagnostic": {"slug": run.slug, "title": run.title, "version": run.version},
        "code": run.code,
        "seconds": max(0, int((run.finished - run.began).total_seconds())),
        "stopped": not walk.ends,
        "answers": [
            {"question": stop.question, "words": stop.words} | _by(run, stop.address)
            for stop in walk.trail
            if stop.kind in ("ask", "collect")
        ],
        "tried": [
            {"step": step.do, "result": step.words, "said": step.said}
            | ({"seconds": run.took[step.address]} if step.address in run.took else {})
            | _by(run, step.address)
            for step in walk.tried
        ],
        "guides_read": [
            _guide(run, stop, stop.page.node.article)
            for stop in walk.trail
            if isinstance(stop.page.node, Read)
        ],
        "not_tried": [step.do for step in walk.not_tried],
        "not_asked": list(walk.not_asked),
        "next": walk.outcome.next if walk.outcome else "",
    }


def _guide(run: RunFacts, stop: Stop, slug: str) -> dict[str, str]:
    """A guide that was read on the way, with what came of it."""
    title = run.titles.get(slug, stop.question)
    return {"slug": slug, "title": title, "result": stop.words} | _by(run, stop.address)


def _by(run: RunFacts, address: str) -> dict[str, str]:
    """Who of the desk gave this answer for the clerk; nothing for the clerk's own."""
    return {"by": run.desk[address]} if address in run.desk else {}


def _someone_waits(walk: Walk) -> bool:
    return any(fact.name == "line" and fact.value == "waiting" for fact in walk.facts)
