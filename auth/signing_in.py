"""Signing in: what an address and a password prove, and how far that lets a person come."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth import passwords
from auth.passwords import SHIPPED_COST, Cost
from auth.second_factor import has_second_factor
from auth.sessions import Stage
from auth.users import User, plain_email


@dataclass(frozen=True)
class Claim:
    """What is stored for an address that somebody typed; nothing is when nobody has it."""

    user_id: int | None = None
    password_hash: str = ""
    active: bool = False


def claim_of(session: Session, email: str) -> Claim:
    """Look an address up. One query of three columns, so that a known and an unknown address cost the same."""
    found = session.execute(
        select(User.id, User.password_hash, User.active).where(User.email == plain_email(email))
    ).first()
    return Claim(found.id, found.password_hash, found.active) if found else Claim()


def proves(claim: Claim, password: str, *, cost: Cost = SHIPPED_COST) -> bool:
    """Whether the password proves the claim. Raises passwords.TooBusy.

    Costs one hash for an existing, a missing and a disabled account alike. Hold no transaction meanwhile.
    """
    right = passwords.matches(claim.password_hash, password, cost=cost)
    return right and claim.active and claim.user_id is not None


def person_of(session: Session, claim: Claim) -> User | None:
    """The person of a proven claim, unless they were disabled or got another password in the meantime."""
    user = session.get(User, claim.user_id) if claim.user_id is not None else None
    still_same = user is not None and user.active and user.password_hash == claim.password_hash
    return user if still_same else None


def stage_after_password(user: User, *, demo: bool) -> Stage:
    """How far the right password lets this person come.

    Whoever has a second step must give it; staff without one must set it up first, except in a demo.
    """
    if has_second_factor(user):
        return Stage.CODE
    if user.as_reader().is_staff and not demo:
        return Stage.SETUP
    return Stage.OPEN
