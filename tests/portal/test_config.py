"""Settings of the process: first values, files, and wrong ones that stop the start and name themselves."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from portal.config import Config, WrongSetting, read_config

GOOD_KEY = "Zk3vQ9mX2pL7wB5tR8nC4jH6sD1fG0aY"


def read(tmp_path: Path, **more: str) -> Config:
    return read_config({"SIGNPOST_DATA": str(tmp_path / "var")} | more)


def test_without_settings_everything_lies_in_the_data_folder(tmp_path: Path) -> None:
    config = read(tmp_path)
    assert config.folder == tmp_path / "var"
    assert config.database_url == f"sqlite:///{tmp_path}/var/signpost.db"
    assert config.mail_url == f"file:{tmp_path}/var/mail"
    assert (config.on_sqlite, config.secure, config.mail_works, config.mode) == (True, False, False, "")


def test_the_secret_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_a_damaged_secret_key_stops_the_start(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "var" / "secret_key").write_text("short")
    with pytest.raises(WrongSetting, match=r"^SIGNPOST_SECRET_KEY: .* is damaged"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGNPOST_DATABASE_URL", "mysql://db/signpost"),
        ("SIGNPOST_DATABASE_URL", "postgresql://db/signpost"),
        ("SIGNPOST_BASE_URL", "help.example.gov"),
        ("SIGNPOST_BASE_URL", "https://help.example.gov/desk"),
        ("SIGNPOST_BASE_URL", "ftp://help.example.gov"),
        ("SIGNPOST_SEARCH", "elastic"),
        ("SIGNPOST_SEARCH", "postgresql"),
        ("SIGNPOST_MODE", "holiday"),
        ("SIGNPOST_MAIL_URL", "mail.example.gov"),
        ("SIGNPOST_TRUSTED_PROXIES", "10.0.0.1, proxy"),
        ("SIGNPOST_SECRET_KEY", "secret"),
        ("SIGNPOST_SECRET_KEY", "a" * 64),
        ("SIGNPOST_DATA", "/dev/null/var"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_itself(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=rf"^{name}: "):
        read(tmp_path, **{name: value})


def test_search_in_postgresql_needs_a_postgresql_database(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"SIGNPOST_SEARCH: postgresql needs a PostgreSQL database\."):
        read(tmp_path, SIGNPOST_SEARCH="postgresql")
    there = {"SIGNPOST_DATABASE_URL": "postgresql+psycopg://db/signpost"}
    assert read(tmp_path, SIGNPOST_SEARCH="postgresql", **there).search == "postgresql"
    assert read(tmp_path, **there).search == "whoosh"


def test_good_values_are_taken(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        SIGNPOST_BASE_URL="https://help.example.gov/",
        SIGNPOST_ALLOWED_HOSTS="Help.Example.gov, desk.example.gov",
        SIGNPOST_TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.1",
        SIGNPOST_MAIL_URL="smtps://mail.example.gov",
        SIGNPOST_MODE="election_day",
        SIGNPOST_SECRET_KEY=GOOD_KEY,
    )
    assert config.base_url == "https://help.example.gov"
    assert config.secure
    assert {"help.example.gov", "desk.example.gov", "localhost"} <= config.allowed_hosts
    assert config.trusted_proxies == ("10.0.0.0/8", "192.0.2.1")
    assert config.mail_works
    assert config.secret_key == GOOD_KEY


def test_a_value_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{GOOD_KEY}\n")
    assert read(tmp_path, SIGNPOST_SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == GOOD_KEY


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^SIGNPOST_SECRET_KEY_FILE: cannot read"):
        read(tmp_path, SIGNPOST_SECRET_KEY_FILE=str(tmp_path / "nowhere"))
