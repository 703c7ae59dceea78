"""Passwords: which ones we take, and how they are hashed and compared."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from auth.common_passwords import COMMON_PASSWORDS

SHORTEST = 15
LONGEST = 128
# Words that stand on every page of the product or name what the office does; a guesser tries them first.
SITE_WORDS = ("signpost", "helpdesk", "election", "elections", "county", "clerk", "password", "welcome")
# What must remain once names and site words are taken out, so that they may be part of a longer phrase.
OWN_CHARACTERS = 8

TOO_SHORT = f"Use at least {SHORTEST} characters. Four words in a row work well."
TOO_LONG = f"Use at most {LONGEST} characters."
TOO_COMMON = "Choose another password. Many people use this one, so it is easy to guess."
TOO_REGULAR = "Choose another password. This one repeats the same few characters."
TOO_PERSONAL = "Add other words. Your name, your e-mail and the name of this site are easy to guess."


@dataclass(frozen=True)
class Cost:
    """What one hash costs: memory in KiB, passes over it, and lanes computed side by side."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    # One lane: a second would take the other core of a small server from the people who read pages.
    lanes: int = 1


SHIPPED_COST = Cost()

# Each hash fills 64 MiB, so the number at once is the memory a flood of sign-ins can take from the server.
AT_ONCE = 2
LONGEST_WAIT_SECONDS = 5.0
_places = threading.BoundedSemaphore(AT_ONCE)


class TooBusy(Exception):
    """More people sign in at this moment than the server can check. Trying again in a few seconds helps."""


def problem_with(password: str, *, name: str = "", email: str = "") -> str | None:
    """The sentence that says why we do not take this password, or None when we do."""
    plain = normal(password)
    if len(plain) < SHORTEST:
        return TOO_SHORT
    if len(plain) > LONGEST:
        return TOO_LONG
    if _is_regular(plain.casefold()):
        return TOO_REGULAR
    if _is_common(_bare(plain)):
        return TOO_COMMON
    if _is_personal(plain, name, email):
        return TOO_PERSONAL
    return None


def hash_of(password: str, *, cost: Cost = SHIPPED_COST) -> str:
    """The argon2id hash to store. Costs 64 MiB and about a tenth of a second. Raises TooBusy."""
    with _place():
        return _hasher(cost).hash(_bytes(password))


def matches(stored: str, password: str, *, cost: Cost = SHIPPED_COST) -> bool:
    """Whether the password belongs to the stored hash. Raises TooBusy.

    An empty or unreadable hash costs the same time and matches nothing, so that an account
    without a password looks like one with another password.
    """
    with _place():
        hasher = _hasher(cost)
        try:
            return hasher.verify(stored, _bytes(password))
        except InvalidHashError:
            hasher.hash(_bytes(password))
            return False
        except VerificationError:
            return False


def is_outdated(stored: str, *, cost: Cost = SHIPPED_COST) -> bool:
    """Whether a hash was made at another cost and should be made again at the next sign-in."""
    return _hasher(cost).check_needs_rehash(stored)


def normal(password: str) -> str:
    """The password in one Unicode form: an accent typed on two keyboards is the same accent."""
    return unicodedata.normalize("NFC", password)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise TooBusy
    try:
        yield
    finally:
        _places.release()


def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes)


def _bytes(password: str) -> bytes:
    # One character more than we take is kept: a longer text must not match its own beginning.
    return normal(password[: 4 * LONGEST])[: LONGEST + 1].encode("utf-8", "surrogatepass")


def _is_regular(plain: str) -> bool:
    if len(set(plain)) < 5:
        return True
    if any(plain in run * 8 or plain in run[::-1] * 8 for run in _RUNS):
        return True
    return any(plain in plain[:size] * (len(plain) // size + 2) for size in range(1, len(plain) // 2 + 1))


_RUNS = (
    "0123456789",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)


def _is_personal(plain: str, name: str, email: str) -> bool:
    rest = plain.casefold()
    mailbox, _, domain = email.casefold().partition("@")
    parts = {*re.findall(r"[^\W\d_]{3,}", f"{name.casefold()} {mailbox} {domain}"), mailbox, email.casefold()}
    for word in sorted({part for part in parts if len(part) > 2} | set(SITE_WORDS), key=len, reverse=True):
        rest = rest.replace(word, "")
    if rest == plain.casefold():
        return False
    return len(re.sub(r"[\W\d_]", "", rest)) < OWN_CHARACTERS


def _bare(plain: str) -> str:
    return re.sub(r"[^\w@$!|]|_", "", plain.casefold())


def _is_common(bare: str) -> bool:
    """Whether it is on the list as typed, with signs for letters, or with a number or sign put at the end."""
    unmasked = bare.translate(str.maketrans("013457@$!|", "oieastasil"))
    tried = {re.sub(r"\W", "", bare), unmasked, bare.rstrip("0123456789@$!|"), bare.strip("0123456789@$!|")}
    return not tried.isdisjoint(COMMON_PASSWORDS)
