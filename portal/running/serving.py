"""Serving: a parent process that keeps the web processes and the one worker alive, and ends them in good order.

Linux only: that a killed parent takes its children along is asked of the kernel, and no other kernel has it.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from threading import Event
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from portal.config import Config
from portal.database import open_database
from portal.keeping.restoring import unfinished_restore
from portal.logs import start_logging
from portal.running.web_process import PR_SET_PDEATHSIG
from portal.running.worker import stop_on_signals
from portal.site.settings import site_version

# Open requests have this long to end after SIGTERM.
GRACE_SECONDS = 20
# A process that lived this long was well; its next death is a first one.
WELL_AFTER_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
READY_WITHIN_SECONDS = 60.0
# A request that waits for the write lock or for a password hash must not hold up the ones behind it.
THREADS_EACH = 4
# A way in that needs no script on the path and nothing of the current folder.
COMMAND = (sys.executable, "-c", "import sys; from portal.cli import main; sys.exit(main())")

logger = logging.getLogger("signpost.serve")


class CannotServe(Exception):
    """Serving cannot begin, or not go on. The text is a sentence that says why and what to do."""


def serve(
    host: str,
    port: int,
    workers: int,
    config: Config,
    *,
    web: Sequence[str] | None = None,
    worker: Sequence[str] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. Prints one line, the address, once the first page can be asked for.

    ``web`` and ``worker`` are the commands of the two kinds of children. Raises CannotServe.
    """
    start_logging()
    check_start(host, port, config)
    environment = environment_of(config, os.environ)
    stop = stop_on_signals()
    children = [
        Child("web", web or web_command(host, port, workers), environment),
        Child("worker", worker or (*COMMAND, "worker"), environment),
    ]
    try:
        for child in children:
            child.start()
        _wait_until_ready(host, port, children, stop)
        if not stop.is_set():
            print(f"Signpost is at http://{_for_address(host)}:{port}", flush=True)
        while not stop.wait(0.2):
            for child in children:
                child.keep_alive()
    finally:
        end_all(children)


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The command of the web processes: granian, which was the faster of the two measured."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--http", "1", "--no-ws"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", str(THREADS_EACH), "--workers-kill-timeout", str(GRACE_SECONDS)),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--log-level", "warning"),
        "portal.running.web_process:web_app",
    ]


def check_start(host: str, port: int, config: Config) -> None:
    """Refuse what cannot work, in a sentence. Raises CannotServe."""
    if sys.platform != "linux":
        raise CannotServe("signpost serve runs on Linux only. Run it on Linux, or in a Linux container.")
    if unfinished_restore(config.folder):
        raise CannotServe("A restore was cut off. Run signpost restore again, with --force.")
    if is_demo(config) and not is_loopback(host):
        raise CannotServe(
            f"This is a demo: its passwords are printed for everyone. It is served on 127.0.0.1, not on {host}."
        )
    check_port(host, port)


def is_demo(config: Config) -> bool:
    """Whether the database says that this is a demo. Raises CannotServe when it is not set up."""
    database = open_database(config.database_url)
    try:
        with database.reading() as session:
            version, demo = site_version(session)
    except SQLAlchemyError as problem:
        raise CannotServe("The database is not set up or not there. Run signpost setup.") from problem
    finally:
        database.engine.dispose()
    if not version:
        raise CannotServe("The database is empty. Run signpost setup.")
    return demo


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_port(host: str, port: int) -> None:
    """Raises CannotServe when the port is taken or may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            raise CannotServe(
                f"Port {port} on {host} cannot be used: {problem.strerror}. "
                "Signpost may be running already. Stop it, or choose another port."
            ) from problem


def environment_of(config: Config, base: Mapping[str, str]) -> dict[str, str]:
    """The environment from which a child reads this very configuration."""
    kept = {name: value for name, value in base.items() if not name.startswith("SIGNPOST_")}
    values = {
        "SIGNPOST_DATA": str(config.folder),
        "SIGNPOST_DATABASE_URL": config.database_url,
        "SIGNPOST_SEARCH": config.search,
        "SIGNPOST_SECRET_KEY": "" if _key_lies_in_folder(config) else config.secret_key,
        "SIGNPOST_BASE_URL": config.base_url,
        "SIGNPOST_ALLOWED_HOSTS": ",".join(sorted(config.allowed_hosts)),
        "SIGNPOST_TRUSTED_PROXIES": ",".join(config.trusted_proxies),
        "SIGNPOST_MAIL_URL": config.mail_url,
        "SIGNPOST_MODE": config.mode,
    }
    return kept | {name: value for name, value in values.items() if value}


class Child:
    """One kind of process, started again after each death, each time after a longer pause."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.deaths = 0
        self._command, self._environment = list(command), dict(environment)
        self._running: subprocess.Popen[bytes] | None = None
        self._started = self._not_before = 0.0

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running else None

    def start(self) -> None:
        """Start it in a group of its own: Ctrl-C reaches the parent alone, which then asks in good order."""
        self._started = time.monotonic()
        self._running = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            process_group=0,
            preexec_fn=_dying_with(os.getpid()),
        )

    def keep_alive(self) -> None:
        """Look after it: note a death, and start it again when its pause is over."""
        if self._running is not None and self._running.poll() is not None:
            self._note_death(self._running.returncode)
            self._running = None
        if self._running is None and time.monotonic() >= self._not_before:
            self.start()

    def ask_to_end(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()

    def wait_for_end(self, until: float) -> None:
        """Wait up to that moment of the monotonic clock; then end it and all that it started."""
        if self._running is None:
            return
        try:
            self._running.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("A process did not end in time", extra={"fields": {"process": self.name}})
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()

    def _note_death(self, code: int) -> None:
        lived = time.monotonic() - self._started
        self.deaths = 1 if lived > WELL_AFTER_SECONDS else self.deaths + 1
        pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** (self.deaths - 1))
        self._not_before = time.monotonic() + pause
        fields = {"process": self.name, "code": code, "lived_seconds": round(lived), "pause_seconds": pause}
        logger.error("A process died", extra={"fields": fields})


def end_all(children: Sequence[Child]) -> None:
    """Ask every child to end, wait for open requests, and leave nothing behind."""
    for child in children:
        child.ask_to_end()
    until = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.wait_for_end(until)


def _dying_with(parent: int) -> Callable[[], Any]:
    """What a new child runs before its program: it ends when we do. The library is loaded beforehand."""
    library = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it ended between the two lines
            os._exit(1)

    return ask


def _wait_until_ready(host: str, port: int, children: Sequence[Child], stop: Event) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while not _answers(host, port):
        if stop.wait(0.05):
            return
        for child in children:
            child.keep_alive()
        if children[0].deaths >= 3 or time.monotonic() > until:
            raise CannotServe("The web server did not start. Its own lines above say why.")


def _answers(host: str, port: int) -> bool:
    """Whether a web process answers a request: the port alone is open before the application is loaded."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((target, port), timeout=5.0) as asking:
            asking.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return asking.recv(5) == b"HTTP/"
    except OSError:
        return False


def _for_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _key_lies_in_folder(config: Config) -> bool:
    """Whether the child finds the key by itself; what need not stand in an environment does not."""
    try:
        return (config.folder / "secret_key").read_text(encoding="ascii").strip() == config.secret_key
    except (OSError, UnicodeDecodeError):
        return False
