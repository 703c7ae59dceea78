"""From a good form to a request, whether the page sent it or a browser that had kept it."""

from __future__ import annotations

import secrets

from auth.roles import Reader
from portal.forms import Form
from portal.reports.events import Trail
from portal.request import db, now, settings, site
from portal.tickets.handoff import Contact, draft_from_words
from portal.tickets.links import store
from portal.tickets.opening import Opened, open_ticket
from portal.tickets.priority import severity_from_form
from portal.tickets.store import CleanFile


def open_from_form(
    form: Form, contact: Contact, *, by: Reader, trail: Trail, files: tuple[CleanFile, ...]
) -> Opened:
    """The request of a good form, or the one that its key opened before. The caller commits."""
    impact, urgency, waiting = severity_from_form(form.values)
    draft = draft_from_words(
        form.values["words"],
        contact,
        impact=impact,
        urgency=urgency,
        waiting=waiting,
        trail=trail,
        files=files,
        service=form.values["service"],
        feedback=form.values["about"],
    )
    return open_ticket(
        db(),
        draft,
        by=by,
        key=f"form:{form.values['key'] or secrets.token_urlsafe(16)}",
        site=site(),
        store=store(),
        secret_key=settings().secret_key,
        base_url=settings().base_url,
        now=now(),
    )
