"""The gate and the headers: every answer carries the rules, only our own names are answered, hidden data stays put."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from cast import Cast
from factories import Factory
from flask import Flask
from visitor import Visitor
from walks import begin_labels

from portal.app import create_app
from portal.config import Config, read_config
from portal.errors import Missing

Visit = Callable[..., Visitor]
RULES = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ADDRESSES = (
    "/", "/search?q=labels", "/suggest?q=la", "/articles/labels-come-out-blank", "/articles/labels-come-out-blank.md",
    "/nowhere", "/requests", "/api/v1/search?q=labels", "/api/v1/nowhere", "/healthz", "/status.atom", "/robots.txt",
    "/sitemap.xml", "/opensearch.xml", "/pictures/label-printer-light.svg", "/tickets/R-1/x",
    "/service-worker.js", "/offline", "/offline/kit", "/offline/request", "/offline/token",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_rules_for_the_browser(visit: Visit, address: str) -> None:
    headers = visit().ask("GET", address).headers
    assert {name: headers.get(name) for name in RULES} == RULES
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "Set-Cookie" not in headers or "SameSite=Lax" in headers["Set-Cookie"]


@pytest.mark.parametrize("address", ["/static/nothing.css", "/nowhere"])
def test_a_missing_page_carries_them_too(visit: Visit, address: str) -> None:
    assert visit().ask("GET", address).headers["X-Content-Type-Options"] == "nosniff"


def test_every_answer_has_a_nonce_of_its_own(visit: Visit) -> None:
    browser = visit()
    pages = [browser.ask("GET", "/") for _ in range(3)]
    nonces = {re.search(r"nonce-([\w-]+)", page.headers["Content-Security-Policy"])[1] for page in pages}
    assert len(nonces) == 3
    for page in pages:
        assert len(set(re.findall(r'nonce="([\w-]+)"', page.text)) & nonces) == 1


def test_what_a_person_sees_is_kept_by_no_cache(visit: Visit, cast: Cast, make: Factory) -> None:
    assert visit(cast.clerk).ask("GET", "/").headers["Cache-Control"] == "no-store"
    assert "private" in visit().ask("GET", "/").headers["Cache-Control"]


def test_no_page_of_a_run_is_kept_by_a_browser(visit: Visit, cast: Cast, make: Factory) -> None:
    run, clerk, agent = make.run(), visit(), visit(cast.agent)
    for page in (f"/runs/{run}/line", f"/runs/{run}/check", f"/runs/{run}/other-device", f"/runs/{run}"):
        assert clerk.ask("GET", page).headers["Cache-Control"] == "no-store", page
    assert agent.ask("GET", f"/desk/runs/{run}").headers["Cache-Control"] == "no-store"


def test_an_answer_in_a_run_has_the_pages_behind_it_asked_for_anew(visit: Visit) -> None:
    """Chromium keeps also what is no-store for Back, until an HttpOnly cookie of the page changes."""
    clerk = visit()
    page = begin_labels(clerk)
    token = page.root.all("meta", name="csrf-token")[0]["content"]
    set_cookies = [
        clerk.ask("POST", page.address, data={"csrf": token, "answer": "no_line"}).headers["Set-Cookie"]
        for _ in range(2)
    ]
    assert all(each.startswith("walked=") and "HttpOnly; Path=/runs/" in each for each in set_cookies)
    assert set_cookies[0] != set_cookies[1]
    assert "walked=" not in str(clerk.ask("GET", page.address).headers)


def test_a_page_that_visitors_share_holds_no_other_visitors_token(visit: Visit, cast: Cast) -> None:
    one, other, person = visit(), visit(), visit(cast.agent)
    tokens = set()
    for browser in (one, other, person, one):
        page = browser.ask("GET", "/articles/labels-come-out-blank").text
        found = set(re.findall(r'name="csrf(?:-token)?" (?:content|value)="([0-9a-f]+)"', page))
        assert len(found) == 1
        tokens |= found
    assert len(tokens) == 3
    assert "Edit this guide" in person.ask("GET", "/articles/labels-come-out-blank").text
    assert "Edit this guide" not in one.ask("GET", "/articles/labels-come-out-blank").text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:8000", 200),
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("", 400),
    ],
)
def test_only_our_own_names_are_answered(visit: Visit, host: str, status: int) -> None:
    assert visit().ask("GET", "/healthz", headers={"Host": host}).status_code == status


def test_links_in_mails_and_pages_never_take_the_host_of_the_request(visit: Visit, make: Factory) -> None:
    page = visit().ask("GET", make.link(make.ticket()) + "/sent", headers={"Host": "127.0.0.1:9999"})
    assert "127.0.0.1:9999" not in page.text


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost", 303),
        ("http://127.0.0.1:8000", 303),
        ("null", 400),
        ("https://localhost", 400),
        ("http://localhost.evil.example", 400),
        ("http://evil.example", 400),
    ],
)
def test_a_post_must_come_from_our_own_pages(visit: Visit, origin: str, status: int) -> None:
    browser = visit()
    page = browser.open("/diagnose/label-printer-wont-print")
    answer = browser.ask("POST", page.address, data={"csrf": page.value("csrf")}, headers={"Origin": origin})
    assert answer.status_code == status


def test_a_post_from_nowhere_is_left_to_the_token(visit: Visit) -> None:
    browser = visit()
    page = browser.open("/diagnose/label-printer-wont-print")
    assert browser.ask("POST", page.address, data={"csrf": page.value("csrf")}).status_code == 303
    assert browser.ask("POST", page.address, data={}).status_code == 400
    assert browser.ask("POST", page.address, data={"csrf": "ä"}).status_code == 400


def test_cookies_are_guarded_over_https(config: Config) -> None:
    secure = read_config(
        {"SIGNPOST_DATA": str(config.folder), "SIGNPOST_BASE_URL": "https://help.example.gov"}
    )
    app = create_app(secure)
    answer = app.test_client().get("/", base_url="https://help.example.gov")
    assert answer.headers["Set-Cookie"].startswith("__Host-visitor=")
    assert "; Secure" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    app.extensions["signpost"].database.engine.dispose()


def test_an_error_is_a_sentence_with_a_number_and_nothing_else(app: Flask, visit: Visit) -> None:
    def broken() -> str:
        raise RuntimeError("secret inside")

    app._got_first_request = False
    broken.admits = ("anyone",)  # type: ignore[attr-defined]
    app.add_url_rule("/broken", "broken", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = visit().open("/broken", 500)
    assert page.heading == "Something broke on our side"
    assert re.search(r"E-[A-Z0-9]{4}", page.main)
    assert "secret inside" not in page.answer.text


def test_a_program_gets_the_same_error_as_json(app: Flask, visit: Visit) -> None:
    def gone() -> str:
        raise Missing

    app._got_first_request = False
    gone.admits = ("anyone",)  # type: ignore[attr-defined]
    app.add_url_rule("/api/v1/gone", "gone", gone)
    answer = visit().ask("GET", "/api/v1/gone")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json["status"] == 404


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}",
        "javascript:alert(1)",
        "</title><b>",
    ],
)
def test_what_a_person_types_is_shown_as_text(visit: Visit, cast: Cast, make: Factory, typed: str) -> None:
    browser = visit()
    for address in (f"/search?q={typed}", f"/tickets/new?words={typed}&about={typed}&service={typed}"):
        browser.open(address)
    ticket = make.ticket(typed, description=typed, name=typed, office_words=typed)
    for page in (
        browser.open(make.link(ticket)),
        visit(cast.agent).open(f"/desk/tickets/{ticket.reference}"),
    ):
        assert page.heading == " ".join(typed.split())
        assert not page.root.all("img", src="x")


def test_a_request_that_is_too_large_is_refused_in_a_sentence(visit: Visit) -> None:
    browser = visit()
    token = browser.open("/tickets/new").value("csrf")
    fields = {"csrf": token, "words": "x" * 2_000_000}
    start = "--b\r\nContent-Disposition: form-data; name="
    parts = [f'{start}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    body = "".join([*parts, "--b--\r\n"]).encode()
    answer = browser.ask("POST", "/tickets/new", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
    assert "That is too large for us" in answer.text


@pytest.mark.parametrize("number", ["9" * 10, "9" * 25, "9" * 5000])
def test_a_number_that_no_database_counts_to_is_a_missing_page(visit: Visit, cast: Cast, number: str) -> None:
    for person, address in (
        (cast.author, "/author/words/"),
        (cast.admin, "/admin/people/"),
        (None, "/status/"),
    ):
        visit(person).open(f"{address}{number}", 404)
