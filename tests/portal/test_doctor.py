"""The doctor: a healthy system is called healthy, and each thing that is wrong has its line."""

from __future__ import annotations

import json
import os
import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.roles import Role
from auth.users import User, UserRole
from kb.articles import Article, Revision
from kb.trees.runs import begin
from kb.word_changes import add_word
from portal.author.questions.asking import ask_now
from portal.config import Config, read_config
from portal.database import open_database
from portal.keeping.backup import backup
from portal.keeping.checkup import Check
from portal.keeping.doctor import as_json, as_text, examine, worst
from portal.keeping.restoring import MARK
from portal.mail.outbox import OutgoingMail, post
from portal.reader.finding import Finder
from portal.running import lease
from portal.running.index_upkeep import upkeep_of
from portal.schema import upgrade
from portal.site.context import SiteCache
from portal.site.settings import SiteVersion, change_setting
from portal.tickets.store import CleanFile, Store
from search.index import IndexDamaged
from search.memory_index import MemoryIndex

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


class Clinic:
    """A system that is well, until a test makes it ill."""

    def __init__(self, folder: Path) -> None:
        self.settings = {"SIGNPOST_DATA": str(folder)}
        self.database = open_database(self.config.database_url)
        self.index: MemoryIndex = MemoryIndex()
        self.now = NOW
        upgrade(self.database.engine)
        with self.database.writing() as session:
            session.merge(SiteVersion(id=1, number=1, demo=False))
            change_setting(session, "time_zone", "America/Denver", by=None, now=NOW)
            lease.take(session, lease.WORKER, "host:7:ab", NOW)
            session.commit()
        backup(self.config, self.database, folder / "b.tar", NOW)

    @property
    def config(self) -> Config:
        return read_config(self.settings)

    def checks(self) -> dict[str, Check]:
        sites = SiteCache(self.database, mode_override="", mail_works=False)
        upkeep = upkeep_of(self.index, sites, clock=lambda: self.now)
        return {check.name: check for check in examine(self.config, self.database, upkeep, self.now)}

    def write(self, *rows: Any) -> None:
        with self.database.writing() as session:
            session.add_all(rows)
            session.commit()


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    opened = Clinic(tmp_path)
    yield opened
    opened.database.engine.dispose()


def test_a_healthy_system_is_called_healthy(clinic: Clinic) -> None:
    checks = list(clinic.checks().values())
    assert [check.sentence for check in checks if check.state != "good"] == []
    assert as_text(checks).endswith("Everything is well.")


def test_the_report_for_machines_holds_the_same(clinic: Clinic) -> None:
    checks = list(clinic.checks().values())
    told = json.loads(json.dumps(as_json(checks)))
    assert told["state"] == "good"
    assert set(told["checks"][0]) == {"name", "state", "sentence", "advice"}
    assert len(told["checks"]) == len(checks)


def test_it_names_the_sqlite_library_and_why(clinic: Clinic) -> None:
    sentence = clinic.checks()["versions"].sentence
    assert "SQLite 3." in sentence
    assert "journal wal" in sentence


def test_a_plain_address_for_real_people_is_a_warning(clinic: Clinic) -> None:
    clinic.settings["SIGNPOST_BASE_URL"] = "http://help.example.gov"
    assert clinic.checks()["settings"].state == "warning"
    clinic.settings["SIGNPOST_BASE_URL"] = "https://help.example.gov"
    assert clinic.checks()["settings"].state == "good"


def test_a_restore_that_was_cut_off_is_bad(clinic: Clinic) -> None:
    (clinic.config.folder / MARK).touch()
    assert clinic.checks()["settings"].sentence == "A restore was cut off."


@pytest.mark.parametrize(("megabytes", "state"), [(100, "bad"), (500, "warning"), (5000, "good")])
def test_room_on_the_disk(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, megabytes: int, state: str
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(1, 1, megabytes * 1024 * 1024))
    assert clinic.checks()["disk"].state == state


