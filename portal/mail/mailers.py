"""Mailers: the doors through which a mail leaves; a mail server, a folder of files, or memory."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from portal.config import Config, WrongSetting

# A server that does not answer within this time is treated as one that is not there.
TIMEOUT_SECONDS = 15.0
PORTS = {"smtps": 465, "starttls": 587, "smtp": 25}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class MailFailed(Exception):
    """This mail was not taken now; another try may work."""


class PermanentRefusal(MailFailed):
    """The server says that it will never take this mail."""


class ServerUnreachable(MailFailed):
    """No mail can leave now: the server, or the folder, is not there or does not know us."""


class Mailer(Protocol):
    """A door for mail. ``send`` returns only when the mail is safe on the other side."""

    def send(self, message: EmailMessage, to: str) -> None:
        """Hand over one mail. Raises PermanentRefusal, ServerUnreachable, or MailFailed for anything else."""
        ...

    def close(self) -> None:
        """Let go of a connection. Closing twice is closing once."""
        ...


class MemoryMailer:
    """Keeps mails in a list, newest last: for tests and trials."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    def send(self, message: EmailMessage, to: str) -> None:  # noqa: ARG002 - the door's shape
        self.sent.append(message)

    def close(self) -> None:
        """Nothing is open."""


class FolderMailer:
    """Writes each mail as one .eml file, named after its Message-ID: sending it again replaces the file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, to: str) -> None:  # noqa: ARG002 - the mail names its reader itself
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        try:
            self._write(
                self._folder / f"{name}.eml", message.as_bytes(policy=message.policy.clone(linesep="\n"))
            )
        except OSError as problem:
            raise ServerUnreachable(
                f"The mail folder {self._folder} cannot be written: {problem}"
            ) from problem

    def close(self) -> None:
        """Nothing is open."""

    def _write(self, place: Path, body: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_suffix(".part")
        with unfinished.open("wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(place)
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class SmtpMailer:
    """Speaks to a mail server; one connection serves all mails until it is closed or fails.

    The return path is empty, so that no bounce is ever answered by a machine of ours.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str = "",
        password: str = "",
        tls: str = "none",
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.host, self.port, self.tls = host, port, tls
        self._user, self._password, self._timeout = user, password, timeout_seconds
        self._open: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, to: str) -> None:
        server = self._connected()
        try:
            server.sendmail("", [to], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as refused:
            self._refuse(*refused.recipients[to])
        except smtplib.SMTPServerDisconnected as problem:
            self._drop()
            raise MailFailed(f"The mail server hung up: {problem}") from problem
        except smtplib.SMTPResponseException as refused:
            self._refuse(refused.smtp_code, refused.smtp_error)
        except (OSError, smtplib.SMTPException) as problem:
            self._drop()
            raise MailFailed(f"The mail server did not answer: {problem}") from problem

    def greet(self) -> None:
        """Connect, sign in and say goodbye: the doctor's question. Raises ServerUnreachable."""
        self._connected()
        self.close()

    def close(self) -> None:
        server, self._open = self._open, None
        if server is not None:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _connected(self) -> smtplib.SMTP:
        if self._open is None:
            try:
                self._open = self._connect()
            except (OSError, smtplib.SMTPException) as problem:
                self._drop()
                raise ServerUnreachable(
                    f"The mail server {self.host}:{self.port} cannot be used: {_words(problem)}"
                ) from problem
        return self._open

    def _connect(self) -> smtplib.SMTP:
        trust = ssl.create_default_context()
        if self.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self._timeout, context=trust
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self._timeout)
        self._open = server
        if self.tls == "starttls":
            server.starttls(context=trust)
        if self._user:
            server.login(self._user, self._password)
        return server

    def _refuse(self, code: int, words: bytes | str) -> None:
        """Turn the server's no into an error. 421 means that it is closing; 5xx that it will never take it."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        if code == 421:
            self._drop()
            raise ServerUnreachable(f"{code} {text}")
        self._reset()
        if 500 <= code < 600:
            raise PermanentRefusal(f"{code} {text}")
        raise MailFailed(f"{code} {text}")

    def _reset(self) -> None:
        try:
            if self._open is not None:
                self._open.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        server, self._open = self._open, None
        if server is not None:
            server.close()


def mailer_for(config: Config) -> FolderMailer | SmtpMailer:
    """The mailer that SIGNPOST_MAIL_URL names. Opens nothing yet. Raises WrongSetting."""
    if config.mail_url.startswith("file:"):
        folder = unquote(config.mail_url.removeprefix("file:")).removeprefix("//")
        if not folder:
            raise WrongSetting("SIGNPOST_MAIL_URL: name a folder after file:.")
        return FolderMailer(Path(folder).expanduser().absolute())
    return _smtp(config.mail_url)


def _smtp(url: str) -> SmtpMailer:
    parts = urlsplit(url)
    wanted = parse_qs(parts.query)
    tls = "tls" if parts.scheme == "smtps" else "starttls" if wanted.get("starttls") == ["1"] else "none"
    try:
        port = parts.port or PORTS[parts.scheme if tls != "starttls" else "starttls"]
    except ValueError as problem:
        raise WrongSetting("SIGNPOST_MAIL_URL: the port is not a number.") from problem
    host = parts.hostname or ""
    if not host or set(wanted) - {"starttls"} or parts.path not in ("", "/"):
        raise WrongSetting("SIGNPOST_MAIL_URL: write it like smtp://user:password@host:587?starttls=1.")
    if parts.username and tls == "none" and host not in LOOPBACK:
        raise WrongSetting(
            "SIGNPOST_MAIL_URL: the password would travel in the clear. Add ?starttls=1 or use smtps://."
        )
    return SmtpMailer(
        host, port, user=unquote(parts.username or ""), password=unquote(parts.password or ""), tls=tls
    )


def _words(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        text = problem.smtp_error
        return f"{problem.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return str(problem) or type(problem).__name__
