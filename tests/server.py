"""The real server for tests: started as people start it, asked over HTTP, stopped, or killed with all its children."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

SIGNPOST = (sys.executable, "-c", "from portal.cli import main; main()")


class Server:
    """``signpost serve`` on a free port, in a session of its own, so that no child escapes a kill."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, workers: int = 2) -> None:
        self._folder = folder
        self._environment = dict(os.environ) | dict(environment)
        self._workers = workers
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, and wait for the line that says where it is."""
        command = [*SIGNPOST, "serve", "--port", str(self.port), "--workers", str(self._workers)]
        with (self._folder / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert f"http://127.0.0.1:{self.port}" in said, (self._folder / "server.log").read_text()[-2000:]

    def kill(self) -> int:
        """kill -9 for the parent, the web processes and the worker alike; returns how many there were."""
        assert self._process is not None
        members = of_session(self._process.pid)
        for pid in members:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._end()
        until = time.monotonic() + 10
        while of_session(self._process.pid) and time.monotonic() < until:
            time.sleep(0.02)
        return len(members)

    def stop(self) -> None:
        """Ask it to end, as an operator would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._end()

    def connection(self, *, timeout: float = 20) -> http.client.HTTPConnection:
        """A connection to the server."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def get(self, address: str, status: int = 200) -> bytes:
        """One page as bytes."""
        connection = self.connection()
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status == status, f"{address}: {answer.status}"
        return body

    def _end(self) -> None:
        assert self._process is not None
        self._process.wait(40)
        if self._process.stdout:
            self._process.stdout.close()


def of_session(leader: int) -> list[int]:
    """The processes of a session that still run, by the sixth field of their line in /proc."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[3] == str(leader) and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
