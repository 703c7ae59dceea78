"""Settings of the process, read once from the environment; a wrong value stops the start and names itself."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from portal.vocabulary import MODES

# 32 letters of base64 carry 192 bits; anything shorter than this was typed by a person.
SHORTEST_SECRET = 32
# The kinds of search: an index in the data folder of each server, or one in the database that all servers share.
WHOOSH, POSTGRESQL = "whoosh", "postgresql"


class WrongSetting(Exception):
    """A setting cannot be used. The message names it and says what to do."""


@dataclass(frozen=True)
class Config:
    """Everything the process needs to know before it starts. One line each in the operating page of the handbook."""

    folder: Path
    database_url: str
    search: str
    secret_key: str
    base_url: str
    allowed_hosts: frozenset[str]
    trusted_proxies: tuple[str, ...]
    mail_url: str
    mode: str

    @property
    def secure(self) -> bool:
        """Whether people reach us by https; decides cookie names and flags."""
        return self.base_url.startswith("https://")

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def index_folder(self) -> Path:
        return self.folder / "index"

    @property
    def attachments_folder(self) -> Path:
        return self.folder / "attachments"

    @property
    def mail_works(self) -> bool:
        """Mail is promised on a page only when a mail server is set."""
        return self.mail_url.startswith(("smtp://", "smtps://"))


def read_config(environment: Mapping[str, str] | None = None) -> Config:
    """The settings of this process. Raises WrongSetting. Makes the data folder and, when absent, the secret key."""
    read = _Reading(os.environ if environment is None else environment)
    folder = _folder(read.text("SIGNPOST_DATA", "var"))
    database_url = read.text("SIGNPOST_DATABASE_URL", f"sqlite:///{folder / 'signpost.db'}")
    base_url = read.text("SIGNPOST_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    return Config(
        folder=folder,
        database_url=_database(database_url),
        search=_search(read.text("SIGNPOST_SEARCH", WHOOSH), database_url),
        secret_key=_secret(read.text("SIGNPOST_SECRET_KEY", ""), folder),
        base_url=_base(base_url),
        allowed_hosts=_hosts(read.text("SIGNPOST_ALLOWED_HOSTS", ""), base_url),
        trusted_proxies=_proxies(read.text("SIGNPOST_TRUSTED_PROXIES", "")),
        mail_url=_mail(read.text("SIGNPOST_MAIL_URL", f"file:{folder / 'mail'}")),
        mode=_one_of("SIGNPOST_MODE", read.text("SIGNPOST_MODE", ""), ("", *MODES)),
    )


class _Reading:
    """Reads NAME, or the file that NAME_FILE points to."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, otherwise: str) -> str:
        path = self._environment.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as problem:
                raise WrongSetting(f"{name}_FILE: cannot read {path} ({problem}).") from problem
        return self._environment.get(name, "").strip() or otherwise


def _folder(text: str) -> Path:
    """The data folder, made when it is not there."""
    try:
        folder = Path(text).expanduser().absolute()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as problem:
        raise WrongSetting(f"SIGNPOST_DATA: cannot use {text} as a folder ({problem}).") from problem
    return folder


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        words = ", ".join(word for word in allowed if word)
        raise WrongSetting(f"{name}: {value!r} is not known. Use one of: {words}.")
    return value


def _search(name: str, database_url: str) -> str:
    kind = _one_of("SIGNPOST_SEARCH", name, (WHOOSH, POSTGRESQL))
    if kind == POSTGRESQL and not database_url.startswith("postgresql"):
        raise WrongSetting(
            f"SIGNPOST_SEARCH: {kind} needs a PostgreSQL database. Set SIGNPOST_DATABASE_URL to one, or use {WHOOSH}."
        )
    return kind


def _database(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting("SIGNPOST_DATABASE_URL: start it with sqlite:/// or postgresql+psycopg://.")
    return url


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise WrongSetting("SIGNPOST_BASE_URL: write it like https://help.example.gov, without a path.")
    return url


def _hosts(text: str, base_url: str) -> frozenset[str]:
    """Host names that requests may carry: those listed, the base URL's, and the loopback for health checks."""
    named = {part.strip().lower() for part in text.split(",") if part.strip()}
    own = urlsplit(base_url).hostname or ""
    return frozenset(named | {own, "127.0.0.1", "localhost", "::1"})


def _proxies(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in parts:
        try:
            ip_network(part)
        except ValueError as problem:
            raise WrongSetting(
                f"SIGNPOST_TRUSTED_PROXIES: {part!r} is not an address or network."
            ) from problem
    return parts


def _mail(url: str) -> str:
    if not url.startswith(("smtp://", "smtps://", "file:")):
        raise WrongSetting("SIGNPOST_MAIL_URL: start it with smtp://, smtps:// or file:.")
    return url


def _secret(given: str, folder: Path) -> str:
    """The secret key: the one given, or one made once and kept in the data folder for its owner alone."""
    if given:
        if len(given) < SHORTEST_SECRET or len(set(given)) < 10:
            raise WrongSetting(
                f"SIGNPOST_SECRET_KEY: too weak. Use at least {SHORTEST_SECRET} random letters, "
                "or leave it out and one is made for you."
            )
        return given
    path = folder / "secret_key"
    try:
        with os.fdopen(
            os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    kept = path.read_text(encoding="ascii").strip()
    if len(kept) < SHORTEST_SECRET:
        raise WrongSetting(f"SIGNPOST_SECRET_KEY: {path} is damaged. Restore it from a backup.")
    return kept
