"""Links that set a password: good once, for a while, for their own person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auth import resets
from auth.resets import PasswordLink, offer, person_for, use
from auth.roles import Role
from auth.sessions import Stage, begin, reader_of


def test_a_link_sets_the_password_once(session, person, now) -> None:
    user = person("pat", Role.CLERK)
    token = offer(session, user, now=now)
    assert use(session, token, "the new hash", now) is user
    assert user.password_hash == "the new hash"
    assert use(session, token, "another hash", now) is None
    assert user.password_hash == "the new hash"


@pytest.mark.parametrize(("good_for", "minutes"), [(resets.FORGOTTEN, 60), (resets.WELCOME, 3 * 24 * 60)])
def test_a_link_ends_after_an_hour_or_for_new_people_after_three_days(
    session, person, now, good_for, minutes
) -> None:
    token = offer(session, person("pat", Role.CLERK), now=now, good_for=good_for)
    assert person_for(session, token, now + timedelta(minutes=minutes, seconds=-1))
    assert person_for(session, token, now + timedelta(minutes=minutes)) is None
    assert use(session, token, "hash", now + timedelta(minutes=minutes)) is None


def test_using_a_link_ends_every_session_of_the_person(session, person, now) -> None:
    user = person("pat", Role.CLERK)
    raw = begin(session, user, stage=Stage.OPEN, now=now)
    use(session, offer(session, user, now=now), "hash", now)
    assert reader_of(session, raw, now) is None


def test_a_newer_link_stops_the_earlier_one(session, person, now) -> None:
    user = person("pat", Role.CLERK)
    earlier = offer(session, user, now=now)
    later = offer(session, user, now=now)
    assert person_for(session, earlier, now) is None
    assert person_for(session, later, now) is user


def test_a_disabled_person_has_no_link(session, person, now) -> None:
    user = person("pat", Role.CLERK)
    token = offer(session, user, now=now)
    user.active = False
    session.flush()
    assert person_for(session, token, now) is None
    assert use(session, token, "hash", now) is None


def test_the_token_is_not_kept(session, person, now) -> None:
    token = offer(session, person("pat", Role.CLERK), now=now)
    assert session.query(PasswordLink).one().token_hash != token
    assert person_for(session, session.query(PasswordLink).one().token_hash, now) is None
