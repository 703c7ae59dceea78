"""The benchmark: pages of the real server beside a bare Flask page in the same run, as ratios and medians.

Run it with ``make bench``. Nothing here is a test: a busy machine is no failure.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from portal.running.serving import web_command

WORKERS = 2
CONNECTIONS = 8
ROUNDS = 5
SECONDS = float(os.environ.get("SIGNPOST_BENCH_SECONDS", "5"))
HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Row:
    """One line of the table. ``share`` is the median, over the rounds, of this page's rate over the bare page's."""

    name: str
    rate: float
    share: float
    median_ms: float
    p99_ms: float
    failed: int


def main() -> None:
    """Measure everything and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"SIGNPOST_DATA": folder}
        run("-m", "portal.cli", "setup", "--demo", environment=environment)
        port, bare_port = free_port(), free_port()
        bare = [
            part.replace("portal.running.web_process:web_app", "tests.bench_bare:create_app")
            for part in web_command("127.0.0.1", bare_port, WORKERS)
        ]
        serve = [sys.executable, "-m", "portal.cli", "serve", "--port", str(port), "--workers", str(WORKERS)]
        with process(bare, bare_port, environment), process(serve, port, environment):
            rows = list(measure_pages(port, bare_port))
    show(rows)


def measure_pages(port: int, bare_port: int) -> Iterator[Row]:
    """The pages that people wait for, and the write that matters most."""
    bare = Page("bare Flask page", bare_port, get("/"))
    cookie, token = a_browser(port)
    place = begin_run(port, cookie, token)
    search = "/search?" + urlencode({"q": "lable printer wont print"})
    yield measure(bare, bare)
    for page in (
        Page("home", port, get("/")),
        Page("article", port, get("/articles/labels-come-out-blank")),
        Page("search", port, get(search)),
        Page("diagnostic page", port, get(place)),
        Page("ticket submission", port, lambda: ticket(cookie, token), good=(303,)),
    ):
        yield measure(page, bare)


@dataclass(frozen=True)
class Page:
    """Something to ask for, where, and which answers are good."""

    name: str
    port: int
    request: Callable[[], bytes]
    good: tuple[int, ...] = (200,)


def measure(page: Page, bare: Page) -> Row:
    """Ask for the page and for the bare one in turns, so that a busy moment of the machine falls on both."""
    ask(page, 0.5)
    shares: list[float] = []
    times: list[float] = []
    rates: list[float] = []
    failed = 0
    for _ in range(ROUNDS):
        beside, _, beside_seconds = ask(bare, SECONDS / ROUNDS)
        found, bad, seconds = ask(page, SECONDS / ROUNDS)
        rates.append(len(found) / seconds)
        shares.append(rates[-1] / (len(beside) / beside_seconds))
        times += found
        failed += bad
    times.sort()
    last = times[min(len(times) - 1, int(len(times) * 0.99))]
    return Row(
        page.name,
        statistics.median(rates),
        statistics.median(shares),
        statistics.median(times) * 1000,
        last * 1000,
        failed,
    )


def ask(page: Page, seconds: float) -> tuple[list[float], int, float]:
    """Ask for one page with several connections at once for some seconds."""
    return asyncio.run(load(page.port, page.request, page.good, seconds))


async def load(
    port: int, request: Callable[[], bytes], good: tuple[int, ...], seconds: float
) -> tuple[list[float], int, float]:
    """All connections together: seconds of each good answer, how many were not good, and the time it took."""
    began = time.perf_counter()
    until = began + seconds
    parts = await asyncio.gather(*(one_connection(port, request, good, until) for _ in range(CONNECTIONS)))
    return [t for times, _ in parts for t in times], sum(bad for _, bad in parts), time.perf_counter() - began


async def one_connection(
    port: int, request: Callable[[], bytes], good: tuple[int, ...], until: float
) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times: list[float] = []
    bad = 0
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request())
        status, _, _ = await answer(reader)
        if status in good:
            times.append(time.perf_counter() - began)
        else:
            bad += 1
    writer.close()
    return times, bad


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.I)
    body = await reader.readexactly(int(length.group(1))) if length else b""
    return int(head[9:12]), head, body


def get(path: str, cookie: str = "") -> Callable[[], bytes]:
    who = cookie or f"visitor={secrets.token_urlsafe(16)}"
    line = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {who}\r\n\r\n"
    return lambda: line.encode()


def post(path: str, cookie: str, fields: dict[str, str]) -> bytes:
    body = urlencode(fields).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask_once(port: int, request: bytes) -> tuple[int, bytes, bytes]:
    async def once() -> tuple[int, bytes, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        found = await answer(reader)
        writer.close()
        return found

    return asyncio.run(once())


def a_browser(port: int) -> tuple[str, str]:
    """A cookie and the token that goes with it."""
    cookie = f"visitor={secrets.token_urlsafe(16)}"
    _, _, body = ask_once(port, get("/tickets/new", cookie)())
    token = re.search(rb'name="csrf" value="([0-9a-f]+)"', body)
    assert token is not None
    return cookie, token.group(1).decode()


def begin_run(port: int, cookie: str, token: str) -> str:
    _, head, _ = ask_once(port, post("/diagnose/label-printer-wont-print", cookie, {"csrf": token}))
    place = re.search(rb"location: (\S+)", head, re.I)
    assert place is not None
    return place.group(1).decode()


def ticket(cookie: str, token: str) -> bytes:
    return post(
        "/tickets/new",
        cookie,
        {
            "csrf": token,
            "key": secrets.token_urlsafe(16),
            "words": "The label printer at the counter does nothing.",
            "waiting": "no",
            "reach": "me",
            "urgency": "today",
            "office": "yellowstone",
            "name": "Bench",
            "phone": "406-555-0117",
        },
    )


@contextmanager
def process(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    child = subprocess.Popen(
        command,
        env=environment,
        cwd=HERE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(1.0)
        yield
    finally:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait(30)


def run(*arguments: str, environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=HERE, check=True, stdout=subprocess.DEVNULL
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def show(rows: list[Row]) -> None:
    print(
        f"{WORKERS} workers, {CONNECTIONS} connections, {SECONDS:g} s each in {ROUNDS} rounds beside the bare page;"
    )
    print("the load runs on the same machine")
    print(f"{'page':20} {'requests/s':>10} {'of bare':>8} {'median ms':>10} {'99th ms':>9} {'failed':>7}")
    for row in rows:
        share = f"{row.share:.0%}"
        print(
            f"{row.name:20} {row.rate:10,.0f} {share:>8} {row.median_ms:10.1f} {row.p99_ms:9.1f} {row.failed:7}"
        )


if __name__ == "__main__":
    main()
