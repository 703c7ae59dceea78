"""Which version of a diagnostic another one calls: the one that was live when the run began, read from the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Publication
from kb.trees.recalls import Recall


@dataclass(frozen=True)
class Change:
    """One line of a diagnostic's history: this revision went live then, or it was retired (without a revision).

    ``recalled`` is when the revision was called back, and ``reason`` why.
    """

    at: datetime
    revision_id: int | None
    recalled: datetime | None = None
    reason: str = ""

    def stands_at(self, moment: datetime) -> bool:
        """Whether somebody who begins at this moment may walk on it."""
        return self.revision_id is not None and (self.recalled is None or self.recalled > moment)


Histories = Mapping[str, tuple[Change, ...]]


def histories(session: Session) -> Histories:
    """What happened to each diagnostic, oldest first, by slug. One query; the rows of a history never change."""
    found = session.execute(
        select(
            Article.slug,
            Publication.action,
            Publication.revision_id,
            Publication.at,
            Recall.at.label("recalled"),
            Recall.reason,
        )
        .join(Publication, Publication.article_id == Article.id)
        .outerjoin(Recall, Recall.revision_id == Publication.revision_id)
        .where(Article.kind == "diagnostic")
        .order_by(Publication.at, Publication.id)
    )
    rows: dict[str, list[Change]] = {}
    for row in found:
        live = row.revision_id if row.action == "published" else None
        rows.setdefault(row.slug, []).append(Change(row.at, live, row.recalled, row.reason or ""))
    return {slug: tuple(changes) for slug, changes in rows.items()}


def live_at(history: tuple[Change, ...], moment: datetime) -> Change | None:
    """What somebody who begins at this moment walks on; None when it is not there, retired or recalled by then."""
    last = next((change for change in reversed(history) if change.at <= moment), None)
    return last if last is not None and last.stands_at(moment) else None


def first_live(known: Histories, slug: str, revision_id: int) -> datetime | None:
    """When a revision of this diagnostic went live for the first time; None for one that never did."""
    changes = known.get(slug, ())
    return next((change.at for change in changes if change.revision_id == revision_id), None)
