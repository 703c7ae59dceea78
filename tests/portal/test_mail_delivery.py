"""Mail out: through a real mail server on a socket, into a folder, and what happens when it is not taken."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from auth.base import Base
from portal.config import Config, WrongSetting, read_config
from portal.database import Database, open_database
from portal.mail.delivery import Sender, deliver_due, message_of, sender_of, waiting_and_quarantined
from portal.mail.mailers import FolderMailer, MemoryMailer, ServerUnreachable, SmtpMailer, mailer_for
from portal.mail.outbox import TRIES, OutgoingMail, post

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
SENDER = Sender("Election help desk", "helpdesk@example.gov", "help.example.gov")


class Conversation(socketserver.StreamRequestHandler):
    """The server's side of SMTP: enough of RFC 5321 to take a mail, or to say no as the test asks."""

    server: MailServer

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            word = line.decode().strip()
            verb = word.split(":")[0].split(" ")[0].upper()
            if verb == "DATA":
                self.take_message()
                continue
            self.server.heard.append(word)
            if verb == "RCPT" and self.server.refusal:
                self.say(self.server.refusal)
            elif verb == "RCPT" and self.server.hang_up:
                return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take_message(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.server.taken.append(b"".join(lines))
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server on a port of its own; what it takes is in ``taken``."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken: list[bytes] = []
        self.heard: list[str] = []
        self.refusal = ""
        self.hang_up = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.engine.dispose()


def posted(database: Database, *, to: str = "ann@county.gov", text: str = "We have it.\n") -> None:
    with database.writing() as session:
        post(session, to=to, subject="Your request R-2001", text=text, now=NOW, kind="ticket")
        session.commit()


def only_mail(database: Database) -> OutgoingMail:
    with database.reading() as session:
        return session.scalars(select(OutgoingMail)).one()


def settings(tmp_path: Path, url: str) -> Config:
    return read_config({"SIGNPOST_DATA": str(tmp_path), "SIGNPOST_MAIL_URL": url})


def test_a_mail_is_marked_only_after_the_server_has_taken_it(database: Database, server: MailServer) -> None:
    posted(database)
    assert deliver_due(database, SmtpMailer("127.0.0.1", server.port), NOW, sender=SENDER) == 1
    mail = only_mail(database)
    assert (mail.state, mail.sent_at) == ("sent", NOW)
    message = message_from_bytes(server.taken[0], policy=default)
    assert message["From"] == "Election help desk <helpdesk@example.gov>"
    assert message["To"] == "ann@county.gov"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{mail.message_id}@help.example.gov>"
    assert message.get_content().split() == ["We", "have", "it."]


def test_the_return_path_is_empty(database: Database, server: MailServer) -> None:
    posted(database)
    deliver_due(database, SmtpMailer("127.0.0.1", server.port), NOW, sender=SENDER)
    assert any(line.upper().startswith("MAIL FROM:<>") for line in server.heard)


def test_one_connection_takes_many_mails(database: Database, server: MailServer) -> None:
    for number in range(3):
        posted(database, to=f"clerk{number}@county.gov")
    assert deliver_due(database, SmtpMailer("127.0.0.1", server.port), NOW, sender=SENDER) == 3
    assert sum(line.lower().startswith("ehlo") for line in server.heard) == 1
    assert len(server.taken) == 3


def test_a_second_delivery_is_the_same_mail(database: Database) -> None:
    posted(database)
    mail = only_mail(database)
    assert message_of(mail, SENDER).as_bytes() == message_of(mail, SENDER).as_bytes()


def test_a_refusal_for_good_puts_the_mail_in_quarantine(database: Database, server: MailServer) -> None:
    posted(database)
    server.refusal = "550 no such person"
    assert deliver_due(database, SmtpMailer("127.0.0.1", server.port), NOW, sender=SENDER) == 0
    mail = only_mail(database)
    assert (mail.state, mail.problem) == ("quarantine", "550 no such person")


def test_a_refusal_for_now_is_tried_again_later_and_not_for_ever(
    database: Database, server: MailServer
) -> None:
    posted(database)
    server.refusal = "451 try later"
    mailer = SmtpMailer("127.0.0.1", server.port)
    deliver_due(database, mailer, NOW, sender=SENDER)
    mail = only_mail(database)
    assert (mail.state, mail.tries) == ("waiting", 1)
    assert NOW < mail.next_at < NOW + timedelta(minutes=1)
    for number in range(1, TRIES):
        deliver_due(database, mailer, NOW + timedelta(hours=number), sender=SENDER)
    assert only_mail(database).state == "quarantine"


def test_one_refused_mail_does_not_hold_up_the_next(database: Database, server: MailServer) -> None:
    posted(database)
    mailer = SmtpMailer("127.0.0.1", server.port)
    server.refusal = "451 try later"
    deliver_due(database, mailer, NOW, sender=SENDER)
    server.refusal = ""
    posted(database, to="ben@county.gov")
    assert deliver_due(database, mailer, NOW, sender=SENDER) == 1


def test_an_outage_uses_up_no_tries_and_loses_nothing(database: Database, server: MailServer) -> None:
    posted(database)
    gone = SmtpMailer("127.0.0.1", 1)
    for minute in range(60):
        with pytest.raises(ServerUnreachable):
            deliver_due(database, gone, NOW + timedelta(minutes=minute), sender=SENDER)
    assert (only_mail(database).state, only_mail(database).tries) == ("waiting", 0)
    later = NOW + timedelta(hours=1)
    assert deliver_due(database, SmtpMailer("127.0.0.1", server.port), later, sender=SENDER) == 1


def test_a_server_that_is_closing_counts_as_an_outage(database: Database, server: MailServer) -> None:
    posted(database)
    server.refusal = "421 closing down"
    with pytest.raises(ServerUnreachable):
        deliver_due(database, SmtpMailer("127.0.0.1", server.port), NOW, sender=SENDER)
    assert only_mail(database).tries == 0


def test_a_server_that_hangs_up_half_way_gets_the_mail_again(database: Database, server: MailServer) -> None:
    posted(database)
    mailer = SmtpMailer("127.0.0.1", server.port)
    server.hang_up = True
    assert deliver_due(database, mailer, NOW, sender=SENDER) == 0
    server.hang_up = False
    assert deliver_due(database, mailer, NOW + timedelta(minutes=1), sender=SENDER) == 1
    assert len(server.taken) == 1


def test_a_leased_mail_is_not_sent_by_a_second_worker(database: Database) -> None:
    posted(database)
    mailer = Nested(database)
    assert deliver_due(database, mailer, NOW, sender=SENDER) == 1
    assert len(mailer.sent) == 1


def test_a_crash_before_the_mark_sends_the_same_mail_again(database: Database) -> None:
    posted(database)
    with pytest.raises(KeyboardInterrupt):
        deliver_due(database, Crashing(), NOW, sender=SENDER)
    mailer = MemoryMailer()
    assert deliver_due(database, mailer, NOW + timedelta(minutes=3), sender=SENDER) == 1
    assert str(mailer.sent[0]["Message-ID"]).startswith(f"<{only_mail(database).message_id}@")


def test_the_folder_holds_one_file_a_mail_and_a_second_delivery_replaces_it(
    database: Database, tmp_path: Path
) -> None:
    posted(database, text="Grüße\n")
    mailer = FolderMailer(tmp_path / "mail")
    deliver_due(database, mailer, NOW, sender=SENDER)
    mail = only_mail(database)
    mailer.send(message_of(mail, SENDER), mail.to)
    files = list((tmp_path / "mail").iterdir())
    assert [file.name for file in files] == [f"{mail.message_id}.eml"]
    message = message_from_bytes(files[0].read_bytes(), policy=default)
    assert message.get_content() == "Grüße\n"


def test_a_folder_that_cannot_be_written_is_an_outage(database: Database, tmp_path: Path) -> None:
    posted(database)
    (tmp_path / "mail").write_text("a file, not a folder")
    with pytest.raises(ServerUnreachable):
        deliver_due(database, FolderMailer(tmp_path / "mail"), NOW, sender=SENDER)
    assert only_mail(database).state == "waiting"


def test_a_long_link_stays_in_one_piece(database: Database) -> None:
    link = "https://help.example.gov/reset/" + "a" * 120
    posted(database, text=f"Open this:\n{link}\n")
    assert link.encode() in message_of(only_mail(database), SENDER).as_bytes()


def test_a_subject_cannot_add_a_header(database: Database) -> None:
    posted(database)
    mail = only_mail(database)
    mail.subject = "R-2001\r\nBcc: everyone@county.gov"
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        message_of(mail, SENDER)


def test_a_mail_that_cannot_be_written_is_set_aside(database: Database) -> None:
    posted(database)
    with database.writing() as session:
        session.scalars(select(OutgoingMail)).one().subject = "a\r\nBcc: b@c.de"
        session.commit()
    assert deliver_due(database, MemoryMailer(), NOW, sender=SENDER) == 0
    with database.reading() as session:
        assert waiting_and_quarantined(session) == {"waiting": 0, "quarantine": 1}


def test_mail_comes_from_the_desk_or_else_from_our_own_host() -> None:
    settings = {"desk.name": "Election help desk", "desk.email": "helpdesk@example.gov"}
    assert sender_of(settings, "https://help.example.gov") == SENDER
    own = sender_of({"desk.email": "not an address"}, "https://help.example.gov")
    assert own == Sender("Help desk", "signpost@help.example.gov", "help.example.gov")


def test_the_mail_setting_names_the_door(tmp_path: Path) -> None:
    assert isinstance(mailer_for(settings(tmp_path, f"file:{tmp_path}/mail")), FolderMailer)
    plain = mailer_for(settings(tmp_path, "smtp://mail.example.gov"))
    assert isinstance(plain, SmtpMailer)
    assert (plain.host, plain.port, plain.tls) == ("mail.example.gov", 25, "none")
    start = mailer_for(settings(tmp_path, "smtp://desk:p%40ss@mail.example.gov?starttls=1"))
    assert isinstance(start, SmtpMailer)
    assert (start.port, start.tls) == (587, "starttls")
    safe = mailer_for(settings(tmp_path, "smtps://desk:pass@mail.example.gov"))
    assert isinstance(safe, SmtpMailer)
    assert (safe.port, safe.tls) == (465, "tls")


@pytest.mark.parametrize(
    "url",
    [
        "smtp://desk:pass@mail.example.gov",
        "smtp://",
        "smtp://mail.example.gov:port",
        "smtp://mail.example.gov?tls=yes",
        "file:",
    ],
)
def test_a_wrong_mail_setting_names_itself(tmp_path: Path, url: str) -> None:
    with pytest.raises(WrongSetting, match="SIGNPOST_MAIL_URL"):
        mailer_for(settings(tmp_path, url))


class Nested(MemoryMailer):
    """While it sends, a second worker looks for mail."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    def send(self, message: object, to: str) -> None:
        second = MemoryMailer()
        assert deliver_due(self._database, second, NOW, sender=SENDER) == 0
        self.sent.append(message)  # type: ignore[arg-type]


class Crashing(MemoryMailer):
    """The process ends while the server has taken the mail."""

    def send(self, message: object, to: str) -> None:
        raise KeyboardInterrupt
