"""A finding: one thing that a check has to say about a guide or a diagnostic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, and how much it matters. The level is error, warning or note; errors block publishing."""

    line: int
    rule: str
    level: str
    message: str
    where: str = ""
