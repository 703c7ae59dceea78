"""Test questions of this office: real searches that solved something, taken over by an author, one at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from kb.plain_yaml import write
from kb.questions import MOST_LETTERS, Question, same_words
from kb.word_suggestions import FEWEST_BROWSERS

STATES = ("approved", "refused")


class LocalQuestion(Base):
    """What an author decided about a real search. ``key`` is the search without case and marks. ``answers`` are
    slugs, the one that solved most first. A question taken out again is refused: it is not proposed once more."""

    __tablename__ = "local_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(260), unique=True)
    ask: Mapped[str] = mapped_column(String(260))
    answers: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


@dataclass(frozen=True)
class SolvedBy:
    """Somebody searched these words and then said that this article solved it."""

    words: str
    visitor: str
    slug: str


@dataclass(frozen=True)
class Candidate:
    """A search that may become a test question, with the articles that solved it and the browsers that said so."""

    ask: str
    answers: tuple[str, ...]
    browsers: int

    @property
    def key(self) -> str:
        return key_of(self.ask)


def key_of(ask: str) -> str:
    """What makes two searches the same question."""
    return same_words(ask)[:260]


def candidates(
    solved: Iterable[SolvedBy], known: Collection[str], *, fewest: int = FEWEST_BROWSERS
) -> list[Candidate]:
    """The searches that solved something for enough browsers, most first. ``known`` are keys of what is decided.

    An article that solved it for one browser only, among several, is chance and no answer.
    """
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    written: dict[str, list[str]] = defaultdict(list)
    for one in solved:
        key = key_of(one.words)
        if key and key not in known and len(one.words) <= MOST_LETTERS:
            said[key][one.slug].add(one.visitor)
            written[key].append(" ".join(one.words.split()))
    found = []
    for key, by_slug in said.items():
        answers = sorted(by_slug, key=lambda slug: (-len(by_slug[slug]), slug))
        answers = [slug for slug in answers if slug == answers[0] or len(by_slug[slug]) > 1]
        browsers = len(set().union(*by_slug.values()))
        if browsers >= fewest:
            found.append(Candidate(min(written[key]), tuple(answers), browsers))
    return sorted(found, key=lambda one: (-one.browsers, one.ask))


def decide(
    session: Session, candidate: Candidate, *, approved: bool, by_id: int | None, now: datetime
) -> LocalQuestion:
    """Take a search over as a test question, or say that it is none. Deciding again changes the answer. One query."""
    row = session.scalar(select(LocalQuestion).where(LocalQuestion.key == candidate.key))
    if row is None:
        row = LocalQuestion(key=candidate.key)
        session.add(row)
    row.ask, row.answers = candidate.ask, list(candidate.answers)
    row.state, row.by_id, row.at = STATES[0] if approved else STATES[1], by_id, now
    session.flush()
    return row


def refuse(session: Session, question_id: int, *, by_id: int | None, now: datetime) -> bool:
    """Take a question of this office out again. False when there is none. One query."""
    row = session.get(LocalQuestion, question_id)
    if row is None or row.state != "approved":
        return False
    row.state, row.by_id, row.at = "refused", by_id, now
    session.flush()
    return True


def local_questions(session: Session) -> list[LocalQuestion]:
    """The questions of this office that are asked, by their words. One query."""
    query = select(LocalQuestion).where(LocalQuestion.state == "approved").order_by(LocalQuestion.key)
    return list(session.scalars(query))


def decided_keys(session: Session) -> frozenset[str]:
    """Of everything that was decided, the keys. One query."""
    return frozenset(session.scalars(select(LocalQuestion.key)))


def questions_of(rows: Sequence[LocalQuestion]) -> tuple[Question, ...]:
    """The rows as test questions."""
    return tuple(Question(row.ask, tuple(row.answers)) for row in rows)


def file_of(rows: Sequence[LocalQuestion]) -> str:
    """The rows as a ``questions.yaml``."""
    return write({"questions": [{"ask": row.ask, "answers": list(row.answers)} for row in rows]})
