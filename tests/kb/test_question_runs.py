"""Each asking as a row: figures, moves since the last, what was changed before it; older rows stay small."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kb.articles import Article
from kb.question_runs import (
    QuestionRun,
    causes_since,
    first_of_release,
    keep_run,
    latest_run,
    latest_runs,
    runs_from,
    state_of,
)
from kb.questions import Question
from kb.standings import Move, Standing
from kb.word_changes import add_word
from kb.writing import go_live, save_revision, start_article


def standings(*found: str) -> list[Standing]:
    return [
        Standing(Question("blank", ("labels",)), found),
        Standing(Question("ink", ("toner",)), ("toner",)),
    ]


def keep(session: Session, places: list[Standing], at: datetime, release: str = "1") -> QuestionRun:
    return keep_run(session, places, state=str(at), release=release, way="words", took_ms=5, now=at)


def publish(session: Session, slug: str, at: datetime) -> Article:
    article = start_article(session, slug=slug, kind="guide", title=slug.title(), now=at)
    revision = save_revision(
        session, article, title=slug.title(), front={}, source="Do it.\n", author_id=1, based_on=0, now=at
    )
    go_live(session, article, revision, by_id=1, now=at)
    return article


def test_the_first_run_has_figures_and_nothing_that_moved(session: Session, now: datetime) -> None:
    run = keep(session, standings("x", "labels"), now)
    assert (run.questions, run.success_1, run.success_3, run.mrr) == (2, 0.5, 1.0, 0.75)
    assert (run.is_first, run.moved, run.causes) == (True, [], [])
    assert run.standings == tuple(standings("x", "labels"))


def test_the_next_run_tells_what_moved_and_why(session: Session, now: datetime) -> None:
    keep(session, standings("labels"), now)
    publish(session, "toner", now + timedelta(minutes=1))
    row = add_word(session, {"say": ["ink"], "means": ["toner"]}, by_id=1, now=now + timedelta(minutes=2))
    run = keep(session, standings(), now + timedelta(minutes=3))
    assert run.moves == [Move("blank", 1, 0)]
    assert run.causes == [
        {"what": "published", "slug": "toner", "kind": "guide"},
        {"what": "words", "key": "ink", "id": row.id},
    ]
    assert causes_since(session, now + timedelta(minutes=3), now + timedelta(hours=1)) == []


def test_the_first_and_the_newest_keep_their_places_and_the_others_let_go(
    session: Session, now: datetime
) -> None:
    runs = [keep(session, standings("labels"), now + timedelta(hours=hour)) for hour in range(4)]
    session.expire_all()
    assert [run.standing is not None for run in runs] == [True, False, False, True]
    assert latest_run(session) is runs[-1]
    assert first_of_release(session) is runs[0]
    assert [run.id for run in latest_runs(session, most=2)] == [runs[3].id, runs[2].id]
    assert [run.id for run in runs_from(session, now + timedelta(hours=2))] == [runs[2].id, runs[3].id]


def test_another_release_begins_anew(session: Session, now: datetime) -> None:
    keep(session, standings("labels"), now)
    newer = keep(session, standings(), now + timedelta(days=1), release="2")
    assert newer.is_first
    assert first_of_release(session) is newer


def test_the_state_changes_with_what_search_reads_and_with_nothing_else(
    session: Session, now: datetime
) -> None:
    def state(questions: str = "set", way: str = "words") -> str:
        return state_of(session, questions=questions, way=way)

    article = publish(session, "labels", now)
    before = state()
    article.owner = "somebody"
    session.flush()
    assert state() == before
    assert state(questions="other") != before
    assert state(way="meaning") != before
    add_word(session, {"say": ["ink"], "means": ["toner"]}, by_id=1, now=now)
    with_word = state()
    assert with_word != before
    article.status = "retired"
    session.flush()
    assert state() != with_word
