"""What the check says about one part, sorted to the fields that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kb.findings import Finding
from kb.trees.tree import Fact, Node, Outcome, Step
from portal.author.parts.blanks import Blank, Rows
from portal.author.parts.opened import Opened

NEVER_QUIET = frozenset({"quiet-reason", "quiet-unused"})


@dataclass(frozen=True)
class Remark:
    """One finding in words; ``may_be_quiet`` when a reason may keep it quiet, ``reason`` the one that does."""

    level: str
    rule: str
    words: str
    line: int
    may_be_quiet: bool
    reason: str


@dataclass(frozen=True)
class Remarks:
    """Findings by field name, by row, and those that belong to the whole part."""

    fields: Mapping[str, tuple[Remark, ...]]
    rows: Mapping[str, tuple[Remark, ...]]
    whole: tuple[Remark, ...]


def remarks_for(
    draft: Opened, section: str, name: str, blanks: tuple[Blank, ...] = (), rows: Rows | None = None
) -> Remarks:
    """The findings about a part, each at its field where it has one."""
    quiet = quiet_of(draft, section, name)
    fields: dict[str, list[Remark]] = {}
    at_rows: dict[str, list[Remark]] = {}
    whole: list[Remark] = []
    asked: set[str] = set()
    for finding in draft.about(section, name):
        remark = _remark(finding, quiet, section)
        if remark.rule in asked:  # one reason is asked for, at the first place
            remark = replace(remark, may_be_quiet=False)
        asked.add(remark.rule)
        second = finding.where.partition(".")[2]
        blank = _blank_of(finding, second, blanks)
        if rows is not None and second and second in row_names(draft, section, name):
            at_rows.setdefault(second, []).append(remark)
        elif blank:
            fields.setdefault(blank, []).append(remark)
        else:
            whole.append(remark)
    return Remarks(_frozen(fields), _frozen(at_rows), tuple(whole))


def row_names(draft: Opened, section: str, name: str) -> frozenset[str]:
    """The ids of the rows of a page: its answers, its steps or its details."""
    node = draft.tree.nodes.get(name) if section == "nodes" else None
    options = tuple(option.id for option in getattr(node, "options", ()))
    return frozenset((*options, *getattr(node, "steps", ()), *getattr(node, "facts", ())))


def quiet_of(draft: Opened, section: str, name: str) -> Mapping[str, str]:
    """The reasons that a part gives against warnings."""
    if section == "about":
        return {}
    part: Node | Step | Outcome | Fact | None = getattr(draft.tree, section).get(name)
    return part.quiet if part is not None else {}


def _blank_of(finding: Finding, second: str, blanks: tuple[Blank, ...]) -> str:
    """The field a finding belongs to: the one that its place names, else the first that knows its rule."""
    named = next((each.name for each in blanks if second and each.name in (second, f"{second}-go")), "")
    if not named:
        named = next((each.name for each in blanks if each.name == finding.where), "")
    goals = ("unknown-target", "dead-end")
    if named or (finding.rule in goals and not second and not any(each.kind == "choice" for each in blanks)):
        return named
    return next(
        (each.name for each in blanks if finding.rule in each.rules and finding.rule not in goals), ""
    )


def _remark(finding: Finding, quiet: Mapping[str, str], section: str) -> Remark:
    reason = quiet.get(finding.rule, "")
    is_kept = finding.level == "note" and bool(reason)
    may = section != "about" and finding.rule not in NEVER_QUIET and (finding.level == "warning" or is_kept)
    words = finding.message.replace(f" Kept quiet: {reason}", "") if is_kept else finding.message
    return Remark(finding.level, finding.rule, words, finding.line, may, reason)


def _frozen(found: Mapping[str, list[Remark]]) -> dict[str, tuple[Remark, ...]]:
    return {name: tuple(each) for name, each in found.items()}
