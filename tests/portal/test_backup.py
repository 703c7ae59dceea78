"""Backups: what goes in comes back, what is damaged is refused by name, and nothing is replaced unasked."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from auth import audit
from auth.users import User
from kb.articles import Article, Picture, Revision
from kb.trees.runs import answer, begin
from portal.config import Config, read_config
from portal.database import Database, open_database
from portal.keeping.backup import LAST_BACKUP, backup, verify_backup
from portal.keeping.backup_archive import BackupProblem, DamagedBackup
from portal.keeping.restoring import MARK, RestoreRefused, restore, sqlite_file, unfinished_restore
from portal.running import lease
from portal.schema import current_revision, head_revision, upgrade
from portal.tickets.store import CleanFile, Store
from portal.tickets.ticket import Attachment, Entry, Ticket, take_number
from search.index import Document, IndexDamaged
from search.postgres_index import PostgresIndex

NOW = datetime(2026, 11, 3, 15, 0, 0, 123456, tzinfo=UTC)
POSTGRESQL = os.environ.get("SIGNPOST_TEST_POSTGRESQL", "")


def config_in(folder: Path, url: str = "") -> Config:
    given = {"SIGNPOST_DATA": str(folder)}
    return read_config(given | ({"SIGNPOST_DATABASE_URL": url} if url else {}))


def fill(database: Database, config: Config) -> None:
    """A person, an article whose two rows point at each other, a request with a file, a picture, an audit row."""
    with database.writing() as session:
        user = User(email="ann@county.gov", name="Ann “Zoë” Smith", created_at=NOW)
        article = Article(
            slug="blank-labels",
            kind="guide",
            title="Labels",
            created_at=NOW,
            review_by=date(2027, 1, 5),
            legal=True,
        )
        session.add_all([user, article])
        session.flush()
        revision = Revision(
            article_id=article.id,
            number=1,
            title="Labels",
            source="Text\n\twith \u2028 lines",
            front={"tags": ["a", None]},
            outline=[],
            hash="h",
            created_at=NOW,
            tree=None,
        )
        session.add(revision)
        session.flush()
        article.latest_id = article.published_id = revision.id
        session.add(
            Picture(name="a.png", media_type="image/png", sha256="x", body=b"\x00\xff\x01", added_at=NOW)
        )
        add_ticket(session, config)
        audit.record(session, user.id, "role added", "user 1", {"role": "agent"}, NOW)
        session.commit()


def add_ticket(session, config: Config) -> None:  # type: ignore[no-untyped-def]
    file = CleanFile("photo.txt", "text/plain", b"what I saw")
    storage_name = Store(config.attachments_folder).keep(file)
    ticket = Ticket(
        number=take_number(session),
        subject="It is blank",
        impact="low",
        urgency="today",
        priority="P3",
        priority_reason="r",
        channel="portal",
        name="Ann",
        facts=[{"label": "Printer", "words": "Zebra"}],
        path={"answers": {}},
        created_at=NOW,
        changed_at=NOW,
    )
    session.add(ticket)
    session.flush()
    entry = Entry(ticket_id=ticket.id, kind="message", side="clerk", text="It is blank", at=NOW)
    session.add(entry)
    session.flush()
    session.add(
        Attachment(
            ticket_id=ticket.id,
            entry_id=entry.id,
            name=file.name,
            media_type=file.media_type,
            size=len(file.body),
            sha256=file.sha256,
            storage_name=storage_name,
        )
    )


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_in(tmp_path / "old")


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    opened = open_database(config.database_url)
    upgrade(opened.engine)
    fill(opened, config)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def file(tmp_path: Path, config: Config, database: Database) -> Path:
    place = tmp_path / "signpost-backup.tar"
    backup(config, database, place, NOW)
    return place


def contents(config: Config) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    database = open_database(config.database_url)
    try:
        with database.reading() as session:
            names = session.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            )
            return {
                name: [tuple(row) for row in session.execute(text(f'SELECT * FROM "{name}" ORDER BY 1, 2'))]
                for name in sorted(names)
                if name not in ("alembic_version", "counters", "site_version", "leases")
            }
    finally:
        database.engine.dispose()


def test_everything_comes_back(tmp_path: Path, config: Config, file: Path) -> None:
    new = config_in(tmp_path / "new")
    report = restore(file, new)
    assert report.is_good
    assert contents(new) == contents(config)
    database = open_database(new.database_url)
    with database.reading() as session:
        attachment = session.scalars(select(Attachment)).one()
        body = Store(new.attachments_folder).read(attachment.storage_name, attachment.sha256)
        assert audit.first_broken(session) is None
    database.engine.dispose()
    assert body == b"what I saw"
    assert (new.folder / "secret_key").read_text() == config.secret_key
    assert not unfinished_restore(new.folder)


def test_the_report_counts_what_is_kept(config: Config, database: Database, tmp_path: Path) -> None:
    report = backup(config, database, tmp_path / "b.tar", NOW)
    assert (report.tables["tickets"], report.tables["users"], report.attachments) == (1, 1, 1)
    assert report.revision == head_revision()
    assert report.is_good
    kept = json.loads((config.folder / LAST_BACKUP).read_text())
    assert (kept["file"], kept["made_at"]) == (str(tmp_path / "b.tar"), NOW.isoformat())


def test_a_backup_is_for_its_owner_alone(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_name_that_ends_in_gz_is_compressed(config: Config, database: Database, tmp_path: Path) -> None:
    place = tmp_path / "b.tar.gz"
    backup(config, database, place, NOW)
    assert place.read_bytes()[:2] == b"\x1f\x8b"
    assert verify_backup(place).is_good


def test_a_backup_holds_one_moment_while_people_write(
    config: Config, database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        add_ticket(session, config)  # not committed while the backup runs
        report = backup(config, database, tmp_path / "b.tar", NOW)
        session.commit()
    assert report.tables["tickets"] == 1
    assert verify_backup(tmp_path / "b.tar").is_good


def test_nothing_is_left_beside_a_backup(config: Config, file: Path) -> None:
    assert not list(file.parent.glob(".*.part"))
    assert not list(config.folder.glob(".backup-*"))


def test_a_backup_that_cannot_be_written_leaves_the_old_one(
    config: Config, database: Database, file: Path
) -> None:
    before = file.read_bytes()
    with database.writing() as session:
        session.execute(text("DROP TABLE alembic_version"))
        session.commit()
    with pytest.raises(BackupProblem, match="signpost setup"):
        backup(config, database, file, NOW)
    assert file.read_bytes() == before


def test_an_attachment_that_is_gone_is_named_and_the_rest_is_kept(
    config: Config, database: Database, tmp_path: Path
) -> None:
    next(config.attachments_folder.glob("??/*")).unlink()
    report = backup(config, database, tmp_path / "b.tar", NOW)
    assert len(report.problems) == 1
    assert "is not in the store" in report.problems[0]
    assert restore(tmp_path / "b.tar", config_in(tmp_path / "new")).problems == report.problems


def test_the_picture_of_a_run_that_is_not_sent_yet_comes_back(
    config: Config, database: Database, tmp_path: Path
) -> None:
    picture = CleanFile("front.png", "image/png", b"a picture")
    name = Store(config.attachments_folder).keep(picture)
    with database.writing() as session:
        article = session.scalars(select(Article)).one()
        run = begin(session, article_id=article.id, revision_id=article.latest_id or 0, now=NOW)
        note = json.dumps({"name": picture.name, "storage": name, "sha256": picture.sha256})
        answer(session, run, "photo", picture.name, note, now=NOW)
        answer(session, run, "words", "given", f'"storage" {"a" * 40}, which is not there', now=NOW)
        session.commit()
    assert backup(config, database, tmp_path / "b.tar", NOW).is_good
    assert verify_backup(tmp_path / "b.tar").is_good
    new = config_in(tmp_path / "new")
    assert restore(tmp_path / "b.tar", new).is_good
    assert Store(new.attachments_folder).read(name, picture.sha256) == picture.body


def test_an_attachment_that_is_damaged_is_named(config: Config, database: Database, tmp_path: Path) -> None:
    next(config.attachments_folder.glob("??/*")).write_bytes(b"something else")
    assert "is damaged" in backup(config, database, tmp_path / "b.tar", NOW).problems[0]


def test_verifying_counts_and_finds_nothing_wrong(file: Path) -> None:
    report = verify_backup(file)
    assert report.is_good
    assert report.tables["tickets"] == 1


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("packed", [False, True])
def test_a_backup_that_was_cut_off_is_refused_by_name(file: Path, share: float, packed: bool) -> None:
    whole = gzip.compress(file.read_bytes()) if packed else file.read_bytes()
    # A plain archive ends in empty blocks; cutting those off loses nothing.
    end = len(whole) if packed else len(whole.rstrip(b"\0"))
    file.write_bytes(whole[: int(end * share)])
    with pytest.raises(DamagedBackup, match=r"signpost-backup\.tar"):
        verify_backup(file)


def test_a_backup_with_one_changed_byte_is_refused(tmp_path: Path, file: Path) -> None:
    body = bytearray(file.read_bytes())
    body[body.index(b"what I saw")] ^= 1
    file.write_bytes(bytes(body))
    with pytest.raises(DamagedBackup, match="attachments/"):
        restore(file, config_in(tmp_path / "new"))
    assert not (tmp_path / "new" / "signpost.db").exists()


@pytest.mark.parametrize("body", [b"", b"not an archive", b"\x1f\x8bnot gzip"])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "b.tar").write_bytes(body)
    with pytest.raises(DamagedBackup, match=r"b\.tar"):
        verify_backup(tmp_path / "b.tar")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match=r"none\.tar"):
        verify_backup(tmp_path / "none.tar")


@pytest.mark.parametrize(
    "name",
    ["../outside", "/tmp/signpost-outside", "attachments/../../outside", "tables/000-a.jsonl/../x", "extra"],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, file: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = 3
    rewrite(file, member, b"bad")
    with pytest.raises(DamagedBackup, match="which no backup of ours does"):
        restore(file, config_in(tmp_path / "new"))
    assert not list(tmp_path.rglob("*outside*"))
    assert not Path("/tmp/signpost-outside").exists()
    assert not list(tmp_path.rglob("extra"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_a_link_in_a_backup_is_refused(tmp_path: Path, file: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("attachments/ab/" + "a" * 40)
    member.type, member.linkname = kind, "/etc/passwd"
    rewrite(file, member, b"")
    with pytest.raises(DamagedBackup, match="which no backup of ours does"):
        restore(file, config_in(tmp_path / "new"))


def test_a_member_that_nobody_listed_is_refused(tmp_path: Path, file: Path) -> None:
    member = tarfile.TarInfo("attachments/ab/" + "a" * 40)
    member.size = 3
    rewrite(file, member, b"bad")
    with pytest.raises(DamagedBackup, match="damaged at"):
        verify_backup(file)


def rewrite(file: Path, member: tarfile.TarInfo, body: bytes) -> None:
    """The same archive with one more member in front."""
    with tarfile.open(file) as old:
        parts = [(one, old.extractfile(one).read()) for one in old]  # type: ignore[union-attr]
    with tarfile.open(file, "w") as new:
        new.addfile(member, io.BytesIO(body))
        for one, held in parts:
            new.addfile(one, io.BytesIO(held))


def test_a_database_that_is_there_is_not_replaced_without_force(config: Config, file: Path) -> None:
    before = contents(config)
    with pytest.raises(RestoreRefused, match="--force"):
        restore(file, config)
    assert contents(config) == before


def test_force_replaces_and_keeps_the_old_database_beside_it(
    config: Config, database: Database, file: Path
) -> None:
    wanted = contents(config)
    with database.writing() as session:
        session.add(User(email="late@county.gov", name="Late", created_at=NOW))
        session.commit()
    database.engine.dispose()
    restore(file, config, force=True)
    assert contents(config) == wanted
    old = config_in(config.folder, f"sqlite:///{sqlite_file(config)}.before-restore")
    assert len(contents(old)["users"]) == 2


def test_force_brings_back_a_damaged_database(config: Config, database: Database, file: Path) -> None:
    database.engine.dispose()
    wanted = contents(config)
    sqlite_file(config).write_bytes(b"damaged" * 1000)
    with pytest.raises(RestoreRefused):
        restore(file, config)
    restore(file, config, force=True)
    assert contents(config) == wanted


def test_a_running_worker_stops_a_restore(config: Config, database: Database, file: Path) -> None:
    with database.writing() as session:
        lease.take(session, lease.WORKER, "host:7", NOW)
        session.commit()
    database.engine.dispose()
    with pytest.raises(RestoreRefused, match="host:7"):
        restore(file, config, force=True, clock=lambda: NOW)
    assert restore(file, config, force=True, clock=lambda: NOW + timedelta(minutes=2)).is_good


def test_an_open_database_stops_a_restore(config: Config, database: Database, file: Path) -> None:
    with database.reading() as session:
        session.scalar(select(func.count()).select_from(User))
        with pytest.raises(RestoreRefused, match="in use"):
            restore(file, config, force=True)
    assert not unfinished_restore(config.folder)


def test_the_index_is_not_restored(tmp_path: Path, file: Path) -> None:
    new = config_in(tmp_path / "new")
    new.index_folder.mkdir()
    (new.index_folder / "old").write_text("old")
    restore(file, new)
    assert not new.index_folder.exists()


def test_a_restore_that_was_cut_off_is_noticed(tmp_path: Path) -> None:
    assert not unfinished_restore(tmp_path)
    (tmp_path / MARK).touch()
    assert unfinished_restore(tmp_path)


def test_a_backup_of_a_newer_release_is_refused(tmp_path: Path, config: Config, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.commit()
    place = tmp_path / "b.tar"
    backup(config, database, place, NOW)
    with pytest.raises(RestoreRefused, match="newer release"):
        restore(place, config_in(tmp_path / "new"))


def test_a_broken_link_between_rows_is_found(tmp_path: Path, config: Config, database: Database) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("UPDATE ticket_entries SET ticket_id = 99")
    backup(config, database, tmp_path / "b.tar", NOW)
    report = verify_backup(tmp_path / "b.tar")
    assert "A row of ticket_entries points at a row of tickets that is not there." in report.problems
    with pytest.raises(RestoreRefused, match="cannot be trusted"):
        restore(tmp_path / "b.tar", config_in(tmp_path / "new"))


@pytest.mark.postgresql
@pytest.mark.skipif(not POSTGRESQL, reason="SIGNPOST_TEST_POSTGRESQL names no server")
class TestOnPostgreSQL:
    """The same between PostgreSQL and SQLite, both ways. The database named is emptied."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Config]:
        config = config_in(tmp_path / "pg", POSTGRESQL)
        database = open_database(POSTGRESQL)
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        database.engine.dispose()
        yield config

    def test_a_backup_of_sqlite_comes_back_on_postgresql(self, file: Path, server: Config) -> None:
        assert restore(file, server).is_good
        database = open_database(POSTGRESQL)
        with database.writing() as session:
            article = session.scalars(select(Article)).one()
            assert (article.created_at, article.review_by, article.legal) == (NOW, date(2027, 1, 5), True)
            assert article.published_id is not None
            assert session.scalars(select(Picture)).one().body == b"\x00\xff\x01"
            assert session.scalars(select(Revision)).one().front == {"tags": ["a", None]}
            assert audit.first_broken(session) is None
            session.add(User(email="next@county.gov", name="Next", created_at=NOW))
            session.commit()
        assert current_revision(database.engine) == head_revision()
        database.engine.dispose()

    def test_a_backup_of_postgresql_is_verified_and_comes_back(
        self, tmp_path: Path, config: Config, file: Path, server: Config
    ) -> None:
        restore(file, server)
        database = open_database(POSTGRESQL)
        place = tmp_path / "pg.tar.gz"
        assert backup(server, database, place, NOW).is_good
        database.engine.dispose()
        assert verify_backup(place).is_good
        with pytest.raises(RestoreRefused, match="--force"):
            restore(place, server)
        assert restore(place, server, force=True).is_good
        new = config_in(tmp_path / "new")
        assert restore(place, new).is_good
        assert contents(new) == contents(config)

    def test_an_index_in_the_database_is_not_in_the_backup_and_gone_after_a_restore(
        self, tmp_path: Path, file: Path, server: Config
    ) -> None:
        restore(file, server)
        database = open_database(POSTGRESQL)
        index = PostgresIndex(database.engine.connect)
        with index.edit() as edit:
            edit.put(Document("old", "1", "guide", "Old", "t", "public", (), (), ()))
        place = tmp_path / "pg.tar"
        report = backup(server, database, place, NOW)
        assert report.is_good and not {"pages", "weights", "spellings"} & report.tables.keys()
        assert index.documents() == 1
        restore(place, server, force=True)
        with pytest.raises(IndexDamaged):
            index.documents()
        database.engine.dispose()

    def test_a_restore_that_fails_leaves_postgresql_as_it_was(
        self, tmp_path: Path, file: Path, server: Config, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        restore(file, server)
        database = open_database(POSTGRESQL)
        with database.writing() as session:
            session.add(User(email="late@county.gov", name="Late", created_at=NOW))
            session.commit()
        monkeypatch.setattr("portal.keeping.restoring.count_rows", lambda connection: {})
        with pytest.raises(RestoreRefused, match="Not every row"):
            restore(file, server, force=True)
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(User)) == 2
        database.engine.dispose()
        assert not unfinished_restore(server.folder)
