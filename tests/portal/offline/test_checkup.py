"""What the doctor says of the kit that browsers keep: that it can be made, and what to do where it cannot."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from grounds import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Picture, Revision
from portal.config import Config
from portal.database import Database
from portal.files import static_folder
from portal.offline.checkup import check_offline_kit, missing_in
from portal.site.settings import change_setting


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Nothing that is written here is kept."""
    with database.writing() as opened:
        yield opened


def test_a_kit_that_can_be_made_has_a_good_line_with_its_size(session: Session, config: Config) -> None:
    found = check_offline_kit(session, config, NOW)
    assert (found.state, found.advice) == ("good", "")
    assert found.sentence.startswith("Browsers keep the kit for everyone and what it needs: ")


def test_a_site_without_https_is_told_that_browsers_keep_nothing(session: Session, config: Config) -> None:
    plain = replace(config, base_url="http://help.example.gov")
    found = check_offline_kit(session, plain, NOW)
    assert found.state == "warning" and "over https only" in found.sentence
    assert "SIGNPOST_BASE_URL" in found.advice
    secure = replace(config, base_url="https://help.example.gov")
    assert check_offline_kit(session, secure, NOW).state == "good"


def test_the_switch_that_takes_the_worker_away_has_its_line(session: Session, config: Config) -> None:
    change_setting(session, "offline.off", True, by=None, now=NOW)
    found = check_offline_kit(session, config, NOW)
    assert (found.state, found.sentence) == (
        "warning",
        "Browsers keep nothing: the setting offline.off is yes.",
    )


def test_a_kit_with_a_large_photo_has_a_warning(session: Session, config: Config) -> None:
    session.get_one(Picture, "printer-plug.svg").body = b"x" * 3_000_000
    found = check_offline_kit(session, config, NOW)
    assert found.state == "warning" and "That is large." in found.sentence
    assert "large photos" in found.advice


def test_an_empty_kit_is_said_to_be_empty(session: Session, config: Config) -> None:
    for revision in session.scalars(select(Revision)):
        revision.front = revision.front | {"storm": False}
    assert "an empty kit" in check_offline_kit(session, config, NOW).sentence


def test_files_that_are_not_built_are_named(tmp_path: Path) -> None:
    assert missing_in(static_folder()) == []
    assert missing_in(tmp_path) == ["manifest.json"]
    copied = Path(shutil.copytree(static_folder(), tmp_path / "static"))
    for file in (copied / "js").glob("service_worker.*"):
        file.unlink()
    assert missing_in(copied) == ["js/service_worker.js"]
