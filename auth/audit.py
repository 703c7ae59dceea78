"""The audit log: who did what and when, each row tied to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base

# What stands before the first row.
FIRST = "0" * 64
# Any number will do, as long as nothing else in the database takes it. It reads "audit" in letters of the alphabet.
POSTGRESQL_LOCK = 121040920


class AuditEntry(Base):
    """One thing that somebody did. Rows are only ever added; the database refuses to change or remove them."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]]
    # Unique, so that two rows can never follow the same one, whatever a program does.
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


def record(
    session: Session, actor: int | None, action: str, subject: str, details: dict[str, Any], now: datetime
) -> AuditEntry:
    """Add a row to the chain, in the transaction of the change it tells of.

    The actor is a person's id, or None for the system or a visitor. The subject names the thing, such as
    ``user 7``. Details hold texts, whole numbers, booleans, lists and dicts, and never a secret. Costs one
    query and one insert; on PostgreSQL the chain is locked until the transaction ends.
    """
    _take_turn(session)
    previous = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or FIRST
    entry = AuditEntry(
        at=now,
        actor_id=actor,
        action=action[:60],
        subject=subject[:200],
        details=details,
        previous_hash=previous,
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    return entry


def first_broken(session: Session) -> int | None:
    """The id of the first row that does not follow from the one before it, or None when the chain is whole.

    Reads every row once, a thousand at a time. Rows cut off at the end leave no gap: compare ``last_hash``
    with a copy kept elsewhere, such as a backup.
    """
    previous = FIRST
    for entry in session.scalars(
        select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    ):
        if entry.previous_hash != previous or entry.hash != _hash(entry):
            return entry.id
        previous = entry.hash
        session.expunge(entry)
    return None


def last_hash(session: Session) -> str:
    """The hash of the last row: it stands for the whole chain up to now."""
    return session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or FIRST


def _take_turn(session: Session) -> None:
    # SQLite lets one writer in at a time by itself.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": POSTGRESQL_LOCK})


def _hash(entry: AuditEntry) -> str:
    parts = [
        entry.previous_hash,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.action,
        entry.subject,
        entry.details,
    ]
    told = json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(told.encode()).hexdigest()


# The migration runs these after it has made the table. The third trigger is for INSERT OR REPLACE, which
# removes the old row in SQLite without asking the trigger on removal.
SQLITE_APPEND_ONLY = (
    """
    CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit entries are not changed'); END
    """,
    """
    CREATE TRIGGER audit_entries_are_not_removed BEFORE DELETE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit entries are not removed'); END
    """,
    """
    CREATE TRIGGER audit_entries_are_not_replaced BEFORE INSERT ON audit_entries
    WHEN EXISTS (
        SELECT 1 FROM audit_entries
        WHERE id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash
    )
    BEGIN SELECT RAISE(ABORT, 'audit entries are not replaced'); END
    """,
)
SQLITE_APPEND_ONLY_UNDO = (
    "DROP TRIGGER audit_entries_are_not_replaced",
    "DROP TRIGGER audit_entries_are_not_removed",
    "DROP TRIGGER audit_entries_are_not_changed",
)
POSTGRESQL_APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit entries are not changed or removed'; END $$
    """,
    """
    CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
    """,
    """
    CREATE TRIGGER audit_entries_are_not_emptied BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
)
POSTGRESQL_APPEND_ONLY_UNDO = (
    "DROP TRIGGER audit_entries_are_not_emptied ON audit_entries",
    "DROP TRIGGER audit_entries_are_not_changed ON audit_entries",
    "DROP FUNCTION refuse_audit_change()",
)
