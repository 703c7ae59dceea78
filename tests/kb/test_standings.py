"""Where the answers stand: around one article, moved between two askings, summed over several, kept small."""

from __future__ import annotations

import json

from kb.questions import Question
from kb.standings import Move, Named, Standing, about, by_kind, moves, net, packed, unpacked


def standing(ask: str, answers: tuple[str, ...], *found: str) -> Standing:
    return Standing(Question(ask, answers), found)


SOME = (
    standing("q1", ("labels",), "labels", "toner"),
    standing("q2", ("labels", "toner"), "toner", "x", "y", "labels"),
    standing("q3", ("labels",), "toner"),
    standing("q4", ("toner",), "labels", "toner"),
    standing("q5", ("toner",), "toner", "x", "labels"),
    standing("q6", ("toner",), "toner", "x", "y", "labels"),
)


def test_the_questions_around_an_article_come_worst_first() -> None:
    found = about(SOME, "labels")
    assert found.named == (
        Named("q3", 0, "toner", False),
        Named("q2", 4, "toner", True),
        Named("q1", 1, "labels", False),
    )
    assert (found.good, found.low, found.missing) == (1, 1, 1)


def test_strays_are_found_first_without_being_the_answer() -> None:
    assert about(SOME, "labels").strays == (Named("q4", 1, "labels", False), Named("q5", 3, "toner", True))
    assert about(SOME, "never").strays == ()


def test_moves_tell_won_lost_and_moved() -> None:
    before = [
        standing(ask, ("a",), *found) for ask, found in (("w", "xyza"), ("l", "a"), ("m", "a"), ("s", "a"))
    ]
    after = [
        standing(ask, ("a",), *found) for ask, found in (("w", "xa"), ("l", ""), ("m", "xa"), ("s", "a"))
    ]
    assert [(one.ask, one.kind) for one in moves(before, after)] == [
        ("w", "won"),
        ("l", "lost"),
        ("m", "moved"),
    ]


def test_a_new_question_or_another_answer_is_no_move() -> None:
    before = [standing("old", ("a",), "a"), standing("same", ("a",), "a")]
    after = [standing("new", ("a",)), standing("same", ("b",), "a")]
    assert moves(before, after) == []


def test_what_moved_and_came_back_did_not_move() -> None:
    steps = [[Move("a", 1, 0), Move("b", 5, 2)], [Move("a", 0, 1), Move("b", 2, 1)], [Move("c", 1, 4)]]
    assert net(steps) == [Move("b", 5, 1), Move("c", 1, 4)]
    assert [one.ask for one in by_kind(net(steps))["lost"]] == ["c"]


def test_packing_loses_nothing_and_names_each_article_once() -> None:
    kept = packed(SOME)
    assert unpacked(json.loads(json.dumps(kept))) == SOME
    assert sorted(kept["slugs"]) == ["labels", "toner", "x", "y"]
