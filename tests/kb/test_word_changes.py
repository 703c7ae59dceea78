"""Changing the word list by hand: who, when, what before and after; nobody is overtaken; what came stays known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kb.word_changes import (
    Overtaken,
    add_word,
    all_words,
    change_word,
    history_of,
    keep_own_word,
    last_changes,
    take_out_word,
)
from kb.words import BadWords, Synonym, import_words, row_of, search_words, ship_words, words_in_order
from search.query import parse

STICKERS = {"say": ["stickers"], "means": ["labels"]}
GUN = {"say": ["gun", "wand"], "means": ["scanner"], "note": "hand held"}


def shipped(session: Session) -> Synonym:
    ship_words(session, [STICKERS])
    return words_in_order(session)[0]


def test_a_row_is_added_with_its_place_in_the_history(session: Session, now: datetime) -> None:
    added = add_word(session, GUN, by_id=1, now=now)
    assert (row_of(added), added.origin) == (GUN, "added")
    assert [(one.old, one.new, one.by_id, one.at) for one in history_of(session, added.id)] == [
        (None, GUN, 1, now)
    ]
    assert "scanner" in search_words(session).expand(parse("wand"))


def test_a_row_that_is_there_cannot_be_added_again(session: Session, now: datetime) -> None:
    add_word(session, GUN, by_id=1, now=now)
    with pytest.raises(BadWords, match="There is a row for “gun” already"):
        add_word(session, GUN | {"say": ["GUN"]}, by_id=2, now=now)


def test_a_change_keeps_what_was_and_who_did_it(session: Session, now: datetime) -> None:
    row = shipped(session)
    assert row.origin == "shipped"
    better = {"say": ["stickers", "decals"], "means": ["labels"]}
    assert change_word(session, row, better, based_on=row.number, by_id=2, now=now)
    assert row.origin == "changed"
    last = last_changes(session, [row.id])[row.id]
    assert (last.old, last.new, last.by_id) == (STICKERS, better, 2)


def test_the_same_row_changes_nothing(session: Session, now: datetime) -> None:
    row = shipped(session)
    number = row.number
    assert not change_word(session, row, dict(STICKERS), based_on=number, by_id=1, now=now)
    assert row.number == number
    assert history_of(session, row.id) == []


def test_who_saves_over_a_colleague_is_stopped_and_sees_their_row(session: Session, now: datetime) -> None:
    row = shipped(session)
    opened = row.number
    theirs = {"say": ["stickers"], "means": ["tags"]}
    change_word(session, row, theirs, based_on=opened, by_id=2, now=now)
    with pytest.raises(Overtaken) as met:
        change_word(
            session, row, {"say": ["stickers"], "means": ["rolls"]}, based_on=opened, by_id=1, now=now
        )
    assert row_of(met.value.theirs) == theirs
    with pytest.raises(Overtaken):
        take_out_word(session, row, based_on=opened, by_id=1, now=now)
    assert len(history_of(session, row.id)) == 1
    assert change_word(session, row, STICKERS, based_on=row.number, by_id=1, now=now)


def test_a_row_taken_out_is_kept_and_comes_back_by_saving(session: Session, now: datetime) -> None:
    row = shipped(session)
    assert take_out_word(session, row, based_on=row.number, by_id=1, now=now)
    assert not take_out_word(session, row, based_on=row.number, by_id=1, now=now)
    assert words_in_order(session) == []
    assert all_words(session) == [row]
    assert change_word(session, row, STICKERS, based_on=row.number, by_id=2, now=now + timedelta(hours=1))
    assert words_in_order(session) == [row]
    assert [(one.old, one.new) for one in history_of(session, row.id)] == [(None, STICKERS), (STICKERS, None)]


def test_adding_a_row_that_was_taken_out_brings_it_back(session: Session, now: datetime) -> None:
    row = shipped(session)
    take_out_word(session, row, based_on=row.number, by_id=1, now=now)
    assert add_word(session, {"say": ["stickers"], "means": ["tags"]}, by_id=2, now=now) is row
    assert row.active


def test_a_row_renamed_here_stays_the_shipped_one(session: Session, now: datetime) -> None:
    row = shipped(session)
    change_word(
        session,
        row,
        {"say": ["decals", "stickers"], "means": ["labels"]},
        based_on=row.number,
        by_id=1,
        now=now,
    )
    newer = {"say": ["stickers"], "means": ["labels", "rolls"]}
    assert ship_words(session, [newer]) == 0
    assert words_in_order(session) == [row]
    assert (row.key, row.waiting) == ("decals", newer)


def test_a_name_cannot_be_that_of_a_row_taken_out(session: Session, now: datetime) -> None:
    row = shipped(session)
    take_out_word(session, row, based_on=row.number, by_id=1, now=now)
    gun = add_word(session, GUN, by_id=1, now=now)
    with pytest.raises(BadWords, match="was taken out before"):
        change_word(session, gun, STICKERS, based_on=gun.number, by_id=1, now=now)


def test_a_waiting_shipped_row_is_settled_by_taking_it_or_by_keeping_ours(
    session: Session, now: datetime
) -> None:
    row, newer = shipped(session), {"say": ["stickers"], "means": ["rolls"]}
    change_word(session, row, {"say": ["stickers"], "means": ["tags"]}, based_on=row.number, by_id=1, now=now)
    ship_words(session, [newer])
    assert row.waiting == newer
    change_word(session, row, newer, based_on=row.number, by_id=1, now=now)
    assert (row.waiting, row.origin) == (None, "shipped")
    change_word(
        session, row, {"say": ["stickers"], "means": ["x-ray"]}, based_on=row.number, by_id=1, now=now
    )
    ship_words(session, [{"say": ["stickers"], "means": ["sheets"]}])
    keep_own_word(session, row)
    assert (row.waiting, row.means) == (None, ["x-ray"])


def test_imports_and_upgrades_stand_in_the_history_without_a_name(session: Session, now: datetime) -> None:
    row = shipped(session)
    ship_words(session, [{"say": ["stickers"], "means": ["tags"]}], now=now)
    import_words(session, [{"say": ["stickers"], "means": ["rolls"]}, GUN], now=now)
    assert [(one.by_id, one.new and one.new["means"]) for one in history_of(session, row.id)] == [
        (None, ["rolls"]),
        (None, ["tags"]),
    ]
    gun = next(one for one in words_in_order(session) if one.key == "gun")
    assert [(one.old, one.new) for one in history_of(session, gun.id)] == [(None, GUN)]
