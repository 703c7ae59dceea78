"""Changing the word list by hand: each change has a name, a time and its place in the history; nobody is overtaken."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.words import BadWords, Synonym, WordChange, key_of, row_of, save_word

TAKEN = "There is a row for “{key}” already. Change that one."


class Overtaken(Exception):
    """Somebody changed the row in between. ``theirs`` is the row as it is now; nothing was written."""

    def __init__(self, theirs: Synonym) -> None:
        super().__init__(f"the row “{theirs.key}” was changed in between")
        self.theirs = theirs


def add_word(session: Session, row: dict[str, Any], *, by_id: int | None, now: datetime) -> Synonym:
    """Add a row, or bring back the one that was taken out under this name. Raises ``BadWords``. Three queries."""
    there = session.scalar(select(Synonym).where(Synonym.key == key_of(row)))
    if there is not None and there.active:
        raise BadWords(TAKEN.format(key=there.key))
    try:
        with session.begin_nested():
            synonym = _saved(session, row)
    except IntegrityError:  # a colleague added the same in this moment
        raise BadWords(TAKEN.format(key=key_of(row))) from None
    _remember(session, synonym, None, row_of(synonym), by_id, now)
    return synonym


def change_word(
    session: Session,
    synonym: Synonym,
    row: dict[str, Any],
    *,
    based_on: int,
    by_id: int | None,
    now: datetime,
) -> bool:
    """Write a row anew. Raises ``Overtaken`` and ``BadWords``. False, and nothing written, when it is the same.

    ``based_on`` is the number of the row that was opened. A shipped row that waits and is the same is settled.
    """
    old = row_of(synonym) if synonym.active else None
    if old == row:
        return False
    _take_turn(session, synonym, based_on)
    synonym = _saved(session, row, replaces=synonym.key)
    if synonym.waiting == row:
        synonym.waiting = None
    _remember(session, synonym, old, row_of(synonym), by_id, now)
    return True


def take_out_word(
    session: Session, synonym: Synonym, *, based_on: int, by_id: int | None, now: datetime
) -> bool:
    """Take a row out of use; it stays in the history. Raises ``Overtaken``. False when it is out already."""
    if not synonym.active:
        return False
    _take_turn(session, synonym, based_on)
    old = row_of(synonym)
    synonym.active = False
    _remember(session, synonym, old, None, by_id, now)
    return True


def keep_own_word(session: Session, synonym: Synonym) -> None:
    """Keep our row, and stop listing the shipped one that waits."""
    synonym.waiting = None
    session.flush()


def word_numbered(session: Session, synonym_id: int) -> Synonym | None:
    """One row, in use or not. One query."""
    return session.get(Synonym, synonym_id)


def history_of(session: Session, synonym_id: int) -> list[WordChange]:
    """All changes of one row, newest first. One query."""
    query = select(WordChange).where(WordChange.synonym_id == synonym_id)
    return list(session.scalars(query.order_by(WordChange.id.desc())))


def last_changes(session: Session, synonym_ids: Collection[int]) -> dict[int, WordChange]:
    """The newest change of each of these rows. One query."""
    query = select(WordChange).where(WordChange.synonym_id.in_(synonym_ids)).order_by(WordChange.id)
    return {change.synonym_id: change for change in session.scalars(query)}


def all_words(session: Session) -> list[Synonym]:
    """Every row, those out of use too, by their first saying. One query."""
    return list(session.scalars(select(Synonym).order_by(Synonym.key)))


def _take_turn(session: Session, synonym: Synonym, based_on: int) -> None:
    """Move the number on, if it is still the one that was opened: of two who save at once, one wins."""
    session.flush()
    moved = session.execute(
        update(Synonym)
        .where(Synonym.id == synonym.id, Synonym.number == based_on)
        .values(number=Synonym.number + 1)
        .execution_options(synchronize_session=False)
        .returning(Synonym.id)
    ).scalar()
    session.refresh(synonym)
    if moved is None:
        raise Overtaken(synonym)


def _saved(session: Session, row: dict[str, Any], *, replaces: str = "") -> Synonym:
    return save_word(session, say=row["say"], means=row["means"], note=row.get("note", ""), replaces=replaces)


def _remember(
    session: Session,
    synonym: Synonym,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    by_id: int | None,
    now: datetime,
) -> None:
    session.add(WordChange(synonym_id=synonym.id, old=old, new=new, by_id=by_id, at=now))
    session.flush()
