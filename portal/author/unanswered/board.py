"""The board of this request: the unanswered questions that its reader may see, in a time range of the page."""

from __future__ import annotations

from portal.author.sheet import number_in
from portal.errors import Missing
from portal.reports.unanswered import RANGES, Board, Question, unanswered
from portal.request import db, now, reader, site
from search.meaning import load as load_meaning

USUAL_DAYS = 30


def board(days: int) -> Board:
    """The questions of the last days. Four queries."""
    return unanswered(db(), reader(), days=days, now=now(), zone=site().zone, meaning=load_meaning())


def question_asked(words: str, days: int) -> Question:
    """The question that these words ask. Raises ``Missing``."""
    found = board(days).question(words)
    if found is None:
        raise Missing
    return found


def days_in(text: str | None) -> int:
    """The time range asked for: one of those on the page."""
    days = number_in(text)
    return days if days in RANGES else USUAL_DAYS
