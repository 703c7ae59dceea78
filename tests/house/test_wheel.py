"""The wheel: built, installed elsewhere without the network, set up, served, and whole away from the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from server import SIGNPOST, Server

ROOT = Path(__file__).resolve().parents[2]
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
    server = Server(tmp_path, environment, workers=1)
    server.start()
    try:
        page = server.get("/articles/labels-come-out-blank").decode()
        assert "Labels come out blank" in page
        (sheet,) = set(re.findall(r"/static/css/site\.[0-9a-f]+\.css", page))
        assert len(server.get(sheet)) > 10_000
        assert b"results for" in server.get("/search?q=stickers")
        assert server.get("/pictures/label-printer-light.svg").startswith((b"<?xml", b"<svg"))
    finally:
        server.stop()
