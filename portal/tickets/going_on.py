"""A run that goes on after its ticket is there: the ticket takes over what is new, and what the desk did stays.

What the last end put on the ticket is remembered in ``path["end"]``: ``group``, ``rank`` and what the answers ``said``.
Where the ticket holds something else, somebody changed it by hand, and the run changes it no more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from auth.roles import VISITOR
from auth.users import User
from portal.formatting import plural
from portal.site.context import Site
from portal.tickets.conversation import add_event, add_line, mail_news, reopen
from portal.tickets.opening import (
    Draft,
    attachment_row,
    confirm,
    priority_for,
    reason_of,
    said_of,
    search_text_of,
    severity_of,
)
from portal.tickets.priority import higher
from portal.tickets.store import KeptFiles
from portal.tickets.targets import answer_due
from portal.tickets.ticket import Attachment, Entry, Ticket
from portal.vocabulary import IMPACTS, URGENCIES

# What stands in the path and is not the run's: what is remembered of its end, and of a call that the desk logged.
OF_THE_TICKET = ("end", "call_seconds")
HIDDEN_NOW = "Only the people of the help desk named for it can see this request now"


def bring_up_to_date(
    session: Session,
    ticket: Ticket,
    draft: Draft,
    *,
    ended: bool,
    kept: KeptFiles,
    site: Site,
    secret_key: str,
    base_url: str,
    now: datetime,
) -> None:
    """Take over what the run says now, and write one event that names what changed. The caller commits.

    ``ended`` tells that the run is at an end or is sent. Only then do subject, group, rank and secrecy follow it.
    A request that the desk closed comes back when a clerk sends more. The row is locked until the commit.
    """
    columns = [column.key for column in inspect(Ticket).column_attrs]
    session.refresh(ticket, columns, with_for_update=True)  # the desk may have changed it since it was read
    email, link = ticket.email, ticket.link_version
    news = _take_end(ticket, draft, site=site, now=now) if ended else []
    news += _take_answers(ticket, draft)
    news += _take_pictures(session, ticket, kept, now)
    is_more = ended and bool(news)
    news += _take_contact(session, ticket, draft)
    if news:
        _tell(session, ticket, f"Brought up to date: {', '.join(news)}.", now)
        ticket.search_text = _search_text(session, ticket)
    _tell_more_urgent(session, ticket, draft, site=site, now=now)
    if ended and draft.restricted:
        _restrict(session, ticket, now)
    if is_more:
        reopen(session, ticket, by=VISITOR, now=now)
    if ticket.email != email:
        ticket.link_version += bool(email)  # the first address may have been somebody else's
        confirm(session, ticket, secret_key=secret_key, base_url=base_url, site=site, now=now)
    elif ticket.link_version != link:
        mail_news(session, ticket, "has a new link", secret_key=secret_key, base_url=base_url, now=now)


def keep_worse(ticket: Ticket, *, by_hand: bool) -> None:
    """The clerk said that it got worse: calmer answers do not take that back. Not after a rank given by hand."""
    end = ticket.path.get("end")
    if end and not by_hand:
        ticket.path = {**ticket.path, "end": end | {"rank": _rank(ticket), "worse": True}}


def is_ranked_by_hand(ticket: Ticket) -> bool:
    """Whether the rank is another than the answers gave it; a call that the desk logged is ranked by the desk."""
    return bool(_end(ticket).get("rank") != _rank(ticket))


def _take_end(ticket: Ticket, draft: Draft, *, site: Site, now: datetime) -> list[str]:
    """What an end decides. Each function returns the words for what it changed, or nothing."""
    news = [_take_subject(ticket, draft), _take_group(ticket, draft)]
    if not is_ranked_by_hand(ticket):
        news.append(_take_rank(ticket, draft, site=site, now=now))
    return [words for words in news if words]


def _take_subject(ticket: Ticket, draft: Draft) -> str:
    before, ticket.subject = ticket.subject, draft.subject
    return f"the subject (before: “{before}”)" if before != draft.subject else ""


def _take_group(ticket: Ticket, draft: Draft) -> str:
    """A group that the desk chose stays; so does the group of a restricted request when the answers grow calmer."""
    is_moved = ticket.group_slug != _end(ticket).get("group")
    is_calmer = ticket.restricted and not draft.restricted
    if is_moved or is_calmer or ticket.group_slug == draft.group:
        return ""
    ticket.group_slug = draft.group
    ticket.path = {**ticket.path, "end": _end(ticket) | {"group": draft.group}}
    return "the group"


def _take_rank(ticket: Ticket, draft: Draft, *, site: Site, now: datetime) -> str:
    impact, urgency, waiting = severity_of(draft)
    if _end(ticket).get("worse"):
        impact, urgency = higher(IMPACTS, impact, ticket.impact), higher(URGENCIES, urgency, ticket.urgency)
        waiting = waiting or ticket.voter_waiting
    priority = priority_for(site, impact=impact, urgency=urgency, voter_waiting=waiting)
    before = ticket.priority
    ticket.impact, ticket.urgency, ticket.voter_waiting = impact, urgency, waiting
    ticket.priority, ticket.priority_reason = priority.level, reason_of(draft, priority)
    ticket.path = {**ticket.path, "end": _end(ticket) | {"rank": _rank(ticket)}}
    if ticket.answer_due_at is not None:
        due = answer_due(site.settings.get("promises"), site.hours, priority=priority.level, now=now)
        ticket.answer_due_at = min(ticket.answer_due_at, due or ticket.answer_due_at)
    return "how urgent it is" if before != priority.level else ""


def _tell_more_urgent(session: Session, ticket: Ticket, draft: Draft, *, site: Site, now: datetime) -> None:
    """A rank given by hand stays. What the answers did not say before is told where it is more urgent than that."""
    end, said = _end(ticket), said_of(draft)
    ticket.path = {**ticket.path, "end": end | {"said": said}}
    impact, urgency, waiting = severity_of(draft)
    priority = priority_for(site, impact=impact, urgency=urgency, voter_waiting=waiting)
    is_more = (priority.level, not waiting) < (ticket.priority, not ticket.voter_waiting)
    if is_more and is_ranked_by_hand(ticket) and end.get("said") != said:
        _tell(session, ticket, f"The answers now say: {draft.reason or priority.reason}", now)


def _restrict(session: Session, ticket: Ticket, now: datetime) -> None:
    """Hide it from all who are not named for it; the links given out before open nothing any more.

    Later answers never take this back. An answer can be a slip, or be given by the person it is about, and the
    history keeps what was said. No mail needs to be called back: each goes to the clerk who asked, with such a link.
    """
    if not ticket.restricted:
        ticket.restricted = True
        ticket.link_version += 1
        _tell(session, ticket, HIDDEN_NOW, now)


def _take_answers(ticket: Ticket, draft: Draft) -> list[str]:
    """Facts, answers and steps as the run has them now. An answer that changed is named with what it was."""
    before = {str(fact["label"]): str(fact["words"]) for fact in ticket.facts}
    changed = [
        f"{fact['label']} (before: “{before[fact['label']]}”)"
        for fact in draft.facts
        if before.get(fact["label"], fact["words"]) != fact["words"]
    ]
    kinds = {"answers": "the answers", "tried": "the steps", "guides_read": "the guides"}
    new = [words for name, words in kinds.items() if draft.path.get(name) != ticket.path.get(name)]
    ticket.facts = draft.facts
    ticket.path = draft.path | {name: ticket.path[name] for name in OF_THE_TICKET if name in ticket.path}
    return [*new, *changed]


def _take_contact(session: Session, ticket: Ticket, draft: Draft) -> list[str]:
    """How to reach the clerk now. Another address than before is not proved, unless it is that of the account."""
    if not draft.phone:
        return []
    before = _contact(ticket)
    if draft.email != ticket.email:
        reporter = session.get(User, ticket.reporter_id) if ticket.reporter_id else None
        ticket.email_verified = reporter is not None and reporter.email == draft.email
    ticket.name, ticket.phone, ticket.email = draft.name, draft.phone, draft.email
    ticket.office, ticket.office_words = draft.office, draft.office_words
    return ["the contact details"] if _contact(ticket) != before else []


def _contact(ticket: Ticket) -> tuple[str, ...]:
    return (ticket.name, ticket.phone, ticket.email, ticket.office_name)


def _take_pictures(session: Session, ticket: Ticket, kept: KeptFiles, now: datetime) -> list[str]:
    """The pictures that the ticket does not have yet join it as a message, so that nobody answers past them."""
    had = session.scalars(select(Attachment.storage_name).where(Attachment.ticket_id == ticket.id)).all()
    new = [(file, name) for file, name in kept if name not in had]
    if not new:
        return []
    words = plural(len(new), "picture")
    text = f"Added in the diagnostic: {words}"
    entry = add_line(session, ticket, "message", "clerk", text, by=VISITOR, name=ticket.name, now=now)
    for file, name in new:
        session.add(attachment_row(ticket, entry, file, name))
    return [words]


def _tell(session: Session, ticket: Ticket, words: str, now: datetime) -> None:
    add_event(session, ticket, words, by=VISITOR, now=now, side="clerk", name=ticket.name)


def _search_text(session: Session, ticket: Ticket) -> str:
    """Made anew, with the words of the conversation so far."""
    messages = session.scalars(
        select(Entry.text).where(Entry.ticket_id == ticket.id, Entry.kind == "message").order_by(Entry.id)
    )
    return search_text_of(ticket, *(str(fact.get("words", "")) for fact in ticket.facts), *messages)


def _end(ticket: Ticket) -> dict[str, Any]:
    return dict(ticket.path.get("end") or {})


def _rank(ticket: Ticket) -> list[Any]:
    return [ticket.impact, ticket.urgency, ticket.voter_waiting, ticket.priority_reason]