def test_a_key_that_others_can_read_is_bad(clinic: Clinic) -> None:
    path = clinic.config.folder / "secret_key"
    path.chmod(0o644)
    found = clinic.checks()["secret key"]
    assert (found.state, found.advice) == ("bad", f"Run: chmod 600 {path}")


def test_a_key_from_the_environment_has_no_file(clinic: Clinic) -> None:
    (clinic.config.folder / "secret_key").unlink()
    clinic.settings["SIGNPOST_SECRET_KEY"] = "0123456789abcdefghijklmnopqrstuvwxyz"
    assert "SIGNPOST_SECRET_KEY" in clinic.checks()["secret key"].sentence


@pytest.mark.parametrize(("days", "state"), [(1, "good"), (3, "warning"), (8, "bad")])
def test_an_old_backup_gets_worse_by_the_day(clinic: Clinic, days: int, state: str) -> None:
    clinic.now = NOW + timedelta(days=days)
    assert clinic.checks()["backup"].state == state


def test_no_backup_is_a_warning_and_none_for_a_demo(clinic: Clinic) -> None:
    (clinic.config.folder / "last_backup.json").unlink()
    assert clinic.checks()["backup"].state == "warning"
    with clinic.database.writing() as session:
        session.get_one(SiteVersion, 1).demo = True
        session.commit()
    assert clinic.checks()["backup"].state == "good"


def test_a_database_behind_this_release_is_bad_and_ends_the_look(clinic: Clinic) -> None:
    with clinic.database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'old'")
        connection.commit()
    checks = clinic.checks()
    assert (checks["database"].state, checks["database"].advice) == ("bad", "Run signpost setup.")
    assert "index" not in checks


def test_an_index_that_holds_too_much_is_a_warning(clinic: Clinic) -> None:
    from search.index import Document, Section

    with clinic.index.edit() as edit:
        edit.put(Document("gone", "1", "guide", "Gone", "t", "public", (), (), (Section("", "", "x"),)))
    found = clinic.checks()["index"]
    assert (found.state, found.advice) == ("warning", "Run signpost reindex.")
    assert "1 that should be gone" in found.sentence


def test_an_index_that_cannot_be_read_is_bad(clinic: Clinic) -> None:
    class Damaged(MemoryIndex):
        def checksum(self) -> dict[str, str]:
            raise IndexDamaged("cut off")

    clinic.index = Damaged()
    assert clinic.checks()["index"].state == "bad"


def test_mail_that_was_set_aside_is_a_warning(clinic: Clinic) -> None:
    with clinic.database.writing() as session:
        mail = post(session, to="a@b.gov", subject="s", text="t", now=NOW, kind="k")
        assert isinstance(mail, OutgoingMail)
        mail.state = "quarantine"
        session.commit()
    found = clinic.checks()["mail"]
    assert found.state == "warning"
    assert "1 were set aside" in found.sentence


def test_mail_that_waits_too_long_is_a_warning(clinic: Clinic) -> None:
    with clinic.database.writing() as session:
        post(session, to="a@b.gov", subject="s", text="t", now=NOW - timedelta(minutes=10), kind="k")
        session.commit()
    assert clinic.checks()["mail"].state == "good"
    clinic.now = NOW + timedelta(minutes=10)
    assert "waits 20 minutes" in clinic.checks()["mail"].sentence


def test_a_mail_server_that_is_not_there_is_bad(clinic: Clinic) -> None:
    clinic.settings["SIGNPOST_MAIL_URL"] = "smtp://127.0.0.1:1"
    assert clinic.checks()["mail"].state == "bad"


def test_no_worker_is_a_warning(clinic: Clinic) -> None:
    assert clinic.checks()["worker"].sentence == "A worker runs (host:7)."
    clinic.now = NOW + timedelta(minutes=5)
    assert clinic.checks()["worker"].state == "warning"


def test_a_time_zone_that_is_not_known_is_bad(clinic: Clinic) -> None:
    with clinic.database.writing() as session:
        change_setting(session, "time_zone", "America/Nowhere", by=None, now=NOW)
        session.commit()
    assert clinic.checks()["time zone"].state == "bad"


