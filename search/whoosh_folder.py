"""The folder of a Whoosh index: its generations, its emptying, and the one name for all that can be broken in it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.index import IndexBusy, IndexDamaged

LOCK = "MAIN_WRITELOCK"


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


@contextmanager
def damage_named() -> Iterator[None]:
    """Give every error in Whoosh's files the one name that callers know; there are dozens of kinds."""
    try:
        yield
    except (IndexBusy, IndexDamaged):
        raise
    except Exception as error:
        raise IndexDamaged(f"the index cannot be read: {type(error).__name__}") from error
