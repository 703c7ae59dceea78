"""The site: what every page says about the office, today, and what works; built once per change and minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import Database
from portal.formatting import day_words, plural, tel
from portal.site.hours import Hours, hours_from, mode_at, modes_differ, window_holds
from portal.site.settings import all_settings, quick_version, site_version
from portal.status.notices import Notice, current_notices
from portal.vocabulary import BUSY_MODES, MODE_NAMES

# The desk's own facts that guides may name beside the placeholders of the settings.
DESK_FACTS = ("desk.phone", "desk.phone_electionday", "desk.email", "desk.oncall", "elections.phone")


@dataclass(frozen=True)
class Line:
    """The phone line to show now. ``now`` and ``open`` are empty and None when the hours are not known."""

    label: str
    phone: str
    tel: str
    now: str
    open: bool | None
    hours_today: str


@dataclass(frozen=True)
class Mode:
    """What kind of day it is, with the words of the mode bar."""

    slug: str
    label: str
    words: str

    @property
    def busy(self) -> bool:
        return self.slug in BUSY_MODES


@dataclass(frozen=True)
class Site:
    """Everything that a page frame needs. Read only; shared by requests until the next change."""

    version: int
    name: str
    service_line: str
    office_name: str
    line: Line
    elections_phone: str
    email: str
    promise: str
    hours_words: str
    hours: Hours
    mode: Mode
    notices: tuple[Notice, ...]
    demo: bool
    mail_works: bool
    today: str
    settings: Mapping[str, Any]

    @property
    def zone(self) -> ZoneInfo:
        return self.hours.zone

    @property
    def problems(self) -> tuple[Notice, ...]:
        return tuple(notice for notice in self.notices if notice.is_problem)

    @property
    def status_level(self) -> str:
        """ok, slow or outage. Nothing is measured yet, so ok means that nobody has reported a problem."""
        kinds = {notice.kind for notice in self.problems}
        return "outage" if "outage" in kinds else "slow" if kinds else "ok"

    @property
    def status_words(self) -> str:
        if not self.problems:
            return "No known problems."
        return f"{plural(len(self.problems), 'problem')} now: {self.problems[0].title}"

    @property
    def desk_phone(self) -> str:
        """The desk's own number whatever the day; the index holds it, so that a mode does not rebuild the index."""
        return str(self.settings.get("desk.phone") or "")

    @property
    def placeholders(self) -> dict[str, str]:
        """Every fact that guides may name, with its value today; an empty value reads "ask your help desk"."""
        prefix = "placeholder."
        values = {
            name.removeprefix(prefix): str(value)
            for name, value in self.settings.items()
            if name.startswith(prefix)
        }
        values |= {name: str(self.settings.get(name) or "") for name in DESK_FACTS}
        return values | {"desk.hours": self.hours_words}


class SiteCache:
    """Keeps the site of each office kind until the version row or the minute changes. One per process.

    It reads in a session of its own: what it keeps outlives the request, and rows that the request has loaded
    or changed stay the request's.
    """

    def __init__(self, database: Database, *, mode_override: str, mail_works: bool) -> None:
        self._database = database
        self._mode_override = mode_override
        self._mail_works = mail_works
        self._kept: dict[str, tuple[tuple[int, datetime], Site]] = {}
        self._read: _Reading | None = None

    def site(self, now: datetime, *, office_kind: str = "") -> Site:
        """The site now. Costs one query of one row, and five more after a change, on connections of its own."""
        version, _ = quick_version(self._database.engine)
        minute = now.replace(second=0, microsecond=0)
        kept = self._kept.get(office_kind)
        if kept and kept[0] == (version, minute):
            return kept[1]
        read = self._reading(version, minute)
        site = build_site(
            read.settings,
            read.notices,
            now,
            mode=mode_at(read.settings, now, office_kind=office_kind, override=self._mode_override),
            version=read.version,
            demo=read.demo,
            mail_works=self._mail_works,
        )
        self._kept[office_kind] = ((read.version, minute), site)
        return site

    def site_for(self, now: datetime, kind_of_office: Callable[[], str]) -> Site:
        """The site for an office, whose kind is asked for only when the mode depends on it."""
        site = self.site(now)
        if not modes_differ(site.settings, override=self._mode_override):
            return site
        kind = kind_of_office()
        return self.site(now, office_kind=kind) if kind else site

    def _reading(self, version: int, minute: datetime) -> _Reading:
        """What the database says, under the version it had when it was read: a request may be ahead or behind."""
        read = self._read
        if read is None or (read.version, read.minute) != (version, minute):
            with self._database.reading() as session:
                found, demo = site_version(session)
                notices = tuple(current_notices(session, minute + timedelta(minutes=1)))
                read = _Reading(found, minute, all_settings(session), notices, demo)
            self._read = read
        return read


@dataclass(frozen=True)
class _Reading:
    """One reading of everything that pages cache."""

    version: int
    minute: datetime
    settings: dict[str, Any]
    notices: tuple[Notice, ...]
    demo: bool


def build_site(
    settings: dict[str, Any],
    notices: tuple[Notice, ...],
    now: datetime,
    *,
    mode: str = "normal",
    version: int = 0,
    demo: bool = False,
    mail_works: bool = False,
) -> Site:
    """Put the frame together. Pure: the same settings, notices and moment give the same site."""
    hours = hours_from(settings)
    return Site(
        version=version,
        name="Signpost",
        service_line=str(settings.get("desk.name") or "Help desk"),
        office_name=str(settings.get("desk.office_name") or ""),
        line=_line(settings, hours, now, mode),
        elections_phone=str(settings.get("elections.phone") or ""),
        email=str(settings.get("desk.email") or ""),
        promise=_promise(settings, hours),
        hours_words=hours.week_words(),
        hours=hours,
        mode=_mode(settings, mode),
        notices=notices,
        demo=demo,
        mail_works=mail_works,
        today=day_words(now.astimezone(hours.zone)),
        settings=MappingProxyType(settings),
    )


def _line(settings: dict[str, Any], hours: Hours, now: datetime, mode: str) -> Line:
    """The line of today's mode; the on-call line only inside its window, when the desk is closed."""
    lines = settings.get("mode.lines") or {}
    name = str((lines.get(mode) or {}).get("phone") or "desk.phone")
    phone = str(settings.get(name) or settings.get("desk.phone") or "")
    is_open, words = hours.now_words(now)
    label = "Help desk"
    oncall = str(settings.get("desk.oncall") or "")
    windows = settings.get("oncall.windows") or ()
    if is_open is False and oncall and any(window_holds(window, now, hours.zone) for window in windows):
        phone, label, words = oncall, "On call", "On call for outages only"
    return Line(label, phone, tel(phone), words, is_open, hours.today_words(now))


def _mode(settings: dict[str, Any], mode: str) -> Mode:
    lines = settings.get("mode.lines") or {}
    return Mode(mode, MODE_NAMES[mode], str((lines.get(mode) or {}).get("words") or ""))


def _promise(settings: dict[str, Any], hours: Hours) -> str:
    """The first answer promised for an ordinary request, in words; nothing when it cannot be kept."""
    promise = (settings.get("promises") or {}).get("P3") or {}
    if promise.get("working_hours") and hours.known:
        return f"We answer within {plural(int(promise['working_hours']), 'working hour')}."
    if promise.get("minutes"):
        return f"We answer within {plural(int(promise['minutes']), 'minute')}."
    return ""
