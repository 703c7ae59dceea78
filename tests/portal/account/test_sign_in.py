"""Signing in with a password, a code, and back out."""

from __future__ import annotations

import re

import pyotp
import pytest
from front_door import PASSWORD, words

from auth.audit import AuditEntry, first_broken
from auth.roles import Role
from auth.second_factor import confirm, new_recovery_codes, new_secret
from auth.sessions import LoginSession, Stage
from auth.users import User

WRONG = "That e-mail and password do not match. You have 4 more tries."


def sign_in(browser, name, password=PASSWORD, **more):
    return browser.press("/sign-in", email=f"{name}@county.example.gov", password=password, **more)


def phone_of(door, user) -> tuple[pyotp.TOTP, list[str]]:
    """Give a person a phone and recovery codes."""
    with door.session() as session:
        row, secret = session.get_one(User, user.id), new_secret()
        confirm(session, row, secret, pyotp.TOTP(secret).at(door.moment), door.moment)
        codes = new_recovery_codes(session, row, door.moment)
        session.commit()
    door.later(minutes=2)
    return pyotp.TOTP(secret), codes


def test_the_page_says_first_that_help_needs_no_sign_in(door) -> None:
    page = door.browser().open("/sign-in")
    text = words(page)
    assert text.index("You do not need to sign in to get help.") < text.index("Work e-mail")
    assert page.text.count("<h1") == 1
    assert 'autocomplete="current-password"' in page.text
    assert "passkey" not in text


def test_a_clerk_signs_in_with_a_password_and_goes_on_to_the_page_asked_for(door) -> None:
    door.person("pat", Role.CLERK)
    browser = door.browser()
    answer = sign_in(browser, "pat", next="/requests")
    assert (answer.status_code, answer.location) == (303, "/requests")
    assert "Pat" in words(browser.open("/account"))


def test_an_address_is_found_however_it_is_written(door) -> None:
    door.person("pat", Role.CLERK)
    assert (
        door.browser().press("/sign-in", email=" Pat@County.Example.GOV", password=PASSWORD).status_code
        == 303
    )


def test_a_foreign_address_is_not_where_people_go_on(door) -> None:
    door.person("pat", Role.CLERK)
    assert sign_in(door.browser(), "pat", next="//evil.example/").location == "/"
    page = door.browser().open("/sign-in?next=https://evil.example/")
    assert "evil" not in page.text


def test_existing_missing_disabled_and_new_accounts_get_the_same_answer(door) -> None:
    door.person("pat", Role.CLERK)
    door.person("dee", Role.CLERK, active=False)
    door.person("noel", Role.CLERK, password="")
    passwords = {"pat": "some other long words", "dee": PASSWORD, "noel": "", "nobody": PASSWORD}
    answers = [sign_in(door.browser(), name, word or "x") for name, word in passwords.items()]
    pages = {answer.text for answer in answers}
    plain = {
        re.sub(r"[0-9a-f]{64}|nonce=.[\w-]+|\w+@county", "", answer.text).replace("  ", " ")
        for answer in answers
    }
    assert len(pages) == 4
    assert len(plain) == 1
    assert {answer.status_code for answer in answers} == {422}
    assert WRONG in words(answers[0])
    assert all("signpost=" not in answer.headers.get("Set-Cookie", "") for answer in answers)


def test_the_password_never_comes_back_and_the_address_does(door) -> None:
    answer = sign_in(door.browser(), "pat", "a wrong but long password")
    assert "a wrong but long password" not in answer.text
    assert 'value="pat@county.example.gov"' in answer.text
    assert "Error: Sign in" in answer.text


def test_empty_fields_are_named(door) -> None:
    answer = door.browser().press("/sign-in", email="", password="")
    assert answer.status_code == 422
    assert "Enter your work e-mail" in words(answer)
    assert "Enter your password" in words(answer)


