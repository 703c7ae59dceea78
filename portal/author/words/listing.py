"""The word list as a page: rows in tabs with true counts, looked through by words, with who changed each last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kb.word_changes import all_words, last_changes
from kb.words import Synonym, WordChange
from portal.author.drafts import names_of

TABS = {
    "use": "In use",
    "ours": "Changed or added here",
    "waiting": "New shipped words",
    "out": "Taken out",
}
PAGE = 50


@dataclass(frozen=True)
class Line:
    """A row with its last change, if there is one, and the name of who made it."""

    synonym: Synonym
    change: WordChange | None
    by: str


@dataclass(frozen=True)
class WordListing:
    """All rows that match, by tab."""

    tabs: dict[str, list[Synonym]]

    @property
    def last_page(self) -> dict[str, int]:
        return {name: max(1, -(-len(rows) // PAGE)) for name, rows in self.tabs.items()}


def word_listing(session: Session, words: str) -> WordListing:
    """The list, or what of it holds all of these words. One query."""
    rows = [row for row in all_words(session) if _matches(row, words)]
    use = [row for row in rows if row.active]
    return WordListing(
        {
            "use": use,
            "ours": [row for row in use if row.origin != "shipped"],
            "waiting": [row for row in use if row.waiting],
            "out": [row for row in rows if not row.active],
        }
    )


def lines_of(session: Session, rows: list[Synonym]) -> list[Line]:
    """The rows with who changed each last. Two queries."""
    changes = last_changes(session, [row.id for row in rows])
    names = names_of(session, {change.by_id for change in changes.values()})
    return [Line(row, changes.get(row.id), _by(changes.get(row.id), names)) for row in rows]


def _by(change: WordChange | None, names: dict[int | None, str]) -> str:
    if change is None:
        return ""
    return names.get(change.by_id, "a new version or an import")


def _matches(row: Synonym, words: str) -> bool:
    texts: Iterable[str] = (*row.say, *row.means, row.note)
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in words.casefold().split())
