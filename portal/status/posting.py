"""Posting: what the desk does with a notice: post it, change it, add news, end it. Each is written to the audit log."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.audit import record
from portal.site.settings import touch_site
from portal.status.notices import Notice, NoticeUpdate

# A second press of the same form within this time is the same notice.
SAME_PRESS = timedelta(minutes=10)


@dataclass(frozen=True)
class NoticeDraft:
    """Everything that the desk says with a notice. The names are those of the table."""

    kind: str
    title: str
    do_now: str
    you_may_see: str
    who_has_it: str
    service_id: int | None
    office_kind: str
    office_id: int | None
    starts_at: datetime
    ends_at: datetime | None
    next_update_at: datetime | None


def post_notice(session: Session, draft: NoticeDraft, *, by: int | None, now: datetime) -> Notice:
    """Publish a notice. The same person's second press gives the notice of the first."""
    pressed_before = _pressed_before(session, draft, by, now)
    if pressed_before is not None:
        return pressed_before
    notice = Notice(**asdict(draft), created_at=now, created_by_id=by, changed_at=now)
    session.add(notice)
    session.flush()
    _record(session, notice, "notice posted", {"kind": draft.kind, "title": draft.title}, by, now)
    return notice


def change_notice(
    session: Session, notice: Notice, draft: NoticeDraft, *, by: int | None, now: datetime
) -> list[str]:
    """Write what is different. Returns the names of what changed; equal words change nothing."""
    new = asdict(draft)
    changed = [name for name, value in new.items() if getattr(notice, name) != value]
    if not changed:
        return []
    before = {name: _plain(getattr(notice, name)) for name in changed}
    for name in changed:
        setattr(notice, name, new[name])
    notice.changed_at = now
    after = {name: _plain(new[name]) for name in changed}
    _record(session, notice, "notice changed", {"before": before, "after": after}, by, now)
    return changed


def add_update(
    session: Session,
    notice: Notice,
    text: str,
    *,
    next_update_at: datetime | None,
    by: int | None,
    now: datetime,
) -> bool:
    """Add news and promise the next. False when the newest news says the same: a second press."""
    if notice.updates and notice.updates[0].text == text and now - notice.updates[0].at < SAME_PRESS:
        return False
    notice.updates.insert(0, NoticeUpdate(text=text, at=now, by_id=by))
    notice.next_update_at = next_update_at
    notice.changed_at = now
    _record(session, notice, "notice updated", {"text": text}, by, now)
    return True


def end_notice(session: Session, notice: Notice, *, words: str, by: int | None, now: datetime) -> bool:
    """It is over from now on; ``words`` become its last news. False when it was over already."""
    if notice.is_over(now):
        return False
    if words:
        notice.updates.insert(0, NoticeUpdate(text=words, at=now, by_id=by))
    notice.ends_at, notice.next_update_at, notice.changed_at = now, None, now
    _record(session, notice, "notice ended", {"text": words}, by, now)
    return True


def _pressed_before(session: Session, draft: NoticeDraft, by: int | None, now: datetime) -> Notice | None:
    return session.scalar(
        select(Notice)
        .where(
            Notice.created_by_id == by,
            Notice.created_at > now - SAME_PRESS,
            Notice.kind == draft.kind,
            Notice.title == draft.title,
            Notice.service_id.is_(None)
            if draft.service_id is None
            else Notice.service_id == draft.service_id,
        )
        .limit(1)
    )


def _record(
    session: Session, notice: Notice, action: str, details: dict[str, Any], by: int | None, now: datetime
) -> None:
    touch_site(session)
    record(session, by, action, f"notice {notice.id}", details, now)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
