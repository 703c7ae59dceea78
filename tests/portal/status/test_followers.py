"""Followers are told once, when it is over, and then forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.errors import TooMany
from portal.mail.outbox import OutgoingMail
from portal.status.followers import follow, is_following, notices_to_tell_of, stop_following, tell_followers
from portal.status.notices import NoticeFollower

NOW = datetime(2026, 9, 16, 16, 42, tzinfo=UTC)
BASE = "https://help.example.gov"


def join(session: Any, notice: Any, email: str = "ann@county.gov", **more: Any) -> bool:
    session.flush()
    return follow(session, notice, email, now=NOW, base_url=BASE, **more)


def test_the_first_mail_holds_the_way_to_stop(state: Any, session: Any) -> None:
    notice = state.notice()
    assert join(session, notice)
    mail = session.scalars(select(OutgoingMail)).one()
    key = session.scalars(select(NoticeFollower.key)).one()
    assert f"{BASE}/status/stop/{key}" in mail.text
    stop_following(session, key)
    assert not is_following(session, notice, "ann@county.gov")


def test_a_person_who_signed_in_gets_no_first_mail(state: Any, session: Any) -> None:
    assert join(session, state.notice(), confirm=False)
    assert session.scalar(select(OutgoingMail.id)) is None


def test_the_same_address_is_kept_and_mailed_once(state: Any, session: Any) -> None:
    notice = state.notice()
    assert join(session, notice)
    assert not join(session, notice, " ANN@county.gov")
    assert len(session.scalars(select(OutgoingMail)).all()) == 1


def test_everyone_is_told_once_when_it_is_over_and_not_before(state: Any, session: Any) -> None:
    notice, other = state.notice(), state.notice("The voter system is slow")
    for email in ("ann@county.gov", "bob@county.gov"):
        join(session, notice, email, confirm=False)
    join(session, other, "cam@county.gov", confirm=False)
    assert tell_followers(session, notice, NOW, BASE) == 0
    assert notices_to_tell_of(session, NOW) == []
    notice.ends_at = NOW
    assert notices_to_tell_of(session, NOW) == [notice]
    assert tell_followers(session, notice, NOW, BASE) == 2
    assert tell_followers(session, notice, NOW, BASE) == 0
    assert notices_to_tell_of(session, NOW) == []
    mails = session.scalars(select(OutgoingMail).order_by(OutgoingMail.to)).all()
    assert [mail.to for mail in mails] == ["ann@county.gov", "bob@county.gov"]
    assert mails[0].subject == "It is over: Absentee labels print slowly"
    assert f"{BASE}/status/{notice.id}" in mails[0].text
    assert session.scalars(select(NoticeFollower.email)).all() == ["cam@county.gov"]


def test_work_that_was_called_off_is_told_as_such(state: Any, session: Any) -> None:
    notice = state.notice(kind="planned", starts_at=NOW + timedelta(days=1), ends_at=None)
    join(session, notice, confirm=False)
    notice.ends_at = NOW
    tell_followers(session, notice, NOW, BASE)
    assert session.scalars(select(OutgoingMail.subject)).one().startswith("Called off: ")


def test_a_flood_of_addresses_is_slowed_and_ten_minutes_later_it_goes_on(
    state: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.status.followers.MOST_AT_ONCE", 2)
    notice = state.notice()
    join(session, notice, "ann@county.gov")
    join(session, notice, "bob@county.gov")
    with pytest.raises(TooMany):
        join(session, notice, "cam@county.gov")
    later = NOW + timedelta(minutes=11)
    assert follow(session, notice, "cam@county.gov", now=later, base_url=BASE)
