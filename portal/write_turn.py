"""The turn to write: SQLite has one writer at a time, and its own waiting is a sleep that grows to 100 ms.

Threads of a process wait for each other on a lock and processes on a file lock, so that the next writer starts as
soon as the one before is done. SQLite's own lock still decides; this only keeps the queue short and fair.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path

# Short against a commit, which takes a few milliseconds, and long against a system call.
LOOK_EVERY_SECONDS = 0.001


class WriteTurn:
    """Who may begin a write on one database file. A process that is killed gives its turn back by dying."""

    def __init__(self, path: Path, *, patience_seconds: float) -> None:
        self._path = path
        self._patience = patience_seconds
        self._here = threading.Lock()
        self._handle: int | None = None
        self._process = 0

    def take(self) -> bool:
        """Wait for the turn; False when it did not come in time, and then SQLite says what is the matter."""
        until = time.monotonic() + self._patience
        if not self._here.acquire(timeout=self._patience):
            return False
        handle = self._open()
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() > until:
                    self._here.release()
                    return False
                time.sleep(LOOK_EVERY_SECONDS)

    def give_back(self) -> None:
        """Let the next one write. Only whoever took the turn calls this."""
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)
        self._here.release()

    def _open(self) -> int:
        """The lock file of this process; a fork must not share the handle of its parent."""
        if self._handle is None or self._process != os.getpid():
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._process = os.getpid()
        return self._handle
