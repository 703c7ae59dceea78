"""Words typed in vain: counted by browsers, with what the same people typed next, in the same order each time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from kb.word_suggestions import Asked, Suggestion, suggestions

NOON = datetime(2026, 9, 16, 18, 0, tzinfo=UTC)
KNOWN = {"label", "labels", "printer", "barcode", "reader", "beeps", "wont", "beep"}
TITLES = {"beeps": "The barcode reader beeps", "blank": "Labels come out blank"}


def asked(visitor: str, words: str, *opened: str, minute: float = 0, failed: bool = True) -> Asked:
    at = NOON + timedelta(minutes=minute)
    return Asked(visitor, words, failed and not opened, opened, at)


def found(searches: list[Asked], near: str = "") -> list[Suggestion]:
    return suggestions(
        searches,
        is_known=KNOWN.__contains__,
        title_of=lambda slug: TITLES.get(slug, ""),
        nearest=lambda _word: near,
    )


def three(words: str) -> list[Asked]:
    return [asked(visitor, words) for visitor in "abc"]


def test_a_word_that_three_browsers_typed_in_vain_is_suggested() -> None:
    assert found(three("clicker wont beep")) == [Suggestion("clicker", 3, 3)]


def test_a_word_of_two_browsers_stays_hidden_however_often_they_typed_it() -> None:
    searches = [asked(visitor, "clicker", minute=day) for visitor in "ab" for day in range(9)]
    assert found(searches) == []
    assert found([*searches, asked("c", "clicker")]) == [Suggestion("clicker", 19, 3)]


def test_words_that_search_knows_are_no_suggestion() -> None:
    assert found(three("label printer")) == []


def test_common_words_short_words_and_numbers_are_no_suggestion() -> None:
    assert found(three("the pc 5160 x9 clicker")) == [Suggestion("clicker", 3, 3)]


def test_a_search_that_was_answered_is_not_in_vain() -> None:
    assert found([asked(visitor, "clicker", "beeps") for visitor in "abc"]) == []


def test_what_was_typed_next_and_opened_is_the_meaning() -> None:
    again = [asked(visitor, "barcode reader wont beep", "beeps", minute=2) for visitor in "ab"]
    assert found([*three("clicker wont beep"), *again]) == [
        Suggestion("clicker", 3, 3, "barcode reader", "again", 2, "beeps")
    ]


def test_the_same_words_again_give_the_title_of_the_guide_that_was_opened() -> None:
    again = [asked("a", "wont beep", "beeps", minute=2)]
    assert found([*three("clicker wont beep"), *again])[0].means == "The barcode reader beeps"


def test_what_came_much_later_or_from_somebody_else_is_another_question() -> None:
    later = asked("a", "barcode reader", "beeps", minute=11)
    other = asked("z", "barcode reader", "beeps", minute=1)
    assert found([*three("clicker"), later, other]) == [Suggestion("clicker", 3, 3)]
    assert found([*three("clicker"), asked("a", "barcode reader", "beeps", minute=10)])[0].because == "again"


def test_a_guide_that_the_author_may_not_read_is_no_meaning() -> None:
    hidden = asked("a", "barcode reader", "secret", minute=1)
    assert found([*three("clicker"), hidden]) == [Suggestion("clicker", 3, 3)]


def test_the_nearest_words_are_proposed_only_when_nobody_searched_again() -> None:
    assert found(three("clicker"), near="reader") == [Suggestion("clicker", 3, 3, "reader", "near")]
    again = asked("a", "barcode reader", "beeps", minute=1)
    assert found([*three("clicker"), again], near="toner")[0].means == "barcode reader"


def test_endings_are_one_word_written_as_most_people_do() -> None:
    searches = [asked("a", "clickers"), asked("b", "clicker"), asked("c", "clicker")]
    assert found(searches) == [Suggestion("clicker", 3, 3)]


def test_the_order_of_reading_does_not_matter() -> None:
    searches = [*three("clicker"), *three("doohickey"), *[asked(one, "jabber") for one in "abcd"]]
    expected = found(searches)
    assert [one.word for one in expected] == ["jabber", "clicker", "doohickey"]
    for seed in range(5):
        random.Random(seed).shuffle(searches)
        assert found(searches) == expected
