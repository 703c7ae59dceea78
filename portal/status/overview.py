"""The overview of the status page: how each service is as far as people told us, and what ended lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.formatting import length_words, plural
from portal.site.context import Site
from portal.status.cards import LEVELS, kind_words, span_words
from portal.status.notices import Notice, coming_notices, current_notices, past_notices
from portal.status.services import Service, services_in_order

LAST_DAYS = timedelta(days=30)


@dataclass(frozen=True)
class Overview:
    """Every notice that the page speaks of, read at one moment."""

    current: list[Notice]
    coming: list[Notice]
    past: list[Notice]
    services: list[Service]

    @property
    def problems(self) -> list[Notice]:
        return [notice for notice in self.current if notice.is_problem]

    @property
    def title(self) -> str:
        if not self.problems:
            return "Status: no known problems"
        return f"Status: {plural(len(self.problems), 'problem')} now"


def read_overview(session: Session, site: Site, now: datetime) -> Overview:
    """What holds now, what comes, and what ended this month or in the last 30 days. At most ten queries."""
    since = min(now - LAST_DAYS, month_start(now, site))
    return Overview(
        current_notices(session, now),
        coming_notices(session, now),
        past_notices(session, now, since=since),
        services_in_order(session),
    )


def month_start(now: datetime, site: Site) -> datetime:
    """The first moment of this month where the desk is."""
    return now.astimezone(site.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def service_rows(overview: Overview, site: Site, now: datetime) -> list[dict[str, Any]]:
    """One row for each service. Nothing is measured, so a service without a notice has no known problem."""
    return [
        {"title": service.name, **_state(service, overview, site, now), "last": _last(service, overview, now)}
        for service in overview.services
    ]


def month_rows(overview: Overview, site: Site, now: datetime) -> list[dict[str, str]]:
    """What ended this month, newest first, as the component for rows of links takes it."""
    first = month_start(now, site)
    return [
        {"title": notice.title, "url": f"/status/{notice.id}", "note": kind_words(notice, now, site.zone)}
        for notice in overview.past
        if notice.ends_at is not None and notice.ends_at >= first
    ]


def _state(service: Service, overview: Overview, site: Site, now: datetime) -> dict[str, str]:
    """The worst that holds now; else the next planned work; else nothing known."""
    for notice in overview.current:
        if notice.service_id == service.id and notice.kind != "announcement":
            return {"level": LEVELS[notice.kind], "words": kind_words(notice, now, site.zone)}
    for notice in overview.coming:
        if notice.service_id == service.id and notice.kind == "planned":
            when = span_words(notice, now=now, zone=site.zone)
            return {"level": "planned", "words": f"Planned work, {when}"}
    return {"level": "unknown", "words": "No known problem"}


def _last(service: Service, overview: Overview, now: datetime) -> str:
    """Problems of the last 30 days and how long they held, such as "2 problems, 3 h 10 min"."""
    first = now - LAST_DAYS
    spans = [
        (max(notice.starts_at, first), min(notice.ends_at or now, now))
        for notice in [*overview.current, *overview.past]
        if notice.service_id == service.id and notice.is_problem and not notice.was_called_off
    ]
    held = [end - start for start, end in spans if end > first]
    if not held:
        return "None known"
    return f"{plural(len(held), 'problem')}, {length_words(sum(held, timedelta()))}"
