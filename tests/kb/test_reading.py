"""Reading: hidden and missing are the same, counts are true, retired articles lead on."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from auth.roles import VISITOR, Reader, Role
from kb.articles import Article, Topic
from kb.feedback import REASONS, NoSuchReason, answers, counts, record_feedback
from kb.pictures import add_picture
from kb.reading import (
    Moved,
    NotFound,
    NotInUse,
    articles_in_topic,
    diagnostics,
    open_article,
    picture,
    titles,
    topics,
)
from kb.writing import go_live, retire, save_revision, start_article

CLERK = Reader(user_id=3, roles=frozenset({Role.CLERK}))
STAFF = Reader(user_id=4, roles=frozenset({Role.AGENT}))
MEMBER = Reader(user_id=5, roles=frozenset({Role.CLERK}), groups=frozenset({"elections-deputy"}))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>'


def live(
    session: Session,
    now: datetime,
    slug: str,
    audience: str = "public",
    source: str = "Do it.",
    topic: str = "citrix",
) -> Article:
    article = start_article(session, slug=slug, kind="guide", title=slug.capitalize(), now=now)
    front = {"audience": audience, "topic": topic}
    revision = save_revision(
        session,
        article,
        title=slug.capitalize(),
        front=front,
        source=source,
        author_id=1,
        based_on=0,
        now=now,
    )
    go_live(session, article, revision, by_id=1, now=now)
    return article


@pytest.fixture(autouse=True)
def some_topics(session: Session) -> None:
    session.add(Topic(slug="citrix", title="Citrix", position=2))
    session.add(Topic(slug="signing-in", title="Signing in", position=1))


@pytest.mark.parametrize(
    ("audience", "readers", "others"),
    [
        ("public", [VISITOR, CLERK, STAFF], []),
        ("clerks", [CLERK, STAFF], [VISITOR]),
        ("staff", [STAFF], [VISITOR, CLERK, MEMBER]),
        ("group:elections-deputy", [MEMBER], [VISITOR, CLERK, STAFF]),
    ],
)
def test_an_article_opens_for_its_readers_and_is_missing_for_others(
    session: Session, now: datetime, audience: str, readers: list[Reader], others: list[Reader]
) -> None:
    live(session, now, "secret", audience)
    for reader in readers:
        assert open_article(session, "secret", reader).title == "Secret"
        assert [line.count for line in topics(session, reader)] == [1]
        assert titles(session, ["secret"], reader)[0].slug == "secret"
    for reader in others:
        with pytest.raises(NotFound):
            open_article(session, "secret", reader)
        with pytest.raises(NotFound):
            articles_in_topic(session, "citrix", reader)
        assert topics(session, reader) == titles(session, ["secret"], reader) == []


def test_an_open_article_carries_what_its_page_shows(session: Session, now: datetime) -> None:
    live(session, now, "frozen")
    article = open_article(session, "frozen", VISITOR)
    assert (article.topic_title, article.revision_number, article.source) == ("Citrix", 1, "Do it.\n")
    assert "<p>Do it.</p>" in article.html


def test_only_the_published_text_is_read(session: Session, now: datetime) -> None:
    article = live(session, now, "frozen")
    save_revision(
        session, article, title="Draft", front={}, source="Draft.", author_id=1, based_on=1, now=now
    )
    assert open_article(session, "frozen", VISITOR).title == "Frozen"


def test_a_draft_is_missing(session: Session, now: datetime) -> None:
    article = start_article(session, slug="new", kind="guide", title="New", now=now)
    save_revision(session, article, title="New", front={}, source="x", author_id=1, based_on=0, now=now)
    for slug in ("new", "no-such"):
        with pytest.raises(NotFound):
            open_article(session, slug, STAFF)


def test_a_retired_article_leads_to_its_successor_only_for_those_who_may_open_it(
    session: Session, now: datetime, author: Reader
) -> None:
    article = live(session, now, "old")
    live(session, now, "new", "staff")
    retire(session, article, by=author, replaced_by="new", now=now)
    with pytest.raises(Moved) as moved:
        open_article(session, "old", STAFF)
    assert moved.value.to == "new"
    with pytest.raises(NotInUse):
        open_article(session, "old", VISITOR)
    assert titles(session, ["old"], STAFF) == []


def test_a_hidden_article_stays_missing_after_it_is_retired(
    session: Session, now: datetime, author: Reader
) -> None:
    retire(session, live(session, now, "old", "staff"), by=author, now=now)
    with pytest.raises(NotFound):
        open_article(session, "old", VISITOR)


def test_topics_come_in_their_order_with_true_counts(session: Session, now: datetime) -> None:
    live(session, now, "b")
    live(session, now, "a")
    live(session, now, "c", "staff")
    live(session, now, "d", topic="signing-in")
    assert [(line.title, line.count) for line in topics(session, VISITOR)] == [
        ("Signing in", 1),
        ("Citrix", 2),
    ]
    topic, lines = articles_in_topic(session, "citrix", VISITOR)
    assert (topic.count, [line.slug for line in lines]) == (2, ["a", "b"])


def test_titles_come_in_the_order_asked(session: Session, now: datetime) -> None:
    live(session, now, "a")
    live(session, now, "b")
    assert [line.slug for line in titles(session, ["b", "no-such", "a", "b"], VISITOR)] == ["b", "a"]
    assert diagnostics(session, VISITOR) == []


def test_a_missing_picture_shows_its_words_until_it_comes(session: Session, now: datetime) -> None:
    live(session, now, "lid", source="Open.\n\n![The lid & its edge](lid.svg)")
    words = '<span class="sp-no-picture">Picture: The lid &amp; its edge</span>'
    assert words in open_article(session, "lid", VISITOR).html
    add_picture(session, "lid.svg", SVG, now=now)
    assert '<img src="/pictures/lid.svg"' in open_article(session, "lid", VISITOR).html
    assert picture(session, "lid.svg").body == SVG
    with pytest.raises(NotFound):
        picture(session, "no-such.svg")


def test_answers_are_counted_with_their_reasons(session: Session, now: datetime) -> None:
    article = live(session, now, "a")
    given = {"article_id": article.id, "revision_id": article.published_id or 0, "now": now}
    record_feedback(session, solved=True, **given)
    record_feedback(session, solved=False, reason="could_not", words=" no rights ", **given)
    found = answers(session, article.id)
    assert (found.yes, found.no, found.reasons["could_not"]) == (1, 1, 1)
    assert tuple(found.reasons) == REASONS
    assert counts(session) == {article.id: (1, 1)}
    for solved, reason in ((False, ""), (False, "boring"), (True, "wrong")):
        with pytest.raises(NoSuchReason):
            record_feedback(session, solved=solved, reason=reason, **given)
