"""People: who may list, add, change and close accounts, and what a page says when it cannot be done."""

from __future__ import annotations

import re

import pytest
from front_door import FrontDoor, words

from auth.audit import AuditEntry
from auth.offices import Office
from auth.roles import Role
from auth.users import Group, User
from portal.mail.outbox import OutgoingMail

NEW = "orange wagon climbs softly"
KIM = {"email": "kim@county.example.gov", "name": "Kim Lee", "roles": ["agent"]}


@pytest.fixture
def yellowstone(door: FrontDoor) -> Office:
    """One office and one group."""
    with door.session() as session:
        office = Office(code="yellowstone", name="Yellowstone County", kind="county")
        session.add_all([office, Group(slug="systems", name="Systems analysts")])
        session.commit()
        return office


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMIN, 200),
        (Role.LEAD, 200),
        (Role.AGENT, 403),
        (Role.AUTHOR, 403),
        (Role.SPECIALIST, 403),
        (Role.SITE_LEAD, 403),
        (Role.CLERK, 403),
    ],
)
def test_admins_and_leads_open_the_list_and_nobody_else(door, role, status) -> None:
    browser = door.signed_in(door.person("kim", role))
    assert browser.open("/admin/people").status_code == status
    assert browser.open("/admin/people/new").status_code == status
    added = browser.press("/admin/people/new", email="a@b.example", name="A", roles="agent")
    assert added.status_code == status


def test_a_visitor_is_led_to_sign_in(door) -> None:
    assert door.browser().open("/admin/people").location == "/sign-in?next=/admin/people"


def test_the_list_is_filtered_by_office_and_role(door, yellowstone) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    door.person("pat", Role.CLERK, office_id=yellowstone.id)
    door.person("alex", Role.AGENT)
    everybody = words(browser.open("/admin/people"))
    assert "3 people" in everybody
    assert "1 person" in words(browser.open("/admin/people?office=yellowstone"))
    assert "alex@" in words(browser.open("/admin/people?role=agent"))
    assert "pat@" not in words(browser.open("/admin/people?role=agent"))
    assert "Nobody fits." in words(browser.open("/admin/people?office=yellowstone&role=agent"))
    assert browser.open("/admin/people?office=x&role=x&page=x").status_code == 200


def test_a_lead_sees_the_desk_and_not_the_clerks(door) -> None:
    browser = door.signed_in(door.person("lee", Role.LEAD))
    clerk, agent = door.person("pat", Role.CLERK), door.person("alex", Role.AGENT)
    page = words(browser.open("/admin/people"))
    assert "alex@" in page
    assert "pat@" not in page
    assert browser.open(f"/admin/people/{agent.id}").status_code == 200
    for path in ("", "/disable", "/link", "/sessions/end", "/second-step/remove", "/enable"):
        assert browser.press(f"/admin/people/{clerk.id}{path}", **KIM).status_code == 404
    assert door.row(User, clerk.id).active


def test_a_long_list_has_pages(door) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    for number in range(55):
        door.person(f"clerk{number:02}", Role.CLERK, password="")
    first, second = words(browser.open("/admin/people")), words(browser.open("/admin/people?page=2"))
    assert "clerk40@" in first
    assert "clerk54@" not in first
    assert "clerk54@" in second


def test_a_new_person_gets_a_link_that_is_shown_once_and_mailed(door, yellowstone) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    page = browser.press("/admin/people/new", **KIM, office="yellowstone", groups="systems")
    link = re.search(r'value="http://127\.0\.0\.1:8000(/reset/[^"]+)"', page.text)[1]
    assert "Kim Lee is added" in words(page)
    mail = door.rows(OutgoingMail)[0]
    assert (mail.to, link in mail.text) == ("kim@county.example.gov", True)
    kim = next(user for user in door.rows(User) if user.name == "Kim Lee")
    assert link not in browser.open(f"/admin/people/{kim.id}").text
    stranger = door.browser()
    assert stranger.press(link, password=NEW, again=NEW).status_code == 303
    assert stranger.press("/sign-in", email=kim.email, password=NEW).location == "/account/codes"
    kept = words(browser.open(f"/admin/people/{kim.id}"))
    assert "Kim Lee" in kept
    assert [entry.action for entry in door.rows(AuditEntry)][:2] == ["person added", "password link made"]


