"""Sessions: who is behind a cookie, and when nobody is any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from auth import sessions
from auth.roles import Role
from auth.sessions import LoginSession, Stage, begin, end, end_all, reader_of, renew, touch, visit_of
from auth.users import Group, GroupMember


def test_an_open_session_has_its_person_as_reader(session, person, now) -> None:
    user = person("alex", Role.AGENT, Role.AUTHOR)
    user.memberships = [GroupMember(group=Group(slug=slug, name=slug)) for slug in ("systems", "network")]
    raw = begin(session, user, stage=Stage.OPEN, now=now)
    reader = reader_of(session, raw, now)
    assert reader == user.as_reader()
    assert reader.groups == {"systems", "network"}


def test_an_unknown_id_has_no_reader(session, person, now) -> None:
    begin(session, person("alex", Role.AGENT), stage=Stage.OPEN, now=now)
    assert reader_of(session, "", now) is None
    assert reader_of(session, "made-up", now) is None
    assert reader_of(session, "\ud800", now) is None


@pytest.mark.parametrize("stage", [Stage.CODE, Stage.SETUP])
def test_a_sign_in_before_its_second_step_has_no_reader(session, person, now, stage) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=stage, now=now)
    assert reader_of(session, raw, now) is None
    assert visit_of(session, raw, now).stage is stage


def test_the_id_is_256_bits_and_is_not_kept(session, person, now) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=Stage.OPEN, now=now)
    row = session.query(LoginSession).one()
    assert len(raw) == 43
    assert raw not in (row.id_hash, row.browser, row.offered_secret)
    assert reader_of(session, row.id_hash, now) is None


def test_a_session_costs_one_query(session, engine, person, now) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=Stage.OPEN, now=now)
    session.commit()
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    reader_of(session, raw, now)
    assert len(asked) == 1


def test_a_session_ends_after_its_lifetime_however_busy_it_is(session, person, now) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=Stage.OPEN, now=now, lifetime_hours=12)
    for hour in range(1, 12):
        touch(session, raw, now + timedelta(hours=hour))
        assert reader_of(session, raw, now + timedelta(hours=hour))
    touch(session, raw, now + timedelta(hours=11, minutes=59))
    assert reader_of(session, raw, now + timedelta(hours=12)) is None


@pytest.mark.parametrize(("role", "hours"), [(Role.AGENT, 2), (Role.CLERK, 8)])
def test_an_idle_session_ends_after_two_hours_for_staff_and_eight_for_clerks(
    session, person, now, role, hours
) -> None:
    raw = begin(session, person("kim", role), stage=Stage.OPEN, now=now)
    assert reader_of(session, raw, now + timedelta(hours=hours, seconds=-1))
    assert reader_of(session, raw, now + timedelta(hours=hours)) is None


def test_a_pending_sign_in_ends_after_fifteen_minutes(session, person, now) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=Stage.CODE, now=now)
    assert visit_of(session, raw, now + timedelta(minutes=14))
    assert visit_of(session, raw, now + timedelta(minutes=15)) is None


def test_disabling_a_person_ends_their_session_on_the_next_request(session, person, now) -> None:
    user = person("alex", Role.AGENT)
    raw = begin(session, user, stage=Stage.OPEN, now=now)
    user.active = False
    session.flush()
    assert reader_of(session, raw, now) is None


def test_a_renewed_session_has_a_new_id_and_the_old_one_stops(session, person, now) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=Stage.CODE, now=now, browser="Firefox")
    fresh = renew(session, raw, now=now)
    assert fresh != raw
    assert visit_of(session, raw, now) is None
    assert reader_of(session, fresh, now).name == "Alex"
    assert session.query(LoginSession).one().browser == "Firefox"


def test_an_id_is_exchanged_once(session, person, now) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=Stage.CODE, now=now)
    assert renew(session, raw, now=now)
    assert renew(session, raw, now=now) is None


def test_ending_the_others_keeps_this_one(session, person, now) -> None:
    user, other = person("alex", Role.AGENT), person("sam", Role.AGENT)
    mine, theirs = (begin(session, one, stage=Stage.OPEN, now=now) for one in (user, other))
    elsewhere = begin(session, user, stage=Stage.OPEN, now=now)
    assert end_all(session, user.id, besides=mine) == 1
    assert reader_of(session, mine, now)
    assert reader_of(session, theirs, now)
    assert reader_of(session, elsewhere, now) is None


def test_ending_a_session_twice_is_the_same_as_once(session, person, now) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=Stage.OPEN, now=now)
    end(session, raw)
    end(session, raw)
    assert reader_of(session, raw, now) is None


def test_the_seen_time_is_due_every_five_minutes(session, person, now) -> None:
    raw = begin(session, person("alex", Role.AGENT), stage=Stage.OPEN, now=now)
    visit = visit_of(session, raw, now)
    assert not visit.is_due(now + timedelta(minutes=4))
    assert visit.is_due(now + timedelta(minutes=5))


def test_a_session_that_is_over_still_names_its_owner_for_a_day(session, person, now) -> None:
    user = person("alex", Role.AGENT)
    raw = begin(session, user, stage=Stage.OPEN, now=now)
    later = now + timedelta(hours=20)
    sessions.prune(session, later)
    assert sessions.owner_of(session, raw) == user.id
    assert sessions.owner_of(session, "made-up") is None
    sessions.prune(session, now + timedelta(hours=37))
    assert sessions.owner_of(session, raw) is None
