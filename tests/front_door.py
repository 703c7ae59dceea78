"""The whole application on an empty database, a clock that tests turn, and browsers that keep cookies and tokens."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from auth import audit, passwords, sessions
from auth.base import Base
from auth.passwords import Cost
from auth.roles import Role
from auth.sessions import Stage
from auth.users import User, UserRole
from portal.app import create_app
from portal.config import read_config
from portal.site.settings import SiteVersion

# Hashes of people in tests are cheap; what the pages hash themselves costs what is shipped.
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
PASSWORD = "purple stapler rides uphill"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


class FrontDoor:
    """The application with its database and its clock. ``demo`` and mail are chosen when it is built."""

    def __init__(self, folder: Path, *, demo: bool = False, mail: bool = True) -> None:
        self.moment = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)
        mail_url = "smtp://mail.example.gov" if mail else f"file:{folder / 'mail'}"
        config = read_config({"SIGNPOST_DATA": str(folder), "SIGNPOST_MAIL_URL": mail_url})
        self.application = create_app(config, clock=lambda: self.moment)
        self.database = self.application.extensions["signpost"].database
        Base.metadata.create_all(self.database.engine)
        with self.session() as session:
            session.add(SiteVersion(id=1, number=1, demo=demo))
            session.commit()
        with self.database.engine.begin() as connection:
            for statement in audit.SQLITE_APPEND_ONLY:
                connection.exec_driver_sql(statement)

    def session(self) -> Session:
        """A session beside the application's."""
        return self.database.writing()

    def later(self, **time: float) -> None:
        """Turn the clock on."""
        self.moment += timedelta(**time)

    def person(self, name: str, *roles: Role, password: str = PASSWORD, **more: Any) -> User:
        """Add a person who can sign in with the password of all people in tests."""
        with self.session() as session:
            user = User(email=f"{name}@county.example.gov", name=name.title(), created_at=self.moment, **more)
            user.password_hash = passwords.hash_of(password, cost=CHEAP) if password else ""
            user.roles = [UserRole(role=role.value) for role in roles]
            session.add(user)
            session.commit()
            return user

    def browser(self) -> Browser:
        """A browser that nobody has signed in with."""
        return Browser(self.application.test_client())

    def signed_in(self, user: User, stage: Stage = Stage.OPEN) -> Browser:
        """A browser in which this person is signed in, without the way through the pages."""
        browser = self.browser()
        with self.session() as session:
            raw_id = sessions.begin(session, session.get_one(User, user.id), stage=stage, now=self.moment)
            session.commit()
        browser.client.set_cookie("signpost", raw_id)
        return browser

    def row(self, kind: type[Any], key: object) -> Any:
        """One row as it is on disk now."""
        with self.session() as session:
            return session.get_one(kind, key)

    def rows(self, kind: type[Any]) -> list[Any]:
        """All rows of a table as they are on disk now."""
        with self.session() as session:
            return list(session.query(kind))


class Browser:
    """A browser without scripts: it opens pages and presses buttons."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str) -> TestResponse:
        """Open a page."""
        # Buffered, so that the answer is closed and what is written after it is written.
        return self.client.get(path, headers={"User-Agent": FIREFOX}, buffered=True)

    def press(self, path: str, **fields: Any) -> TestResponse:
        """Send a form, with the token of this browser, as a page of ours would."""
        token = re.search(r'<meta name="csrf-token" content="([0-9a-f]+)"', self.open("/forgot").text)
        assert token is not None
        headers = {"User-Agent": FIREFOX, "Origin": "http://localhost"}
        return self.client.post(path, data=fields | {"csrf": token[1]}, headers=headers, buffered=True)

    def cookie(self, name: str = "signpost") -> str:
        """What the browser keeps under this name."""
        kept = self.client.get_cookie(name)
        return kept.value if kept else ""


def words(page: TestResponse) -> str:
    """What a person reads on the page."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
