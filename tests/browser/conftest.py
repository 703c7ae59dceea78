"""A real server with the demo, a real Chromium, and people in front of it, with scripts and without."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browser.pages import Screen, SignIn
from playwright.sync_api import Browser, BrowserContext, sync_playwright

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
COMMAND = (sys.executable, "-c", "import sys; from portal.cli import main; sys.exit(main())")
STARTS_WITHIN_SECONDS = 60
# A page of ours is there in a fraction of this; a machine that does three things at once may need more.
PATIENCE_MS = 15_000

Person = Callable[..., BrowserContext]
Cookies = Callable[[str], list[dict[str, Any]]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser, and says so."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is. Without one the tests are skipped; on the build server that is a failure."""
    named = os.environ.get("SIGNPOST_TEST_CHROMIUM", "")
    found = next((path for path in (named, *CHROMIUM) if path and Path(path).exists()), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("There is no Chromium here. Install it, or set SIGNPOST_TEST_CHROMIUM to its path.")
    if found is None:
        pytest.skip("There is no Chromium here. Install it, or set SIGNPOST_TEST_CHROMIUM to its path.")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests; each person in it has a window of their own."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def demo_folder(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo, made by the command that people use."""
    folder = tmp_path_factory.mktemp("demo")
    subprocess.run([*COMMAND, "setup", "--demo"], env=settings_for(folder), check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def address(demo_folder: Path) -> Iterator[str]:
    """Where the demo is served, on a normal day, with a mail server: nobody listens there, and nothing is sent."""
    yield from serving(demo_folder, workers=2, SIGNPOST_MAIL_URL="smtp://127.0.0.1:9")


@pytest.fixture(scope="session")
def election_day_address(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a copy of the demo is served, on Election Day and without a mail server."""
    folder = tmp_path_factory.mktemp("election") / "day"
    shutil.copytree(demo_folder, folder)
    yield from serving(folder, workers=1, SIGNPOST_MODE="election_day")


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts: every way through the pages is walked both ways."""
    return bool(request.param)


@pytest.fixture
def window(browser: Browser) -> Iterator[Person]:
    """Opens a browser window of one person, with nobody's cookies. They close when the test ends."""
    opened: list[BrowserContext] = []

    def open_window(
        base_url: str, *, scripts: bool = True, width: int = 1280, keeps_kit: bool = False
    ) -> BrowserContext:
        context = browser.new_context(
            base_url=base_url,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            # Each window is a new browser, and would load the whole kit: only those that are about it do.
            service_workers="allow" if keeps_kit else "block",
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        return context

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def clerk(window: Person, address: str, scripts: bool) -> Screen:
    """A clerk at the counter who is not signed in."""
    return Screen(window(address, scripts=scripts).new_page())


@pytest.fixture
def agent(window: Person, address: str, scripts: bool, cookies: Cookies) -> Screen:
    """An agent of the help desk, signed in."""
    context = window(address, scripts=scripts)
    context.add_cookies(cookies("alex@demo.example"))
    return Screen(context.new_page())


@pytest.fixture(scope="session")
def cookies(browser: Browser, address: str) -> Cookies:
    """Signs a demo person in through the page, once, and gives the cookies for other windows."""

    @cache
    def signed_in(email: str) -> list[dict[str, Any]]:
        with browser.new_context(base_url=address, service_workers="block") as context:
            screen = Screen(context.new_page())
            SignIn(screen).as_person(email)
            assert not screen.place.startswith("/sign-in"), screen.words
            return [cookie for cookie in context.cookies() if cookie["name"] != "visitor"]

    return signed_in


def serving(folder: Path, *, workers: int, **more: str) -> Iterator[str]:
    """Run the real server on this folder until the tests are done."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [*COMMAND, "serve", "--port", str(port), "--workers", str(workers)]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command,
            env=settings_for(folder) | {"SIGNPOST_BASE_URL": url} | more,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            wait_for_first_line(server, folder / "server.log")
            yield url
        finally:
            stop(server)


def wait_for_first_line(server: subprocess.Popen[str], log: Path) -> None:
    """The server prints its address once the first page can be asked for."""
    assert server.stdout is not None
    began = time.monotonic()
    line = server.stdout.readline()
    assert "Signpost is at" in line, f"{line}\n{log.read_text()}"
    assert time.monotonic() - began < STARTS_WITHIN_SECONDS


def stop(server: subprocess.Popen[str]) -> None:
    """Ask the server to stop as an operator would; it takes its children along."""
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    if server.stdout is not None:
        server.stdout.close()


def settings_for(folder: Path) -> dict[str, str]:
    """The settings of the server: this folder, and nothing that was set for another one."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SIGNPOST_")}
    return ours | {"SIGNPOST_DATA": str(folder)}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
