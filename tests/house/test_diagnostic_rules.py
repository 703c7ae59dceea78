"""The rules of diagnostics under test: whoever adds one adds a lamp at which it fires and one at which it does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from rule_cases import CASES

TREES = Path(__file__).resolve().parents[2] / "kb" / "trees"
LEVELS = {"error": ("error",), "warning": ("warning",), "level": ("error", "warning")}
# Said by name while the text is read: everything that does not fit has the first, odd names the second.
READING = {("shape", "error"), ("yaml-boolean", "error")}


def rules() -> set[tuple[str, str]]:
    """Each rule in the code, with each level it speaks on."""
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted(TREES.rglob("*.py"))]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {found for call in calls for found in _rules_in(call)} | READING


def _rules_in(call: ast.Call) -> Iterator[tuple[str, str]]:
    """What `error(line, "rule", …)` and its kin say; `level` is an error or a warning, as it turns out."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    given = [each.value if isinstance(each, ast.Constant) else "" for each in call.args]
    if name in LEVELS and len(given) == len(("line", "rule", "message", "where")) and given[1]:
        yield from ((str(given[1]), level) for level in LEVELS[name])
    elif name == "Finding" and len(given) > 2 and given[1]:
        yield str(given[1]), str(given[2])


def test_the_rules_are_found_in_the_code() -> None:
    assert {("unknown-target", "error"), ("too-long", "warning"), ("stale-step", "note")} <= rules()
    assert len(rules()) > 60


def test_every_rule_has_a_diagnostic_at_which_it_fires_and_one_at_which_not() -> None:
    assert rules() == CASES.keys()


def test_the_names_said_while_reading_stand_in_the_code() -> None:
    source = (TREES / "fields.py").read_text("utf-8")
    assert all(f'"{rule}"' in source for rule, _ in READING)
