"""Serving: what is refused before it begins, and processes that live, die and end as they should."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.config import Config, read_config
from portal.database import open_database
from portal.keeping.restoring import MARK
from portal.running import lease
from portal.running.serving import (
    COMMAND,
    CannotServe,
    Child,
    check_port,
    check_start,
    environment_of,
    is_loopback,
)
from portal.schema import upgrade
from portal.site.settings import SiteVersion

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="serving is for Linux")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def a_set_up(folder: Path, *, demo: bool = False) -> Config:
    config = read_config({"SIGNPOST_DATA": str(folder)})
    database = open_database(config.database_url)
    upgrade(database.engine)
    with database.writing() as session:
        session.merge(SiteVersion(id=1, number=1, demo=demo))
        session.commit()
    database.engine.dispose()
    return config


def test_a_database_that_is_not_set_up_is_refused(tmp_path: Path) -> None:
    config = read_config({"SIGNPOST_DATA": str(tmp_path)})
    with pytest.raises(CannotServe, match="signpost setup"):
        check_start("127.0.0.1", free_port(), config)


@LINUX
def test_a_demo_is_served_on_this_machine_alone(tmp_path: Path) -> None:
    config = a_set_up(tmp_path, demo=True)
    check_start("127.0.0.1", free_port(), config)
    with pytest.raises(CannotServe, match="This is a demo"):
        check_start("0.0.0.0", free_port(), config)


@LINUX
def test_a_real_set_up_is_served_anywhere(tmp_path: Path) -> None:
    check_start("0.0.0.0", free_port(), a_set_up(tmp_path))


@LINUX
def test_a_restore_that_was_cut_off_is_not_served(tmp_path: Path) -> None:
    config = a_set_up(tmp_path)
    (tmp_path / MARK).touch()
    with pytest.raises(CannotServe, match="restore"):
        check_start("127.0.0.1", free_port(), config)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        with pytest.raises(CannotServe, match=f"Port {port} .* may be running already"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_other_systems_than_linux_are_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = a_set_up(tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CannotServe, match="Linux only"):
        check_start("127.0.0.1", free_port(), config)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("192.0.2.1", False)],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_child_reads_the_same_settings(tmp_path: Path) -> None:
    given = {
        "SIGNPOST_DATA": str(tmp_path),
        "SIGNPOST_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
        "SIGNPOST_BASE_URL": "https://help.example.gov",
        "SIGNPOST_ALLOWED_HOSTS": "help.example.gov,inside.example.gov",
        "SIGNPOST_TRUSTED_PROXIES": "10.0.0.0/8",
        "SIGNPOST_MAIL_URL": "smtp://mail.example.gov",
        "SIGNPOST_MODE": "election_day",
    }
    config = read_config(given)
    environment = environment_of(config, {"SIGNPOST_MODE_FILE": "/nowhere", "PATH": "/bin"})
    assert read_config(environment) == config
    assert environment["PATH"] == "/bin"


def test_a_key_that_lies_in_the_folder_does_not_stand_in_an_environment(tmp_path: Path) -> None:
    config = read_config({"SIGNPOST_DATA": str(tmp_path)})
    environment = environment_of(config, {})
    assert "SIGNPOST_SECRET_KEY" not in environment
    assert read_config(environment) == config


@LINUX
def test_a_child_that_dies_is_started_again_after_a_pause_that_grows() -> None:
    child = Child("short", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
    child.start()
    started = time.monotonic()
    until(lambda: bool(child.keep_alive()) or child.deaths >= 2)
    assert time.monotonic() - started >= 0.5
    child.ask_to_end()
    child.wait_for_end(time.monotonic() + 1)


@LINUX
@pytest.mark.slow
class TestTheWholeThing:
    """The command itself, with its web processes and its worker, on a port of its own."""

    @pytest.fixture
    def served(self, tmp_path: Path) -> Iterator[Served]:
        config = a_set_up(tmp_path)
        running = Served(config)
        yield running
        running.end()

    def test_it_prints_one_line_and_answers(self, served: Served) -> None:
        assert served.line == f"Signpost is at http://127.0.0.1:{served.port}\n"
        assert served.status("/healthz") == 200

    def test_it_runs_one_worker(self, served: Served) -> None:
        until(lambda: served.worker() != "")

    def test_a_second_one_on_the_port_is_refused(self, served: Served) -> None:
        second = subprocess.run(
            [*COMMAND, "serve", "--port", str(served.port)],
            env=served.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert second.returncode == 1
        assert "may be running already" in second.stderr
        assert second.stdout == ""

    def test_a_web_process_that_was_killed_comes_back(self, served: Served) -> None:
        server = next(pid for pid in served.children() if "granian" in command_of(pid))
        os.kill(server, signal.SIGKILL)
        until(lambda: server not in served.children())
        until(lambda: served.status("/healthz") == 200)

    def test_sigterm_ends_everything_in_good_order(self, served: Served) -> None:
        until(lambda: served.worker() != "")
        family = served.family()
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(25) == 0
        assert not [pid for pid in family if command_of(pid)]
        assert served.worker() == ""

    def test_a_killed_parent_leaves_nobody_behind(self, served: Served) -> None:
        family = served.family()
        assert len(family) >= 4
        served.process.kill()
        until(lambda: not [pid for pid in family if command_of(pid)])


class Served:
    """A running ``signpost serve``."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.port = free_port()
        self.environment = environment_of(config, os.environ)
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(self.port)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except OSError:
            return 0

    def worker(self) -> str:
        database = open_database(self.config.database_url)
        try:
            with database.reading() as session:
                return lease.holder_of(session, lease.WORKER, datetime.now(UTC))
        finally:
            database.engine.dispose()

    def children(self) -> list[int]:
        return children_of(self.process.pid)

    def family(self) -> list[int]:
        """Children and children of children."""
        children = self.children()
        return children + [grandchild for child in children for grandchild in children_of(child)]

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(25)
        finally:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_of(pid: int) -> str:
    """The command of a process, or nothing when it is gone or only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold in time"
        time.sleep(0.05)
