"""The file of a backup: a tar archive whose last member says what must be in it, so that a cut one is noticed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.sqlite"
KEY = "secret_key"
SQLITE, TABLES = "sqlite", "tables"
# Only these names are ever written to disk; a path that leads elsewhere is not one of them.
KNOWN_NAMES = re.compile(
    r"database\.sqlite|secret_key|manifest\.json|tables/[0-9]{3}-[a-z0-9_]{1,63}\.jsonl"
    r"|attachments/[0-9a-f]{2}/[0-9a-f]{40}"
)
LARGEST_MANIFEST = 256 * 1024 * 1024
PIECE = 1024 * 1024


class BackupProblem(Exception):
    """A backup or a restore cannot go on. The text is a sentence that names the file and says what to do."""


class DamagedBackup(BackupProblem):
    """The file is no backup, or not a whole one."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: rows by table, and size and SHA-256 of each member by name.

    ``kind`` is ``sqlite`` (one database file) or ``tables`` (one file of JSON lines for each table).
    """

    made_at: str
    version: str
    kind: str
    revision: str
    tables: dict[str, int]
    key_fingerprint: str
    problems: list[str] = field(default_factory=list)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)


class Archive:
    """A backup that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.files: dict[str, tuple[int, str]] = {}

    def add(self, name: str, path: Path) -> str:
        """Add a file and return its SHA-256. Raises OSError when it is not there or changes meanwhile."""
        with path.open("rb") as source:
            return self._add(name, source, os.fstat(source.fileno()).st_size)

    def add_text(self, name: str, text: str) -> None:
        body = text.encode()
        self._add(name, io.BytesIO(body), len(body))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, the last member."""
        manifest.files.update(self.files)
        self.add_text(MANIFEST, json.dumps({"format": FORMAT} | asdict(manifest), indent=1))

    def _add(self, name: str, source: IO[bytes], size: int) -> str:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        hashing = _Hashing(source)
        self._tar.addfile(member, hashing)
        self.files[name] = (size, hashing.digest)
        return hashing.digest


@contextmanager
def new_archive(file: Path) -> Iterator[Archive]:
    """Write a backup beside its place, sync it and rename it: the file is whole, or it is not there.

    Only its owner may read it. A name that ends in .gz or .tgz is compressed. Raises BackupProblem.
    """
    unfinished = file.with_name(f".{file.name}.part")
    mode = "w:gz" if file.suffix in (".gz", ".tgz") else "w"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode=mode) as tar:  # type: ignore[call-overload]
                yield Archive(tar)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
        sync_folder(file.parent)
    except OSError as problem:
        raise BackupProblem(f"The backup {file} cannot be written: {problem}") from problem
    finally:
        unfinished.unlink(missing_ok=True)


def unpack(file: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder and check every byte of it. Raises DamagedBackup, or BackupProblem."""
    found: dict[str, tuple[int, str]] = {}
    try:
        with file.open("rb") as source:
            mode = "r:gz" if source.read(2) == b"\x1f\x8b" else "r:"
        with tarfile.open(file, mode) as tar:  # type: ignore[call-overload]
            for member in tar:
                _check(member, found, file, folder)
                found[member.name] = _write_member(tar, member, folder, file)
    except (tarfile.TarError, EOFError, zlib.error) as problem:
        raise DamagedBackup(f"{file} is damaged or cut off: {problem}. Use another backup.") from problem
    except OSError as problem:
        raise BackupProblem(f"{file} cannot be read: {problem}") from problem
    return _compared(file, folder, found)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Hashing:
    """A file that hashes what is read from it; short when the file shrank, and that is an error."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._hash = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _check(member: tarfile.TarInfo, found: dict[str, tuple[int, str]], file: Path, folder: Path) -> None:
    """Before anything of it is written. Raises DamagedBackup, or BackupProblem when there is no room."""
    if not member.isreg() or KNOWN_NAMES.fullmatch(member.name) is None or member.name in found:
        raise DamagedBackup(
            f"{file} holds {member.name!r}, which no backup of ours does. Nothing was restored."
        )
    if member.size > shutil.disk_usage(folder).free:
        raise BackupProblem(f"There is no room to unpack {file}. Free {member.size // PIECE + 1} MB.")


def _write_member(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, file: Path) -> tuple[int, str]:
    source = tar.extractfile(member)
    if source is None:
        raise DamagedBackup(f"{file} is damaged at {member.name!r}. Use another backup.")
    place = folder / member.name
    place.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _compared(file: Path, folder: Path, found: dict[str, tuple[int, str]]) -> Manifest:
    """The manifest, when all that it names is there and nothing else."""
    if MANIFEST not in found or found[MANIFEST][0] > LARGEST_MANIFEST:
        raise DamagedBackup(f"{file} is no backup of Signpost, or it was cut off. Use another one.")
    manifest = _manifest(file, json_of(folder / MANIFEST))
    wanted = manifest.files
    del found[MANIFEST]
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise DamagedBackup(f"{file} is damaged at {name!r}. Use another backup.")
    return manifest


def json_of(path: Path) -> Any:
    """What a JSON file holds, or None when it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _manifest(file: Path, held: Any) -> Manifest:
    if not isinstance(held, dict) or held.pop("format", None) != FORMAT:
        raise DamagedBackup(
            f"{file} has a form that this release does not know. Use the release that made it."
        )
    try:
        held["files"] = {name: (int(size), str(digest)) for name, (size, digest) in held["files"].items()}
        manifest = Manifest(**held)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise DamagedBackup(f"{file} has a damaged list of contents. Use another backup.") from problem
    if manifest.kind not in (SQLITE, TABLES):
        raise DamagedBackup(f"{file} holds a kind of database that this release does not know.")
    return manifest
