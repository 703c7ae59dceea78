"""What has been measured of one diagnostic lately, for its check and its map."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from sqlalchemy.orm import Session

from kb.trees.figures.day_counts import summed

LATELY = timedelta(days=90)
"""A season: the check speaks about the diagnostic as it is now, not as it was a year ago."""


def measured_lately(session: Session, article_id: int, today: date) -> dict[str, Counter[str]]:
    """The counts of the last season by address, under the names they were written with. One query."""
    return summed(session, article_id, since=today - LATELY)
