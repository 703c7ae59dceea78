"""Setting up: schema, first settings, shipped content, index, and the demo when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from auth.users import Group, User
from kb.articles import Article, Topic
from kb.loading import load_shipped
from kb.plain_yaml import read
from portal.config import Config
from portal.database import Database
from portal.files import content_folder
from portal.reader.finding import Finder
from portal.schema import upgrade
from portal.site.context import build_site
from portal.site.settings import SiteVersion, all_settings, seed_settings, touch_site
from portal.status.services import seed_services
from portal.tickets.ticket import Ticket

LONGEST_SETTINGS = 256 * 1024


class DemoRefused(Exception):
    """A database that holds real people or requests is not made into a demo."""


@dataclass(frozen=True)
class SetUp:
    """What setting up did."""

    settings_added: int
    content_changed: int
    indexed: int
    demo: bool


def set_up(config: Config, database: Database, finder: Finder, *, demo: bool, now: datetime) -> SetUp:
    """Bring the database to this release and load what it ships. Running it again changes nothing."""
    upgrade(database.engine)
    with database.writing() as session:
        was_demo = is_demo(session)
        if demo and not was_demo:
            refuse_used(session)
        added, changed = load_release(session, content_folder(), now)
        if demo and not was_demo:
            from portal.demo.filling import fill_demo

            fill_demo(session, config, now=now)
            session.execute(update(SiteVersion).values(demo=True))
        session.commit()
    indexed = index_now(database, finder, now)
    if demo and not was_demo:
        from portal.demo.words import fill_words

        fill_words(database, finder, now)
    return SetUp(added, changed, indexed, demo or was_demo)


def load_release(session: Session, folder: Path, now: datetime) -> tuple[int, int]:
    """Load settings and content that came with the product, unless the same were loaded last time.

    Returns how many settings were added and how many articles are new or renewed.
    """
    digest = digest_of(folder)
    if session.scalar(select(SiteVersion.shipped)) == digest:
        return 0, 0
    added = seed(session, read_first_values(folder / "site.yaml"))
    report = load_shipped(session, folder, now=now)
    changed = len(report.created) + len(report.updated)
    if changed:
        touch_site(session)
    session.execute(update(SiteVersion).values(shipped=digest))
    return added, changed


def digest_of(folder: Path) -> str:
    """One digest of all files of a folder with their names. Some milliseconds."""
    whole = sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file() and "handbook" not in file.parts):
        whole.update(f"{file.relative_to(folder)}\0".encode())
        whole.update(sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def seed(session: Session, first_values: dict[str, Any]) -> int:
    """Settings, topics, services and groups that are absent."""
    added = seed_settings(session, first_values)
    seed_topics(session, first_values.get("topics") or [])
    seed_services(session, first_values.get("services") or [])
    present = set(session.scalars(select(Group.slug)))
    for row in first_values.get("groups") or []:
        if row["slug"] not in present:
            session.add(Group(slug=row["slug"], name=row["name"]))
    session.flush()
    return added


def seed_topics(session: Session, rows: list[dict[str, Any]]) -> None:
    """The topics in their order; one that is there is left as it is."""
    present = set(session.scalars(select(Topic.slug)))
    for position, row in enumerate(rows):
        if row["slug"] not in present:
            session.add(Topic(slug=row["slug"], title=row["title"], position=position))


def index_now(database: Database, finder: Finder, now: datetime) -> int:
    """Bring the index up to what is published."""
    with database.reading() as session:
        site = build_site(all_settings(session), (), now)
        return finder.catch_up(session, site)


def read_first_values(path: Path) -> dict[str, Any]:
    """The first values of the settings, as the file gives them."""
    values = read(path.read_text(encoding="utf-8"), cap_bytes=LONGEST_SETTINGS)
    if not isinstance(values, dict):
        raise ValueError(f"{path} does not hold settings")
    return values


def is_demo(session: Session) -> bool:
    """Whether this database is a demo."""
    return bool(session.scalar(select(SiteVersion.demo)))


def refuse_used(session: Session) -> None:
    """Raise DemoRefused when the database holds people, requests or articles of its own."""
    own = select(func.count()).select_from(Article).where(Article.shipped_hash == "")
    counts = {
        "people": session.scalar(select(func.count()).select_from(User)) or 0,
        "requests": session.scalar(select(func.count()).select_from(Ticket)) or 0,
        "articles of your own": session.scalar(own) or 0,
    }
    used = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    if used:
        raise DemoRefused(f"This database is in use ({used}). A demo needs an empty one: set SIGNPOST_DATA.")
