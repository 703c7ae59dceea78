"""The forms of a notice: what the desk writes, with times typed as a local date and a clock time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.forms import Field, Form, Problem, choice, email, text
from portal.status.notices import KINDS, PROBLEMS, Notice
from portal.status.posting import NoticeDraft
from portal.status.reach import EVERYONE, concern_of, read_concern
from portal.status.services import service_by_slug

WRONG_DATE = "Enter a date like 9/16/2026"
WRONG_CLOCK = "Enter a time like 9:10 am"
AMERICAN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
# Other years are slips of the finger, and some of them cannot be turned into UTC.
YEARS = range(2000, 2100)


def notice_form() -> Form:
    """A notice, new or changed."""
    return Form(
        (
            Field("kind", choice(KINDS, "Select what kind of notice this is")),
            Field("title", text("Say what is wrong, in the words of a clerk", longest=160)),
            Field("do_now", text(longest=1000)),
            Field("you_may_see", text(longest=1000)),
            Field("who_has_it", text(longest=200)),
            Field("service", text(longest=60)),
            Field("concerns", text("Choose whom it concerns", longest=80)),
            *moment_fields("starts"),
            *moment_fields("ends"),
            *moment_fields("next"),
        )
    )


def update_form() -> Form:
    """News about a notice, and when the next comes."""
    return Form((Field("text", text("Write what is new", longest=1000)), *moment_fields("next")))


def end_form() -> Form:
    """The last news; it may be empty."""
    return Form((Field("words", text(longest=1000)),))


def follow_form() -> Form:
    """The address of somebody who wants to be told."""
    return Form((Field("email", email("Enter your e-mail address")),))


def moment_fields(name: str) -> tuple[Field, Field]:
    """A date and a clock time."""
    return Field(f"{name}_date", day), Field(f"{name}_clock", clock)


def typed_of(notice: Notice, zone: ZoneInfo) -> dict[str, Any]:
    """What the form shows for a notice as it is now."""
    names = ("kind", "title", "do_now", "you_may_see", "who_has_it")
    return {
        **{name: getattr(notice, name) for name in names},
        "service": notice.service.slug if notice.service else "",
        "concerns": concern_of(notice),
        **typed_moment("starts", notice.starts_at, zone),
        **typed_moment("ends", notice.ends_at, zone),
        **typed_moment("next", notice.next_update_at, zone),
    }


def typed_new(now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """What a new form shows: it starts now and concerns everyone."""
    return {"concerns": EVERYONE, **typed_moment("starts", now, zone)}


def typed_moment(name: str, moment: datetime | None, zone: ZoneInfo) -> dict[str, str]:
    """The two fields of a moment, as browsers write them."""
    if moment is None:
        return {f"{name}_date": "", f"{name}_clock": ""}
    local = moment.astimezone(zone)
    return {f"{name}_date": f"{local:%Y-%m-%d}", f"{name}_clock": f"{local:%H:%M}"}


def read_draft(
    session: Session, form: Form, *, now: datetime, zone: ZoneInfo, notice: Notice | None = None
) -> NoticeDraft | None:
    """The draft, or None with problems on the form. ``notice`` is the one that is changed, if any."""
    starts_at = _kept(read_moment(form, "starts", zone), notice.starts_at if notice else None)
    starts_at = starts_at or (notice.starts_at if notice else now)
    ends_at = _kept(read_moment(form, "ends", zone), notice.ends_at if notice else None)
    next_update_at = read_moment(form, "next", zone)
    values = form.values
    service = service_by_slug(session, values["service"]) if values.get("service") else None
    if values.get("service") and service is None:
        form.fail("service", "Choose a service from the list")
    concern = read_concern(session, values["concerns"]) if values.get("concerns") else None
    if concern is None:
        form.fail("concerns", "Choose whom it concerns")
    _check_times(form, starts_at, ends_at, now, notice)
    check_promise(form, next_update_at, now, kept=notice.next_update_at if notice else None)
    if not form.good or concern is None:
        return None
    return NoticeDraft(
        kind=values["kind"],
        title=values["title"],
        do_now=values["do_now"],
        you_may_see=values["you_may_see"],
        who_has_it=values["who_has_it"],
        service_id=service.id if service else None,
        office_kind=concern[0],
        office_id=concern[1],
        starts_at=starts_at,
        ends_at=ends_at,
        next_update_at=next_update_at,
    )


def read_moment(form: Form, name: str, zone: ZoneInfo) -> datetime | None:
    """The moment that two fields name, in UTC; None when both are empty or there is a problem."""
    on, at = form.values.get(f"{name}_date"), form.values.get(f"{name}_clock")
    if form.problems.keys() & {f"{name}_date", f"{name}_clock"} or (on is None and at is None):
        return None
    if on is None or at is None:
        missing, words = ("date", "Enter the date too") if on is None else ("clock", "Enter the time too")
        form.fail(f"{name}_{missing}", words)
        return None
    local = datetime.combine(on, at, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        form.fail(f"{name}_clock", "The clocks change then. Choose a time one hour later")
        return None
    return moment


def check_promise(form: Form, promised: datetime | None, now: datetime, *, kept: datetime | None) -> None:
    """A promise is for later. One that was made before may stand, also when it is late."""
    if promised is not None and promised <= now and promised != kept:
        form.fail("next_clock", "Choose a time for the next update that is still to come")


def day(value: str) -> date | None:
    """A date as browsers send it, or as people write it; None when empty."""
    if not value:
        return None
    american = AMERICAN_DATE.fullmatch(value)
    try:
        if american:
            month, of_month, year = map(int, american.groups())
            read = date(year, month, of_month)
        else:
            read = date.fromisoformat(value)
    except ValueError as problem:
        raise Problem(WRONG_DATE) from problem
    if read.year not in YEARS:
        raise Problem(WRONG_DATE)
    return read


def clock(value: str) -> time | None:
    """A clock time as browsers send it, or as people write it; None when empty."""
    if not value:
        return None
    found = CLOCK.fullmatch(value)
    if found is None:
        raise Problem(WRONG_CLOCK)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if (half and not 1 <= hour <= 12) or (not half and found[2] is None):
        raise Problem(WRONG_CLOCK)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise Problem(WRONG_CLOCK)
    return time(hour, minute)


def _check_times(
    form: Form, starts_at: datetime, ends_at: datetime | None, now: datetime, notice: Notice | None
) -> None:
    kind = form.values.get("kind")
    if kind in PROBLEMS and starts_at > now:
        form.fail("starts_clock", "A problem has begun already. For later work, select Planned work")
    if kind == "planned" and ends_at is None:
        form.fail("ends_date", "Enter when the work ends")
    called_off = notice is not None and notice.was_called_off
    if ends_at is not None and ends_at <= starts_at and not called_off:
        form.fail("ends_date", "Choose an end after the start")
    elif ends_at is not None and ends_at <= now and notice is None:
        form.fail("ends_date", "Choose an end that is still to come")


def _kept(typed: datetime | None, stored: datetime | None) -> datetime | None:
    """The stored moment when the form shows the same minute: fields have no seconds, and nothing has changed."""
    same = typed is not None and stored is not None and typed == stored.replace(second=0, microsecond=0)
    return stored if same else typed
