"""The audit log: rows are added, follow from one another, and cannot be changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from auth import audit
from auth.audit import first_broken, last_hash, record
from auth.roles import Role


@pytest.fixture
def told(session, person, now):
    """Three rows by Ada."""
    ada = person("ada", Role.ADMIN)
    for number in range(3):
        moment = now + timedelta(seconds=number, microseconds=number)
        record(session, ada.id, "person changed", f"user {number}", {"ä": [number, True, None]}, moment)
    session.commit()


def tamper(session, statement: str) -> None:
    """Change the table as somebody could who owns the database file."""
    for undo in audit.SQLITE_APPEND_ONLY_UNDO:
        session.execute(text(undo))
    session.execute(text(statement))
    session.commit()


def test_an_empty_log_and_a_true_one_are_whole(session, told) -> None:
    assert first_broken(session) is None


def test_each_row_follows_the_one_before(session, told) -> None:
    rows = session.query(audit.AuditEntry).order_by(audit.AuditEntry.id).all()
    assert rows[0].previous_hash == "0" * 64
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert last_hash(session) == rows[-1].hash


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = NULL",
        "subject = 'user 9'",
        "details = '{}'",
        "action = 'person disabled'",
        "at = '2020-01-01'",
    ],
)
def test_a_changed_row_is_named(session, told, change) -> None:
    tamper(session, f"UPDATE audit_entries SET {change} WHERE id = 2")
    assert first_broken(session) == 2


def test_the_row_after_a_removed_one_is_named(session, told) -> None:
    tamper(session, "DELETE FROM audit_entries WHERE id = 2")
    assert first_broken(session) == 3


def test_rows_cut_off_at_the_end_show_in_the_last_hash(session, told) -> None:
    before = last_hash(session)
    tamper(session, "DELETE FROM audit_entries WHERE id = 3")
    assert first_broken(session) is None
    assert last_hash(session) != before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET subject = 'x' WHERE id = 2",
        "DELETE FROM audit_entries WHERE id = 2",
        "INSERT OR REPLACE INTO audit_entries (id, at, action, subject, details, previous_hash, hash) "
        "VALUES (2, '2026-01-01', 'a', 's', '{}', 'p', 'h')",
        "INSERT OR REPLACE INTO audit_entries (at, action, subject, details, previous_hash, hash) "
        "SELECT at, action, subject, '{}', previous_hash, 'h' FROM audit_entries WHERE id = 2",
    ],
)
def test_the_database_refuses_to_change_remove_or_replace_a_row(session, told, statement) -> None:
    with pytest.raises(IntegrityError, match="audit entries are not"):
        session.execute(text(statement))
    session.rollback()
    assert first_broken(session) is None


def test_a_row_that_was_rolled_back_leaves_the_chain_whole(session, told, now) -> None:
    record(session, None, "signed in", "user 1", {}, now)
    session.rollback()
    record(session, None, "signed in", "user 1", {}, now)
    session.commit()
    assert first_broken(session) is None


def test_details_that_are_not_plain_are_refused(session, now) -> None:
    with pytest.raises(TypeError):
        record(session, None, "x", "y", {"at": now}, now)
    with pytest.raises(ValueError, match="Out of range"):
        record(session, None, "x", "y", {"share": float("nan")}, now)
