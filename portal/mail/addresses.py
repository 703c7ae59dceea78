"""Mail addresses: one strict rule for what is one."""

from __future__ import annotations

import re

# A local part of plain letters, a host of at least two labels; nothing quoted, nothing bracketed, no spaces.
ADDRESS = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._+'-]{0,62}[A-Za-z0-9_+-])?"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def is_address(text: str) -> bool:
    """Whether the text is one plain mail address and nothing else."""
    return len(text) <= 254 and ".." not in text and ADDRESS.fullmatch(text) is not None
