"""The folder of a Whoosh index: its generations, seals and emptying, and the one name for all that can break."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from search.index import IndexBusy, IndexDamaged

LOCK = "MAIN_WRITELOCK"
# Check sums of the segments, which never change once they are written.
SEALS = "seals.json"


def key_of(slug: str) -> str:
    """Give a key of one length for any slug at all, whatever letters it is made of."""
    return hashlib.sha256(slug.encode("utf-8", "surrogatepass")).hexdigest()


def text_of(column: bytes) -> str:
    return bytes(column).decode("utf-8", "surrogatepass")


def generation(path: Path) -> int:
    digits = path.stem.rpartition("_")[2]
    return int(digits) if digits.isdigit() else -1


def empty_folder(folder: Path) -> None:
    """Delete all but the lock, which somebody may be waiting for."""
    for path in folder.iterdir():
        if path.name != LOCK:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def seal(folder: Path) -> None:
    """Keep the check sums of new segments, to know damage that no reader would notice; a quarter of a second a
    gigabyte. Without a disk to write them to, the segments are as good, so no error is raised."""
    known = _seals(folder)
    with suppress(OSError):
        seals = {path.name: known.get(path.name) or _check_sum(path) for path in sorted(folder.glob("*.seg"))}
        if seals != known:
            new = folder / f"{SEALS}.{os.getpid()}.{threading.get_ident()}"
            new.write_text(json.dumps(seals), "utf-8")
            new.replace(folder / SEALS)


def seals_broken(folder: Path) -> list[str]:
    """Give the names of segments that are not what was written; one that is gone by now is not among them."""
    broken = []
    for name, check_sum in _seals(folder).items():
        with suppress(FileNotFoundError):
            if _check_sum(folder / name) != check_sum:
                broken.append(name)
    return broken


def _seals(folder: Path) -> dict[str, int]:
    try:
        kept = json.loads((folder / SEALS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _check_sum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found = zlib.crc32(part, found)
    return found


@contextmanager
def damage_named() -> Iterator[None]:
    """Give every error in Whoosh's files the one name that callers know; there are dozens of kinds."""
    try:
        yield
    except (IndexBusy, IndexDamaged):
        raise
    except Exception as error:
        raise IndexDamaged(f"the index cannot be read: {type(error).__name__}") from error
