"""Flask-Login asks our sessions on each request and keeps nothing of its own."""

from __future__ import annotations

import pytest
from flask import Flask, request
from flask_login import current_user

from auth.login import attach, give_cookie, take_cookie
from auth.roles import VISITOR, Reader, Role

PAT = Reader(user_id=7, name="Pat", roles=frozenset({Role.CLERK}))


@pytest.fixture
def doors() -> Flask:
    # Not named app: pytest-flask would then share one request's memory among all clients.
    made = Flask("doors", template_folder=None)
    made.config["SECRET_KEY"] = "for this test alone"
    attach(made, lambda: PAT if request.cookies.get("signpost") == "good" else VISITOR)

    @made.get("/who")
    def who() -> str:
        return f"{current_user.is_authenticated} {current_user.reader.name} {current_user.get_id()}"

    @made.get("/cookie")
    def cookie():
        return give(made.response_class("given"))

    @made.get("/taken")
    def taken():
        response = made.response_class("taken")
        take_cookie(response, "__Host-signpost", secure=True)
        return response

    return made


def give(response):
    give_cookie(response, "__Host-signpost", "raw-id", secure=True)
    return response


def test_the_person_behind_the_cookie_is_the_current_user(doors) -> None:
    client = doors.test_client()
    client.set_cookie("signpost", "good")
    assert client.get("/who").text == "True Pat 7"


def test_nobody_is_the_current_user_without_a_good_cookie(doors) -> None:
    client, other = doors.test_client(), doors.test_client()
    other.set_cookie("signpost", "good")
    assert other.get("/who").text.startswith("True")
    assert client.get("/who").text == "False  None"


def test_a_stray_remember_cookie_neither_signs_in_nor_out(doors) -> None:
    client = doors.test_client()
    client.set_cookie("remember_token", "7|0000")
    assert client.get("/who").text.startswith("False")
    client.set_cookie("signpost", "good")
    assert client.get("/who").text.startswith("True")


def test_the_cookie_is_for_this_host_alone_and_hidden_from_scripts(doors) -> None:
    given = doors.test_client().get("/cookie").headers["Set-Cookie"]
    assert given == "__Host-signpost=raw-id; Secure; HttpOnly; Path=/; SameSite=Lax"
    taken = doors.test_client().get("/taken").headers["Set-Cookie"]
    assert "Max-Age=0" in taken
    assert "Secure" in taken
