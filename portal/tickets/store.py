"""The store of attachments: bytes are checked, cleaned, written, synced and named before the ticket says they exist."""

from __future__ import annotations

import fcntl
import io
import os
import re
import secrets
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageOps

MB = 1024 * 1024
LARGEST_FILE = 10 * MB
LARGEST_TOGETHER = 25 * MB
MOST_FILES = 8
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 8000
# A document that unpacks to more than this, or to this many times its size, is a bomb.
LARGEST_UNPACKED = 100 * MB
MOST_EXPANSION = 120
MOST_MEMBERS = 2_000

PICTURES = {"png": ("PNG", "image/png"), "jpg": ("JPEG", "image/jpeg"), "jpeg": ("JPEG", "image/jpeg")}
OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TEXTS = {"txt": "text/plain", "csv": "text/csv", "log": "text/plain"}
ALLOWED = "PNG, JPG, PDF, Word (docx), Excel (xlsx), TXT, CSV or LOG"


# What a run remembers of a picture is a note with this name in it, as SQL looks for it.
NAMES_A_FILE = '%"storage%'


class FileRefused(Exception):
    """A file cannot be taken. The text says why, and what to do."""


@dataclass(frozen=True)
class CleanFile:
    """A file that may be kept: its own clean name, the type its bytes show, and the bytes."""

    name: str
    media_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


# Files that are on disk already, each with the name it is stored under.
KeptFiles = Sequence[tuple[CleanFile, str]]


class Store:
    """A folder of files with random names, outside anything that is served."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, file: CleanFile) -> str:
        """Write the bytes so that they survive a power cut; returns the storage name."""
        name = secrets.token_hex(20)
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_suffix(".part")
        with unfinished.open("wb") as out:
            out.write(file.body)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(place)
        for folder in (place.parent, self._folder):
            _sync_folder(folder)
        return name

    def keep_all(self, files: Iterable[CleanFile]) -> KeptFiles:
        """Write several files; see ``keep``."""
        return [(file, self.keep(file)) for file in files]

    def read(self, name: str, digest: str) -> bytes:
        """The bytes, checked against their digest. Raises OSError when they are gone or damaged."""
        body = self._place(name).read_bytes()
        if sha256(body).hexdigest() != digest:
            raise OSError(f"attachment {name} is damaged")
        return body

    def names(self) -> Iterator[str]:
        """The names of all files kept."""
        return (place.name for place in self._folder.glob("??/*") if place.suffix == "")

    def claim(self, name: str) -> None:
        """Begin the time of an older file anew, because a row is about to name it. Raises OSError when it is gone."""
        with self._place(name).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink == 0:
                raise FileNotFoundError(f"attachment {name} was deleted")
            os.utime(file.fileno())

    def old_files(self, before: datetime) -> list[str]:
        """The files, whole or unfinished, that were last written or claimed before a moment. Looks at every file."""
        old = []
        for place in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):  # it was being written, and has its own name now
                if _is_older(place.stat(), before):
                    old.append(place.name)
        return old

    def discard(self, name: str, *, before: datetime) -> bool:
        """Delete one of ``old_files``, unless somebody claimed it meanwhile. Who claims it now is told it is gone."""
        place = self._folder / name[:2] / name
        with place.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            is_old = _is_older(os.fstat(file.fileno()), before)
            if is_old:
                place.unlink(missing_ok=True)
            return is_old

    def _place(self, name: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{40}", name):
            raise OSError("not a storage name")
        return self._folder / name[:2] / name


def files_named_in(note: str) -> list[str]:
    """The storage names in what a run remembers of a picture, also where that lies within another note."""
    return re.findall(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])", note)


def clean_file(name: str, body: bytes) -> CleanFile:
    """Check a file by its name and its bytes, which must agree. Raises FileRefused."""
    clean = clean_name(name)
    ending = clean.rsplit(".", 1)[-1].lower() if "." in clean else ""
    if not body:
        raise FileRefused(f"“{clean}” is empty. Choose it again.")
    if len(body) > LARGEST_FILE:
        what = "picture" if ending in PICTURES else "file"
        raise FileRefused(
            f"This {what} is larger than 10 MB: “{clean}”. Choose a smaller one. The rest of your request is kept."
        )
    if ending in PICTURES:
        return _clean_picture(clean, ending, body)
    if ending == "pdf" and body[:1024].lstrip().startswith(b"%PDF-"):
        return CleanFile(clean, "application/pdf", body)
    if ending in OFFICE and body.startswith(b"PK\x03\x04"):
        _check_archive(clean, ending, body)
        return CleanFile(clean, OFFICE[ending], body)
    if ending in TEXTS and _is_text(body):
        return CleanFile(clean, TEXTS[ending], body)
    raise FileRefused(f"We cannot take “{clean}”. Choose {ALLOWED}.")


def clean_name(name: str) -> str:
    """A file name that is only a name: no folders, no unseen characters, no leading dots, at most 100 letters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    plain = re.sub(r"[<>:\"|?*;%&$`']", "", plain).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:90]}{dot}{ending[:8]}" if dot else plain[:100]


def _clean_picture(name: str, ending: str, body: bytes) -> CleanFile:
    """Decode and encode again, so that nothing but the picture is left; where it was taken is dropped."""
    format_name, media_type = PICTURES[ending]
    refused = FileRefused(f"“{name}” is not a picture we can read. Save it as PNG or JPG and try again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(body), formats=["PNG", "JPEG"]) as picture:
                _check_pixels(name, picture.size)
                if picture.format != format_name:
                    raise refused
                turned = ImageOps.exif_transpose(picture)
                plain = turned.convert("RGB" if format_name == "JPEG" else "RGBA")
    except FileRefused:
        raise
    except Exception as problem:  # Pillow raises many kinds for damaged pictures
        raise refused from problem
    plain.info.clear()  # Pillow would write comments and camera data back from here
    out = io.BytesIO()
    plain.save(out, format=format_name, **({"quality": 88} if format_name == "JPEG" else {"optimize": False}))
    return CleanFile(name, media_type, out.getvalue())


def _check_pixels(name: str, size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS or max(size) > LONGEST_SIDE:
        raise FileRefused(f"“{name}” has too many pixels. Choose a smaller picture.")


def _check_archive(name: str, ending: str, body: bytes) -> None:
    """Office files are archives: read only the list of members, and refuse bombs and macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as problem:
        raise FileRefused(f"“{name}” is damaged. Save it again and try once more.") from problem
    unpacked = sum(member.file_size for member in members)
    names = {member.filename for member in members}
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[ending]
    too_much = (
        unpacked > LARGEST_UNPACKED or unpacked > MOST_EXPANSION * len(body) or len(members) > MOST_MEMBERS
    )
    if too_much or main not in names or any("vbaproject" in member.lower() for member in names):
        raise FileRefused(f"We cannot take “{name}”. Save it as PDF and send that.")


def _is_text(body: bytes) -> bool:
    if b"\x00" in body:
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return not any(byte < 9 for byte in body[:4096])
    return True


def _is_older(status: os.stat_result, before: datetime) -> bool:
    return datetime.fromtimestamp(status.st_mtime, UTC) < before


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
