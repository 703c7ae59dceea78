"""Priority: impact and urgency through the grid of the settings, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.vocabulary import BUSY_MODES, IMPACTS, MODE_NAMES, URGENCIES

# As shipped; the desk edits it under Set up. Columns: now, today, this week.
SHIPPED_GRID = {"high": ["P1", "P2", "P3"], "medium": ["P2", "P2", "P3"], "low": ["P2", "P3", "P4"]}

IMPACT_REASONS = {
    "low": "one person",
    "medium": "one office or several people",
    "high": "voters, a court or several offices",
}
URGENCY_REASONS = {"now": "needed now", "today": "needed today", "this_week": "this week is fine"}


@dataclass(frozen=True)
class Priority:
    """A level, P1 to P4, and the sentence that explains it."""

    level: str
    reason: str


def priority_of(
    grid: dict[str, list[str]] | None,
    *,
    impact: str,
    urgency: str,
    voter_waiting: bool = False,
    mode: str = "normal",
) -> Priority:
    """Look the pair up in the grid; somebody waiting counts as high and now. Raises KeyError for unknown words."""
    if voter_waiting:
        impact, urgency = "high", "now"
    row = (grid or SHIPPED_GRID)[impact]
    level = row[list(reversed(URGENCIES)).index(urgency)]
    reasons = ["voters or a court waiting"] if voter_waiting else []
    if not voter_waiting:
        reasons = [IMPACT_REASONS[impact], URGENCY_REASONS[urgency]]
    if mode in BUSY_MODES:
        reasons.append(MODE_NAMES[mode])
    return Priority(level, ", ".join(reasons))


def higher(scale: tuple[str, ...], one: str, other: str) -> str:
    """The more severe of two words on a scale that rises from left to right."""
    return max(one, other, key=scale.index)


def raised_urgency(urgency: str) -> str:
    """One step more urgent."""
    return URGENCIES[min(URGENCIES.index(urgency) + 1, len(URGENCIES) - 1)]


def severity_from_form(values: dict[str, Any]) -> tuple[str, str, bool]:
    """Impact, urgency and "someone is waiting" from the plain questions of the form."""
    waiting = values.get("waiting") == "yes"
    reach = str(values.get("reach") or "me")
    impact = {"me": "low", "office": "medium", "others": "high"}.get(reach, "low")
    urgency = str(values.get("urgency") or "today")
    return (
        impact if impact in IMPACTS else "low",
        urgency if urgency in URGENCIES else "today",
        waiting,
    )
