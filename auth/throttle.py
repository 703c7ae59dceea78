"""Slowing down guessers: attempts are counted in the database, by account and peer together."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from auth.users import plain_email

KEPT = timedelta(days=1)
# An account that guessers work on from many places is slowed from this many attempts on, and never blocked:
# nobody may lock a clerk out on Election Day.
UNSLOWED = 10
SLOWEST_SECONDS = 2.0
WAITING_AT_ONCE = 4
_waiting = threading.BoundedSemaphore(WAITING_AT_ONCE)


@dataclass(frozen=True)
class Rule:
    """How many attempts one peer has on one account within the window, and how long it is stopped afterwards.

    ``account_tries`` stops the account for every peer; it is for attempts that only a person with the
    right password can make.
    """

    purpose: str
    tries: int
    window: timedelta
    account_tries: int | None = None


SIGN_IN = Rule("sign_in", tries=5, window=timedelta(minutes=15))
CODE = Rule("code", tries=5, window=timedelta(minutes=15), account_tries=20)
PASSWORD = Rule("password", tries=5, window=timedelta(minutes=15))
RESET = Rule("reset", tries=3, window=timedelta(hours=1))


class Attempt(Base):
    """One try to enter. The account is a hash, because people type passwords into the wrong field."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "purpose", "account_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    account_hash: Mapped[str] = mapped_column(String(64))
    peer: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Allowance:
    """What the rule says of an attempt: for how long it is stopped, what is left after it, how long to wait first."""

    stopped_minutes: int = 0
    tries_left: int = 0
    wait_seconds: float = 0.0

    @property
    def is_stopped(self) -> bool:
        return self.stopped_minutes > 0


def count_attempt(session: Session, rule: Rule, account: str, peer: str, now: datetime) -> Allowance:
    """Count one attempt on an account, whether or not the account exists. Two queries and one insert.

    Commit before the password is looked at: attempts made side by side then count as well. A stopped
    attempt is not counted, so that the stop ends when the page says.
    """
    account_hash, peer = _hash(account), peer_of(peer)
    minutes = _stopped_minutes(session, rule, account_hash, peer, now)
    if minutes:
        return Allowance(stopped_minutes=minutes)
    wait = _wait_seconds(_counted(session, rule, account_hash, None, now))
    session.add(Attempt(purpose=rule.purpose, account_hash=account_hash, peer=peer, at=now))
    session.flush()
    used = _counted(session, rule, account_hash, peer, now)
    return Allowance(tries_left=max(0, rule.tries - used), wait_seconds=wait)


def stopped_minutes(session: Session, rule: Rule, account: str, peer: str, now: datetime) -> int:
    """Minutes until this peer may try again on this account, 0 when it may now. One query, and nothing is counted."""
    return _stopped_minutes(session, rule, _hash(account), peer_of(peer), now)


def forgive(session: Session, rule: Rule, account: str, peer: str) -> None:
    """Forget the attempts of this peer on this account, because the right person has entered."""
    session.execute(
        delete(Attempt).where(
            Attempt.purpose == rule.purpose,
            Attempt.account_hash == _hash(account),
            Attempt.peer == peer_of(peer),
        )
    )


def pause(seconds: float) -> None:
    """Wait, so that an account that guessers work on is tried slowly. Hold no transaction meanwhile.

    Only a few requests wait at once. Beyond them nobody does: a flood must not keep the threads of the server
    from everybody else, and guesses at a long password are no use at full speed either.
    """
    if seconds <= 0 or not _waiting.acquire(blocking=False):
        return
    try:
        time.sleep(seconds)
    finally:
        _waiting.release()


def prune(session: Session, now: datetime) -> None:
    """Remove attempts older than a day. The worker calls it; nothing depends on it."""
    session.execute(delete(Attempt).where(Attempt.at < now - KEPT))


def peer_of(address: str) -> str:
    """The peer that counts: an IPv4 address, or the /64 network of an IPv6 address, which one person holds whole."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)


def _stopped_minutes(session: Session, rule: Rule, account_hash: str, peer: str, now: datetime) -> int:
    """Minutes from now until the stop is over: one window after the attempt that used up the tries."""
    until = _stopped_until(session, rule, account_hash, peer, rule.tries, now)
    if rule.account_tries:
        for_all = _stopped_until(session, rule, account_hash, None, rule.account_tries, now)
        until = max(until, for_all)
    return max(0, math.ceil((until - now).total_seconds() / 60))


def _stopped_until(
    session: Session, rule: Rule, account_hash: str, peer: str | None, tries: int, now: datetime
) -> datetime:
    recent = (
        select(Attempt.at)
        .where(*_which(rule, account_hash, peer), Attempt.at > now - 2 * rule.window)
        .order_by(Attempt.at.desc())
        .limit(tries)
    )
    times = list(session.scalars(recent))
    if len(times) < tries or times[0] - times[-1] >= rule.window:
        return now
    return times[0] + rule.window


def _counted(session: Session, rule: Rule, account_hash: str, peer: str | None, now: datetime) -> int:
    counted = select(func.count()).select_from(Attempt)
    recent = counted.where(*_which(rule, account_hash, peer), Attempt.at > now - rule.window)
    return session.scalar(recent) or 0


def _which(rule: Rule, account_hash: str, peer: str | None) -> list[ColumnElement[bool]]:
    chosen = [Attempt.purpose == rule.purpose, Attempt.account_hash == account_hash]
    return [*chosen, Attempt.peer == peer] if peer is not None else chosen


def _wait_seconds(attempts: int) -> float:
    return min(SLOWEST_SECONDS, max(0, attempts - UNSLOWED + 1) * 0.25)


def _hash(account: str) -> str:
    return hashlib.sha256(plain_email(account).encode("utf-8", "replace")).hexdigest()
