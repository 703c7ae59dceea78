"""From the Markdown of a guide to its safe page, in a child process that is given two seconds and no more."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_SOURCE_BYTES = 256 * 1024
TIME_LIMIT_SECONDS = 2.0

# Starting Python and importing Markdown is not the author's fault, so it has a limit of its own.
_START_SECONDS = 30.0


class TooHard(Exception):
    """The text cannot be rendered within the limits. The message is a sentence for the author."""


@dataclass(frozen=True)
class Rendered:
    """A guide ready to store. Placeholders still stand in ``html`` and ``outline`` as ``{{name}}``.

    ``outline`` is a list of ``{"anchor", "heading", "text"}``; ``links`` are addresses as they will be followed;
    ``pictures`` are bare file names; ``placeholders`` are names.
    """

    html: str
    outline: list[dict[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)


def render(source: str, *, title: str, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> Rendered:
    """The page of a guide. Raises ``TooHard``. About 5 ms for a usual guide; the first call starts the child."""
    if len(source.encode("utf-8", "replace")) > MAX_SOURCE_BYTES:
        raise TooHard(
            f"This text is longer than {MAX_SOURCE_BYTES // 1024} kB. Split it into several guides."
        )
    with _lock:
        return Rendered(**_own_child().ask({"source": source, "title": title}, time_limit_seconds))


class _Child:
    """The running child. After a time-out it is ended, and the next question starts a new one."""

    def __init__(self) -> None:
        self.parent = os.getpid()
        self._running: subprocess.Popen[bytes] | None = None

    def ask(self, question: dict[str, str], limit_seconds: float) -> dict[str, Any]:
        if self._running is None or self._running.poll() is not None:
            self.end()
            self._running = self._start()
        try:
            answer = json.loads(self._exchange(self._running, question, limit_seconds))
        except BaseException:
            # Half an answer must never be read as the answer to the next question.
            self.end()
            raise
        if "error" in answer:
            raise TooHard(
                "This text cannot be turned into a page. Look for brackets or quotes nested very deep."
            )
        page: dict[str, Any] = answer["page"]
        return page

    def end(self) -> None:
        """Stop the child, if one runs, and wait until it is gone."""
        if self._running is None:
            return
        running, self._running = self._running, None
        running.kill()
        for stream in (running.stdin, running.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        running.wait()

    def abandon(self) -> None:
        """Forget a child of the process we were forked from, without ending it."""
        self._running = None

    def _start(self) -> subprocess.Popen[bytes]:
        # Isolation (-I) would hide a checkout; -P keeps the current folder from shadowing our packages.
        paths = [str(Path(__file__).resolve().parent.parent), *filter(None, sys.path)]
        environment = {
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONUTF8": "1",
            "PATH": os.environ.get("PATH", ""),
        }
        running = subprocess.Popen(
            [sys.executable, "-P", "-m", "kb.render_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        try:
            self._exchange(running, {"source": "", "title": ""}, _START_SECONDS)
        except BaseException:
            running.kill()
            running.wait()
            raise
        return running

    def _exchange(self, running: subprocess.Popen[bytes], question: dict[str, str], limit: float) -> bytes:
        assert running.stdin and running.stdout
        try:
            # The child reads a whole line before it writes, so this cannot wait for us while we wait for it.
            running.stdin.write(json.dumps(question).encode() + b"\n")
            running.stdin.flush()
        except OSError:
            raise TooHard("The page could not be made just now. Save again.") from None
        return _line_within(running.stdout.fileno(), limit)


def _line_within(descriptor: int, limit_seconds: float) -> bytes:
    deadline = time.monotonic() + limit_seconds
    line = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise TooHard(
                    "This text takes too long to turn into a page. Look for brackets nested very deep."
                )
            piece = os.read(descriptor, 1 << 16)
            if not piece:
                raise TooHard("This text needs too much memory to turn into a page. Make it shorter.")
            line += piece
    return bytes(line)


_lock = threading.Lock()
_child = _Child()


def _own_child() -> _Child:
    """The child of this very process: a forked server must not share the pipes of its parent."""
    global _child
    if _child.parent != os.getpid():
        _child.abandon()
        _child = _Child()
    return _child


def close() -> None:
    """End the child process, for instance at the end of a test run. The next ``render`` starts another."""
    with _lock:
        if _child.parent == os.getpid():
            _child.end()


atexit.register(close)
