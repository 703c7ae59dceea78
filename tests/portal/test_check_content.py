"""Checking content as files: what the command finds, how it says it, and that it never passes over a diagnostic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.checking import check_content
from kb.folder import files_in
from portal.cli import signpost

LAMP = """title: My lamp is dark
topic: help-desk
start: bulb
nodes:
  bulb:
    ask: Is the bulb dark?
    options:
      - {id: dark, say: It is, go: gone}
      - {id: bright, say: It is bright, go: send}
    not_sure: {go: send}
outcomes:
  send: {kind: ticket, group: help-desk, say: Send this., impact: low, urgency: today}
walks:
  - {name: dark and cold, answers: {bulb: dark}, ends: nowhere}
  - {name: bright, answers: {bulb: bright}, ends: send}
  - {name: not sure, answers: {bulb: not_sure}, ends: send}
"""


def checked(*arguments: str | Path) -> Result:
    return CliRunner().invoke(signpost, ["check-content", *map(str, arguments)])


def put(place: Path, text: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
    return place


def test_a_line_names_the_file_the_line_the_diagnostic_the_place_and_the_rule(tmp_path: Path) -> None:
    said = checked(put(tmp_path / "diagnostics" / "lamp.yaml", LAMP))
    assert said.exit_code == 1
    assert (
        'lamp.yaml:8 unknown-target error bulb.dark: "dark" leads to "gone", which is not there.'
        in said.stdout.splitlines()
    )
    assert "lamp.yaml:14 walk-fails error dark and cold: " in said.stdout


def test_a_line_about_a_guide_names_no_place(tmp_path: Path) -> None:
    said = checked(put(tmp_path / "lamps.md", "---\ntitle: Lamps\n---\nTurn the lamp.\n").parent)
    assert (said.exit_code, said.stdout.split(" ")[:3]) == (0, ["lamps.md:1", "topic-missing", "warning"])


def test_as_json_each_finding_has_its_place(tmp_path: Path) -> None:
    said = checked(put(tmp_path / "diagnostics" / "lamp.yaml", LAMP), "--json")
    first = json.loads(said.stdout)[0]
    assert list(first) == ["path", "line", "rule", "level", "message", "where"]
    assert {name: first[name] for name in ("path", "line", "rule", "level", "where")} == {
        "path": "lamp.yaml",
        "line": 8,
        "rule": "unknown-target",
        "level": "error",
        "where": "bulb.dark",
    }


@pytest.mark.parametrize("place", ["lamp.yaml", "drafts/lamp.yml", "of-mine/two/lamp.yaml"])
def test_a_diagnostic_is_checked_in_any_folder(tmp_path: Path, place: str) -> None:
    put(tmp_path / place, LAMP)
    said = checked(tmp_path)
    assert said.exit_code == 1
    assert "unknown-target error bulb.dark: " in said.stdout


def test_a_broken_diagnostic_is_checked_in_any_folder(tmp_path: Path) -> None:
    put(
        tmp_path / "lamp.yaml",
        LAMP.replace("start: bulb\n", "").replace("    options:\n", "    options: [\n"),
    )
    said = checked(tmp_path)
    assert said.exit_code == 1
    assert "lamp.yaml:7 yaml error " in said.stdout


@pytest.mark.parametrize(
    "text", ["site_name: Ours\nnav: []\n", "title: Ours\nsteps: [build]\n", "nodes: 3\n", ""]
)
def test_other_yaml_is_no_diagnostic(tmp_path: Path, text: str) -> None:
    put(tmp_path / "build.yaml", text)
    put(tmp_path / "lamp.yaml", LAMP)
    assert [each.path for each in files_in(tmp_path)] == ["lamp.yaml"]


def test_a_folder_with_nothing_to_check_says_so(tmp_path: Path) -> None:
    said = checked(tmp_path)
    assert said.exit_code == 1
    assert f"{tmp_path}:1 nothing-to-check error There is nothing to check here" in said.stdout
    put(tmp_path / "build.yaml", "site_name: Ours\n")
    assert checked(tmp_path).exit_code == 1
    put(tmp_path / "lamp.yaml", LAMP.replace("go: gone", "go: send").replace("ends: nowhere", "ends: send"))
    assert checked(tmp_path).exit_code == 0


def test_a_file_that_cannot_be_checked_says_so(tmp_path: Path) -> None:
    put(tmp_path / "lamp.yaml", LAMP)
    said = checked(put(tmp_path / "notes.txt", "Buy lamps."))
    assert (said.exit_code, "nothing-to-check error" in said.stdout) == (1, True)
    assert "unknown-target" not in said.stdout


HARD = (
    "Elections officers regularly inspect the lamp before opening the office. We look at every lamp together. "
    * 9
)


def test_a_diagnostic_that_ships_is_held_to_plainer_words(tmp_path: Path) -> None:
    put(tmp_path / "lamp.yaml", LAMP.replace("say: Send this.", f"say: {HARD.strip()}"))

    def levels(*, strict: bool) -> list[str]:
        found = check_content(tmp_path, strict=strict)
        return [each.level for _, each in found if each.rule == "reading-grade"]

    assert levels(strict=True) == ["error"]
    assert levels(strict=False) == ["warning"]