def test_mail_is_promised_only_when_it_works(door_without_mail) -> None:
    door = door_without_mail
    page = door.signed_in(door.person("ada", Role.ADMIN)).press("/admin/people/new", **KIM)
    assert "nothing was sent" in words(page)
    assert door.rows(OutgoingMail) == []


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(door, yellowstone) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    page = browser.press("/admin/people/new", email="kim", name="", groups="systems", office="nowhere")
    assert page.status_code == 422
    for sentence in (
        "Enter an e-mail address like name@county.example.gov",
        "Enter the name",
        "Choose at least one role",
        "Choose an office",
    ):
        assert sentence in words(page)
    assert 'value="kim"' in page.text
    assert re.search(r'value="systems"[^>]* checked', page.text)


def test_an_address_belongs_to_one_person(door) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    door.person("kim", Role.CLERK)
    page = browser.press("/admin/people/new", **KIM | {"email": "KIM@county.example.gov"})
    assert page.status_code == 422
    assert "Somebody has this e-mail already." in words(page)


@pytest.mark.parametrize("role", ["clerk", "site_lead", "lead", "admin"])
def test_a_lead_gives_desk_roles_alone(door, role) -> None:
    browser = door.signed_in(door.person("lee", Role.LEAD))
    alex = door.person("alex", Role.AGENT)
    assert browser.press("/admin/people/new", **KIM | {"roles": role}).status_code == 422
    changed = browser.press(f"/admin/people/{alex.id}", name="Alex", roles=["agent", role])
    assert changed.status_code == 422
    assert [held.role for held in door.row(User, alex.id).roles] == ["agent"]
    assert browser.press(f"/admin/people/{alex.id}", name="Alex", roles="author").status_code == 303
    assert [held.role for held in door.row(User, alex.id).roles] == ["author"]


def test_a_change_of_rights_signs_the_person_out(door) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    alex = door.person("alex", Role.AGENT)
    other = door.signed_in(alex)
    answer = browser.press(f"/admin/people/{alex.id}", name="Alexis", roles="agent")
    assert "Saved." in words(browser.open(answer.location))
    assert other.open("/account").status_code == 200
    browser.press(f"/admin/people/{alex.id}", name="Alexis", roles=["agent", "author"])
    assert other.open("/account").status_code == 302
    entry = door.rows(AuditEntry)[-1]
    assert entry.details["from"]["roles"] == ["Agent"]
    assert entry.details["to"]["roles"] == ["Agent", "Author"]


def test_the_last_admin_cannot_be_taken_away(door) -> None:
    ada = door.person("ada", Role.ADMIN)
    browser = door.signed_in(ada)
    page = browser.press(f"/admin/people/{ada.id}", name="Ada", roles="agent")
    assert page.status_code == 422
    assert "Make another person an admin first." in words(page)
    bo = door.person("bo", Role.ADMIN)
    assert browser.press(f"/admin/people/{ada.id}", name="Ada", roles="agent").status_code == 303
    assert browser.open("/admin/people").status_code == 302
    assert [held.role for held in door.row(User, bo.id).roles] == ["admin"]


def test_nobody_closes_their_own_account_and_another_admin_can(door) -> None:
    ada, bo = door.person("ada", Role.ADMIN), door.person("bo", Role.ADMIN)
    mine, theirs = door.signed_in(ada), door.signed_in(bo)
    page = mine.press(f"/admin/people/{ada.id}/disable")
    assert page.status_code == 422
    assert "Ask another admin to do this." in words(page)
    theirs.press(f"/admin/people/{ada.id}/disable")
    assert not door.row(User, ada.id).active
    assert mine.open("/account").status_code == 302


def test_a_closed_account_opens_again(door) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    alex = door.person("alex", Role.AGENT)
    answer = browser.press(f"/admin/people/{alex.id}/disable")
    page = browser.open(answer.location)
    assert "This account is closed." in words(page)
    assert browser.press(f"/admin/people/{alex.id}/link").status_code == 403
    browser.press(f"/admin/people/{alex.id}/enable")
    assert door.row(User, alex.id).active
    assert browser.press(f"/admin/people/{alex.id}/link").status_code == 200


def test_a_lost_phone_is_forgotten_and_a_lost_computer_signed_out(door) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    alex = door.person("alex", Role.AGENT, totp_secret="A" * 32, totp_confirmed_at=door.moment)
    other = door.signed_in(alex)
    browser.press(f"/admin/people/{alex.id}/sessions/end")
    assert other.open("/account").status_code == 302
    browser.press(f"/admin/people/{alex.id}/second-step/remove")
    assert door.row(User, alex.id).totp_confirmed_at is None
    assert [entry.action for entry in door.rows(AuditEntry)] == ["sessions ended", "second step removed"]


def test_a_person_who_is_not_there_is_missing(door) -> None:
    browser = door.signed_in(door.person("ada", Role.ADMIN))
    assert browser.open("/admin/people/999").status_code == 404
    assert browser.press("/admin/people/999", **KIM).status_code == 404
