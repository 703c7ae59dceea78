"""Which passwords are taken, and what a hash costs."""

from __future__ import annotations

import threading
import time

import pytest
from argon2 import extract_parameters

from auth import passwords
from auth.passwords import Cost, hash_of, is_outdated, matches, problem_with

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
GOOD = "purple stapler rides uphill"


def test_a_phrase_of_four_words_is_taken() -> None:
    assert problem_with(GOOD, name="Pat Jones", email="pat@county.example.gov") is None


def test_fifteen_characters_are_taken_and_fourteen_are_not() -> None:
    assert problem_with("kelp.wagon.trio") is None
    assert problem_with("kelp.wagon.tri") == "Use at least 15 characters. Four words in a row work well."


def test_a_hundred_and_twenty_eight_characters_are_taken_and_one_more_is_not() -> None:
    long = ("stapler rides uphill at nine " * 5)[:128]
    assert problem_with("x" + long[1:]) is None
    assert problem_with("x" + long) == "Use at most 128 characters."


def test_length_is_counted_in_letters_after_accents_are_joined() -> None:
    assert problem_with("cafe\u0301 noir bla") == passwords.TOO_SHORT
    assert problem_with("é" * 3 + "à la carte lundi") is None


@pytest.mark.parametrize(
    "common",
    [
        "passwordpassword",
        "PasswordPassword",
        "P@ssw0rdP@ssw0rd",
        "Password Password 1!",
        "passwordpassword2026!",
        "correct horse battery staple",
        "iloveyouforever",
        "Thisismypassword99",
    ],
)
def test_a_password_that_many_people_use_is_refused(common: str) -> None:
    assert problem_with(common) in (passwords.TOO_COMMON, passwords.TOO_REGULAR)


@pytest.mark.parametrize(
    "regular",
    [
        "aaaaaaaaaaaaaaa",
        "123456789012345",
        "987654321098765",
        "abcdefghijklmnop",
        "qwertyuiopasdfgh",
        "1q2w3e4r5t6y7u8i",
        "dog7cat!dog7cat!dog7",
    ],
)
def test_a_password_that_repeats_or_runs_along_the_keys_is_refused(regular: str) -> None:
    assert problem_with(regular) == passwords.TOO_REGULAR


@pytest.mark.parametrize(
    "personal",
    [
        "Pat Jones 2026 2026",
        "pat.jones@county.example.gov",
        "Signpost-Helpdesk-2026",
        "jones.election.clerk.1",
    ],
)
def test_a_password_made_of_the_name_the_address_or_the_site_is_refused(personal: str) -> None:
    refused = problem_with(personal, name="Pat Jones", email="pat.jones@county.example.gov")
    assert refused == passwords.TOO_PERSONAL


def test_a_name_inside_a_longer_phrase_is_taken() -> None:
    assert problem_with("jones left the gravel truck", name="Pat Jones", email="p@x.example") is None


def test_every_listed_password_is_long_enough_to_be_worth_listing() -> None:
    assert all(len(word) >= passwords.SHORTEST for word in passwords.COMMON_PASSWORDS)
    assert len(passwords.COMMON_PASSWORDS) > 120


def test_a_shipped_hash_is_argon2id_with_64_mebibytes_and_three_passes() -> None:
    found = extract_parameters(hash_of(GOOD))
    assert (found.type.name, found.memory_cost, found.time_cost) == ("ID", 65536, 3)
    assert 1 <= found.parallelism <= 4


def test_the_right_password_matches_and_a_wrong_one_does_not() -> None:
    stored = hash_of(GOOD, cost=CHEAP)
    assert matches(stored, GOOD, cost=CHEAP)
    assert not matches(stored, GOOD + ".", cost=CHEAP)
    assert not matches("", GOOD, cost=CHEAP)
    assert not matches("not a hash", GOOD, cost=CHEAP)


def test_an_accent_matches_however_the_keyboard_sends_it() -> None:
    assert matches(hash_of("café au lait et pain", cost=CHEAP), "cafe\u0301 au lait et pain", cost=CHEAP)


def test_a_longer_text_does_not_match_its_own_beginning() -> None:
    stored = hash_of("k" * 128, cost=CHEAP)
    assert matches(stored, "k" * 128, cost=CHEAP)
    assert not matches(stored, "k" * 129, cost=CHEAP)
    assert not matches(stored, "k" * 100_000, cost=CHEAP)


def test_half_a_letter_is_wrong_and_breaks_nothing() -> None:
    assert not matches(hash_of(GOOD, cost=CHEAP), "\ud800" * 20, cost=CHEAP)


def test_a_hash_of_another_cost_is_outdated() -> None:
    assert is_outdated(hash_of(GOOD, cost=CHEAP))
    assert not is_outdated(hash_of(GOOD, cost=CHEAP), cost=CHEAP)


def test_a_missing_hash_costs_as_much_work_as_a_wrong_password() -> None:
    """The work of this thread, not the clock of a busy machine; the exact figure is one of the long proofs."""
    stored = hash_of(GOOD)

    def seconds(kept: str) -> float:
        start = time.thread_time()
        matches(kept, "some other long password")
        return time.thread_time() - start

    wrong = min(seconds(stored) for _ in range(5))
    missing = min(seconds("") for _ in range(5))
    assert missing == pytest.approx(wrong, rel=0.6)


def test_at_most_two_hashes_run_at_once_and_a_third_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.05)
    inside, leave = threading.Barrier(3), threading.Event()

    def stay() -> None:
        with passwords._place():
            inside.wait(5)
            leave.wait(5)

    both = [threading.Thread(target=stay) for _ in range(2)]
    for one in both:
        one.start()
    inside.wait(5)
    with pytest.raises(passwords.TooBusy):
        hash_of(GOOD, cost=CHEAP)
    leave.set()
    for one in both:
        one.join()
    assert hash_of(GOOD, cost=CHEAP)