def test_five_wrong_tries_stop_this_place_even_for_the_right_password(door) -> None:
    door.person("pat", Role.CLERK)
    browser = door.browser()
    answers = [words(sign_in(browser, "pat", "some other long words")) for _ in range(5)]
    assert "You have 1 more try." in answers[3]
    assert "Sign-in is stopped for 15 minutes. You can still send a request." in answers[4]
    stopped = sign_in(browser, "pat")
    assert stopped.status_code == 429
    assert "Sign-in is stopped for 15 minutes. You can still send a request." in words(stopped)
    door.later(minutes=15)
    assert sign_in(browser, "pat").status_code == 303


def test_a_missing_account_is_stopped_in_the_same_way(door) -> None:
    browser = door.browser()
    for _ in range(5):
        sign_in(browser, "nobody", "some other long words")
    assert sign_in(browser, "nobody").status_code == 429


def test_a_right_password_gives_the_tries_back(door) -> None:
    door.person("pat", Role.CLERK)
    for _ in range(3):
        sign_in(door.browser(), "pat", "some other long words")
    sign_in(door.browser(), "pat")
    assert WRONG in words(sign_in(door.browser(), "pat", "some other long words"))


def test_a_hash_of_an_older_cost_is_made_again_at_sign_in(door) -> None:
    user = door.person("pat", Role.CLERK)
    assert "m=8," in user.password_hash
    sign_in(door.browser(), "pat")
    assert "m=65536,t=3" in door.row(User, user.id).password_hash
    assert sign_in(door.browser(), "pat").status_code == 303


def test_each_sign_in_has_a_new_id_and_ends_the_one_before(door) -> None:
    door.person("pat", Role.CLERK)
    browser = door.browser()
    sign_in(browser, "pat")
    first = browser.cookie()
    sign_in(browser, "pat")
    assert browser.cookie() != first
    assert len(door.rows(LoginSession)) == 1


def test_signing_in_is_written_in_the_audit_log(door) -> None:
    user = door.person("pat", Role.CLERK)
    sign_in(door.browser(), "pat")
    entry = door.rows(AuditEntry)[0]
    assert (entry.actor_id, entry.action, entry.subject) == (user.id, "signed in", f"user {user.id}")
    with door.session() as session:
        assert first_broken(session) is None


def test_a_form_without_the_token_of_the_browser_signs_nobody_in(door) -> None:
    door.person("pat", Role.CLERK)
    client = door.browser().client
    answer = client.post("/sign-in", data={"email": "pat@county.example.gov", "password": PASSWORD})
    assert answer.status_code == 400
    assert door.rows(LoginSession) == []


