"""Settings of the desk: a table by name with its history, and one version row that caches watch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import JSON

from auth.base import Base


class Setting(Base):
    """One setting and its value now."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class SettingChange(Base):
    """A setting was changed: who, when, from what, to what."""

    __tablename__ = "setting_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    old: Mapped[Any] = mapped_column(JSON, nullable=True)
    new: Mapped[Any] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class SiteVersion(Base):
    """One row. Its number goes up with every change that pages cache: settings, notices, publications.

    ``shipped`` is the digest of the content that came with the product and was loaded last.
    """

    __tablename__ = "site_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
    demo: Mapped[bool] = mapped_column(default=False)
    shipped: Mapped[str] = mapped_column(String(64), default="")


def seed_settings(session: Session, first_values: dict[str, Any]) -> int:
    """Add the settings that are absent; never touch one that is there. Returns how many were added."""
    if session.get(SiteVersion, 1) is None:
        session.add(SiteVersion(id=1))
    present = set(session.scalars(select(Setting.name)))
    values = flat_settings(first_values)
    absent = [name for name in values if name not in present]
    session.add_all(Setting(name=name, value=values[name]) for name in absent)
    if absent:
        touch_site(session)
    return len(absent)


def flat_settings(first_values: dict[str, Any]) -> dict[str, Any]:
    """The file's values by name; each placeholder becomes a setting named ``placeholder.<name>``."""
    flat = {name: value for name, value in first_values.items() if name != "placeholders"}
    placeholders: dict[str, Any] = first_values.get("placeholders") or {}
    return flat | {f"placeholder.{name}": str(value or "") for name, value in placeholders.items()}


def all_settings(session: Session) -> dict[str, Any]:
    """Every setting by name. One query."""
    return {row.name: row.value for row in session.execute(select(Setting.name, Setting.value))}


def change_setting(session: Session, name: str, value: Any, *, by: int | None, now: datetime) -> bool:
    """Write a setting and its history. Returns False, and writes nothing, when the value is the same."""
    row = session.get(Setting, name)
    old = row.value if row else None
    if row is not None and old == value:
        return False
    if row is None:
        session.add(Setting(name=name, value=value))
    else:
        row.value = value
    session.add(SettingChange(name=name, old=old, new=value, by_id=by, at=now))
    touch_site(session)
    return True


def touch_site(session: Session) -> None:
    """Tell every process that something it caches has changed."""
    session.flush()
    session.execute(update(SiteVersion).values(number=SiteVersion.number + 1))


def quick_version(engine: Engine) -> tuple[int, bool]:
    """The same as ``site_version`` on a connection of its own, past everything but the driver: every page asks."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT number, demo FROM site_version")
        row = cursor.fetchone()
        cursor.close()
    finally:
        connection.close()
    return (int(row[0]), bool(row[1])) if row else (0, False)


def site_version(session: Session) -> tuple[int, bool]:
    """The version number and whether this is a demo. One query of one row."""
    row = session.execute(select(SiteVersion.number, SiteVersion.demo)).first()
    return (row[0], row[1]) if row else (0, False)
