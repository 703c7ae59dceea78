"""Crashes: the real server is killed in the middle of submissions, and nothing acknowledged is lost or doubled.

At least 300 requests with an attachment are acknowledged in all. Here that is 3 kills, about 100 requests apart; with
``CI=true`` it is 30 kills, 25 apart (750 requests), because ten between two kills would mostly meet an idle server.
Four browsers send without a pause, so each kill (-9: parent, web processes and worker, all at once) falls into up to
four open submissions. All rounds share one data folder: damage of an early round would be seen in every later one.
The counts of the long proof, 500 kills and 100,000 writes, belong to ``make soak`` (``SIGNPOST_SOAK=1``).
"""

from __future__ import annotations

import http.client
import os
import random
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import Server
from sqlalchemy import func, select, text

from auth.roles import Reader, Role
from portal.config import Config
from portal.database import Database
from portal.desk.finding import tickets_with
from portal.mail.outbox import OutgoingMail
from portal.tickets.store import Store
from portal.tickets.ticket import Attachment, Entry, Ticket

pytestmark = pytest.mark.slow
SOAK, CI = os.environ.get("SIGNPOST_SOAK") == "1", os.environ.get("CI") == "true"
ROUNDS, APART = (500, 200) if SOAK else (30, 25) if CI else (10, 30)
BROWSERS = 4
LEAD = Reader(user_id=0, roles=frozenset({Role.LEAD}))
BOUNDARY = "----a-boundary-of-the-tests"


class Browser:
    """One browser that files requests. The number of a request is in its words, its file and its key."""

    def __init__(self, server: Server) -> None:
        self._server = server
        connection = server.connection()
        connection.request("GET", "/tickets/new")
        answer = connection.getresponse()
        page = answer.read().decode()
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        assert found
        self._token = found[1]
        self._cookie = (answer.headers["Set-Cookie"] or "").split(";")[0]
        connection.close()

    def send(self, number: int) -> str:
        """The address of the page "We have your request". Raises when the server did not say so."""
        connection = self._server.connection()
        try:
            headers = {"Cookie": self._cookie, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
            connection.request("POST", "/tickets/new", body(number, self._token), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 303:
                raise http.client.HTTPException(f"{answer.status}")
            return answer.headers["Location"]
        finally:
            connection.close()


def body(number: int, token: str) -> bytes:
    fields = {
        "csrf": token, "words": f"Crash request {mark(number)} with a file", "waiting": "no", "reach": "me",
        "urgency": "today", "office": "yellowstone", "name": "Casey", "phone": "406-555-0117",
        "email": f"casey{number}@county.example.gov", "key": f"crash-{number}", "stage": "",
    }  # fmt: skip
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
        for n, v in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{mark(number)}.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\n{file_of(number).decode()}\r\n--{BOUNDARY}--\r\n"
    )
    return "".join(parts).encode()


def mark(number: int) -> str:
    """A word that only this request holds."""
    return f"mark{number:06}x"


def file_of(number: int) -> bytes:
    return (f"What {mark(number)} showed. " * 20).encode()


class Storm:
    """All browsers at once, until the server dies: what was acknowledged, and what nobody knows."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.acknowledged: dict[int, str] = {}
        self.unsettled: set[int] = set()
        self._next = 0
        self._lock = threading.Lock()
        self._over = threading.Event()

    def blow(self, browsers: list[Browser], *, until: int) -> None:
        """Send until this many more are acknowledged, wait a moment that nobody plans, and kill."""
        self._over.clear()
        goal = len(self.acknowledged) + until
        threads = [threading.Thread(target=self._send, args=(browser,)) for browser in browsers]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 120
        while len(self.acknowledged) < goal and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.05))
        self._over.set()
        assert self.server.kill() >= 3
        for thread in threads:
            thread.join()
        assert len(self.acknowledged) >= goal

    def settle(self, browser: Browser) -> None:
        """Send what nobody knows once more, with the same keys."""
        for number in sorted(self.unsettled):
            self.acknowledged[number] = browser.send(number)
        self.unsettled.clear()

    def _send(self, browser: Browser) -> None:
        while not self._over.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            try:
                address = browser.send(number)
            except (OSError, http.client.HTTPException):
                self.unsettled.add(number)
            else:
                self.acknowledged[number] = address


@pytest.fixture
def server(config: Config, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, {"SIGNPOST_DATA": str(config.folder)})
    server.start()
    yield server
    server.stop()


def test_what_was_acknowledged_is_there_once_after_every_kill(
    server: Server, database: Database, config: Config
) -> None:
    storm = Storm(server)
    browsers = [Browser(server) for _ in range(BROWSERS)]
    seen = 0
    for _ in range(ROUNDS):
        storm.blow(browsers, until=APART)
        check_file(database)
        numbers = [*storm.acknowledged][seen:]
        check_acknowledged(database, config, numbers)
        check_unsettled(database, storm.unsettled)
        server.start()
        storm.settle(browsers[0])
        check_acknowledged(database, config, [*storm.acknowledged][seen + len(numbers) :])
        seen = len(storm.acknowledged)
    assert seen >= 300
    check_whole(database, storm)
    for number in random.sample(sorted(storm.acknowledged), 10):
        page = server.get(storm.acknowledged[number].removesuffix("/sent"))
        assert mark(number).encode() in page


def check_file(database: Database) -> None:
    """The file of the database itself is whole."""
    with database.reading() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def check_acknowledged(database: Database, config: Config, numbers: list[int]) -> None:
    """Each is found by the desk's own search, once, with its history, its mail and a file that can be read."""
    store = Store(config.attachments_folder)
    with database.reading() as session:
        for number in numbers:
            found = tickets_with(session, mark(number), LEAD)
            assert len(found) == 1, f"{mark(number)}: {len(found)}"
            ticket = found[0]
            entries = session.scalars(select(Entry).where(Entry.ticket_id == ticket.id)).all()
            assert [entry.kind for entry in entries] == ["message"]
            file = session.scalars(select(Attachment).where(Attachment.ticket_id == ticket.id)).one()
            assert store.read(file.storage_name, file.sha256) == file_of(number)
            mails = select(func.count()).where(OutgoingMail.to == f"casey{number}@county.example.gov")
            assert session.scalar(mails) == 1


def check_unsettled(database: Database, numbers: set[int]) -> None:
    """What was not acknowledged is there once or not at all."""
    with database.reading() as session:
        for number in numbers:
            assert len(tickets_with(session, mark(number), LEAD)) <= 1


def check_whole(database: Database, storm: Storm) -> None:
    """In the end there are as many requests as were acknowledged, numbered without a gap."""
    with database.reading() as session:
        numbers = session.scalars(select(Ticket.number).order_by(Ticket.number)).all()
    assert len(numbers) == len(storm.acknowledged)
    assert list(numbers) == list(range(2001, 2001 + len(numbers)))
