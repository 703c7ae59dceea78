"""An answer sent after the session had ended is kept for its own person."""

from __future__ import annotations

import html
import re

from front_door import PASSWORD, words

from auth.roles import Role
from portal.account.kept import KeptAnswer, prune

FIELDS = {"email": "new@county.example.gov", "name": "New Person Of Ours", "roles": "clerk"}


def send_too_late(door, user):
    """Fill a form, go away for two hours, press the button."""
    browser = door.signed_in(user)
    door.later(hours=2)
    return browser, browser.press("/admin/people/new", **FIELDS)


def test_what_was_typed_waits_behind_the_sign_in(demo_door) -> None:
    user = demo_door.person("ada", Role.ADMIN)
    browser, answer = send_too_late(demo_door, user)
    assert answer.status_code == 303
    page = browser.open(answer.location)
    assert "You were away for a while. Sign in again and we go on from here. Your answer is kept." in words(
        page
    )
    onward = html.unescape(re.search(r'name="next" value="([^"]+)"', page.text)[1])
    answer = browser.press("/sign-in", email=user.email, password=PASSWORD, next=onward)
    page = browser.open(answer.location)
    assert "New Person Of Ours" in words(page)
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    assert {name: sent[name] for name in FIELDS} == FIELDS
    assert 'action="/admin/people/new"' in page.text
    assert browser.press("/admin/people/new", **FIELDS).status_code == 200


def test_another_person_does_not_see_it_and_its_own_does(demo_door) -> None:
    user = demo_door.person("ada", Role.ADMIN)
    _, answer = send_too_late(demo_door, user)
    onward = answer.location.partition("next=")[2]
    assert demo_door.signed_in(demo_door.person("bo", Role.ADMIN)).open(onward).status_code == 404
    assert demo_door.signed_in(user).open(onward).status_code == 200


def test_a_stranger_leaves_nothing_behind(door) -> None:
    browser = door.browser()
    browser.client.set_cookie("signpost", "made-up")
    answer = browser.press("/admin/people/new", **FIELDS)
    assert answer.location == "/sign-in"
    assert door.rows(KeptAnswer) == []


def test_passwords_are_never_kept(door) -> None:
    browser = door.signed_in(door.person("pat", Role.CLERK))
    door.later(hours=9)
    browser.press("/account/password", current=PASSWORD, password="x" * 20, again="x" * 20)
    assert door.rows(KeptAnswer) == []


def test_a_page_asked_for_too_late_says_so_and_comes_back(door) -> None:
    browser = door.signed_in(door.person("pat", Role.CLERK))
    door.later(hours=9)
    answer = browser.open("/account")
    assert "You were away for a while. Sign in again and we go on from here." in words(
        browser.open(answer.location)
    )


def test_it_is_removed_after_a_day(demo_door) -> None:
    send_too_late(demo_door, demo_door.person("ada", Role.ADMIN))
    assert len(demo_door.rows(KeptAnswer)) == 1
    demo_door.later(hours=24)
    with demo_door.session() as session:
        prune(session, demo_door.moment)
        session.commit()
    assert demo_door.rows(KeptAnswer) == []
