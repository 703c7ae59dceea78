"""Loose files: what no row names goes after a day, and nothing that a row names or is about to name ever does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from auth.base import Base
from kb.articles import Article, Revision
from kb.trees.runs import Run, answer, begin
from kb.trees.sharing import hold, let_go
from portal.config import Config, read_config
from portal.database import Database, open_database
from portal.keeping.loose_files import loose_files, remove_loose_files
from portal.running.housekeeping import forget_runs
from portal.tickets.store import CleanFile, Store
from portal.tickets.ticket import Attachment, Entry, Ticket

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
A_DAY_AND_A_BIT = timedelta(days=1, minutes=1)
PHOTO = CleanFile("front.png", "image/png", b"a picture")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return read_config({"SIGNPOST_DATA": str(tmp_path)})


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    opened = open_database(config.database_url)
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def store(config: Config) -> Store:
    return Store(config.attachments_folder)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as opened:
        yield opened


@pytest.fixture
def run(session: Session) -> Run:
    """A run that was walked 31 days ago."""
    article = Article(slug="lamp", kind="diagnostic", status="published", title="Lamp", created_at=NOW)
    session.add(article)
    session.flush()
    fields = {"title": "Lamp", "source": "", "front": {}, "tree": {}, "outline": [], "hash": "0"}
    revision = Revision(article_id=article.id, number=1, created_at=NOW, **fields)
    session.add(revision)
    session.flush()
    return begin(session, article_id=article.id, revision_id=revision.id, now=NOW - timedelta(days=31))


def kept(config: Config, *, age: timedelta = A_DAY_AND_A_BIT) -> str:
    """A picture in the store that was written that long ago."""
    name = Store(config.attachments_folder).keep(PHOTO)
    grow_old(config, name, age)
    return name


def grow_old(config: Config, name: str, age: timedelta) -> None:
    moment = (NOW - age).timestamp()
    os.utime(config.attachments_folder / name[:2] / name, (moment, moment))


def note_of(name: str) -> str:
    return json.dumps({"name": "front.png", "storage": name, "sha256": PHOTO.sha256})


def on_disk(config: Config) -> set[str]:
    return {place.name for place in config.attachments_folder.glob("??/*")}


def test_a_file_without_a_row_goes_after_a_day_and_not_before(session: Session, config: Config) -> None:
    old, young = kept(config), kept(config, age=timedelta(hours=23))
    assert loose_files(session, config, NOW) == [old]
    assert remove_loose_files(session, config, NOW) == 1
    assert on_disk(config) == {young}
    assert remove_loose_files(session, config, NOW) == 0


def test_a_store_without_a_file_or_a_folder_has_nothing_loose(session: Session, config: Config) -> None:
    assert remove_loose_files(session, config, NOW) == 0


def test_a_file_that_was_being_written_at_a_crash_goes_and_one_written_now_stays(
    session: Session, config: Config
) -> None:
    folder = config.attachments_folder / "ab"
    folder.mkdir(parents=True)
    for name in ("ab12.part", "ab34.part"):
        (folder / name).write_bytes(b"half")
    grow_old(config, "ab12.part", A_DAY_AND_A_BIT)
    grow_old(config, "ab34.part", timedelta(0))
    assert remove_loose_files(session, config, NOW) == 1
    assert on_disk(config) == {"ab34.part"}


def test_a_file_of_a_request_stays_however_old_it_is(session: Session, config: Config) -> None:
    name = kept(config, age=timedelta(days=3000))
    fields = {
        "impact": "low",
        "urgency": "today",
        "priority": "P3",
        "priority_reason": "",
        "channel": "portal",
    }
    ticket = Ticket(
        number=1, subject="s", name="Ann", facts=[], path={}, created_at=NOW, changed_at=NOW, **fields
    )
    session.add(ticket)
    session.flush()
    entry = Entry(ticket_id=ticket.id, kind="message", side="clerk", text="", author_id=None, at=NOW)
    session.add(entry)
    session.flush()
    row = Attachment(ticket_id=ticket.id, entry_id=entry.id, name="a.png", media_type="image/png", size=9)
    row.sha256, row.storage_name = PHOTO.sha256, name
    session.add(row)
    session.flush()
    assert remove_loose_files(session, config, NOW) == 0
    assert on_disk(config) == {name}


def test_the_picture_of_an_unsent_run_goes_with_its_answers_and_not_before(
    session: Session, config: Config, run: Run
) -> None:
    name = kept(config, age=timedelta(days=31))
    answer(session, run, "photo", "front.png", note_of(name), now=NOW - timedelta(days=31))
    assert remove_loose_files(session, config, NOW) == 0
    assert forget_runs(session, NOW, keep=timedelta(days=30)) == 1
    session.flush()
    assert remove_loose_files(session, config, NOW) == 1
    assert on_disk(config) == set()


def test_the_picture_of_a_run_with_a_request_stays(session: Session, config: Config, run: Run) -> None:
    name = kept(config, age=timedelta(days=31))
    answer(session, run, "photo", "front.png", note_of(name), now=NOW - timedelta(days=31))
    run.ticket_id = 7
    session.flush()
    assert forget_runs(session, NOW, keep=timedelta(days=30)) == 0
    assert remove_loose_files(session, config, NOW) == 0
    assert on_disk(config) == {name}


def test_a_picture_that_was_replaced_goes_and_the_one_in_its_place_stays(
    session: Session, config: Config, run: Run
) -> None:
    first, second = kept(config), kept(config)
    for name in (first, second):
        answer(session, run, "photo", "front.png", note_of(name), now=NOW)
    session.flush()
    assert remove_loose_files(session, config, NOW) == 1
    assert on_disk(config) == {second}


def test_a_picture_that_waits_for_a_yes_stays_until_it_is_let_go(
    session: Session, config: Config, run: Run
) -> None:
    name = kept(config)
    hold(session, run, "change", json.dumps({"address": "photo", "said": note_of(name)}), now=NOW)
    assert remove_loose_files(session, config, NOW) == 0
    let_go(session, run, "change")
    assert remove_loose_files(session, config, NOW) == 1


def test_a_picture_that_a_request_claims_meanwhile_stays(config: Config, store: Store) -> None:
    name = kept(config)
    limit = NOW - timedelta(days=1)
    assert store.old_files(limit) == [name]
    store.claim(name)
    assert not store.discard(name, before=limit)
    assert store.read(name, PHOTO.sha256) == PHOTO.body


def test_who_claims_a_picture_that_was_deleted_is_told(config: Config, store: Store) -> None:
    name = kept(config)
    assert store.discard(name, before=NOW - timedelta(days=1))
    with pytest.raises(FileNotFoundError):
        store.claim(name)


def test_a_file_that_cannot_be_deleted_stays_and_does_not_stop_the_others(
    session: Session, config: Config
) -> None:
    kept(config)
    folder = config.attachments_folder / "ff" / "ff00"
    folder.mkdir(parents=True)  # a folder where a file should be cannot be deleted like one
    grow_old(config, "ff00", A_DAY_AND_A_BIT)
    assert remove_loose_files(session, config, NOW) == 1
    assert on_disk(config) == {"ff00"}


def test_nothing_goes_while_the_database_from_before_a_restore_may_be_put_back(
    session: Session, config: Config
) -> None:
    kept(config)
    aside = config.folder / "signpost.db.before-restore"
    aside.touch()
    put_aside = datetime.fromtimestamp(aside.stat().st_ctime, UTC)
    later = put_aside + timedelta(days=29)
    assert remove_loose_files(session, config, later) == 0
    assert remove_loose_files(session, config, put_aside + timedelta(days=31)) == 1
