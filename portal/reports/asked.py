"""What was asked: searches read back as people's questions, where one browser counts once a day for one question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.reports.events import SITTING, SearchMade
from search.grouping import key_of

# Beyond this the page would be slow; the oldest are left out, and the page says so.
MOST_READ = 20_000

# How a question ended for one person on one day, the strongest word first: what is further left is what counts.
ENDINGS = ("filed", "solved", "none_helped", "opened", "nothing", "guess", "unopened")
ANSWERED = frozenset({"solved", "opened"})


class Asked(NamedTuple):
    """One question of one person on one day. ``shown`` are slugs, best first."""

    key: str
    words: str
    visitor: str
    office_id: int | None
    ending: str
    shown: tuple[str, ...]
    at: datetime

    @property
    def is_answered(self) -> bool:
        return self.ending in ANSWERED


@dataclass(frozen=True)
class Reading:
    """The questions since a moment, oldest first, and whether there were more than are read."""

    asked: tuple[Asked, ...] = field(default=())
    is_cut: bool = False


def asked_since(session: Session, since: datetime, *, now: datetime, zone: ZoneInfo) -> Reading:
    """What people outside the help desk searched since then. One query.

    Unfinished words under a search field are no question of their own, and what is still going on has not ended.
    """
    rows = session.execute(
        select(
            SearchMade.visitor,
            SearchMade.words,
            SearchMade.corrected,
            SearchMade.shown,
            SearchMade.total,
            SearchMade.office_id,
            SearchMade.ending,
            SearchMade.at,
        )
        .where(SearchMade.at >= since, SearchMade.is_staff.is_(False), SearchMade.way != "suggestions")
        .order_by(SearchMade.at.desc(), SearchMade.id.desc())
        .limit(MOST_READ)
    ).all()
    over = [row for row in reversed(rows) if row.ending or row.at < now - SITTING]
    return Reading(tuple(once_a_day(map(_asked, over), zone)), len(rows) == MOST_READ)


def ending_of(*, ending: str, total: int, corrected: str) -> str:
    """How one search ended, in the words of ``ENDINGS``."""
    if ending:
        return ending
    if total == 0:
        return "nothing"
    return "guess" if corrected else "unopened"


def once_a_day(asked: Iterable[Asked], zone: ZoneInfo) -> list[Asked]:
    """Each question of each browser once a day, with its strongest ending: a hundred presses are one question."""
    kept: dict[tuple[str, str, date], Asked] = {}
    for one in asked:
        own = (one.key, one.visitor, one.at.astimezone(zone).date())
        before = kept.get(own)
        if before is None or ENDINGS.index(one.ending) <= ENDINGS.index(before.ending):
            kept[own] = one
    return sorted(kept.values(), key=lambda one: (one.at, one.visitor, one.key))


def _asked(row: Any) -> Asked:
    return Asked(
        key=key_of(row.words),
        words=" ".join(row.words.split()),
        visitor=row.visitor,
        office_id=row.office_id,
        ending=ending_of(ending=row.ending, total=row.total, corrected=row.corrected),
        shown=tuple(row.shown),
        at=row.at,
    )
