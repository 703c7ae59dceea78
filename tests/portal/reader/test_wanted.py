"""Somebody who found nothing is told once when there is a guide, and then forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from kb.articles import Article
from kb.writing import go_live, save_revision, start_article
from portal.database import Database
from portal.mail.outbox import OutgoingMail
from portal.reader.finding import Finder
from portal.reader.wanted import tell_answers, want_answer
from portal.reports.events import AnswerWanted
from portal.site.context import SiteCache
from search.memory_index import MemoryIndex


class Desk:
    """The parts that the worker has."""

    def __init__(self, database: Database, clock: Any) -> None:
        self.database, self.clock = database, clock
        self.finder = Finder(MemoryIndex(), database)
        self.sites = SiteCache(database, mode_override="", mail_works=True)

    def wants(self, words: str, email: str = "clerk@county.example.gov") -> None:
        with self.database.writing() as session:
            want_answer(session, words=words, email=email, now=self.clock())
            session.commit()

    def publishes(self, title: str, text: str, audience: str = "public") -> None:
        with self.database.writing() as session:
            article = start_article(session, slug="a-new-guide", kind="guide", title=title, now=self.clock())
            revision = save_revision(
                session,
                article,
                title=title,
                front={"audience": audience},
                source=text,
                author_id=None,
                based_on=0,
                note="",
                now=self.clock(),
            )
            go_live(session, article, revision, by_id=None, now=self.clock())
            session.commit()

    def looks(self) -> int:
        site = self.sites.site(self.clock())
        with self.database.writing() as session:
            self.finder.catch_up(session, site)
            told = tell_answers(
                session, self.finder, site, base_url="https://help.example.gov", now=self.clock()
            )
            session.commit()
        return told

    def rows(self, table: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(table)))


@pytest.fixture
def desk(database: Database, clock: Any) -> Desk:
    return Desk(database, clock)


def test_nobody_is_told_while_nothing_is_found(desk: Desk) -> None:
    desk.wants("quokkas")
    assert desk.looks() == 0
    assert len(desk.rows(AnswerWanted)) == 1


def test_the_new_guide_is_named_once_and_the_address_deleted(desk: Desk) -> None:
    desk.wants("quokkas")
    desk.wants("quokkas")
    desk.publishes("How to feed a quokka", "Feed the quokka at noon.\n")
    assert (desk.looks(), desk.looks()) == (1, 0)
    (mail,) = desk.rows(OutgoingMail)
    assert (mail.to, mail.subject) == ("clerk@county.example.gov", "There is a guide now")
    assert "How to feed a quokka\nhttps://help.example.gov/articles/a-new-guide" in mail.text
    assert "quokkas" not in mail.text
    assert desk.rows(AnswerWanted) == []


def test_a_guide_that_visitors_may_not_read_is_no_answer(desk: Desk) -> None:
    desk.wants("quokkas")
    desk.publishes("How to feed a quokka", "Feed the quokka at noon.\n", audience="staff")
    assert desk.looks() == 0
    assert len(desk.rows(Article)) > 0 and len(desk.rows(AnswerWanted)) == 1
