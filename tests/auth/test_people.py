"""Managing people: who may do it to whom, and what is never allowed."""

from __future__ import annotations

import pytest

from auth import people
from auth.audit import AuditEntry
from auth.offices import Office
from auth.people import AddressTaken, LastAdmin, NotYours, Particulars, Yourself
from auth.resets import offer, person_for
from auth.roles import Reader, Role
from auth.sessions import Stage, begin, reader_of
from auth.tokens import TICKETS_READ, bearer_of, issue
from auth.users import Group

DESK = {Role.SPECIALIST, Role.AGENT, Role.AUTHOR}


def reader(role: Role, user_id: int | None = None) -> Reader:
    return Reader(user_id=user_id, roles=frozenset({role}))


def particulars(*roles: Role, **more) -> Particulars:
    return Particulars(name="Kim", roles=frozenset(roles), **more)


def actions(session) -> list[str]:
    return [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]


def test_an_admin_manages_everybody_and_a_lead_the_desk_alone() -> None:
    assert people.roles_to_give(reader(Role.ADMIN)) == list(Role)
    assert set(people.roles_to_give(reader(Role.LEAD))) == DESK
    for role in (Role.CLERK, Role.SITE_LEAD, *DESK):
        assert people.roles_to_give(reader(role)) == []


def test_a_lead_does_not_manage_an_agent_who_is_an_admin_too() -> None:
    assert not people.may_manage(reader(Role.LEAD), {Role.AGENT, Role.ADMIN})
    assert not people.may_manage(reader(Role.LEAD), set())
    assert people.may_manage(reader(Role.LEAD), {Role.AGENT, Role.AUTHOR})


def test_a_lead_sees_the_desk_alone_and_an_admin_sees_all(session, person) -> None:
    clerk, agent = person("pat", Role.CLERK), person("alex", Role.AGENT)
    assert people.people_for(session, reader(Role.LEAD)) == [agent]
    assert people.people_for(session, reader(Role.ADMIN)) == [agent, clerk]
    assert people.people_for(session, reader(Role.CLERK)) == []
    assert people.person_for(session, reader(Role.LEAD), clerk.id) is None
    assert people.person_for(session, reader(Role.ADMIN), clerk.id) is clerk
    assert people.person_for(session, reader(Role.ADMIN), 999) is None


def test_the_list_is_filtered_by_office_and_role(session, person) -> None:
    office = Office(code="yellowstone", name="Yellowstone County", kind="county")
    session.add(office)
    clerk, agent = person("pat", Role.CLERK), person("alex", Role.AGENT)
    clerk.office = office
    session.flush()
    admin = reader(Role.ADMIN)
    assert people.people_for(session, admin, office_id=office.id) == [clerk]
    assert people.people_for(session, admin, role=Role.AGENT) == [agent]
    assert people.people_for(session, admin, office_id=office.id, role=Role.AGENT) == []


def test_a_new_person_is_recorded(session, person, now) -> None:
    ada = person("ada", Role.ADMIN)
    group = Group(slug="systems", name="Systems")
    session.add(group)
    session.flush()
    user = people.add_person(
        session,
        email="Kim@County.example.gov",
        particulars=particulars(Role.SPECIALIST, group_ids=frozenset({group.id})),
        by=ada.as_reader(),
        now=now,
    )
    assert user.email == "kim@county.example.gov"
    assert user.as_reader().groups == {"systems"}
    entry = session.query(AuditEntry).one()
    assert (entry.actor_id, entry.action, entry.subject) == (ada.id, "person added", f"user {user.id}")
    assert entry.details["roles"] == ["Specialist"]


def test_an_address_belongs_to_one_person(session, person, now) -> None:
    person("kim", Role.CLERK)
    with pytest.raises(AddressTaken):
        people.add_person(
            session,
            email="KIM@county.example.gov",
            particulars=particulars(Role.CLERK),
            by=reader(Role.ADMIN),
            now=now,
        )


