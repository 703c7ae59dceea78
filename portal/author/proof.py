"""The writing check of the editor: findings in the words and the order of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.findings import Finding
from kb.placeholders import names_in
from kb.proofing import FRONT_RULES, Known, proof, reading_grade
from kb.prose import prose_of
from kb.trees.around import Around
from kb.trees.checks import check
from kb.trees.parsing import TreeProblems, parse

ORDER = {"error": 0, "warning": 1, "note": 2}
# Rules that speak about the whole text, so no line is named.
WHOLE = frozenset({*FRONT_RULES, "grade"})


@dataclass(frozen=True)
class Remark:
    """One line of the writing check. ``line`` is None for what is said about the whole text."""

    level: str
    line: int | None
    words: str


@dataclass(frozen=True)
class WritingCheck:
    """All remarks, the worst first; the grade and the longest sentence where there is enough text to tell."""

    remarks: tuple[Remark, ...] = ()
    grade: float | None = None
    longest: int | None = None

    @property
    def must_fix(self) -> int:
        return sum(remark.level == "error" for remark in self.remarks)


def guide_check(front: dict[str, Any], source: str, known: Known, values: Mapping[str, str]) -> WritingCheck:
    """The check of a guide, with a note for each placeholder that has no value today."""
    empty = (name for name in names_in(source) if name in values and not values[name].strip())
    notes = [
        Remark("note", None, f"“{name}” is empty in settings. Clerks see “Ask the help desk”.")
        for name in empty
    ]
    counted = [len(re.findall(r"\w[\w'’.-]*", sentence.text)) for sentence in prose_of(source).sentences]
    return WritingCheck(
        remarks=remarks_of([*proof(front, source, known=known)], notes),
        grade=reading_grade(source) or None,
        longest=max(counted, default=None),
    )


def diagnostic_check(source: str, slug: str, around: Around) -> WritingCheck:
    """The check of a diagnostic: what cannot be read, or what breaks a rule."""
    try:
        found = list(check(parse(source, slug), around))
    except TreeProblems as problems:
        found = list(problems.findings)
    return WritingCheck(remarks_of(found))


def remarks_of(findings: Iterable[Finding], more: Iterable[Remark] = ()) -> tuple[Remark, ...]:
    """Findings as the page says them, the worst first, then by line."""
    said = [
        Remark(finding.level, None if finding.rule in WHOLE else finding.line, finding.message)
        for finding in findings
    ]
    return tuple(sorted([*said, *more], key=lambda each: (ORDER.get(each.level, 2), each.line or 0)))
