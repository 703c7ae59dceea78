"""Guessers are stopped by account and peer together; an account alone is slowed and never stopped."""

from __future__ import annotations

from datetime import timedelta

from auth import throttle
from auth.throttle import CODE, SIGN_IN, Attempt, count_attempt, forgive, peer_of

PAT, PEER = "pat@county.example.gov", "192.0.2.7"


def try_often(session, times, now, *, account=PAT, peer=PEER, rule=SIGN_IN):
    """Attempts one second apart; returns the last answer."""
    for number in range(times):
        answer = count_attempt(session, rule, account, peer, now + timedelta(seconds=number))
    return answer


def test_five_tries_are_counted_down_and_the_sixth_is_stopped(session, now) -> None:
    left = [count_attempt(session, SIGN_IN, PAT, PEER, now).tries_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert count_attempt(session, SIGN_IN, PAT, PEER, now).is_stopped


def test_a_stop_lasts_fifteen_minutes_from_the_last_try_and_trying_does_not_lengthen_it(session, now) -> None:
    try_often(session, 5, now)
    last = now + timedelta(seconds=4)
    assert count_attempt(session, SIGN_IN, PAT, PEER, last).stopped_minutes == 15
    assert count_attempt(session, SIGN_IN, PAT, PEER, last + timedelta(minutes=14)).stopped_minutes == 1
    assert not count_attempt(session, SIGN_IN, PAT, PEER, last + timedelta(minutes=15)).is_stopped


def test_tries_spread_over_the_morning_do_not_stop_anybody(session, now) -> None:
    for number in range(12):
        answer = count_attempt(session, SIGN_IN, PAT, PEER, now + timedelta(minutes=4 * number))
        assert not answer.is_stopped


def test_a_stop_from_one_place_leaves_the_clerk_free_in_another(session, now) -> None:
    try_often(session, 6, now)
    assert not count_attempt(session, SIGN_IN, PAT, "198.51.100.1", now).is_stopped
    assert not count_attempt(session, SIGN_IN, "kim@county.example.gov", PEER, now).is_stopped


def test_guesses_from_everywhere_slow_an_account_and_never_stop_it(session, now) -> None:
    for number in range(200):
        peer = f"198.51.100.{number}"
        answer = count_attempt(session, SIGN_IN, PAT, peer, now)
        assert not answer.is_stopped
        assert answer.wait_seconds <= 2.0
    assert answer.wait_seconds == 2.0
    assert count_attempt(session, SIGN_IN, "kim@county.example.gov", PEER, now).wait_seconds == 0


def test_a_right_password_gives_all_tries_back(session, now) -> None:
    try_often(session, 4, now)
    forgive(session, SIGN_IN, PAT, PEER)
    assert count_attempt(session, SIGN_IN, PAT, PEER, now).tries_left == 4


def test_an_address_is_one_account_however_it_is_written(session, now) -> None:
    try_often(session, 5, now, account=" PAT@county.example.gov ")
    assert count_attempt(session, SIGN_IN, PAT, PEER, now).is_stopped


def test_codes_are_counted_apart_from_passwords(session, now) -> None:
    try_often(session, 5, now)
    assert not count_attempt(session, CODE, PAT, PEER, now).is_stopped


def test_twenty_wrong_codes_stop_the_account_from_everywhere(session, now) -> None:
    for number in range(20):
        assert not count_attempt(session, CODE, PAT, f"198.51.100.{number}", now).is_stopped
    assert count_attempt(session, CODE, PAT, "203.0.113.5", now).is_stopped


def test_no_address_is_kept_readable(session, now) -> None:
    count_attempt(session, SIGN_IN, PAT, PEER, now)
    assert "pat" not in session.query(Attempt).one().account_hash


def test_a_peer_is_an_address_or_the_network_one_person_holds() -> None:
    assert peer_of("192.0.2.7") == peer_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert peer_of("2001:db8:1:2:3::4") == peer_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert peer_of("2001:db8:1:3::1") != peer_of("2001:db8:1:2::1")
    assert peer_of("fe80::1%eth0") == "fe80::"
    assert peer_of("") == peer_of("a unix socket") == "unknown"


def test_attempts_are_forgotten_after_a_day(session, now) -> None:
    count_attempt(session, SIGN_IN, PAT, PEER, now)
    throttle.prune(session, now + timedelta(hours=23))
    assert session.query(Attempt).count() == 1
    throttle.prune(session, now + timedelta(hours=25))
    assert session.query(Attempt).count() == 0
