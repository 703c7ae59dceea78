"""The gate in front of every view: host, origin, token, rights; and the headers behind every answer."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter

from auth.guard import lets_in
from portal.errors import Refused, Unsafe
from portal.request import (
    SAFE_METHODS,
    close_session,
    csp_nonce,
    csrf_token,
    keep_visitor,
    reader,
    run_later,
    session_cookie,
    settings,
)

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
API = "/api/"
RUNS = "/runs/"
DESK_RUNS = "/desk/runs/"


class RowNumber(IntegerConverter):
    """The number of a row in an address. One with more digits than a database counts to is a missing page."""

    regex = r"\d{1,9}"


class SignInFirst(Exception):
    """A visitor asked for a page that needs a person; the answer is the sign-in page, then back here."""


def guard_everything(app: Flask) -> None:
    """Put the gate in front of, and the headers behind, every view of the application."""
    app.before_request(check_request)
    app.after_request(add_headers)
    app.after_request(keep_visitor)
    app.after_request(run_later)
    app.teardown_request(close_session)


def check_request() -> None:
    """Refuse a wrong host, a forged post and a reader without the right, in this order."""
    check_host()
    if request.endpoint is None or request.endpoint == "static":
        return
    if request.method not in SAFE_METHODS:
        check_origin()
        if not request.path.startswith(API):
            check_token()
    if request.path.startswith(API):
        return  # its views read the bearer token and never the cookie; see portal.api
    view = current_app.view_functions[request.endpoint]
    who = reader()
    if not lets_in(view, who):
        raise Refused if who.signed_in else SignInFirst


def check_host() -> None:
    """Answer only to our own names, so that no link we write can be bent to another host."""
    host = (urlsplit(f"//{request.host}").hostname or "").lower()
    if host not in settings().allowed_hosts:
        raise BadRequest("This host name is not one of ours.")


def check_origin() -> None:
    """A browser says where a post came from; another site's post is refused. No word at all is left to the token."""
    origin = request.headers.get("Origin")
    if origin is None:
        referrer = request.headers.get("Referer", "")
        origin = "://".join(urlsplit(referrer)[:2]) if referrer else None
    if origin is None:
        return
    if origin not in (settings().base_url, f"{request.scheme}://{request.host}"):
        raise Unsafe


def check_token() -> None:
    """The hidden field, or the header that our scripts send, must hold this browser's token."""
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(sent.encode(), csrf_token().encode()):
        raise Unsafe


def add_headers(response: Response) -> Response:
    """The rules that every answer carries."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if settings().secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store" if _is_private() else "no-cache, private")
        headers.setdefault("Vary", "Cookie")
    if request.method not in SAFE_METHODS and request.path.startswith((RUNS, DESK_RUNS)):
        _forget_pages_behind(response)
    return response


def content_policy() -> str:
    """Nothing inline, nothing from elsewhere, nothing framed."""
    return (
        f"default-src 'none'; script-src 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; "
        "worker-src 'self'"
    )


def _is_private() -> bool:
    """Whether no copy of this answer may stay in the browser: a person's page, a post's, or a page of a run.

    A run holds a clerk's answers without any sign-in, and the next person at a shared computer can press Back.
    """
    if request.cookies.get(session_cookie()) or request.method not in SAFE_METHODS:
        return True
    return request.path.startswith(RUNS)


def _forget_pages_behind(response: Response) -> None:
    """Have the browser ask anew for the pages of a run behind this one: their answers are old from now on.

    Chromium keeps also what is no-store for its Back button, unless an HttpOnly cookie of the page changes meanwhile.
    """
    response.set_cookie(
        "walked",
        secrets.token_hex(4),
        path=RUNS if request.path.startswith(RUNS) else DESK_RUNS,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
