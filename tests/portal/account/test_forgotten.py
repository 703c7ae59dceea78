"""A forgotten password: the same answer for everybody, a link that works once."""

from __future__ import annotations

import re

from front_door import PASSWORD, words

from auth.audit import AuditEntry
from auth.roles import Role
from auth.users import User
from portal.mail.outbox import OutgoingMail

NEW = "orange wagon climbs softly"


def ask(door, name):
    return door.browser().press("/forgot", email=f"{name}@county.example.gov")


def link_in(mail) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/reset/\S+)", mail.text)
    assert found is not None
    return found[1]


def test_the_answer_is_the_same_for_known_missing_and_disabled_accounts(door) -> None:
    door.person("pat", Role.CLERK)
    door.person("dee", Role.CLERK, active=False)
    answers = [ask(door, name) for name in ("pat", "dee", "nobody")]
    assert {(answer.status_code, answer.location, answer.text) for answer in answers} == {
        (303, "/forgot?said=sent", answers[0].text)
    }
    assert "If an account has that address" in words(door.browser().open("/forgot?said=sent"))
    assert [mail.to for mail in door.rows(OutgoingMail)] == ["pat@county.example.gov"]


def test_a_link_sets_a_new_password_once_and_signs_out_everywhere(door) -> None:
    user = door.person("pat", Role.CLERK)
    elsewhere = door.signed_in(user)
    ask(door, "pat")
    link, browser = link_in(door.rows(OutgoingMail)[0]), door.browser()
    assert "Choose a password" in words(browser.open(link))
    answer = browser.press(link, password=NEW, again=NEW)
    assert "Your new password is saved." in words(browser.open(answer.location))
    assert elsewhere.open("/account").status_code == 302
    assert browser.press("/sign-in", email=user.email, password=PASSWORD).status_code == 422
    assert browser.press("/sign-in", email=user.email, password=NEW).status_code == 303
    assert browser.open(link).status_code == 410
    assert browser.press(link, password=NEW, again=NEW).status_code == 410
    assert [mail.kind for mail in door.rows(OutgoingMail)] == ["password reset", "password changed"]
    assert "password set by link" in [entry.action for entry in door.rows(AuditEntry)]


def test_a_link_is_too_old_after_an_hour(door) -> None:
    door.person("pat", Role.CLERK)
    ask(door, "pat")
    link = link_in(door.rows(OutgoingMail)[0])
    door.later(minutes=60)
    page = door.browser().open(link)
    assert page.status_code == 410
    assert "This link no longer works" in words(page)


def test_a_made_up_link_looks_like_an_old_one(door) -> None:
    page = door.browser().open("/reset/made-up")
    assert (page.status_code, "This link no longer works" in words(page)) == (410, True)


def test_a_weak_password_is_refused_with_a_sentence_and_the_link_still_works(door) -> None:
    user = door.person("pat", Role.CLERK)
    ask(door, "pat")
    link, browser = link_in(door.rows(OutgoingMail)[0]), door.browser()
    short = browser.press(link, password="too short", again="too short")
    assert short.status_code == 422
    assert "Use at least 15 characters." in words(short)
    unlike = browser.press(link, password=NEW, again=NEW + "x")
    assert "Enter the same password again" in words(unlike)
    assert NEW not in unlike.text
    assert door.row(User, user.id).password_hash == user.password_hash
    assert browser.press(link, password=NEW, again=NEW).status_code == 303


def test_at_most_three_mails_go_to_one_address_in_an_hour(door) -> None:
    door.person("pat", Role.CLERK)
    answers = {ask(door, "pat").location for _ in range(6)}
    assert answers == {"/forgot?said=sent"}
    assert len(door.rows(OutgoingMail)) == 3


def test_mail_is_promised_only_when_it_works(door_without_mail) -> None:
    browser = door_without_mail.browser()
    page = browser.open("/forgot")
    assert "Call the help desk" in words(page)
    assert "We send you a link" not in words(page)
    assert browser.press("/forgot", email="pat@county.example.gov").status_code == 404
    assert door_without_mail.rows(OutgoingMail) == []


def test_an_address_that_is_none_is_named(door) -> None:
    answer = door.browser().press("/forgot", email="pat")
    assert answer.status_code == 422
    assert "Enter an e-mail address like name@county.example.gov" in words(answer)
