"""The kept places of the test questions, as pages show them: figures, what moved since when, and around one article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article, Publication
from kb.question_runs import QuestionRun, first_of_release, latest_run, latest_runs, runs_from
from kb.questions import Figures
from kb.reading import ArticleLine, titles
from kb.standings import GOOD, About, Move, Standing, about, by_kind, moves, net

TREND = 20


@dataclass(frozen=True)
class Moved:
    """What moved between two moments, by won, lost and moved."""

    kinds: dict[str, list[Move]]

    @property
    def won(self) -> int:
        return len(self.kinds["won"])

    @property
    def lost(self) -> int:
        return len(self.kinds["lost"])

    @property
    def words(self) -> str:
        """Such as "2 questions lost, 1 won"."""
        if not self.won and not self.lost:
            return "no question won or lost"
        return f"{self.lost} {'question' if self.lost == 1 else 'questions'} lost, {self.won} won"


@dataclass(frozen=True)
class Cause:
    """Something that was changed before an asking: words for it, and where it is. An article not for this reader
    is only counted."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class Step:
    """One asking in the trend."""

    run: QuestionRun
    moved: Moved
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Questions:
    """The page of all test questions."""

    run: QuestionRun
    first: QuestionRun | None
    misses: tuple[Standing, ...]
    since_release: Moved
    since_yours: Moved | None
    yours_at: datetime | None
    steps: tuple[Step, ...]
    names: dict[str, ArticleLine]

    def gain(self, name: str) -> float:
        """By how much a figure grew since the first asking of the release, in points."""
        before: Figures = self.first.figures if self.first else self.run.figures
        return float(100 * (getattr(self.run.figures, name) - getattr(before, name)))


@dataclass(frozen=True)
class ArticleQuestions:
    """The page of one article. ``published_at`` is its last publication, ``moved`` what its questions did since."""

    run: QuestionRun
    about: About
    published_at: datetime | None
    moved: Moved | None
    names: dict[str, ArticleLine]


def all_questions(session: Session, reader: Reader) -> Questions | None:
    """Where the questions stand, for this reader; None before they were asked. Seven queries."""
    run = latest_run(session)
    if run is None:
        return None
    first = first_of_release(session)
    standings = run.standings
    misses = tuple(each for each in standings if not 1 <= each.rank <= GOOD)
    steps = latest_runs(session, most=TREND)
    yours_at = _last_publication(session, Publication.by_id == reader.user_id)
    slugs = [slug for each in misses for slug in (each.question.answers[0], *each.found[:1])]
    slugs += [cause["slug"] for step in steps for cause in step.causes if "slug" in cause]
    names = _names(session, slugs, reader)
    return Questions(
        run=run,
        first=first,
        misses=misses,
        since_release=_moved(moves(first.standings, standings) if first else []),
        since_yours=_since(session, yours_at) if yours_at else None,
        yours_at=yours_at,
        steps=tuple(Step(step, _moved(step.moves), _causes(step.causes, names)) for step in steps),
        names=names,
    )


def article_questions(session: Session, article: Article, reader: Reader) -> ArticleQuestions | None:
    """The questions around one article; None before they were asked. Four queries."""
    run = latest_run(session)
    if run is None:
        return None
    around = about(run.standings, article.slug)
    published_at = _last_publication(session, Publication.article_id == article.id)
    own = {one.ask for one in around.named}
    since = _since(session, published_at, own) if published_at else None
    firsts = [one.first for one in (*around.named, *around.strays) if one.first]
    return ArticleQuestions(run, around, published_at, since, _names(session, firsts, reader))


def _since(session: Session, moment: datetime, own: Iterable[str] | None = None) -> Moved:
    """What the runs from a moment on come to, for all questions or for some."""
    wanted = None if own is None else set(own)
    steps = [run.moves for run in runs_from(session, moment) if not run.is_first]
    return _moved(one for one in net(steps) if wanted is None or one.ask in wanted)


def _moved(found: Iterable[Move]) -> Moved:
    return Moved(by_kind(found))


def _last_publication(session: Session, of: Any) -> datetime | None:
    query = select(Publication.at).where(of, Publication.action == "published")
    return session.scalar(query.order_by(Publication.id.desc()).limit(1))


def _names(session: Session, slugs: Iterable[str], reader: Reader) -> dict[str, ArticleLine]:
    return {line.slug: line for line in titles(session, sorted(set(slugs)), reader)}


def _causes(kept: list[dict[str, Any]], names: dict[str, ArticleLine]) -> tuple[Cause, ...]:
    found, hidden = [], 0
    for cause in kept:
        if cause["what"] == "words":
            found.append(Cause(f"the words “{cause['key']}”", f"/author/words/{cause['id']}"))
        elif cause["slug"] in names:
            line = names[cause["slug"]]
            found.append(Cause(f"{line.title}, {cause['what']}", f"/author/{line.kind}s/{line.slug}"))
        else:
            hidden += 1
    return (*found, *((Cause(f"{hidden} more"),) if hidden else ()))