def test_runs_that_no_night_counted_are_named(clinic: Clinic) -> None:
    assert clinic.checks()["runs"].state == "good"
    article = Article(slug="lamp", kind="diagnostic", status="draft", title="Lamp", created_at=NOW)
    clinic.write(article)
    fields = {"title": "Lamp", "source": "", "front": {}, "tree": {}, "outline": [], "hash": "0"}
    revision = Revision(article_id=article.id, number=1, created_at=NOW, **fields)
    clinic.write(revision)
    with clinic.database.writing() as session:
        begin(session, article_id=article.id, revision_id=revision.id, now=NOW - timedelta(days=10))
        begin(session, article_id=article.id, revision_id=revision.id, now=NOW - timedelta(days=8))
        session.commit()
    found = clinic.checks()["runs"]
    assert (found.state, found.sentence) == ("warning", "Nobody counted how 1 run ended.")
    assert "evidence" in found.advice


def test_files_that_belong_to_nothing_are_counted_once_they_are_a_day_old(clinic: Clinic) -> None:
    assert clinic.checks()["files"].state == "good"
    name = Store(clinic.config.attachments_folder).keep(CleanFile("a.png", "image/png", b"a"))
    place = clinic.config.attachments_folder / name[:2] / name
    for hours, state in ((23, "good"), (25, "warning")):
        moment = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(place, (moment, moment))
        assert clinic.checks()["files"].state == state
    found = clinic.checks()["files"]
    assert found.sentence == "1 file in the store belongs to no request and no run."
    assert "The worker deletes them every hour" in found.advice


def test_a_demo_says_so(clinic: Clinic) -> None:
    with clinic.database.writing() as session:
        session.get_one(SiteVersion, 1).demo = True
        session.commit()
    assert clinic.checks()["demo"].state == "warning"


def test_staff_without_a_second_factor_are_counted_and_clerks_are_not(clinic: Clinic) -> None:
    clerk = User(email="c@b.gov", name="C", created_at=NOW, roles=[UserRole(role=Role.CLERK)])
    left = User(email="l@b.gov", name="L", created_at=NOW, active=False, roles=[UserRole(role=Role.AGENT)])
    sure = User(
        email="s@b.gov", name="S", created_at=NOW, totp_confirmed_at=NOW, roles=[UserRole(role=Role.AGENT)]
    )
    clinic.write(clerk, left, sure)
    assert clinic.checks()["second factor"].state == "good"
    both = [UserRole(role=Role.AGENT), UserRole(role=Role.LEAD)]
    clinic.write(User(email="a@b.gov", name="A", created_at=NOW, roles=both))
    assert clinic.checks()["second factor"].sentence == "1 person of the staff has none yet."


def test_a_check_that_breaks_is_a_line_and_not_the_end(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    checks = clinic.checks()
    assert checks["disk"].state == "bad"
    assert checks["index"].state == "good"


def test_the_worst_state_speaks_for_all() -> None:
    kinds = [Check("a", "good", ""), Check("b", "warning", ""), Check("c", "bad", "")]
    assert [worst(kinds[:count]) for count in (1, 2, 3)] == ["good", "warning", "bad"]


def test_test_questions_that_were_not_asked_since_a_change_are_a_warning(clinic: Clinic) -> None:
    assert clinic.checks()["questions"].state == "good"
    with clinic.database.writing() as session:
        add_word(session, {"say": ["ink"], "means": ["toner"]}, by_id=None, now=NOW)
        session.commit()
    assert clinic.checks()["questions"].sentence == "The test questions wait to be asked."
    clinic.now = NOW + timedelta(minutes=16)
    assert clinic.checks()["questions"].state == "warning"
    finder, sites = (
        Finder(clinic.index, clinic.database),
        SiteCache(clinic.database, mode_override="", mail_works=False),
    )
    assert ask_now(clinic.database, finder, sites.site(clinic.now), clinic.now) == 1
    assert clinic.checks()["questions"].sentence == "The test questions are asked."
