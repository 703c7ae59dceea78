"""What the demo tells of one request: who asked, how long ago, and what happened since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# In minutes, as everything that happened to a request is told.
DAY = 1440


@dataclass(frozen=True)
class Told:
    """One request: what was said, by whom, how long ago, and what happened since."""

    subject: str
    words: str
    office: str
    who: str
    minutes_ago: int
    impact: str = "low"
    urgency: str = "today"
    waiting: bool = False
    channel: str = "portal"
    service: str = ""
    group: str = "help-desk"
    restricted: bool = False
    taken: bool = False
    talk: tuple[tuple[str, str], ...] = ()
    waiting_for: str | None = None
    fixed_by: str = ""
    cause: str = ""
    guide: str = ""
    facts: tuple[dict[str, str], ...] = ()
    path: dict[str, Any] = field(default_factory=dict)


def searched(*words: str) -> dict[str, Any]:
    """The way of somebody who searched for these words and opened nothing."""
    return {"searched": list(words), "opened": []}