def test_a_person_with_a_phone_must_give_a_code(door) -> None:
    user = door.person("alex", Role.AGENT)
    phone, _ = phone_of(door, user)
    browser = door.browser()
    answer = sign_in(browser, "alex", next="/account")
    assert answer.location == "/sign-in/code?next=/account"
    assert "Enter the 6-digit code from your phone" in words(browser.open(answer.location))
    assert browser.open("/account").status_code == 302
    waiting = browser.cookie()
    answer = browser.press("/sign-in/code", code=phone.at(door.moment), next="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert browser.cookie() != waiting
    assert browser.open("/account").status_code == 200


def test_a_wrong_code_is_counted_and_the_sixth_is_stopped(door) -> None:
    phone, _ = phone_of(door, door.person("alex", Role.AGENT))
    browser = door.browser()
    sign_in(browser, "alex")
    answers = [browser.press("/sign-in/code", code="000000") for _ in range(5)]
    assert "You have 4 more tries." in words(answers[0])
    assert {answer.status_code for answer in answers} == {422}
    assert browser.press("/sign-in/code", code=phone.at(door.moment)).status_code == 429
    assert browser.open("/account").status_code == 302


def test_a_code_is_used_once(door) -> None:
    phone, _ = phone_of(door, door.person("alex", Role.AGENT))
    first, second = door.browser(), door.browser()
    for browser in (first, second):
        sign_in(browser, "alex")
    code = phone.at(door.moment)
    assert first.press("/sign-in/code", code=code).status_code == 303
    assert second.press("/sign-in/code", code=code).status_code == 422


def test_a_recovery_code_stands_in_for_the_phone_once(door) -> None:
    _, codes = phone_of(door, door.person("alex", Role.AGENT))
    browser, again = door.browser(), door.browser()
    sign_in(browser, "alex")
    assert "I cannot get a code" in words(browser.open("/sign-in/code"))
    assert browser.press("/sign-in/code", code=codes[0]).status_code == 303
    assert "9 recovery codes left" in words(browser.open("/account"))
    sign_in(again, "alex")
    assert again.press("/sign-in/code", code=codes[0]).status_code == 422


def test_nobody_gives_a_code_without_a_password_first(door) -> None:
    phone, _ = phone_of(door, door.person("alex", Role.AGENT))
    answer = door.browser().press("/sign-in/code", code=phone.at(door.moment))
    assert answer.location.startswith("/sign-in")


def test_a_password_left_half_way_is_of_no_use_after_fifteen_minutes(door) -> None:
    phone, _ = phone_of(door, door.person("alex", Role.AGENT))
    browser = door.browser()
    sign_in(browser, "alex")
    door.later(minutes=15)
    answer = browser.press("/sign-in/code", code=phone.at(door.moment))
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.AGENT, Role.AUTHOR, Role.LEAD, Role.ADMIN])
def test_staff_without_a_second_step_cannot_go_on(door, role) -> None:
    door.person("alex", role)
    browser = door.browser()
    assert sign_in(browser, "alex").location == "/account/codes"
    assert browser.open("/account/codes").status_code == 200
    assert browser.open("/account").location.startswith("/sign-in")


def test_in_a_demo_staff_need_no_second_step(demo_door) -> None:
    demo_door.person("alex", Role.ADMIN)
    browser = demo_door.browser()
    assert sign_in(browser, "alex").location == "/admin/people"
    assert browser.open("/admin/people").status_code == 200


def test_signing_out_ends_the_session_and_says_so(door) -> None:
    browser = door.signed_in(door.person("pat", Role.CLERK))
    kept = browser.cookie()
    answer = browser.press("/sign-out")
    assert "You are signed out." in words(browser.open(answer.location))
    assert browser.cookie() == ""
    browser.client.set_cookie("signpost", kept)
    assert browser.open("/account").status_code == 302


def test_a_link_from_elsewhere_cannot_sign_anybody_out(door) -> None:
    browser = door.signed_in(door.person("pat", Role.CLERK))
    assert browser.open("/sign-out").status_code == 405
    assert browser.client.post("/sign-out").status_code == 400
    assert browser.open("/account").status_code == 200


def test_a_session_in_use_is_not_idle(door) -> None:
    user = door.person("alex", Role.AGENT)
    browser, idle = door.signed_in(user), door.signed_in(user)
    for _ in range(5):
        door.later(minutes=50)
        assert browser.open("/account").status_code == 200
    assert idle.open("/account").status_code == 302


def test_disabling_a_person_shuts_them_out_on_the_next_page(door) -> None:
    user = door.person("pat", Role.CLERK)
    browser = door.signed_in(user)
    with door.session() as session:
        session.get_one(User, user.id).active = False
        session.commit()
    assert browser.open("/account").status_code == 302


def test_whoever_is_signed_in_is_led_on_from_the_sign_in_page(door) -> None:
    browser = door.signed_in(door.person("pat", Role.CLERK))
    assert browser.open("/sign-in?next=/status").location == "/status"
    waiting = door.signed_in(door.person("kim", Role.CLERK), stage=Stage.CODE)
    assert waiting.open("/sign-in").status_code == 200
