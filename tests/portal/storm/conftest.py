"""The storm kit as the application under test makes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from auth.roles import VISITOR, Reader
from portal.config import Config
from portal.database import Database
from portal.site.context import SiteCache
from portal.storm.contents import Kit, kit_of
from portal.storm.kit_file import kit_file
from portal.storm.signing import signing_key

DAY = date(2026, 9, 16)
MakeKit = Callable[..., Kit]


@pytest.fixture
def make_kit(app: Flask, database: Database) -> MakeKit:
    """Makes the kit of a reader, on September 16."""
    parts = app.extensions["signpost"]

    def make(reader: Reader = VISITOR) -> Kit:
        site = SiteCache(database, mode_override="", mail_works=True).site(parts.clock())
        with database.reading() as session:
            return kit_of(session, reader, site, today=DAY, base_url="https://help.example.gov")

    return make


@pytest.fixture
def file(make_kit: MakeKit, config: Config) -> bytes:
    """The file for everyone."""
    return kit_file(make_kit(), signing_key(config.secret_key))
