"""Your account: password, sign-ins and second step."""

from __future__ import annotations

import re

import pyotp
import pytest
from front_door import PASSWORD, words

from auth.audit import AuditEntry
from auth.roles import Role
from auth.second_factor import RecoveryCode
from auth.sessions import Stage
from auth.users import User
from portal.mail.outbox import OutgoingMail

NEW = "orange wagon climbs softly"


def secret_on(page) -> str:
    found = re.search(r"account-key\">([A-Z2-7 ]+)<", page.text)
    assert found is not None
    return found[1].replace(" ", "")


@pytest.mark.parametrize("path", ["/account", "/account/codes"])
def test_a_visitor_is_led_to_sign_in_and_back(door, path) -> None:
    answer = door.browser().open(path)
    assert (answer.status_code, answer.location) == (302, f"/sign-in?next={path}")


def test_the_page_says_who_we_think_the_person_is(door) -> None:
    text = words(door.signed_in(door.person("pat", Role.CLERK, Role.SITE_LEAD)).open("/account"))
    assert "Pat" in text
    assert "pat@county.example.gov" in text
    assert "Clerk, Site lead" in text


def test_changing_the_password_ends_the_other_sign_ins_and_keeps_this_one(door) -> None:
    user = door.person("pat", Role.CLERK)
    browser, other = door.signed_in(user), door.signed_in(user)
    before = browser.cookie()
    answer = browser.press("/account/password", current=PASSWORD, password=NEW, again=NEW)
    assert "Your new password is saved." in words(browser.open(answer.location))
    assert browser.cookie() != before
    assert other.open("/account").status_code == 302
    assert door.browser().press("/sign-in", email=user.email, password=NEW).status_code == 303
    assert [mail.subject for mail in door.rows(OutgoingMail)] == ["Your password was changed"]
    assert "password changed" in [entry.action for entry in door.rows(AuditEntry)]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"current": "", "password": NEW, "again": NEW}, "Enter your password"),
        (
            {"current": NEW, "password": NEW, "again": NEW},
            "That is not your password. You have 4 more tries.",
        ),
        ({"current": PASSWORD, "password": "short", "again": "short"}, "Use at least 15 characters."),
        ({"current": PASSWORD, "password": NEW, "again": "x"}, "Enter the same password again"),
        ({"current": PASSWORD, "password": "", "again": ""}, "Enter a new password"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(door, fields, sentence) -> None:
    user = door.person("pat", Role.CLERK)
    answer = door.signed_in(user).press("/account/password", **fields)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert door.row(User, user.id).password_hash == user.password_hash


def test_guessing_the_password_of_an_open_session_is_stopped(door) -> None:
    browser = door.signed_in(door.person("pat", Role.CLERK))
    for _ in range(5):
        browser.press("/account/password", current="wrong", password=NEW, again=NEW)
    answer = browser.press("/account/password", current=PASSWORD, password=NEW, again=NEW)
    assert answer.status_code == 422
    assert "Sign-in is stopped for 15 minutes." in words(answer)


def test_ending_the_others_keeps_this_browser(door) -> None:
    user = door.person("pat", Role.CLERK)
    other = door.signed_in(user)
    browser = door.browser()
    browser.press("/sign-in", email=user.email, password=PASSWORD)
    page = words(browser.open("/account"))
    assert "Firefox on Windows (this one)" in page
    assert "End the others" in page
    answer = browser.press("/account/sessions/end")
    assert "You are signed out everywhere else." in words(browser.open(answer.location))
    assert other.open("/account").status_code == 302
    assert "End the others" not in words(browser.open("/account"))


def test_staff_set_up_a_phone_and_then_go_on(door) -> None:
    user = door.person("alex", Role.AGENT)
    browser = door.browser()
    answer = browser.press("/sign-in", email=user.email, password=PASSWORD, next="/account")
    page = browser.open(answer.location)
    assert "<svg" in page.text
    assert "Set up your second step" in words(page)
    secret = secret_on(page)
    assert browser.press("/account/codes", code="000000").status_code == 422
    assert secret_on(browser.open("/account/codes")) == secret
    answer = browser.press("/account/codes", code=pyotp.TOTP(secret).at(door.moment), next="/account")
    assert answer.location == "/account/codes?next=/account"
    assert "You have no recovery codes." in words(browser.open(answer.location))
    printed = browser.press("/account/codes/recovery", next="/account")
    codes = re.findall(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", printed.text)
    assert len(set(codes)) == 10
    assert "no-store" in printed.headers["Cache-Control"]
    assert browser.open("/account").status_code == 200
    actions = [entry.action for entry in door.rows(AuditEntry)]
    assert actions == ["second step set up", "recovery codes made"]


def test_new_recovery_codes_need_the_password_once_the_set_up_is_over(door) -> None:
    user = door.person("alex", Role.AGENT, totp_secret="A" * 32, totp_confirmed_at=door.moment)
    door.later(hours=1)
    browser = door.signed_in(user)
    assert browser.press("/account/codes/recovery").status_code == 422
    assert door.rows(RecoveryCode) == []
    assert browser.press("/account/codes/recovery", codes_password=PASSWORD).status_code == 200
    assert len(door.rows(RecoveryCode)) == 10


def test_a_new_phone_needs_the_password_and_the_old_one_works_until_then(door) -> None:
    user = door.person("alex", Role.AGENT, totp_secret="A" * 32, totp_confirmed_at=door.moment)
    door.later(hours=1)
    browser = door.signed_in(user)
    assert browser.press("/account/codes/phone", phone_password="not the password").status_code == 422
    assert browser.press("/account/codes", code="123456").status_code == 404
    browser.press("/account/codes/phone", phone_password=PASSWORD)
    assert door.row(User, user.id).totp_secret == "A" * 32
    secret = secret_on(browser.open("/account/codes"))
    browser.press("/account/codes", code=pyotp.TOTP(secret).at(door.moment))
    assert door.row(User, user.id).totp_secret == secret


def test_a_clerk_may_set_up_a_second_step_too(door) -> None:
    browser = door.signed_in(door.person("pat", Role.CLERK))
    assert "Set up a phone" in words(browser.open("/account/codes"))
    assert browser.press("/account/codes/recovery").status_code == 403


def test_a_sign_in_that_waits_for_its_code_cannot_set_up_another_phone(door) -> None:
    user = door.person("alex", Role.AGENT, totp_secret="A" * 32, totp_confirmed_at=door.moment)
    waiting = door.signed_in(user, stage=Stage.CODE)
    assert waiting.open("/account/codes").status_code == 302
    assert waiting.press("/account/codes", code="000000").status_code == 303
    assert waiting.press("/account/codes/phone", phone_password=PASSWORD).location.startswith("/sign-in")


def test_a_sign_in_that_must_set_up_a_phone_opens_nothing_else(door) -> None:
    half = door.signed_in(door.person("alex", Role.ADMIN), stage=Stage.SETUP)
    assert half.open("/account").status_code == 302
    assert half.open("/admin/people").status_code == 302
    assert half.press("/account/codes/recovery").location.startswith("/sign-in")