def test_a_lead_adds_an_agent_and_not_a_clerk_or_an_admin(session, person, now) -> None:
    lead = person("lee", Role.LEAD).as_reader()
    people.add_person(session, email="a@b.example", particulars=particulars(Role.AGENT), by=lead, now=now)
    for role in (Role.CLERK, Role.LEAD, Role.ADMIN):
        with pytest.raises(NotYours):
            people.add_person(session, email="c@d.example", particulars=particulars(role), by=lead, now=now)


def test_nobody_is_left_without_a_role(session, person, now) -> None:
    with pytest.raises(NotYours):
        people.change_person(
            session, person("kim", Role.CLERK), particulars(), by=reader(Role.ADMIN), now=now
        )


def test_a_change_of_rights_ends_the_sessions_and_a_change_of_name_does_not(session, person, now) -> None:
    admin = person("ada", Role.ADMIN).as_reader()
    user = person("kim", Role.AGENT)
    raw = begin(session, user, stage=Stage.OPEN, now=now)
    people.change_person(session, user, Particulars("Kim Lee", frozenset({Role.AGENT})), by=admin, now=now)
    assert reader_of(session, raw, now).name == "Kim Lee"
    people.change_person(session, user, Particulars("Kim Lee", frozenset({Role.AUTHOR})), by=admin, now=now)
    assert reader_of(session, raw, now) is None
    assert user.as_reader().roles == {Role.AUTHOR}
    assert actions(session) == ["person changed", "person changed"]


def test_saving_what_is_there_already_records_nothing(session, person, now) -> None:
    user = person("kim", Role.AGENT)
    people.change_person(session, user, particulars(Role.AGENT), by=reader(Role.ADMIN), now=now)
    assert actions(session) == []


def test_the_last_admin_stays_an_admin(session, person, now) -> None:
    ada = person("ada", Role.ADMIN)
    with pytest.raises(LastAdmin):
        people.change_person(session, ada, particulars(Role.AGENT), by=ada.as_reader(), now=now)
    with pytest.raises(LastAdmin):
        people.disable(session, ada, by=None, now=now)
    other = person("bo", Role.ADMIN, active=False)
    with pytest.raises(LastAdmin):
        people.disable(session, ada, by=None, now=now)
    other.active = True
    session.flush()
    people.disable(session, ada, by=other.as_reader(), now=now)
    assert not ada.active


def test_people_cannot_disable_themselves_and_another_admin_can(session, person, now) -> None:
    ada, bo = person("ada", Role.ADMIN), person("bo", Role.ADMIN)
    with pytest.raises(Yourself):
        people.disable(session, ada, by=ada.as_reader(), now=now)
    people.disable(session, ada, by=bo.as_reader(), now=now)
    assert not ada.active


def test_disabling_ends_sessions_tokens_and_links_and_enabling_gives_none_back(session, person, now) -> None:
    admin = person("ada", Role.ADMIN).as_reader()
    user = person("kim", Role.AGENT)
    raw = begin(session, user, stage=Stage.OPEN, now=now)
    token = issue(session, user, [TICKETS_READ], now=now).text
    link = offer(session, user, now=now)
    people.disable(session, user, by=admin, now=now)
    people.disable(session, user, by=admin, now=now)
    people.enable(session, user, by=admin, now=now)
    session.flush()
    assert reader_of(session, raw, now) is None
    assert bearer_of(session, token, now) is None
    assert person_for(session, link, now) is None
    assert actions(session) == ["person disabled", "person enabled"]


def test_ending_sessions_and_forgetting_a_lost_phone_are_recorded(session, person, now) -> None:
    admin = person("ada", Role.ADMIN).as_reader()
    user = person("kim", Role.AGENT)
    user.totp_secret, user.totp_confirmed_at = "secret", now
    begin(session, user, stage=Stage.OPEN, now=now)
    assert people.end_sessions(session, user, by=admin, now=now) == 1
    people.forget_second_factor(session, user, by=admin, now=now)
    assert user.totp_secret == ""
    assert person_for(session, people.offer_password_link(session, user, by=admin, now=now), now) is user
    assert actions(session) == ["sessions ended", "second step removed", "password link made"]
