"""The desk in tests: a small office world, people with roles, requests, and browsers that are signed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auth.base import Base
from auth.offices import Office
from auth.roles import Reader
from auth.sessions import Stage, begin
from auth.users import Group, GroupMember, User, UserRole
from portal.app import create_app
from portal.config import Config, read_config
from portal.database import Database, open_database
from portal.site.context import Site, build_site
from portal.site.settings import seed_settings
from portal.tickets.opening import Draft, open_ticket
from portal.tickets.store import Store
from portal.tickets.ticket import Ticket

# A Wednesday, 11:42 am in Denver; the desk is open from 8 am to 5 pm.
NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)
SETTINGS: dict[str, Any] = {
    "desk.name": "Election help desk",
    "desk.phone": "406-555-0142",
    "time_zone": "America/Denver",
    "hours.weekly": dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "08:00-17:00"),
    "promises": {
        "P1": {"minutes": 15},
        "P2": {"working_hours": 1},
        "P3": {"working_hours": 4},
        "P4": {"working_hours": 16},
    },
    "groups": [
        {"slug": "help-desk", "name": "Help desk"},
        {"slug": "systems-analyst", "name": "Systems analysts"},
    ],
}


class World:
    """The people and offices of the tests, and short ways to make requests."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session = session
        self._keys = count()
        self.site: Site = build_site(SETTINGS, (), NOW)
        self.store = Store(folder)
        self.yellowstone = self._office("yellowstone", "Yellowstone County", "county", "406-555-0117")
        self.cascade = self._office("cascade", "Cascade County", "county", "406-555-0126")
        self.court = self._office("ravalli-court", "Ravalli County Justice Court", "court", "406-555-0130")
        self.analysts = Group(slug="systems-analyst", name="Systems analysts")
        session.add_all((self.analysts, Group(slug="help-desk", name="Help desk")))
        session.flush()
        self.ada = self.person("Ada Agent", "agent")
        self.ben = self.person("Ben Agent", "agent")
        self.lea = self.person("Lea Lead", "lead")
        self.sam = self.person("Sam Specialist", "specialist", group=self.analysts)
        self.cora = self.person("Cora Clerk", "clerk", office=self.yellowstone)
        self.adam = self.person("Adam Admin", "admin")
        session.flush()

    def person(
        self, name: str, role: str, *, office: Office | None = None, group: Group | None = None
    ) -> User:
        user = User(
            name=name,
            email=f"{name.split()[0].lower()}@example.gov",
            created_at=NOW,
            office_id=office.id if office else None,
            roles=[UserRole(role=role)],
        )
        self.session.add(user)
        self.session.flush()
        if group is not None:
            self.session.add(GroupMember(user_id=user.id, group=group))
            self.session.flush()
            self.session.refresh(user)
        return user

    def ticket(
        self,
        subject: str = "Label printer will not print",
        *,
        by: User | None = None,
        at: datetime = NOW - timedelta(minutes=10),
        worker: User | None = None,
        **more: Any,
    ) -> Ticket:
        """A request of Yellowstone, P3 unless said; columns of the ticket may be named beside those of the draft."""
        own = {name: more.pop(name) for name in list(more) if name not in Draft.__dataclass_fields__}
        fields = {
            "description": "It says the cover is open.",
            "name": "Front counter clerk",
            "phone": "406-555-0117",
            "email": "",
            "office": self.yellowstone,
            "office_words": "",
            "impact": "low",
            "urgency": "today",
            "voter_waiting": False,
            "channel": "portal",
        } | more
        opened = open_ticket(
            self.session,
            Draft(subject=subject, **fields),
            by=by.as_reader() if by else Reader(),
            key=f"test:{next(self._keys)}",
            site=self.site,
            store=self.store,
            secret_key="s" * 40,
            base_url="http://localhost",
            now=at,
        )
        if worker is not None:
            opened.ticket.worker_id, opened.ticket.state = worker.id, "working"
        for name, value in own.items():
            setattr(opened.ticket, name, value)
        self.session.flush()
        return opened.ticket

    def _office(self, code: str, name: str, kind: str, phone: str) -> Office:
        office = Office(code=code, name=name, kind=kind, phone=phone, equipment="2 label printers")
        self.session.add(office)
        return office


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
def world(session: Session, tmp_path: Path) -> World:
    return World(session, tmp_path / "attachments")


@dataclass
class Browser:
    """A browser that is signed in, and sends forms with the token of the page before."""

    client: Any
    session: Session
    token: str = ""

    def get(self, address: str, status: int = 200) -> str:
        self._let_go()
        answer = self.client.get(address)
        assert answer.status_code == status, f"{address}: {answer.status_code}\n{answer.text[:2000]}"
        self._keep_token(answer.text)
        return answer.text

    def post(self, address: str, fields: dict[str, Any], status: int = 303) -> Any:
        self._let_go()
        if not self.token:
            self._keep_token(self.client.get("/desk/").text)
        answer = self.client.post(
            address, data={"csrf": self.token} | fields, content_type="multipart/form-data"
        )
        assert answer.status_code == status, f"{address}: {answer.status_code}\n{answer.text[:2000]}"
        self._keep_token(answer.text)
        return answer

    def _let_go(self) -> None:
        """End the test's own transaction, so that the server can write and the test then reads what it wrote."""
        self.session.commit()
        self.session.expire_all()

    def _keep_token(self, html: str) -> None:
        found = re.search(r'name="csrf-token" content="([0-9a-f]+)"', html)
        self.token = found[1] if found else self.token


@pytest.fixture
def config(tmp_path: Path, database: Database) -> Config:
    return read_config({"SIGNPOST_DATA": str(tmp_path), "SIGNPOST_BASE_URL": "http://localhost"})


@pytest.fixture
def app(config: Config) -> Iterator[Any]:
    made = create_app(config, clock=lambda: NOW)
    yield made
    made.extensions["signpost"].database.engine.dispose()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Take the place of pytest-flask's own: its shared context would make two browsers one person."""


@pytest.fixture
def sign_in(app: Any, world: World, session: Session) -> Callable[[User], Browser]:
    """Sign somebody in. Everything made so far in the world is written, and the test's own session ends."""
    seed_settings(session, SETTINGS)

    def enter(user: User) -> Browser:
        raw = begin(session, user, stage=Stage.OPEN, now=NOW)
        session.commit()
        client = app.test_client()
        client.set_cookie("signpost", raw)
        return Browser(client, session)

    return enter
