"""The files of a Whoosh index as they are read: by asking the system for each piece, never by mapping them.

Whoosh would map a segment into memory. A mapped file that is cut short kills the whole process when a lost
page is touched (SIGBUS), and each page ever touched counts as this process's memory; besides, Whoosh copies
the word lists and postings of every segment into each searcher. Read like this, a lost piece is an `OSError`.
"""

from __future__ import annotations

import os
from typing import Any

from whoosh.filedb import filestore, structfile

# Whoosh is half typed.
STORAGE: Any = filestore.FileStorage
# Whoosh reads a few bytes at a time, mostly one behind the other; this much is fetched at once.
WINDOW = 8192


class Folder(STORAGE):  # type: ignore[misc]
    """The folder of an index; what is written goes Whoosh's own way."""

    def open_file(self, name: str, **_: Any) -> Piece:
        """Open a file for reading."""
        opened = _Descriptor(str(self._fpath(name)))
        return Piece(opened, 0, os.fstat(opened.number).st_size, name)


class Piece(structfile.StructFile):
    """A file, or a piece of one, in the shape that Whoosh reads from; for one thread at a time."""

    def __init__(self, opened: _Descriptor, start: int, length: int, name: str) -> None:
        super().__init__(_Reading(opened, start, length), name)  # type: ignore[arg-type]
        self._opened, self._start, self._length = opened, start, length

    def subset(self, position: int, length: int, name: str | None = None) -> Piece:
        """Give a piece of this piece; it stays readable as long as the file is open."""
        return Piece(self._opened, self._start + position, length, name or self._name or "")

    def get(self, position: int, length: int) -> bytes:
        """Give so many bytes from a place; raises `OSError` when they are not all there."""
        return self.file.at(position, length)  # type: ignore[attr-defined,no-any-return]


class _Descriptor:
    """An open file; closed when the last piece of it is gone, also after an error half way through opening."""

    def __init__(self, path: str) -> None:
        self.number = -1
        self.number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        if self.number >= 0:
            os.close(self.number)


class _Reading:
    """Reads a stretch of a file from a place that moves, with the last window kept."""

    def __init__(self, opened: _Descriptor, start: int, length: int) -> None:
        self._opened, self._start, self._length = opened, start, length
        self._place = 0
        self._window, self._from, self._to = b"", 0, 0

    def at(self, place: int, size: int) -> bytes:
        """Give exactly these bytes."""
        if self._from <= place and place + size <= self._to:
            begin = place - self._from
            return self._window[begin : begin + size]
        if place < 0 or size < 0 or place + size > self._length:
            raise OSError("the index points behind the end of its file")
        if size >= WINDOW:
            return self._fetched(place, size)
        self._from = place
        self._to = min(place + WINDOW, self._length)
        self._window = self._fetched(self._from, self._to - self._from)
        return self._window[:size]

    def read(self, size: int | None = -1) -> bytes:
        """Give so many bytes, or fewer at the end, and move behind them."""
        left = max(0, self._length - self._place)
        size = left if size is None or size < 0 else min(size, left)
        found = self.at(self._place, size) if size else b""
        self._place += size
        return found

    def readline(self) -> bytes:
        """Give the bytes up to the next line break; only pickles ask for it."""
        rest = self.at(self._place, self._length - self._place)
        line = rest[: rest.find(b"\n") + 1] or rest
        self._place += len(line)
        return line

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place."""
        self._place = place + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._length}[whence]
        return self._place

    def tell(self) -> int:
        """Tell the place."""
        return self._place

    def close(self) -> None:
        """Forget what was read; the file is closed with its last piece."""
        self._window, self._from, self._to = b"", 0, 0

    def _fetched(self, place: int, size: int) -> bytes:
        parts: list[bytes] = []
        begin, left = self._start + place, size
        while left:
            part = os.pread(self._opened.number, left, begin)
            if not part:
                raise OSError("a file of the index is cut off")
            parts.append(part)
            begin, left = begin + len(part), left - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)
