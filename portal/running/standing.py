"""What the worker works with: the same parts as the web server's, put together for a process without pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.author.questions.asking import questions_step
from portal.config import Config
from portal.database import Database
from portal.mail.mailers import mailer_for
from portal.reader.finding import Finder
from portal.reader.wanted import tell_answers
from portal.running.index_upkeep import upkeep_of
from portal.running.worker import Step, Work, standing_work
from portal.site.context import SiteCache

ANSWERS_EVERY = timedelta(minutes=1)
# Soon enough to be there when the author looks, and once only for somebody who publishes one guide after the other.
QUESTIONS_EVERY = timedelta(seconds=20)


def worker_parts(config: Config, database: Database, finder: Finder) -> Work:
    """The steps of the worker, with the mailer and the index that the settings name."""
    sites = SiteCache(database, mode_override=config.mode, mail_works=config.mail_works)
    answers = Step("answers", answers_step(config, database, finder, sites), every=ANSWERS_EVERY)
    questions = Step("questions", questions_step(database, finder, sites), every=QUESTIONS_EVERY)
    return standing_work(
        config, database, mailer_for(config), upkeep_of(finder.index, sites), more=[answers, questions]
    )


def answers_step(
    config: Config, database: Database, finder: Finder, sites: SiteCache
) -> Callable[[datetime], int]:
    """Tell those who found nothing, after each change of the site; without a change there is nothing new to find."""
    seen = -1

    def run(now: datetime) -> int:
        nonlocal seen
        site = sites.site(now)
        if site.version == seen:
            return 0
        with database.writing() as session:
            told = tell_answers(session, finder, site, base_url=config.base_url, now=now)
            session.commit()
        seen = site.version
        return told

    return run
