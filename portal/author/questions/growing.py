"""How the test questions grow: real searches that solved something are proposed, and an author takes them over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auth.audit import record
from auth.roles import Reader
from kb.local_questions import (
    Candidate,
    LocalQuestion,
    candidates,
    decide,
    decided_keys,
    key_of,
    local_questions,
    refuse,
)
from kb.questions import BadQuestions
from kb.reading import ArticleLine, titles
from portal.author.heard import LOOKED_BACK, solved_searches
from portal.author.questions.asking import question_set
from portal.site.settings import touch_site


@dataclass(frozen=True)
class Growth:
    """What is proposed, what was taken over, and the articles by slug that this reader may see named."""

    proposed: tuple[Candidate, ...]
    own: tuple[LocalQuestion, ...]
    names: dict[str, ArticleLine]


def growth(session: Session, reader: Reader, now: datetime) -> Growth:
    """The proposals of the last 90 days and the office's own questions. Four queries."""
    proposed, own = _proposed(session, now), local_questions(session)
    slugs = {slug for each in proposed for slug in each.answers} | {
        slug for row in own for slug in row.answers
    }
    names = {line.slug: line for line in titles(session, sorted(slugs), reader)}
    return Growth(tuple(proposed), tuple(own), names)


def settle(session: Session, key: str, *, approved: bool, by: Reader, now: datetime) -> bool:
    """Decide about a proposal, with its audit row. False when it is none any more: it may be decided already."""
    candidate = next((one for one in _proposed(session, now) if one.key == key), None)
    if candidate is None:
        return False
    row = decide(session, candidate, approved=approved, by_id=by.user_id, now=now)
    _tell(session, "test question approved" if approved else "test question refused", row.id, by, now)
    return True


def take_out(session: Session, question_id: int, *, by: Reader, now: datetime) -> bool:
    """Take a question of this office out again, with its audit row. False when there is none."""
    if not refuse(session, question_id, by_id=by.user_id, now=now):
        return False
    _tell(session, "test question taken out", question_id, by, now)
    return True


def _proposed(session: Session, now: datetime) -> list[Candidate]:
    known = _shipped_keys() | decided_keys(session)
    return candidates(solved_searches(session, now - LOOKED_BACK), known)


def _shipped_keys() -> frozenset[str]:
    """The shipped questions, so that none is proposed. A file that cannot be read breaks no page; the doctor tells."""
    try:
        return frozenset(key_of(question.ask) for question in question_set().questions)
    except (BadQuestions, OSError):
        return frozenset()


def _tell(session: Session, action: str, question_id: int, by: Reader, now: datetime) -> None:
    record(session, by.user_id, action, f"test question {question_id}", {}, now)
    # The worker looks whether there is something to ask when the site has changed.
    touch_site(session)
