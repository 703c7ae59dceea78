"""What comes with the product: loaded once, renewed where untouched, kept where an office wrote its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import VISITOR, Reader
from kb.articles import Article, Picture, Topic
from kb.loading import load_shipped
from kb.reading import open_article, topics
from kb.shipped import accept_shipped, dismiss_shipped, waiting
from kb.words import (
    BadWords,
    import_words,
    remove_word,
    rows_from,
    save_word,
    search_words,
    ship_words,
    words_in_order,
)
from kb.writing import Checks, publish, retire, save_revision
from search.query import parse

STICKERS = {"say": ["stickers"], "means": ["labels"]}


@pytest.fixture
def product(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    write(tmp_path, "Turn the roll.")
    (tmp_path / "words.yaml").write_text("words:\n  - {say: [stickers], means: [labels]}\n", encoding="utf-8")
    (tmp_path / "site.yaml").write_text(
        "topics:\n  - {slug: labels, title: Labels and rolls}\n", encoding="utf-8"
    )
    (tmp_path / "README.md").write_text("Not a guide.", encoding="utf-8")
    return tmp_path


def write(product: Path, text: str) -> None:
    place = product / "articles" / "blank.md"
    place.write_text(f"---\ntitle: Blank\ntopic: labels\n---\n{text}\n", encoding="utf-8")


def article_of(session: Session) -> Article:
    return session.scalars(select(Article).where(Article.slug == "blank")).one()


def edit(session: Session, now: datetime, author: Reader) -> None:
    article = article_of(session)
    revision = save_revision(
        session, article, title="Blank", front={}, source="Our own words.", author_id=1, based_on=1, now=now
    )
    publish(session, article, revision, by=author, now=now)


def test_shipped_content_is_live_at_once_and_a_second_run_changes_nothing(
    session: Session, now: datetime, product: Path
) -> None:
    first = load_shipped(session, product, now=now)
    assert (first.created, first.words, first.failed, first.changed) == (["blank"], 1, [], True)
    assert open_article(session, "blank", VISITOR).topic_title == "Labels and rolls"
    assert not load_shipped(session, product, now=now).changed


def test_an_untouched_article_is_renewed(session: Session, now: datetime, product: Path) -> None:
    load_shipped(session, product, now=now)
    write(product, "Turn the roll over.")
    assert load_shipped(session, product, now=now).updated == ["blank"]
    assert "roll over" in open_article(session, "blank", VISITOR).html
    assert not load_shipped(session, product, now=now).changed


def test_an_edited_article_is_kept_and_the_new_version_waits(
    session: Session, now: datetime, product: Path, author: Reader
) -> None:
    load_shipped(session, product, now=now)
    edit(session, now, author)
    write(product, "Turn the roll over.")
    assert load_shipped(session, product, now=now).waiting == ["blank"]
    assert "Our own words" in open_article(session, "blank", VISITOR).html
    assert [article.slug for article in waiting(session)] == ["blank"]
    assert not load_shipped(session, product, now=now).changed
    accept_shipped(session, article_of(session), by=author, now=now, checks=Checks())
    assert "roll over" in open_article(session, "blank", VISITOR).html
    assert waiting(session) == []
    write(product, "Turn it twice.")
    assert load_shipped(session, product, now=now).updated == ["blank"]


def test_a_waiting_version_can_be_put_aside(
    session: Session, now: datetime, product: Path, author: Reader
) -> None:
    load_shipped(session, product, now=now)
    edit(session, now, author)
    write(product, "Turn the roll over.")
    load_shipped(session, product, now=now)
    dismiss_shipped(session, article_of(session))
    assert waiting(session) == []
    assert not load_shipped(session, product, now=now).changed


def test_what_was_retired_stays_retired(
    session: Session, now: datetime, product: Path, author: Reader
) -> None:
    load_shipped(session, product, now=now)
    retire(session, article_of(session), by=author, now=now)
    write(product, "Turn the roll over.")
    assert not load_shipped(session, product, now=now).changed
    assert article_of(session).status == "retired"


def test_a_bad_shipped_file_is_named_and_the_rest_is_loaded(
    session: Session, now: datetime, product: Path
) -> None:
    (product / "articles" / "bad.md").write_text("---\ntitle: [\n---\nx", encoding="utf-8")
    report = load_shipped(session, product, now=now)
    assert ([path for path, _ in report.failed], report.created) == (["articles/bad.md"], ["blank"])


def test_the_real_content_loads_whole_and_twice(session: Session, now: datetime, content: Path) -> None:
    report = load_shipped(session, content, now=now)
    assert report.failed == []
    assert len(report.created) >= 53
    assert not load_shipped(session, content, now=now).changed
    assert session.scalars(select(Picture.name)).first() is not None
    assert sum(line.count for line in topics(session, VISITOR)) > 40
    assert len(session.scalars(select(Topic)).all()) == 12


def test_words_reach_search_one_way(session: Session) -> None:
    ship_words(session, [STICKERS])
    words = search_words(session)
    assert "label" in words.expand(parse("stickers"))
    assert "sticker" not in words.expand(parse("labels"))


def test_words_follow_the_same_upgrade_rule(session: Session) -> None:
    ship_words(
        session, [STICKERS, {"say": ["bubbles"], "means": ["frozen"]}, {"say": ["gun"], "means": ["scanner"]}]
    )
    save_word(session, say=["stickers"], means=["our labels"], replaces="stickers")
    remove_word(session, "gun")
    newer = [
        {"say": ["stickers"], "means": ["labels", "rolls"]},
        {"say": ["bubbles"], "means": ["hung"]},
        {"say": ["gun"], "means": ["barcode"]},
    ]
    assert ship_words(session, newer) == 1
    assert ship_words(session, newer) == 0
    rows = {row.key: row for row in words_in_order(session)}
    assert (rows["stickers"].means, rows["stickers"].waiting) == (["our labels"], newer[0])
    assert rows["bubbles"].means == ["hung"]
    assert "gun" not in rows


def test_importing_words_adds_and_changes_and_removes_nothing(session: Session) -> None:
    assert import_words(session, [STICKERS])
    assert not import_words(session, [STICKERS])
    assert import_words(session, [{"say": ["stickers"], "means": ["tags"]}, {"say": ["x"], "means": ["y"]}])
    assert [(row.key, row.means) for row in words_in_order(session)] == [("stickers", ["tags"]), ("x", ["y"])]


def test_a_row_is_renamed_but_never_onto_another(session: Session) -> None:
    import_words(session, [STICKERS, {"say": ["tags"], "means": ["labels"]}])
    assert save_word(session, say=["Sticky ones"], means=["labels"], replaces="stickers").key == "sticky ones"
    with pytest.raises(BadWords, match="There is a row for “tags” already"):
        save_word(session, say=["tags"], means=["x"], replaces="sticky ones")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("words: 3", "must begin with"),
        ("words:\n  - {say: [], means: [x]}", "Row 1: "),
        ("words: [", "Line 1"),
        ("words:\n  - {say: [a], means: [b]}\n  - x", "Row 2: "),
    ],
)
def test_a_bad_word_list_says_where(text: str, words: str) -> None:
    with pytest.raises(BadWords, match=words):
        rows_from(text)
