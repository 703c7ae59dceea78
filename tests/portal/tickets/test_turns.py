"""Turns: looking for guides gives way first."""

from __future__ import annotations

from datetime import timedelta

from grounds import NOW

from portal.tickets.helping.turns import MOST_BROWSERS, MOST_LOOKS, Turns


def test_only_so_many_look_at_once_and_a_place_comes_back() -> None:
    turns = Turns(at_once=1)
    with turns.take("one", NOW) as first, turns.take("two", NOW) as second:
        assert (first, second) == (True, False)
    with turns.take("two", NOW) as again:
        assert again


def test_a_place_comes_back_after_an_error() -> None:
    turns = Turns(at_once=1)
    try:
        with turns.take("one", NOW):
            raise RuntimeError
    except RuntimeError:
        pass
    with turns.take("two", NOW) as again:
        assert again


def test_a_browser_that_looks_too_often_waits_a_minute_and_others_do_not() -> None:
    turns = Turns()
    for _ in range(MOST_LOOKS):
        with turns.take("program", NOW) as may_look:
            assert may_look
    for visitor, moment, expected in (
        ("program", NOW, False),
        ("clerk", NOW, True),
        ("program", NOW + timedelta(seconds=59), False),
        ("program", NOW + timedelta(seconds=60), True),
    ):
        with turns.take(visitor, moment) as may_look:
            assert may_look is expected, (visitor, moment)


def test_browsers_are_forgotten_when_there_are_very_many() -> None:
    turns = Turns()
    for number in range(MOST_BROWSERS + 50):
        with turns.take(f"browser {number}", NOW):
            pass
    assert len(turns._looks) == MOST_BROWSERS
