"""Every rule at every level: it fires where it should, and is silent right beside that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from rule_cases import CASES, Changes

from kb.trees.around import Around
from kb.trees.checks import check
from kb.trees.parsing import TreeProblems
from kb.trees.tree import Tree

UNREADABLE = {("shape", "error"), ("yaml", "error"), ("yaml-boolean", "error")}
"""Where one of these is said no other rule is asked, so silence would prove nothing."""

NAMES = [f"{rule} as {level}" for rule, level in CASES]


@pytest.fixture
def said(lamp: Callable[..., Tree]) -> Callable[[Changes, Around], set[tuple[str, str]]]:
    """The rules that speak about a changed lamp, with their levels."""

    def find(changes: Changes, around: Around) -> set[tuple[str, str]]:
        try:
            findings = check(lamp(*changes), around)
        except TreeProblems as problems:
            findings = problems.findings
        return {(each.rule, each.level) for each in findings}

    return find


@pytest.fixture
def published(lamp: Callable[..., Tree]) -> Callable[[Around, bool], Around]:
    return lambda around, is_published: replace(around, before=lamp()) if is_published else around


@pytest.mark.parametrize("name", CASES, ids=NAMES)
def test_a_rule_fires(said, published, name):
    case = CASES[name]
    assert name in said(case.fires, published(case.around, case.published))


@pytest.mark.parametrize("name", CASES, ids=NAMES)
def test_a_rule_is_silent_beside_that(said, published, name):
    case = CASES[name]
    found = said(case.sound, published(case.around_sound or case.around, case.published))
    assert not found & {name, *UNREADABLE}
