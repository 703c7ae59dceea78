"""Asking the test questions: who asks each, when they are asked again, and the row that is kept of it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import VISITOR, Reader, Role
from kb.articles import Article
from kb.local_questions import local_questions, questions_of
from kb.question_runs import QuestionRun, keep_run, latest_run, state_of
from kb.questions import DEPTH, Question, QuestionSet, read_questions
from kb.standings import Standing
from portal.database import Database
from portal.files import content_folder
from portal.reader.finding import Finder
from portal.site.context import Site, SiteCache
from portal.site.settings import SiteVersion
from search.words import Words

CLERK = Reader(user_id=0, roles=frozenset({Role.CLERK}))


def question_file() -> Path:
    """Where the test questions of this release are."""
    return content_folder() / "questions.yaml"


def question_set() -> QuestionSet:
    """The test questions of this release, read once for each time the file changes. Raises ``BadQuestions``."""
    file = question_file()
    return _read(file, file.stat().st_mtime_ns)


def readers_for(session: Session, questions: Sequence[Question]) -> dict[str, Reader]:
    """Who asks each question: a visitor, or a clerk who signed in when the best answer is for clerks. One query."""
    public = open_to(session, VISITOR)
    return {question.ask: VISITOR if question.answers[0] in public else CLERK for question in questions}


def open_to(session: Session, reader: Reader) -> frozenset[str]:
    """The articles that this reader may open. One query."""
    live = select(Article.slug).where(
        Article.status == "published", Article.audience.in_(sorted(reader.audiences))
    )
    return frozenset(session.scalars(live))


def questions_here(session: Session) -> tuple[Question, ...]:
    """The shipped and the own test questions that an article in use here answers, and no others. Two queries."""
    live = open_to(session, CLERK)
    own = questions_of(local_questions(session))
    kept = (
        Question(each.ask, tuple(slug for slug in each.answers if slug in live), each.line)
        for each in (*question_set().questions, *own)
    )
    return tuple(question for question in kept if question.answers)


def ask_all(session: Session, finder: Finder, site: Site, words: Words) -> tuple[Standing, ...]:
    """Ask every question with this word list. Two queries and a search a question: 340 take about a second."""
    questions = questions_here(session)
    readers = readers_for(session, questions)
    found = (
        (each, finder.slugs(session, site, readers[each.ask], each.ask, words, limit=DEPTH))
        for each in questions
    )
    return tuple(Standing(each, slugs, corrected) for each, (slugs, corrected) in found)


def questions_step(database: Database, finder: Finder, sites: SiteCache) -> Callable[[datetime], int]:
    """The worker's step: after each change of the site, bring the index up and ask what is to be asked.

    The questions are asked outside of any writing: a second of searching must not keep anybody waiting.
    """
    seen = -1

    def run(now: datetime) -> int:
        nonlocal seen
        site = sites.site(now)
        if site.version == seen:
            return 0
        kept = ask_now(database, finder, site, now)
        seen = site.version
        return kept

    return run


def ask_now(database: Database, finder: Finder, site: Site, now: datetime) -> int:
    """Ask the questions of what is live, if it changed; how many runs were kept, one or none."""
    with database.reading() as session:
        finder.catch_up(session, site)
        prepared = prepare_run(session, finder, site)
    if prepared is None:
        return 0
    with database.writing() as session:
        prepared(session, now)
        session.commit()
    return 1


def prepare_run(
    session: Session, finder: Finder, site: Site
) -> Callable[[Session, datetime], QuestionRun] | None:
    """Ask the questions if what search reads has changed; gives what writes the answers down."""
    way = finder.index.flavour
    state = _state(session, way)
    if not _are_due(session, state):
        return None
    began = time.perf_counter()
    standings = ask_all(session, finder, site, finder.words(session, site))
    took = round(1000 * (time.perf_counter() - began))
    release = session.scalar(select(SiteVersion.shipped)) or ""
    return lambda writing, now: keep_run(
        writing, standings, state=state, release=release, way=way, took_ms=took, now=now
    )


def are_due(session: Session, way: str) -> bool:
    """Whether something that search reads has changed since the questions were asked last. Raises ``BadQuestions``.

    Four queries.
    """
    question_set()
    return _are_due(session, _state(session, way))


def _are_due(session: Session, state: str) -> bool:
    last = latest_run(session)
    return last is None or last.state != state


def _state(session: Session, way: str) -> str:
    own = [[each.ask, each.answers] for each in questions_of(local_questions(session))]
    return state_of(session, questions=f"{_digest(question_file())} {json.dumps(own)}", way=way)


@lru_cache(maxsize=2)
def _read(file: Path, _changed: int) -> QuestionSet:
    return read_questions(file.read_text(encoding="utf-8"))


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
