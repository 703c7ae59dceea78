"""Each asking of the test questions as a row: its figures, what it moved, and what was changed before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from auth.base import Base
from kb.articles import Article, Publication
from kb.questions import Figures, figures_of
from kb.standings import Move, Standing, moves, packed, unpacked
from kb.words import Synonym, WordChange

# More names than this before one asking say no more than their number.
MOST_CAUSES = 30


class QuestionRun(Base):
    """The test questions were asked. ``state`` is a digest of what search reads, so that nothing is asked twice.

    ``moved`` holds ``[ask, place before, place after]`` against the run before it; ``causes`` what was published,
    retired or changed in the word list since. ``standing`` holds every place, for the newest run and for the
    first of a release; older ones keep their figures and moves. ``release`` names what shipped.
    """

    __tablename__ = "question_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(64))
    release: Mapped[str] = mapped_column(String(64))
    is_first: Mapped[bool] = mapped_column(default=False)
    way: Mapped[str] = mapped_column(String(20))
    questions: Mapped[int]
    success_1: Mapped[float]
    success_3: Mapped[float]
    mrr: Mapped[float]
    took_ms: Mapped[int] = mapped_column(default=0)
    moved: Mapped[list[Any]]
    causes: Mapped[list[Any]]
    standing: Mapped[dict[str, Any] | None]

    @property
    def figures(self) -> Figures:
        return Figures(self.questions, self.success_1, self.success_3, self.mrr)

    @property
    def moves(self) -> list[Move]:
        return [Move(ask, before, after) for ask, before, after in self.moved]

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Every question with what it finds; empty for an older run."""
        return unpacked(self.standing) if self.standing else ()


def keep_run(
    session: Session,
    standings: Sequence[Standing],
    *,
    state: str,
    release: str,
    way: str,
    took_ms: int,
    now: datetime,
) -> QuestionRun:
    """Write an asking down, with what moved since the last and what was changed in between. Five queries.

    The places of runs between the first of the release and this one are let go: nobody asks for them.
    """
    last = latest_run(session)
    is_first = last is None or last.release != release
    figures = figures_of([(each.question, each.found) for each in standings])
    run = QuestionRun(
        at=now,
        state=state,
        release=release,
        is_first=is_first,
        way=way,
        questions=figures.questions,
        success_1=figures.success_1,
        success_3=figures.success_3,
        mrr=figures.mrr,
        took_ms=took_ms,
        moved=[[one.ask, one.before, one.after] for one in moves(last.standings, standings)] if last else [],
        causes=causes_since(session, last.at, now) if last else [],
        standing=packed(standings),
    )
    session.add(run)
    session.flush()
    older = update(QuestionRun).where(QuestionRun.id < run.id)
    session.execute(
        older.where(QuestionRun.is_first.is_(False)).values(standing=None),
        execution_options={"synchronize_session": False},
    )
    return run


def latest_run(session: Session) -> QuestionRun | None:
    """The newest run. One query."""
    return session.scalar(select(QuestionRun).order_by(QuestionRun.id.desc()).limit(1))


def first_of_release(session: Session) -> QuestionRun | None:
    """The first run of the release that is installed now. One query."""
    first = select(QuestionRun).where(QuestionRun.is_first).order_by(QuestionRun.id.desc()).limit(1)
    return session.scalar(first)


def runs_from(session: Session, moment: datetime) -> list[QuestionRun]:
    """The runs at this moment and after it, oldest first, without their places. One query."""
    query = select(QuestionRun).options(defer(QuestionRun.standing)).where(QuestionRun.at >= moment)
    return list(session.scalars(query.order_by(QuestionRun.id)))


def latest_runs(session: Session, *, most: int) -> list[QuestionRun]:
    """The newest runs, newest first, without their places. One query."""
    query = select(QuestionRun).options(defer(QuestionRun.standing)).order_by(QuestionRun.id.desc())
    return list(session.scalars(query.limit(most)))


def state_of(session: Session, *, questions: str, way: str) -> str:
    """A digest of all that the places depend on: what is live, the word list, the questions. Two queries."""
    live = session.execute(
        select(Article.slug, Article.published_id, Article.audience)
        .where(Article.status == "published")
        .order_by(Article.slug)
    )
    words = session.execute(
        select(Synonym.id, Synonym.say, Synonym.means).where(Synonym.active).order_by(Synonym.id)
    )
    whole = json.dumps([[list(row) for row in live], [list(row) for row in words], questions, way])
    return hashlib.sha256(whole.encode()).hexdigest()


def last_change(session: Session) -> datetime | None:
    """When something was last published, retired or changed in the word list. Two queries."""
    moments = [
        session.scalar(select(Publication.at).order_by(Publication.id.desc()).limit(1)),
        session.scalar(select(WordChange.at).order_by(WordChange.id.desc()).limit(1)),
    ]
    return max((moment for moment in moments if moment is not None), default=None)


def causes_since(session: Session, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """What was published, retired, or changed in the word list in this time, oldest first. Two queries."""
    live = session.execute(
        select(Publication.at, Publication.action, Article.slug, Article.kind)
        .join(Article, Article.id == Publication.article_id)
        .where(Publication.at > since, Publication.at <= until)
    )
    words = session.execute(
        select(WordChange.at, Synonym.key, Synonym.id)
        .join(Synonym, Synonym.id == WordChange.synonym_id)
        .where(WordChange.at > since, WordChange.at <= until)
    )
    named: list[tuple[datetime, dict[str, Any]]] = [
        (row.at, {"what": row.action, "slug": row.slug, "kind": row.kind}) for row in live
    ] + [(row.at, {"what": "words", "key": row.key, "id": row.id}) for row in words]
    named.sort(key=lambda pair: pair[0])
    distinct = {json.dumps(cause, sort_keys=True): cause for _, cause in named}
    return list(distinct.values())[-MOST_CAUSES:]
