"""Noting what readers do: searches, openings and choices are written down after the answer, never during it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.reader.finding import Found
from portal.reports.endings import record_choice, record_none_helped
from portal.reports.events import record_opening, record_search
from portal.request import after_answer, asker, now


def note_search(found: Found) -> None:
    """Write the search down after the answer: the words, what was shown, and what was used or offered instead."""
    by, moment, answer = asker(), now(), found.results
    shown = [hit.slug for hit in answer.hits]

    def write(session: Session) -> None:
        record_search(
            session,
            by=by,
            words=found.typed,
            shown=shown,
            total=answer.total,
            corrected=answer.corrected or "",
            offered=answer.offered or "",
            now=moment,
        )

    after_answer(write)


def note_opening(slug: str) -> None:
    """Write down after the answer that this browser opened the article."""
    by, moment = asker(), now()
    after_answer(lambda session: record_opening(session, by=by, slug=slug, now=moment))


def note_choice(words: str, shown: list[str], slug: str) -> None:
    """Write down after the answer that a suggestion was chosen: the words typed so far, and what was suggested."""
    by, moment = asker(), now()

    def write(session: Session) -> None:
        record_choice(session, by=by, words=words, shown=shown, slug=slug, now=moment)

    after_answer(write)


def note_none_helped(words: str) -> None:
    """Write down after the answer that a person goes on from a search to a request, with its words."""
    by, moment = asker(), now()
    if words.strip():
        after_answer(lambda session: record_none_helped(session, by=by, words=words, now=moment))
