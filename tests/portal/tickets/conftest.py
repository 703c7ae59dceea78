"""Short ways to open a request and to act on it, on a database that was set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grounds import Clock
from sqlalchemy.orm import Session

from auth.offices import office_by_code
from auth.roles import Reader
from portal.config import Config
from portal.database import Database
from portal.site.context import build_site
from portal.site.settings import all_settings
from portal.tickets.opening import Draft, Opened, open_ticket
from portal.tickets.store import Store

SECRETS = {"secret_key": "s" * 40, "base_url": "http://localhost"}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that writes."""
    with database.writing() as opened:
        yield opened


@pytest.fixture
def opens(session: Session, config: Config, clock: Clock) -> Callable[..., Opened]:
    """Opens a request of Yellowstone County: ``opens(key="k", urgency="now")``."""

    def act(*, key: str = "one", by: Reader | None = None, **more: Any) -> Opened:
        fields = {
            "subject": "My screen is dark",
            "description": "It went dark at noon.",
            "name": "Casey",
            "phone": "406-555-0117",
            "email": "casey@county.example.gov",
            "office": office_by_code(session, "yellowstone"),
            "office_words": "",
            "impact": "low",
            "urgency": "today",
            "voter_waiting": False,
            "channel": "portal",
        } | more
        return open_ticket(
            session,
            Draft(**fields),
            by=by or Reader(),
            key=key,
            site=build_site(all_settings(session), (), clock()),
            store=Store(config.attachments_folder),
            now=clock(),
            **SECRETS,
        )

    return act
