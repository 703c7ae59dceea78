"""Mail against a real mail server: with TLS from the start or later, with a password, and with a forged certificate."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from portal.mail.delivery import Sender, message_of
from portal.mail.mailers import ServerUnreachable, SmtpMailer
from portal.mail.outbox import OutgoingMail

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)
USER, PASSWORD = "signpost", "a long password for tests"


class Post:
    """What the server took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, _server: object, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return "250 taken"


def knows(
    _server: object, _session: Session, _envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=mechanism not in ("LOGIN", "PLAIN"))


# The server cannot know that TLS was there from the start.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def server(post: Post, authority: trustme.CA) -> Iterator[Callable[[str], Controller]]:
    """Starts a server that wants TLS and a password: "starttls" or "tls"."""
    started: list[Controller] = []

    def start(tls: str) -> Controller:
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(trust)
        options = {"ssl_context": trust} if tls == "tls" else {"tls_context": trust, "require_starttls": True}
        controller = Controller(
            post,
            hostname="127.0.0.1",
            port=free_port(),
            authenticator=knows,
            auth_required=True,
            auth_require_tls=tls == "starttls",
            **options,
        )
        controller.start()
        started.append(controller)
        return controller

    yield start
    for controller in started:
        controller.stop()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def mailer(controller: Controller, tls: str, password: str = PASSWORD) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", controller.port, user=USER, password=password, tls=tls)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def a_mail() -> OutgoingMail:
    return OutgoingMail(
        to="clerk@county.example.gov",
        subject="We have your request R-2048",
        text="Read it here:\nhttps://help.example.gov/tickets/R-2048/abc\n",
        kind="ticket_opened",
        message_id="0123456789abcdef",
        created_at=NOW,
        next_at=NOW,
    )


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_mail_goes_through_tls_and_a_password_to_a_real_server(
    server: Callable[[str], Controller], post: Post, tls: str
) -> None:
    sender = Sender("Election help desk", "helpdesk@example.gov", "help.example.gov")
    through = mailer(server(tls), tls)
    through.send(message_of(a_mail(), sender), "clerk@county.example.gov")
    through.close()
    (taken,) = post.taken
    assert (taken.mail_from, taken.rcpt_tos) == ("<>", ["clerk@county.example.gov"])
    body = bytes(taken.content or b"").decode()
    assert "Message-ID: <0123456789abcdef@help.example.gov>" in body
    assert "Auto-Submitted: auto-generated" in body
    assert "https://help.example.gov/tickets/R-2048/abc" in body


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_a_server_that_cannot_be_used(
    server: Callable[[str], Controller], post: Post
) -> None:
    with pytest.raises(ServerUnreachable):
        mailer(server("tls"), "tls", password="wrong").greet()
    assert post.taken == []


def test_a_server_with_a_certificate_that_nobody_trusts_gets_nothing(
    server: Callable[[str], Controller], post: Post
) -> None:
    with pytest.raises(ServerUnreachable, match=r"certificate|CERTIFICATE"):
        mailer(server("starttls"), "starttls").greet()
    assert post.taken == []
