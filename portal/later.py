"""What is written after the answer: events, gathered for a moment and then written in one transaction.

A page that people only read must not wait for the disk. What is lost when the process is killed is at most the
events of the last moment; nothing that anybody was told is kept ever goes through here.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from queue import Empty, Full, SimpleQueue

from sqlalchemy.orm import Session

from portal.database import Database

Step = Callable[[Session], None]

GATHER_SECONDS = 0.1
MOST_AT_ONCE = 500
# Beyond this the disk does not keep up; reading goes on and events are dropped.
MOST_WAITING = 20_000

log = logging.getLogger("signpost.later")


class Later:
    """A queue of events and the thread that writes them. The thread starts with the first event, after any fork."""

    def __init__(self, database: Database, *, at_once: bool = False) -> None:
        self._database = database
        self._at_once = at_once
        self._waiting: SimpleQueue[Step] = SimpleQueue()
        self._awake = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, steps: list[Step]) -> None:
        """Take events in. With ``at_once``, as in tests, they are written before this returns."""
        if self._at_once:
            self._write(steps)
            return
        try:
            if self._waiting.qsize() > MOST_WAITING:
                raise Full
        except Full:
            log.warning("Events were dropped: the disk does not keep up")
            return
        for step in steps:
            self._waiting.put(step)
        self._start()
        self._awake.set()

    def flush(self) -> None:
        """Write everything that waits."""
        while steps := self._take():
            self._write(steps)

    def _start(self) -> None:
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="later", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            self._awake.wait()
            self._awake.clear()
            threading.Event().wait(GATHER_SECONDS)
            self.flush()

    def _take(self) -> list[Step]:
        steps: list[Step] = []
        try:
            while len(steps) < MOST_AT_ONCE:
                steps.append(self._waiting.get_nowait())
        except Empty:
            pass
        return steps

    def _write(self, steps: list[Step]) -> None:
        """One transaction for all; when one of them cannot be written, each for itself."""
        try:
            with self._database.writing() as session:
                for step in steps:
                    step(session)
                session.commit()
        except Exception:
            if len(steps) == 1:
                log.exception("An event could not be written")
                return
            for step in steps:
                self._write([step])
