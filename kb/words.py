"""The word list: what a clerk may say and what it means, as rows that authors edit and search reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from kb.plain_yaml import BadYaml, read, write
from search.words import Words, words_from

MAX_BYTES = 512 * 1024


class Synonym(Base):
    """One row: any of ``say`` also means each of ``means``. The key is the first saying, in lower case.

    A row that was taken out stays with ``active`` off, so that an upgrade does not bring it back. ``waiting`` is
    a newer row of the product that was not taken over, because this one was edited here. ``number`` counts how
    often the row was written, so that nobody saves over a colleague. ``shipped_key`` is the name that the product
    has for the row, which stays when it is renamed here.
    """

    __tablename__ = "synonyms"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    say: Mapped[list[Any]]
    means: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    shipped_hash: Mapped[str] = mapped_column(String(64), default="")
    shipped_key: Mapped[str] = mapped_column(String(160), default="")
    waiting: Mapped[dict[str, Any] | None]
    number: Mapped[int] = mapped_column(default=1)

    @property
    def origin(self) -> str:
        """Where its text is from: "shipped", "changed" here, or "added" here."""
        if not self.shipped_hash:
            return "added"
        return "shipped" if hash_of(row_of(self)) == self.shipped_hash else "changed"


class WordChange(Base):
    """A row was added, changed, taken out or brought back. Rows are only ever added. ``by_id`` is None for an import
    or a new version of the product. ``old`` and ``new`` are rows as files have them, None for a row not in use."""

    __tablename__ = "word_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    synonym_id: Mapped[int] = mapped_column(ForeignKey("synonyms.id", ondelete="CASCADE"), index=True)
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(index=True)


class BadWords(Exception):
    """A word list that cannot be read; the message is a sentence."""


def search_words(session: Session) -> Words:
    """The word list as search uses it. One query."""
    rows = session.scalars(select(Synonym).where(Synonym.active).order_by(Synonym.id))
    return words_from([row_of(synonym) for synonym in rows])


def words_in_order(session: Session) -> list[Synonym]:
    """The rows in use by their first saying. One query."""
    return list(session.scalars(select(Synonym).where(Synonym.active).order_by(Synonym.key)))


def save_word(
    session: Session, *, say: Sequence[str], means: Sequence[str], note: str = "", replaces: str = ""
) -> Synonym:
    """Write one row; ``replaces`` is the key of the row that was opened. Raises ``BadWords``."""
    row = _checked({"say": list(say), "means": list(means), "note": note})
    synonym = _by_key(session, replaces or key_of(row))
    key = key_of(row)
    if synonym is None or (key != synonym.key and _by_key(session, key) is not None):
        if synonym is not None:
            raise BadWords(_taken(session, key))
        synonym = Synonym(key=key, waiting=None)
        session.add(synonym)
    synonym.key, synonym.active = key, True
    _write(synonym, row)
    session.flush()
    return synonym


def remove_word(session: Session, key: str) -> None:
    """Take a row out of use. A row that is not there is no error."""
    synonym = _by_key(session, key)
    if synonym is not None:
        synonym.active = False
        synonym.number += 1
        session.flush()


def rows_from(text: str) -> list[dict[str, Any]]:
    """The rows of a ``words.yaml``. Raises ``BadWords`` that names the row."""
    try:
        value = read(text, cap_bytes=MAX_BYTES)
    except BadYaml as error:
        raise BadWords(f"Line {error.line}: {error.message}") from None
    rows = value.get("words") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        raise BadWords("The file must begin with “words:” and a list.")
    return [_checked(row, number) for number, row in enumerate(rows, start=1)]


def file_of(session: Session) -> str:
    """The rows in use as a ``words.yaml``."""
    return write({"words": [row_of(synonym) for synonym in words_in_order(session)]})


def import_words(session: Session, rows: list[dict[str, Any]], *, now: datetime | None = None) -> bool:
    """Add and change rows as the file has them; rows that the file lacks stay. Whether anything changed.

    With ``now``, each change of a row gets its place in the history.
    """
    changed = False
    present = {synonym.key: synonym for synonym in session.scalars(select(Synonym))}
    for row in rows:
        synonym = present.get(key_of(row))
        if synonym is None:
            synonym = present[key_of(row)] = Synonym(key=key_of(row), active=False, waiting=None)
            session.add(synonym)
        if not synonym.active or row_of(synonym) != row:
            old = row_of(synonym) if synonym.active else None
            synonym.active, changed = True, True
            _write(synonym, row)
            _tell(session, synonym, old, now)
    session.flush()
    return changed


def ship_words(session: Session, rows: list[dict[str, Any]], *, now: datetime | None = None) -> int:
    """Bring in the rows of this version of the product; rows edited or removed here stay. How many changed.

    With ``now``, each row that an upgrade changes gets its place in the history; the first list is no change.
    """
    changed = 0
    synonyms = list(session.scalars(select(Synonym)))
    present = {synonym.key: synonym for synonym in synonyms}
    present |= {synonym.shipped_key: synonym for synonym in synonyms if synonym.shipped_key}
    for row in rows:
        key, row_hash = key_of(row), hash_of(row)
        synonym = present.get(key)
        if synonym is None:
            synonym = present[key] = Synonym(key=key, shipped_hash=row_hash, shipped_key=key, waiting=None)
            session.add(synonym)
            _write(synonym, row)
            changed += 1
        elif synonym.shipped_hash != row_hash:
            synonym.shipped_key = key
            changed += _upgrade(session, synonym, row, row_hash, now)
    session.flush()
    return changed


def row_of(synonym: Synonym) -> dict[str, Any]:
    """A row as files and search have it."""
    row: dict[str, Any] = {"say": list(synonym.say), "means": list(synonym.means)}
    return row | ({"note": synonym.note} if synonym.note else {})


def key_of(row: dict[str, Any]) -> str:
    """The name of a row: its first saying."""
    return str(row["say"][0]).casefold()[:160]


def hash_of(row: dict[str, Any]) -> str:
    """The SHA-256 of a row."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def _upgrade(
    session: Session, synonym: Synonym, row: dict[str, Any], row_hash: str, now: datetime | None
) -> int:
    old = row_of(synonym)
    untouched = hash_of(old) == synonym.shipped_hash
    synonym.shipped_hash = row_hash
    if not synonym.active:
        return 0
    if untouched:
        synonym.waiting = None
        _write(synonym, row)
        _tell(session, synonym, old, now)
        return 1
    synonym.waiting = None if row_of(synonym) == row else row
    return 0


