"""Guides beside a request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article
from portal.desk.guides import fitting, guide_named, guides_for_words, with_guide
from search.index import Document, Results, Section
from search.memory_index import MemoryIndex
from search.query import parse
from search.words import Words

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)


class Guides:
    """Articles in the database and in a real index, and the search of one reader."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.index = MemoryIndex()

    def add(self, slug: str, title: str, *, audience: str = "public", status: str = "published") -> None:
        self._session.add(
            Article(slug=slug, kind="guide", status=status, title=title, audience=audience, created_at=NOW)
        )
        with self.index.edit() as edit:
            edit.put(
                Document(slug, "1", "guide", title, "printing", audience, (), (), (Section("", "", title),))
            )

    def search(self, words: str, reader: Reader) -> Results:
        return self.index.find(parse(words), reader.audiences, words=Words())


def test_guides_that_fit_say_whether_they_may_go_into_a_reply(session: Session, world: Any) -> None:
    guides = Guides(session)
    guides.add("labels-blank", "Labels come out blank")
    guides.add("label-spooler", "Labels come out blank: spooler repair", audience="staff")
    ada = world.ada.as_reader()
    ticket = world.ticket(
        "Labels come out blank, label trouble", path={"opened": [{"slug": "labels-blank", "title": "x"}]}
    )
    found = {
        guide.slug: (guide.for_clerk, guide.note)
        for guide in fitting(session, lambda words: guides.search(words, ada), ticket, ada)
    }
    assert found["labels-blank"] == (True, "The clerk opened it.")
    assert found["label-spooler"] == (False, "Not for this clerk to read.")


def test_a_guide_that_is_no_longer_published_is_left_out(session: Session, world: Any) -> None:
    guides = Guides(session)
    guides.add("labels-blank", "Labels come out blank", status="retired")
    ada = world.ada.as_reader()
    search = lambda words: guides.search(words, ada)  # noqa: E731
    assert guides_for_words(session, search, "labels blank", ada) == []
    assert guides_for_words(session, search, "  ", ada) == []


def test_only_an_article_that_the_reader_may_read_is_named(session: Session, world: Any) -> None:
    guides = Guides(session)
    guides.add("plain", "Plain guide")
    guides.add("secret", "Secret guide", audience="group:security-contact")
    session.flush()
    assert guide_named(session, "plain guide", world.ada.as_reader()) == "plain"
    assert guide_named(session, "secret guide", world.ada.as_reader()) == ""


def test_a_guide_goes_into_a_reply_once(session: Session, world: Any) -> None:
    guides = Guides(session)
    guides.add("labels-blank", "Labels come out blank")
    ada = world.ada.as_reader()
    [guide] = fitting(session, lambda words: guides.search(words, ada), world.ticket("labels blank"), ada)
    line = "Labels come out blank: https://help.example.gov/articles/labels-blank"
    once = with_guide("Try this:", guide, "https://help.example.gov")
    assert once == f"Try this:\n\n{line}\n"
    assert with_guide(once, guide, "https://help.example.gov") == once
    assert with_guide("", guide, "https://help.example.gov") == f"{line}\n"
