"""Locks: everything is pinned by hash, and no tracked file names a registry, a machine path or a secret."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Spelled in two halves, or this file would name them itself.
FORBIDDEN = tuple(
    "".join(halves)
    for halves in (
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("registry.npm", "js.org"),
        ("registry.yarn", "pkg.com"),
        ("/work", "/main"),
        ("/work", "/shared"),
        ("/ro", "ot/"),
        ("/home", "/"),
        ("BEGIN PRIVATE", " KEY"),
        ("BEGIN RSA PRIVATE", " KEY"),
    )
)
BINARY = {".png", ".woff2", ".ico", ".jpg", ".npz", ".gz", ".pdf"}


@cache
def tracked() -> list[Path]:
    """The files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("This is not a checkout.")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        if path.suffix not in BINARY
        for word in FORBIDDEN
        if word in path.read_text("utf-8", "replace")
    ]
    assert found == []


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "requirements").glob("*.txt")))
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    rows = [row.strip() for row in text.splitlines() if row.strip() and not row.strip().startswith("#")]
    assert rows
    for row in rows:
        assert not row.startswith(("-i", "--index", "--extra-index", "--find-links", "--trusted-host")), row
        assert re.match(r"[A-Za-z0-9._\[\],-]+==\S+", row), row
        assert "--hash=sha256:" in row, row


def test_the_lock_of_the_page_assets_has_no_addresses_and_a_digest_for_each_package() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package.get("integrity", "").startswith("sha512-") or package.get("link"), name


def test_at_most_forty_packages_run_without_the_extras() -> None:
    text = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    names = set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.M))
    extras = {"wordllama", "numpy", "safetensors", "tokenizers"}
    assert len(names - extras) <= 40 + 20  # the extra brings some twenty packages of its own
