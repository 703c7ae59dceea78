"""Unanswered questions: what people asked and found no answer to, put together by what it means, for authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article
from portal.formatting import plural
from portal.reports.asked import Asked, asked_since
from portal.reports.events import AnswerWanted
from portal.reports.setting_aside import QuestionSetAside, questions_set_aside
from search.grouping import Vectors, grouped, key_of

RANGES = (7, 30, 90)
# Grouping compares each wording with each group; the rarest beyond these are left out, and the page says so.
MOST_WORDINGS = 1_500
MOST_SHOWN = 3

WHY = {
    "nothing": "Found nothing {times}.",
    "guess": "Only a guess at the words found something, and nobody opened it: {times}.",
    "unopened": "Nobody opened a result {times}.",
    "none_helped": "“None of these helped” {times}.",
    "filed": "Asked the help desk instead {times}.",
}


@dataclass(frozen=True)
class Page:
    """An article as this reader may see it named."""

    id: int
    slug: str
    kind: str
    title: str

    @property
    def url(self) -> str:
        return f"/diagnose/{self.slug}" if self.kind == "diagnostic" else f"/articles/{self.slug}"


@dataclass(frozen=True)
class Question:
    """One question, in the words most used for it, with all that is known of it.

    ``asked`` counts people who were left without an answer, each once a day; ``answered`` those who were not.
    ``waiting`` are people to be told when there is a guide. ``shown`` are articles that this reader may see.
    """

    words: str
    wordings: tuple[tuple[str, int], ...]
    keys: tuple[str, ...]
    asked: int
    answered: int
    browsers: int
    offices: int
    waiting: int
    first: datetime | None
    last: datetime | None
    why: tuple[str, ...]
    shown: tuple[Page, ...]
    aside: QuestionSetAside | None
    answer: Page | None

    @property
    def is_open(self) -> bool:
        """Whether it is on the list: not set aside, or failed again since, and left more people than it helped."""
        if self.aside is not None and (self.aside.kind == "not_ours" or not self.asked):
            return False
        return self.waiting > 0 or (self.asked > 0 and self.asked >= self.answered)

    def also(self, most: int = 3) -> str:
        """Other words used for it."""
        return " · ".join(words for words, _ in self.wordings[1 : most + 1])


@dataclass(frozen=True)
class Board:
    """The questions of a time range: those that are open, most asked first, and those set aside."""

    questions: tuple[Question, ...]
    set_aside: tuple[tuple[QuestionSetAside, Page | None], ...]
    searches: int
    is_cut: bool

    def question(self, words: str) -> Question | None:
        """The question that these words ask, or None."""
        key = key_of(words)
        return next((one for one in self.questions if key in one.keys), None)

    @property
    def open(self) -> tuple[Question, ...]:
        return tuple(one for one in self.questions if one.is_open)


def unanswered(
    session: Session, reader: Reader, *, days: int, now: datetime, zone: ZoneInfo, meaning: Vectors | None
) -> Board:
    """The board for this reader. Four queries, however many questions there are."""
    reading = asked_since(session, now - timedelta(days=days), now=now, zone=zone)
    wanted = Counter(session.scalars(select(AnswerWanted.words)))
    aside = questions_set_aside(session)
    wordings, is_cut = _wordings(reading.asked, wanted, aside)
    pages = _pages(session, reader, reading.asked, aside)
    by_key: dict[str, list[Asked]] = {}
    for one in reading.asked:
        by_key.setdefault(one.key, []).append(one)
    questions = [
        _question([wordings[place] for place in group], by_key, wanted, aside, pages)
        for group in grouped([words for _, words in wordings], meaning)
    ]
    order = sorted(questions, key=_most_asked)
    rows = tuple((row, pages.get(row.article_id or 0)) for row in aside)
    return Board(tuple(order), rows, len(reading.asked), is_cut or reading.is_cut)


def _wordings(
    asked: Sequence[Asked], wanted: Iterable[str], aside: Iterable[QuestionSetAside]
) -> tuple[list[tuple[str, str]], bool]:
    """Each key with the words most used for it, most asked first; whether some were left out."""
    counts: dict[str, Counter[str]] = {}
    for one in asked:
        counts.setdefault(one.key, Counter())[one.words.casefold()] += 1
    for words in (*wanted, *(row.words for row in aside)):
        counts.setdefault(key_of(words), Counter())[words.casefold()] += 0
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    named = [(key, min(used.items(), key=_most_typed)[0]) for key, used in ranked]
    return named[:MOST_WORDINGS], len(named) > MOST_WORDINGS


def _question(
    wordings: list[tuple[str, str]],
    by_key: dict[str, list[Asked]],
    wanted: Counter[str],
    aside: Sequence[QuestionSetAside],
    pages: dict[str | int, Page],
) -> Question:
    keys = tuple(key for key, _ in wordings)
    held = next((row for row in aside if not set(row.wordings).isdisjoint(keys)), None)
    asked = [one for key in keys for one in by_key.get(key, ())]
    if held is not None and held.kind == "answered":
        asked = [one for one in asked if one.at > held.at]
    left = [one for one in asked if not one.is_answered]
    shown = Counter(slug for one in left for slug in one.shown[:MOST_SHOWN] if slug in pages)
    said = Counter(one.words.casefold() for one in left) or Counter({words: 0 for _, words in wordings})
    typed = tuple(sorted(said.items(), key=_most_typed))
    return Question(
        words=typed[0][0],
        wordings=typed,
        keys=keys,
        asked=len(left),
        answered=len(asked) - len(left),
        browsers=len({one.visitor for one in left}),
        offices=len({one.office_id for one in left} - {None}),
        waiting=sum(number for words, number in wanted.items() if key_of(words) in keys),
        first=min((one.at for one in left), default=None),
        last=max((one.at for one in left), default=None),
        why=_why(left),
        shown=tuple(pages[slug] for slug, _ in _in_order(shown)[:MOST_SHOWN]),
        aside=held,
        answer=pages.get(held.article_id or 0) if held is not None else None,
    )


def _why(left: Sequence[Asked]) -> tuple[str, ...]:
    """Why it is here, in words, the plainest failure first."""
    counts = Counter(one.ending for one in left)
    order = ("nothing", "guess", "unopened", "none_helped", "filed")
    return tuple(WHY[ending].format(times=_times(counts[ending])) for ending in order if counts[ending])


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, plural(number, "time"))


def _in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _most_typed(counted: tuple[str, int]) -> tuple[int, int, str]:
    """The words most used first; of two alike, the shorter."""
    words, count = counted
    return -count, len(words), words


def _most_asked(question: Question) -> tuple[int, int, float, str]:
    first = question.first.timestamp() if question.first else 0.0
    return -question.asked, -question.waiting, first, question.words


def _pages(
    session: Session, reader: Reader, asked: Sequence[Asked], aside: Sequence[QuestionSetAside]
) -> dict[str | int, Page]:
    """The articles that were shown or answer a question, by slug and by id: only those for this reader. One query."""
    slugs = {slug for one in asked if not one.is_answered for slug in one.shown[:MOST_SHOWN]}
    ids = {row.article_id for row in aside if row.article_id is not None}
    rows = session.execute(
        select(Article.id, Article.slug, Article.kind, Article.title).where(
            Article.slug.in_(sorted(slugs)) | Article.id.in_(sorted(ids)),
            Article.status == "published",
            Article.audience.in_(sorted(reader.audiences)),
        )
    )
    pages = [Page(row.id, row.slug, row.kind, row.title) for row in rows]
    return {page.slug: page for page in pages} | {page.id: page for page in pages}
