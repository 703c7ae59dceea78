"""Checks of the machine: settings, versions, disk, clock, key file, last backup and extra parts."""

from __future__ import annotations

import json
import platform
import shutil
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from portal.config import Config
from portal.database import choose_sqlite
from portal.formatting import plural
from portal.keeping.backup import LAST_BACKUP
from portal.keeping.checkup import Check, bad, good, warning
from portal.keeping.restoring import unfinished_restore

MB = 1024 * 1024
LEAST_FREE = 200 * MB
LITTLE_FREE = 1024 * MB
# A network disk keeps its own time; more apart than this, one of the two clocks is wrong.
CLOCKS_APART = timedelta(seconds=10)
BACKUP_OLD = timedelta(days=2)
BACKUP_TOO_OLD = timedelta(days=7)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def check_settings(config: Config) -> Check:
    """The address that people use."""
    if unfinished_restore(config.folder):
        return bad("settings", "A restore was cut off.", "Run signpost restore again, with --force.")
    host = urlsplit(config.base_url).hostname or ""
    if not config.secure and host not in LOOPBACK:
        return warning(
            "settings",
            f"People reach this at {config.base_url}: passwords travel in the clear.",
            "Put a server with https in front and set SIGNPOST_BASE_URL to its address.",
        )
    return good("settings", f"The data lies in {config.folder}. People come to {config.base_url}.")


def check_versions(config: Config) -> Check:
    """Signpost, Python and the SQLite library with its journal."""
    base = f"Signpost {version('signpost')}, Python {platform.python_version()}"
    if not config.on_sqlite:
        return good("versions", f"{base}, on PostgreSQL.")
    choice = choose_sqlite()
    words = f"{base}, SQLite {choice.version} with journal {choice.journal}: {choice.reason}."
    if choice.journal != "wal":
        return warning(
            "versions", words, "Install sqlcipher3 of this release: pages wait for writers without it."
        )
    return good("versions", words)


def check_disk(config: Config) -> Check:
    """Room in the data folder."""
    free = shutil.disk_usage(config.folder).free
    words = f"{free // MB:,} MB are free in {config.folder}."
    if free < LEAST_FREE:
        return bad("disk", words, "Free some room now: requests cannot be kept without it.")
    if free < LITTLE_FREE:
        return warning("disk", words, "Free some room, or move the data to a larger disk.")
    return good("disk", words)


def check_clock(config: Config, now: datetime) -> Check:
    """The clock of this machine against the clock of the disk."""
    try:
        with tempfile.NamedTemporaryFile(dir=config.folder, prefix=".clock-") as file:
            on_disk = datetime.fromtimestamp(Path(file.name).stat().st_mtime, UTC)
    except OSError as problem:
        return bad("clock", f"The data folder cannot be written: {problem.strerror}.", "Check its owner.")
    apart = abs(on_disk - datetime.now(UTC))
    if apart > CLOCKS_APART:
        return warning(
            "clock",
            f"The clocks of machine and disk are {round(apart.total_seconds())} seconds apart.",
            "Set both by the same time server.",
        )
    return good("clock", f"It is {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC. Machine and disk agree.")


def check_key(config: Config) -> Check:
    """Who may read the secret key."""
    path = config.folder / "secret_key"
    if not path.exists():
        return good("secret key", "The key comes from SIGNPOST_SECRET_KEY.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return bad("secret key", f"Other people on this machine can read {path}.", f"Run: chmod 600 {path}")
    return good("secret key", "Only its owner can read the key.")


def check_backup(config: Config, now: datetime, *, demo: bool) -> Check:
    """How old the last backup is."""
    made = last_backup_at(config.folder)
    advice = "Run signpost backup FILE every day, and keep the file on another machine."
    if made is None:
        if demo:
            return good("backup", "There is no backup. A demo needs none.")
        return warning("backup", "There is no backup yet.", advice)
    age = now - made
    words = f"The last backup is {plural(age.days, 'day')} old."
    if age > BACKUP_TOO_OLD:
        return bad("backup", words, advice)
    return warning("backup", words, advice) if age > BACKUP_OLD else good("backup", words)


def last_backup_at(folder: Path) -> datetime | None:
    """When the last backup was made, or None."""
    try:
        noted = json.loads((folder / LAST_BACKUP).read_text(encoding="utf-8"))
        made = datetime.fromisoformat(noted["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made if made.tzinfo else None


def check_meaning() -> Check:
    """Whether the extra part for search by meaning is here."""
    if find_spec("wordllama") is None:
        return good("search by meaning", "The extra part is not installed. Search by words works without it.")
    return good("search by meaning", "The extra part is installed.")
