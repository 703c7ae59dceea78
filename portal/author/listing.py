"""The lists of guides and of diagnostics: every article this person may write, in tabs with true counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from auth.roles import Reader
from kb.articles import Article, Picture, Revision, Topic
from kb.feedback import counts
from portal.author.care import (
    EMPTY_FACT,
    LEAST_ANSWERS,
    NEW_VERSION,
    Mentions,
    Reason,
    Surely,
    mentions,
    reasons,
)
from portal.author.drafts import audience_in
from portal.site.context import Site

TABS = {
    "care": "Need care",
    "facts": "Local facts missing",
    "drafts": "Drafts",
    "published": "Published",
    "retired": "Retired",
    "all": "All",
}
PAGE = 50

_Live = aliased(Revision)
_Latest = aliased(Revision)


@dataclass(frozen=True)
class Line:
    """An article as the list shows it. ``live`` and ``latest`` are version numbers, 0 for none."""

    slug: str
    kind: str
    title: str
    topic: str
    status: str
    owner: str
    review_by: date | None
    live: int
    latest: int
    edited_at: datetime | None
    yes: int
    no: int
    reasons: tuple[Reason, ...]
    new_version: bool

    @property
    def url(self) -> str:
        return f"/author/{self.kind}s/{self.slug}"

    @property
    def care(self) -> tuple[Reason, ...]:
        """What an author can mend in the text."""
        return tuple(reason for reason in self.reasons if reason.rank != EMPTY_FACT)

    @property
    def facts(self) -> tuple[Reason, ...]:
        """The settings that are empty, which the office fills in."""
        return tuple(reason for reason in self.reasons if reason.rank == EMPTY_FACT)

    @property
    def is_draft(self) -> bool:
        """Whether it holds words that readers do not see yet."""
        return self.status != "retired" and self.latest > self.live

    @property
    def state(self) -> str:
        if self.status == "retired":
            return "Retired"
        if not self.live:
            return f"Draft, version {self.latest}"
        return f"Live, version {self.live}" + (f". Draft of {self.latest}" if self.is_draft else "")

    @property
    def helped(self) -> str:
        """The share of Yes, with the number of answers; hidden when few answered."""
        total = self.yes + self.no
        if total < LEAST_ANSWERS:
            return "hidden, under 20" if total else ""
        return f"{round(100 * self.yes / total)} % of {total}"


@dataclass(frozen=True)
class Listing:
    """All lines of one shelf that match, by tab, and the number of those that are not retired."""

    tabs: dict[str, list[Line]]
    next_check: date | None

    @property
    def in_use(self) -> int:
        return len(self.tabs["all"]) - len(self.tabs["retired"])


def listing(
    session: Session, site: Site, reader: Reader, *, kind: str, today: date, words: str = ""
) -> Listing:
    """The list of one shelf. Four queries: the articles, new texts, the answers and the pictures' names."""
    rows = [row for row in session.execute(_query(reader)) if _readable(row, reader)]
    surely = Surely(
        audiences={row.slug: row.audience for row in rows if _opens(row)},
        values=site.placeholders,
        pictures=frozenset(session.scalars(select(Picture.name))),
        today=today,
    )
    shown = [row for row in rows if row.kind == kind and _matches(row.title, words)]
    texts = mentions(session, {row.published_id: row.live_hash for row in shown if row.live_hash})
    answers = counts(session)
    lines = [
        _line(row, texts.get(row.published_id, Mentions()), answers.get(row.id, (0, 0)), surely)
        for row in shown
    ]
    due = [line.review_by for line in lines if line.review_by and line.review_by >= today and line.live]
    return Listing(_in_tabs(lines), min(due, default=None))


def _query(reader: Reader) -> Any:
    return (
        select(
            Article.id,
            Article.slug,
            Article.kind,
            Article.title,
            Article.status,
            Article.audience,
            Article.owner,
            Article.review_by,
            Article.replaced_by,
            Article.published_id,
            (Article.shipped_waiting != "").label("new_version"),
            _Live.hash.label("live_hash"),
            _Live.number.label("live"),
            _Latest.number.label("latest"),
            _Latest.created_at.label("edited_at"),
            _Latest.front.label("front"),
            Topic.title.label("topic"),
        )
        .outerjoin(_Live, _Live.id == Article.published_id)
        .outerjoin(_Latest, _Latest.id == Article.latest_id)
        .outerjoin(Topic, Topic.slug == Article.topic)
        .where(Article.audience.in_(sorted(reader.audiences)))
    )


def _readable(row: Row[Any], reader: Reader) -> bool:
    """The draft, too, must be for this reader."""
    return (audience_in(row.front or {}) or "public") in reader.audiences


def _opens(row: Row[Any]) -> bool:
    return row.status == "published" or (row.status == "retired" and bool(row.replaced_by))


def _matches(title: str, words: str) -> bool:
    return all(word in title.casefold() for word in words.casefold().split())


def _line(row: Row[Any], text: Mentions, answers: tuple[int, int], surely: Surely) -> Line:
    yes, no = answers
    found: tuple[Reason, ...] = ()
    if row.status == "published":
        found = reasons(text, surely, audience=row.audience, review_by=row.review_by, yes=yes, no=no)
    if row.new_version and row.status != "retired":
        found += (NEW_VERSION,)
    return Line(
        slug=row.slug,
        kind=row.kind,
        title=row.title,
        topic=row.topic or "",
        status=row.status,
        owner=row.owner,
        review_by=row.review_by,
        live=row.live or 0,
        latest=row.latest or 0,
        edited_at=row.edited_at,
        yes=yes,
        no=no,
        reasons=found,
        new_version=row.new_version,
    )


def _in_tabs(lines: list[Line]) -> dict[str, list[Line]]:
    by_title = sorted(lines, key=lambda line: (line.title.casefold(), line.slug))
    care = [line for line in by_title if line.care]
    drafts = [line for line in by_title if line.is_draft]
    return {
        "care": sorted(care, key=lambda line: (line.care[0].rank, -len(line.care))),
        "facts": [line for line in by_title if line.facts],
        "drafts": sorted(
            drafts, key=lambda line: line.edited_at.timestamp() if line.edited_at else 0, reverse=True
        ),
        "published": [line for line in by_title if line.status == "published"],
        "retired": [line for line in by_title if line.status == "retired"],
        "all": by_title,
    }
