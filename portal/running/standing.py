"""What the worker works with: the same parts as the web server's, put together for a process without pages."""

from __future__ import annotations

from portal.config import Config
from portal.database import Database
from portal.mail.mailers import mailer_for
from portal.reader.finding import Finder
from portal.running.index_upkeep import upkeep_of
from portal.running.worker import Work, standing_work
from portal.site.context import SiteCache


def worker_parts(config: Config, database: Database, finder: Finder) -> Work:
    """The steps of the worker, with the mailer and the index that the settings name."""
    sites = SiteCache(database, mode_override=config.mode, mail_works=config.mail_works)
    return standing_work(config, database, mailer_for(config), upkeep_of(finder.index, sites))
