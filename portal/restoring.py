"""The mark of a restore that has begun and not ended; while it lies there, nothing is served."""

from __future__ import annotations

from pathlib import Path

MARK = "restore-unfinished"


def unfinished_restore(folder: Path) -> bool:
    """Whether a restore into this data folder was cut off."""
    return (folder / MARK).exists()
