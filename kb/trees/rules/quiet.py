"""Warnings that an author keeps quiet, one by one and with a reason that reviewers see."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kb.findings import Finding
from kb.trees.around import Findings, error
from kb.trees.tree import Fact, Node, Outcome, Step, Tree

SHORTEST_REASON = 10
"""Shorter than this is a word to get past the check, not a reason."""

Part = Node | Step | Fact | Outcome


def quieted(tree: Tree, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, with each warning that its part keeps quiet as a note with the reason. Errors stay errors."""
    used: set[tuple[str, str]] = set()
    parts = dict(_parts(tree))
    for finding in findings:
        name = _keeper(parts, finding)
        if name:
            used.add((name, finding.rule))
            reason = f"{finding.message} Kept quiet: {parts[name].quiet[finding.rule]}"
            yield replace(finding, level="note", message=reason)
        else:
            yield finding
    yield from _about_reasons(parts, used)


def _keeper(parts: dict[str, Part], finding: Finding) -> str:
    """The part that keeps a warning quiet, by its name in `where`; empty when none does."""
    if finding.level != "warning":
        return ""
    names = finding.where.split(".")
    return next((name for name in names if name in parts and finding.rule in parts[name].quiet), "")


def _about_reasons(parts: dict[str, Part], used: set[tuple[str, str]]) -> Findings:
    for name, part in parts.items():
        for rule, reason in part.quiet.items():
            if len(reason) < SHORTEST_REASON:
                message = f'Say in "quiet" why {rule} does not matter here.'
                yield error(part.line, "quiet-reason", message, name)
            elif (name, rule) not in used:
                message = f'{rule} is kept quiet here and says nothing. Remove it from "quiet".'
                yield Finding(part.line, "quiet-unused", "note", message, name)


def _parts(tree: Tree) -> Iterator[tuple[str, Part]]:
    """Each part that can keep a rule quiet. A node comes last, so that it wins over a step of the same name."""
    yield from tree.outcomes.items()
    yield from tree.facts.items()
    yield from tree.steps.items()
    yield from tree.nodes.items()
