"""Flask-Login, wired to our own session rows: it learns from each request who asks, and remembers nothing itself."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin
from werkzeug.wrappers import Response

from auth.roles import VISITOR, Reader

# Flask-Login looks for its remember cookie before it asks the request loader, and a stray cookie of that name
# would make everybody a visitor. No browser sends a cookie with a space in its name.
NO_COOKIE = "not used"


class SignedIn(UserMixin):
    """The person that ``current_user`` stands for."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def get_id(self) -> str:
        return str(self.reader.user_id)


class Visitor(AnonymousUserMixin):
    """What ``current_user`` is when nobody is signed in."""

    reader = VISITOR


def attach(app: Flask, reader: Callable[[], Reader]) -> LoginManager:
    """Make ``current_user`` the person of this request, as the given function finds them."""
    manager = LoginManager()  # type: ignore[no-untyped-call]
    manager.anonymous_user = Visitor
    app.config.update(REMEMBER_COOKIE_NAME=NO_COOKIE, SESSION_PROTECTION=None)

    def load(_request: Request) -> SignedIn | None:
        found = reader()
        return SignedIn(found) if found.signed_in else None

    manager.request_loader(load)  # type: ignore[no-untyped-call]
    manager.init_app(app, add_context_processor=False)  # type: ignore[no-untyped-call]
    return manager


def give_cookie(response: Response, name: str, raw_id: str, *, secure: bool) -> None:
    """Hand the session id to the browser, until it is closed. Scripts cannot read it; other sites cannot post it."""
    response.set_cookie(name, raw_id, secure=secure, httponly=True, samesite="Lax", path="/")


def take_cookie(response: Response, name: str, *, secure: bool) -> None:
    """Take the session id from the browser."""
    response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax", path="/")
