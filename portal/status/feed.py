"""The status feed: notices as Atom (RFC 4287), with absolute links and the moment each last changed."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from portal.formatting import clock_words, day_words
from portal.site.context import Site
from portal.status.notices import Notice

ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"
MEDIA_TYPE = "application/atom+xml"
# A feed must say when it changed; one that has never held a notice says this.
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


def atom_feed(notices: list[Notice], site: Site, now: datetime, *, base_url: str) -> tuple[bytes, datetime]:
    """The feed, newest change first, and the moment of that change. The same notices give the same bytes."""
    changed = sorted(notices, key=lambda notice: (changed_at(notice, now), notice.id), reverse=True)
    updated = changed_at(changed[0], now) if changed else NOTHING_YET
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _text(feed, "id", f"{base_url}/status.atom")
    _text(feed, "title", f"{site.service_line}: status")
    _text(feed, "updated", _stamp(updated))
    SubElement(feed, "link", {"rel": "self", "type": MEDIA_TYPE, "href": f"{base_url}/status.atom"})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{base_url}/status"})
    _text(SubElement(feed, "author"), "name", site.office_name or site.service_line)
    for notice in changed:
        _entry(feed, notice, site, now, base_url)
    return tostring(feed, encoding="utf-8", xml_declaration=True), updated


def changed_at(notice: Notice, now: datetime) -> datetime:
    """When a reader of the feed last had something new to learn: a change, a start or an end."""
    moments = [notice.changed_at]
    moments += [
        moment for moment in (notice.starts_at, notice.ends_at) if moment is not None and moment <= now
    ]
    return max(moments)


def _entry(feed: Element, notice: Notice, site: Site, now: datetime, base_url: str) -> None:
    entry = SubElement(feed, "entry")
    host = (urlsplit(base_url).hostname or "localhost").lower()
    _text(entry, "id", f"tag:{host},{notice.created_at:%Y-%m-%d}:notice-{notice.id}")
    _text(entry, "title", f"{_state_words(notice, now)}: {notice.title}")
    _text(entry, "published", _stamp(notice.created_at))
    _text(entry, "updated", _stamp(changed_at(notice, now)))
    href = f"{base_url}/status/{notice.id}"
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": href})
    SubElement(entry, "category", {"term": notice.kind, "label": notice.kind_words})
    content = SubElement(entry, "content", {"type": "xhtml"})
    division = SubElement(content, "div", {"xmlns": XHTML})
    for line in _lines(notice, site, now):
        _text(division, "p", line)


def _state_words(notice: Notice, now: datetime) -> str:
    """The kind, or that it is over; no times, because readers keep the title for days."""
    if notice.was_called_off:
        return "Called off"
    return "Over" if notice.is_over(now) else notice.kind_words


def _lines(notice: Notice, site: Site, now: datetime) -> list[str]:
    """The words of an entry. Times carry their date: nobody knows on which day they are read."""
    over = notice.is_over(now)
    facts = [
        ("What to do", "" if over else notice.do_now),
        ("What you may see", notice.you_may_see),
        ("Starts" if notice.starts_at > now else "Started", _when(notice.starts_at, site.zone)),
        ("Ended" if over else "Ends", _when(notice.ends_at, site.zone)),
        ("Next update by", "" if over else _when(notice.next_update_at, site.zone)),
    ]
    lines = [f"{label}: {words}" for label, words in facts if words]
    return lines + [f"{_when(update.at, site.zone)}: {update.text}" for update in notice.updates]


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    return f"{local:%A}, {day_words(local)}, {clock_words(local)}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = words
