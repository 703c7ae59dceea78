"""Cards: a notice as the dict that the component shows, and which notices belong on which page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auth.offices import Office
from portal.formatting import by_words, clock_words, day_words, plural
from portal.site.context import Site
from portal.status.notices import Notice
from search.query import parse
from search.tokens import stem

LATE_WORDS = "The update is late. We are still working on it."
# What clerks read for each level; an announcement has no level of its own in the component.
LEVELS = {"outage": "outage", "slow": "slow", "planned": "planned", "announcement": "info"}
KIND_OFFICES = {
    "county": "County offices",
    "court": "Courts",
    "division": "State divisions",
    "state": "State offices",
}


def cards_for(
    site: Site,
    now: datetime,
    *,
    services: Collection[str] | None = None,
    matching: str | None = None,
    office: Office | None = None,
) -> list[dict[str, Any]]:
    """The cards of the notices that belong on a page, problems first. No queries.

    ``services`` keeps those about one of these services, and problems of everything. ``matching`` keeps those
    that speak of the words somebody typed. ``office`` leaves out what concerns other offices only.
    """
    found = notices_for(site, services, office)
    if matching is not None:
        found = [notice for notice in found if speaks_of(notice, matching)]
    return [notice_card(notice, site, now) for notice in found]


def notices_for(site: Site, services: Collection[str] | None, office: Office | None = None) -> list[Notice]:
    """Current notices about these services (None means any), and problems that name no service."""
    return [
        notice
        for notice in site.notices
        if notice.concerns(office) and (services is None or _is_about(notice, services))
    ]


def speaks_of(notice: Notice, typed: str) -> bool:
    """Whether the words typed are about this notice: one of them in its title or service, or two in all of it."""
    wanted = {stem(word) for word in parse(typed).terms}
    head = _stems(f"{notice.title} {notice.service.name if notice.service else ''}")
    return bool(wanted & head) or len(wanted & (head | _stems(notice.you_may_see))) > 1


def notice_card(notice: Notice, site: Site, now: datetime, *, with_updates: bool = False) -> dict[str, Any]:
    """What the notice component takes. ``with_updates`` lists all news; else a line says when the last came."""
    over = notice.is_over(now)
    told = bool(notice.updates) and not with_updates
    return {
        "id": notice.id,
        "kind": notice.kind,
        "level": "over" if over else LEVELS[notice.kind],
        "kind_words": kind_words(notice, now, site.zone),
        "title": notice.title,
        "do_now": "" if over else notice.do_now,
        "may_see": notice.you_may_see,
        "started": at_words(notice.starts_at, now=now, zone=site.zone) if notice.has_begun(now) else "",
        "who": who_words(notice),
        "is_late": notice.is_late(now),
        "next_update": next_update_words(notice, now, site.zone),
        "last_update": f"{at_words(notice.last_update_at, now=now, zone=site.zone)}." if told else "",
        "updates": update_rows(notice, now, site.zone) if with_updates else [],
        "url": f"/status/{notice.id}",
        "too_url": f"/status/{notice.id}/too" if notice.is_open_problem(now) else "",
        "tell_url": f"/status/{notice.id}/tell" if may_follow(notice, site, now) else "",
    }


def may_follow(notice: Notice, site: Site, now: datetime) -> bool:
    """Whether we can promise to tell somebody when it is over: mail works, and it has an end to wait for."""
    return site.mail_works and notice.kind != "announcement" and not notice.is_over(now)


def kind_words(notice: Notice, now: datetime, zone: ZoneInfo) -> str:
    """Such as "Problem now", "Planned work, Friday 9 am to 11 am" or "Over, September 9, 2:05 pm to 2:45 pm"."""
    if notice.was_called_off:
        return "Called off"
    if notice.is_over(now):
        return f"Over, {span_words(notice, now=now, zone=zone)}"
    if notice.kind != "planned" or notice.ends_at is None:
        return notice.kind_words
    if notice.has_begun(now):
        return f"Planned work, until {at_words(notice.ends_at, now=now, zone=zone)}"
    return f"Planned work, {span_words(notice, now=now, zone=zone)}"


def who_words(notice: Notice) -> str:
    """Who has it: what the desk wrote, or the offices it concerns; then how many offices said so themselves."""
    place = notice.office.name if notice.office else KIND_OFFICES.get(notice.office_kind, "")
    said = f"{plural(notice.office_count, 'office')} told us" if notice.office_count else ""
    parts = [part.rstrip(".") for part in (notice.who_has_it or place, said) if part]
    return ". ".join(parts)


def next_update_words(notice: Notice, now: datetime, zone: ZoneInfo) -> str:
    """When the next news comes, that it is late, or nothing when none is promised."""
    if notice.next_update_at is None or notice.is_over(now):
        return ""
    return LATE_WORDS if notice.is_late(now) else by_words(notice.next_update_at, now=now, zone=zone)


def update_rows(notice: Notice, now: datetime, zone: ZoneInfo) -> list[dict[str, str]]:
    """All news, newest first, as the component for a row of steps takes it."""
    return [
        {"at": f"{_capital(at_words(update.at, now=now, zone=zone))}.", "words": update.text}
        for update in notice.updates
    ]


def at_words(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """Such as "9:10 am today", "9 am tomorrow", "Friday 9 am" or "September 2, 9 am"; it also stands in a line."""
    local, here = moment.astimezone(zone), now.astimezone(zone)
    days = (local.date() - here.date()).days
    named = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(days)
    if named:
        return f"{clock_words(local)} {named}"
    if abs(days) < 7:
        return f"{local:%A} {clock_words(local)}"
    day = f"{local:%B} {local.day}" if local.year == here.year else day_words(local)
    return f"{day}, {clock_words(local)}"


def span_words(notice: Notice, *, now: datetime, zone: ZoneInfo) -> str:
    """From when to when, such as "Friday 9 am to 11 am"; the day stands once when it is one day."""
    start, end = notice.starts_at.astimezone(zone), notice.ends_at and notice.ends_at.astimezone(zone)
    words = at_words(start, now=now, zone=zone)
    if end is None:
        return words
    if end.date() != start.date():
        return f"{words} to {at_words(end, now=now, zone=zone)}"
    first, _, named = words.rpartition(" ")
    if named in ("today", "yesterday", "tomorrow"):
        return f"{first} to {clock_words(end)} {named}"
    return f"{words} to {clock_words(end)}"


def _is_about(notice: Notice, services: Collection[str]) -> bool:
    return notice.service.slug in services if notice.service else notice.is_problem


def _stems(text: str) -> set[str]:
    return {stem(word) for word in parse(text).terms}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
