"""Writing: every save a revision, conflicts met, publishing asked for leave and for faults."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article, Revision
from kb.proofing import Known
from kb.rendering import TooHard
from kb.writing import (
    CannotPublish,
    Checks,
    MayNotPublish,
    Outdated,
    SlugTaken,
    publications,
    publish,
    restore,
    retire,
    revisions,
    save_revision,
    start_article,
)

FRONT: dict[str, Any] = {"topic": "printing-and-labels", "audience": "clerks", "colour": "kept"}


def started(session: Session, now: datetime, slug: str = "labels", kind: str = "guide") -> Article:
    return start_article(session, slug=slug, kind=kind, title="Labels", now=now)


def saved(
    session: Session, article: Article, now: datetime, source: str = "Turn it.", **given: Any
) -> Revision:
    named = {"title": "Labels", "front": FRONT, "author_id": 1, "based_on": 0} | given
    return save_revision(session, article, source=source, now=now, **named)


def count_of_revisions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Revision)) or 0


def test_a_save_is_a_revision_with_its_page_and_sections(session: Session, now: datetime) -> None:
    article = started(session, now)
    revision = saved(session, article, now, "Turn it.\n\n## Why\n\nHeat.")
    assert (revision.number, revision.note, revision.author_id) == (1, "", 1)
    assert "<p>Turn it.</p>" in revision.html
    assert [part["heading"] for part in revision.outline] == ["", "Why"]
    assert revision.front["colour"] == "kept"
    assert (article.topic, article.audience, article.status) == ("printing-and-labels", "clerks", "draft")


def test_saving_the_same_text_changes_nothing(session: Session, now: datetime) -> None:
    article = started(session, now)
    first = saved(session, article, now)
    assert saved(session, article, now, "Turn it.\r\n\n", based_on=0) is first
    assert count_of_revisions(session) == 1


def test_saving_over_somebody_is_refused_with_their_text(session: Session, now: datetime) -> None:
    article = started(session, now)
    saved(session, article, now)
    theirs = saved(session, article, now, "Turn it over.", based_on=1, author_id=2)
    with pytest.raises(Outdated) as refused:
        saved(session, article, now, "Turn it round.", based_on=1)
    assert refused.value.theirs is theirs
    assert saved(session, article, now, "Turn it round.", based_on=2).number == 3


def test_a_slug_is_given_once(session: Session, now: datetime) -> None:
    started(session, now)
    with pytest.raises(SlugTaken):
        started(session, now)


def test_a_text_that_cannot_be_rendered_writes_nothing(session: Session, now: datetime) -> None:
    article = started(session, now)
    with pytest.raises(TooHard):
        saved(session, article, now, "x" * 300_000)
    assert count_of_revisions(session) == 0


def test_a_draft_on_a_live_article_leaves_the_live_one_alone(
    session: Session, now: datetime, author: Reader
) -> None:
    article = started(session, now)
    live = saved(session, article, now)
    publish(session, article, live, by=author, now=now)
    saved(session, article, now, title="Other", front={"audience": "public", "topic": "citrix"}, based_on=1)
    assert (article.published_id, article.title, article.audience) == (live.id, "Labels", "clerks")


def test_publishing_repeats_the_front_matter_and_is_written_down(
    session: Session, now: datetime, author: Reader
) -> None:
    article = started(session, now)
    front = {"audience": "public", "topic": "citrix", "owner": "help-desk", "review_by": "2027-03-01"}
    publish(session, article, saved(session, article, now, front=front, title="New"), by=author, now=now)
    assert (article.status, article.title, article.audience, article.owner) == (
        "published",
        "New",
        "public",
        "help-desk",
    )
    assert article.review_by is not None and article.review_by.isoformat() == "2027-03-01"
    assert [(row.action, row.by_id) for row in publications(session, article)] == [("published", 1)]


def test_an_article_with_errors_is_not_published(session: Session, now: datetime, author: Reader) -> None:
    article = started(session, now)
    revision = saved(session, article, now, "See [here](no-such-guide).")
    checks = Checks(known=Known(slugs=frozenset()))
    with pytest.raises(CannotPublish) as refused:
        publish(session, article, revision, by=author, now=now, checks=checks)
    assert {finding.rule for finding in refused.value.findings} == {"link-broken", "link-vague"}
    assert article.status == "draft"


def test_who_may_publish_depends_on_the_readers(
    session: Session, now: datetime, agent: Reader, author: Reader, clerk: Reader
) -> None:
    article = started(session, now)
    for_clerks = saved(session, article, now)
    for person in (agent, clerk):
        with pytest.raises(MayNotPublish):
            publish(session, article, for_clerks, by=person, now=now)
    for_staff = saved(session, article, now, front={"audience": "staff"}, based_on=1)
    publish(session, article, for_staff, by=agent, now=now)
    publish(session, article, for_clerks, by=author, now=now)
    with pytest.raises(MayNotPublish):
        publish(session, article, for_staff, by=agent, now=now)


@pytest.mark.parametrize(("front", "second_person"), [({"legal": True}, False), ({}, True)])
def test_a_legal_article_needs_a_second_person(
    session: Session,
    now: datetime,
    author: Reader,
    other_author: Reader,
    front: dict[str, Any],
    second_person: bool,
) -> None:
    article = started(session, now)
    revision = saved(session, article, now, front={**FRONT, **front})
    with pytest.raises(MayNotPublish, match="second person"):
        publish(session, article, revision, by=author, now=now, second_person=second_person)
    publish(session, article, revision, by=other_author, now=now, second_person=second_person)
    assert article.status == "published"


def test_an_unknown_audience_opens_nothing(session: Session, now: datetime) -> None:
    article = started(session, now)
    saved(session, article, now, front={"audience": "stafff"})
    assert article.audience == "staff"


def test_retiring_is_written_down_once(
    session: Session, now: datetime, author: Reader, clerk: Reader
) -> None:
    article = started(session, now)
    publish(session, article, saved(session, article, now), by=author, now=now)
    with pytest.raises(MayNotPublish):
        retire(session, article, by=clerk, now=now)
    for _ in range(2):
        retire(session, article, by=author, replaced_by="other", now=now)
    assert (article.status, article.replaced_by) == ("retired", "other")
    assert [row.action for row in publications(session, article)] == ["retired", "published"]


def test_an_old_text_comes_back_as_a_new_revision(session: Session, now: datetime) -> None:
    article = started(session, now)
    saved(session, article, now)
    saved(session, article, now, "Worse.", based_on=1)
    back = restore(session, article, 1, author_id=2, now=now)
    assert (back.number, back.source, back.note) == (3, "Turn it.\n", "Back to version 1")
    assert [revision.number for revision in revisions(session, article)] == [3, 2, 1]
    with pytest.raises(LookupError):
        restore(session, article, 9, author_id=2, now=now)


DIAGNOSTIC = """title: My printer is silent
topic: printing-and-labels
audience: public
start: power
facts: {}
nodes:
  power:
    ask: Is the light on?
    options:
      - {id: "on", say: "Yes", go: done}
      - {id: "off", say: "No", go: done}
    not_sure: {go: done}
outcomes:
  done: {kind: solved, say: Good.}
"""


def test_a_diagnostic_keeps_its_tree_and_its_questions(session: Session, now: datetime) -> None:
    article = started(session, now, "printer", "diagnostic")
    revision = saved(session, article, now, DIAGNOSTIC, title="x", front={})
    assert revision.tree is not None and revision.tree["start"] == "power"
    assert revision.title == article.title == "My printer is silent"
    assert revision.outline == [{"anchor": "", "heading": "Questions", "text": "Is the light on? Yes. No."}]


def test_a_broken_diagnostic_is_kept_as_a_draft_and_not_published(
    session: Session, now: datetime, author: Reader
) -> None:
    article = started(session, now, "printer", "diagnostic")
    revision = saved(session, article, now, "title: [", front={})
    assert (revision.tree, revision.source) == (None, "title: [\n")
    with pytest.raises(CannotPublish):
        publish(session, article, revision, by=author, now=now)
