"""A small state in tests: offices, services, people, notices, and browsers that are signed in or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from auth.base import Base
from auth.offices import Office
from auth.sessions import Stage, begin
from auth.users import User, UserRole
from kb.words import search_words
from portal.app import create_app
from portal.config import read_config
from portal.database import Database, open_database
from portal.mail.outbox import OutgoingMail
from portal.site.context import Site, build_site
from portal.site.settings import seed_settings, touch_site
from portal.status.notices import Notice, NoticeFollower
from portal.status.services import Service, seed_services

# A Wednesday, 10:42 am in Denver.
NOW = datetime(2026, 9, 16, 16, 42, tzinfo=UTC)
# Tables come with the modules that hold them; the search of a page reads the word list.
READ_BY_PAGES = (search_words, NoticeFollower, OutgoingMail)
SETTINGS: dict[str, Any] = {
    "desk.name": "Election help desk",
    "desk.office_name": "State Election Office",
    "desk.phone": "406-555-0142",
    "time_zone": "America/Denver",
}
SERVICES = [
    {"slug": "voter-system", "name": "Voter system"},
    {"slug": "label-printing", "name": "Label printing"},
    {"slug": "results", "name": "Election night results"},
]


class State:
    """Offices, services and people, and a short way to make a notice."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.cascade = Office(code="cascade", name="Cascade County", kind="county")
        self.yellowstone = Office(code="yellowstone", name="Yellowstone County", kind="county")
        self.court = Office(code="ravalli-court", name="Ravalli Court", kind="court")
        session.add_all((self.cascade, self.yellowstone, self.court))
        seed_settings(session, SETTINGS)
        seed_services(session, SERVICES)
        session.flush()
        self.voters, self.labels, self.results = (self._service(row["slug"]) for row in SERVICES)
        self.ada = self.person("ada", "agent")
        self.arthur = self.person("arthur", "author")
        self.cora = self.person("cora", "clerk", self.cascade)

    def person(self, name: str, role: str, office: Office | None = None) -> User:
        user = User(
            name=name.title(),
            email=f"{name}@county.example.gov",
            created_at=NOW,
            office_id=office.id if office else None,
            roles=[UserRole(role=role)],
        )
        self.session.add(user)
        self.session.flush()
        return user

    def notice(self, title: str = "Absentee labels print slowly", **columns: Any) -> Notice:
        """A slow service since 9:10 am, unless said."""
        fields: dict[str, Any] = {
            "kind": "slow",
            "do_now": "print each batch once only.",
            "you_may_see": "labels take up to 5 minutes.",
            "starts_at": NOW - timedelta(minutes=92),
            "created_at": NOW - timedelta(minutes=92),
        }
        notice = Notice(title=title, **fields | columns)
        self.session.add(notice)
        touch_site(self.session)
        return notice

    def _service(self, slug: str) -> Service:
        return self.session.query(Service).filter_by(slug=slug).one()


@dataclass
class Browser:
    """A browser that sends forms with the token of the page before."""

    client: FlaskClient
    token: str = ""

    def get(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, f"{address}: {answer.status_code}\n{answer.text[:2000]}"
        self._keep_token(answer.text)
        return re.sub(r"\s+", " ", answer.text)

    def post(self, address: str, status: int = 303, **fields: str) -> TestResponse:
        if not self.token:
            self.get("/status")
        answer = self.client.post(address, data={"csrf": self.token} | fields)
        assert answer.status_code == status, f"{address}: {answer.status_code}\n{answer.text[:2000]}"
        self._keep_token(answer.text)
        return answer

    def follow(self, answer: TestResponse) -> str:
        return self.get(answer.headers["Location"])

    def _keep_token(self, html: str) -> None:
        found = re.search(r'name="csrf-token" content="([0-9a-f]+)"', html)
        self.token = found[1] if found else self.token


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'signpost.db'}")
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as opened:
        yield opened


@pytest.fixture
def state(session: Session) -> State:
    return State(session)


@pytest.fixture
def site() -> Site:
    """The site as it is when no notice is kept; tests of cards name the notice themselves."""
    return build_site(SETTINGS, (), NOW)


@pytest.fixture
def mail_url() -> str:
    """No mail server, so no page promises mail. Tests that need one say so."""
    return ""


@pytest.fixture
def app(tmp_path: Path, database: Database, mail_url: str) -> Iterator[Flask]:
    environment = {"SIGNPOST_DATA": str(tmp_path), "SIGNPOST_BASE_URL": "http://localhost"}
    config = read_config(environment | ({"SIGNPOST_MAIL_URL": mail_url} if mail_url else {}))
    made = create_app(config, clock=lambda: NOW)
    yield made
    made.extensions["signpost"].database.engine.dispose()


@pytest.fixture
def visit(app: Flask, session: Session) -> Callable[[User | None], Browser]:
    """A browser of a person, or of a visitor. What the test has made so far is written first."""

    def enter(user: User | None = None) -> Browser:
        client = app.test_client()
        if user is not None:
            client.set_cookie("signpost", begin(session, user, stage=Stage.OPEN, now=NOW))
        session.commit()
        return Browser(client)

    return enter