def _taken(session: Session, key: str) -> str:
    there = _by_key(session, key)
    if there is not None and not there.active:
        return f"The row “{key}” was taken out before. Bring that one back, or put another word first."
    return f"There is a row for “{key}” already. Change that one."


def _by_key(session: Session, key: str) -> Synonym | None:
    return session.scalar(select(Synonym).where(Synonym.key == key.casefold()[:160]))


def _write(synonym: Synonym, row: dict[str, Any]) -> None:
    synonym.say, synonym.means, synonym.note = row["say"], row["means"], row.get("note", "")
    synonym.number = (synonym.number or 0) + 1


def _tell(session: Session, synonym: Synonym, old: dict[str, Any] | None, now: datetime | None) -> None:
    """Write a change by nobody in particular into the history."""
    if now is not None:
        session.flush()
        session.add(WordChange(synonym_id=synonym.id, old=old, new=row_of(synonym), by_id=None, at=now))


def _checked(row: Any, number: int = 0) -> dict[str, Any]:
    """A row with clean texts. Raises ``BadWords``."""
    place = f"Row {number}: " if number else ""
    if not isinstance(row, dict):
        raise BadWords(f"{place}A row needs “say” and “means”.")
    say, means, note = _texts(row.get("say")), _texts(row.get("means")), row.get("note")
    if not say or not means:
        raise BadWords(f"{place}A row needs “say” and “means”, each with at least one word.")
    clean: dict[str, Any] = {"say": say, "means": means}
    words = " ".join(str(note).split())[:500] if note else ""
    return clean | ({"note": words} if words else {})


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    texts = [" ".join(str(item).split())[:160] for item in listed if not isinstance(item, dict | list)]
    return list(dict.fromkeys(text for text in texts if text))
