"""The wheel: built, installed elsewhere without the network, set up, served, and whole away from the checkout."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIGNPOST = (sys.executable, "-c", "from portal.cli import main; main()")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel in a folder of its own; what it depends on is taken from the environment of the tests."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")], ROOT, {})
    (wheel,) = (folder / "dist").glob("*.whl")
    target = folder / "site"
    options = ("--no-deps", "--no-index", "--quiet", "--no-compile")
    run([sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(wheel)], folder, {})
    return target


@pytest.fixture
def environment(installed: Path, tmp_path: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(installed), "SIGNPOST_DATA": str(tmp_path / "var")}


def run(command: list[str] | tuple[str, ...], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_templates_assets_content_and_migrations(installed: Path) -> None:
    for name in (
        "portal/templates/base.html",
        "portal/static/manifest.json",
        "portal/migrations/versions/0001_first_tables.py",
        "kb/content/site.yaml",
        "kb/content/words.yaml",
    ):
        assert (installed / name).is_file(), name
    assert len(list((installed / "kb" / "content" / "articles").glob("*.md"))) > 40
    assert not (installed / "tests").exists()


def test_the_installed_package_is_the_one_that_runs(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    shown = run(
        [sys.executable, "-c", "import portal.cli; print(portal.cli.__file__)"], tmp_path, environment
    )
    assert shown.strip().startswith(str(installed))


def test_it_sets_up_and_serves_pages_from_another_folder(environment: dict[str, str], tmp_path: Path) -> None:
    said = run([*SIGNPOST, "setup"], tmp_path, environment)
    assert re.match(r"Ready\. \d+ articles loaded", said)
    for port in serving(environment, tmp_path):
        page = get(port, "/articles/labels-come-out-blank")
        assert "Labels come out blank" in page
        (sheet,) = set(re.findall(r"/static/css/site\.[0-9a-f]+\.css", page))
        assert len(get(port, sheet)) > 10_000
        assert "results for" in get(port, "/search?q=stickers")
        assert get(port, "/pictures/label-printer-light.svg").startswith(("<?xml", "<svg"))


def serving(environment: dict[str, str], folder: Path) -> Iterator[int]:
    """The port of a server that runs while this is iterated."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [*SIGNPOST, "serve", "--port", str(port), "--workers", "1"],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        try:
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def get(port: int, address: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    assert answer.status == 200, f"{address}: {answer.status}"
    return body
