"""Passwords as the pages check them: a server that hashes too many at once answers that it is busy."""

from __future__ import annotations

from auth import passwords, signing_in
from auth.signing_in import Claim
from portal.errors import TooBusy


def proves(claim: Claim, password: str) -> bool:
    """Whether the password proves the claim; one hash whichever account it is. Raises errors.TooBusy."""
    try:
        return signing_in.proves(claim, password)
    except passwords.TooBusy as busy:
        raise TooBusy from busy


def hashed(password: str) -> str:
    """The hash of a new password. Raises errors.TooBusy."""
    try:
        return passwords.hash_of(password)
    except passwords.TooBusy as busy:
        raise TooBusy from busy


def better_hash(claim: Claim, password: str) -> str:
    """A new hash for a right password whose hash was made at another cost, else an empty text."""
    return hashed(password) if passwords.is_outdated(claim.password_hash) else ""
