"""The worker: one process that does what nobody waits for. Mail, index, closing, telling, forgetting, checking."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.config import Config
from portal.database import Database
from portal.keeping.loose_files import remove_loose_files
from portal.mail.delivery import deliver_due, sender_of
from portal.mail.mailers import Mailer
from portal.reports.forgetting import forget_events, keep_for
from portal.running import housekeeping, lease
from portal.running.evidence_nights import count_runs
from portal.running.index_upkeep import Upkeep, compare
from portal.site.settings import all_settings, site_version
from search.index import IndexBusy, IndexDamaged

PAUSE_SECONDS = 3.0
# A step that fails is tried again after a pause that doubles up to this.
LONGEST_PAUSE = timedelta(minutes=5)
# The lease is written this often, a quarter of the time it lasts.
RENEW_EVERY = timedelta(seconds=15)
# The index is looked at this often even when nothing says that it changed.
INDEX_ANYWAY = timedelta(minutes=5)
# Nine in UTC is after midnight and before work from New York to Honolulu.
NIGHT_HOUR_UTC = 9

Clock = Callable[[], datetime]

logger = logging.getLogger("signpost.worker")


class AnotherWorker(Exception):
    """Another worker holds the lease; the text names it."""


@dataclass
class Step:
    """One job of the worker. ``run`` takes the moment and returns how much it did, which is logged when not 0.

    A step is due when ``every`` has passed, or, with ``nightly``, at the first look after each night hour.
    """

    name: str
    run: Callable[[datetime], int]
    every: timedelta = timedelta(0)
    nightly: bool = False
    _last: datetime | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)

    def is_due(self, now: datetime) -> bool:
        if self._last is None:
            return True
        if self._failures:
            pause = timedelta(seconds=PAUSE_SECONDS * 2 ** min(self._failures, 10))
            return now - self._last >= min(pause, LONGEST_PAUSE)
        return self._last < last_night(now) if self.nightly else now - self._last >= self.every

    def attempt(self, now: datetime) -> bool:
        """Run it; whatever it raises is logged and never stops the others. True when it went well."""
        self._last = now
        try:
            done = self.run(now)
        except Exception as problem:
            self._failures += 1
            logger.error(
                "A step failed",
                exc_info=problem,
                extra={"fields": {"step": self.name, "failures": self._failures}},
            )
            return False
        self._failures = 0
        if done:
            logger.info("A step is done", extra={"fields": {"step": self.name, "count": done}})
        return True


Work = Sequence[Step]


def standing_work(
    config: Config, database: Database, mailer: Mailer, upkeep: Upkeep, *, more: Sequence[Step] = ()
) -> list[Step]:
    """All that the worker does, in the order of one round. ``more`` is what the caller adds."""
    return [
        Step("index", _IndexStep(database, upkeep).run),
        Step("mail", lambda now: _deliver(config, database, mailer, now)),
        Step("followers", _writing(database, _tell(config)), every=timedelta(seconds=20)),
        Step("closing", _writing(database, _close), every=timedelta(minutes=5)),
        Step("sessions", _writing(database, housekeeping.forget_sign_ins), every=timedelta(hours=1)),
        Step("runs", _writing(database, _forget_runs), every=timedelta(hours=1)),
        Step("files", lambda now: _remove_loose_files(config, database, now), every=timedelta(hours=1)),
        Step("compare", lambda _now: _compare(database, upkeep), nightly=True),
        Step("events", _writing(database, _forget_events), every=timedelta(minutes=10)),
        Step("evidence", _writing(database, count_runs), nightly=True),
        *more,
    ]


def run_worker(
    work: Work,
    database: Database,
    *,
    once: bool = False,
    stop: Event | None = None,
    clock: Clock = lambda: datetime.now(UTC),
    pause_seconds: float = PAUSE_SECONDS,
) -> bool:
    """Do the work until ``stop`` is set, or one round of all of it. True when every step of ``once`` went well.

    Holds the worker's lease while it works and waits while another holds it; with ``once`` it raises
    AnotherWorker at once. Stopping ends the step at hand first.
    """
    stop = stop or Event()
    tenure = _Tenure(database, f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")
    good = True
    try:
        while not stop.is_set():
            if tenure.holds(clock()):
                good = _round(work, tenure, stop, clock, everything=once)
            elif once:
                raise AnotherWorker(_name_of_other(database, clock()))
            if once:
                break
            stop.wait(pause_seconds)
    finally:
        tenure.end()
    return good


def stop_on_signals() -> Event:
    """An event that SIGTERM and SIGINT set. The step at hand is finished; nothing is cut off."""
    stop = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop


def last_night(now: datetime) -> datetime:
    """The latest night hour that has passed."""
    today = now.astimezone(UTC).replace(hour=NIGHT_HOUR_UTC, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


class _Tenure:
    """This worker's hold on the lease, written anew only when it has run for a while."""

    def __init__(self, database: Database, holder: str) -> None:
        self._database, self._holder = database, holder
        self._taken_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Take or renew the lease. A database that cannot be used gives no lease, and does not end the worker."""
        if self._taken_at is not None and timedelta(0) <= now - self._taken_at < RENEW_EVERY:
            return True
        self._taken_at = None
        try:
            with self._database.writing() as session:
                taken = lease.take(session, lease.WORKER, self._holder, now)
                session.commit()
        except SQLAlchemyError as problem:
            logger.error("The database cannot be used", exc_info=problem)
            return False
        self._taken_at = now if taken else None
        return taken

    def end(self) -> None:
        """Give the lease back; if that fails, it ends by itself."""
        try:
            with self._database.writing() as session:
                lease.give_back(session, lease.WORKER, self._holder)
                session.commit()
        except SQLAlchemyError as problem:
            logger.warning("The lease could not be given back", exc_info=problem)


def _round(work: Work, tenure: _Tenure, stop: Event, clock: Clock, *, everything: bool) -> bool:
    """Run the steps that are due; end early when the lease is lost or we are told to stop."""
    good = True
    for step in work:
        now = clock()
        if stop.is_set() or not tenure.holds(now):
            break
        if everything or step.is_due(now):
            good = step.attempt(now) and good
    return good


def _name_of_other(database: Database, now: datetime) -> str:
    with database.reading() as session:
        return lease.holder_of(session, lease.WORKER, now) or "another worker"


def _writing(database: Database, change: Callable[[Session, datetime], int]) -> Callable[[datetime], int]:
    def run(now: datetime) -> int:
        with database.writing() as session:
            done = change(session, now)
            session.commit()
            return done

    return run


def _tell(config: Config) -> Callable[[Session, datetime], int]:
    return lambda session, now: housekeeping.tell_of_ends(session, now, base_url=config.base_url)


def _close(session: Session, now: datetime) -> int:
    after = housekeeping.close_after(all_settings(session))
    return housekeeping.close_solved(session, now, after=after)


def _forget_runs(session: Session, now: datetime) -> int:
    settings = all_settings(session)
    unsent = housekeeping.forget_runs(session, now, keep=housekeeping.keep_runs_for(settings))
    return unsent + housekeeping.forget_sent_runs(
        session, now, keep=housekeeping.keep_sent_runs_for(settings)
    )


def _remove_loose_files(config: Config, database: Database, now: datetime) -> int:
    with database.reading() as session:
        return remove_loose_files(session, config, now)


def _forget_events(session: Session, now: datetime) -> int:
    return forget_events(session, now, after=keep_for(all_settings(session)))


def _deliver(config: Config, database: Database, mailer: Mailer, now: datetime) -> int:
    with database.reading() as session:
        sender = sender_of(all_settings(session), config.base_url)
    return deliver_due(database, mailer, now, sender=sender)


class _IndexStep:
    """Calls catch_up when the site's version moved, and now and then anyway."""

    def __init__(self, database: Database, upkeep: Upkeep) -> None:
        self._database, self._upkeep = database, upkeep
        self._seen: int | None = None
        self._at: datetime | None = None

    def run(self, now: datetime) -> int:
        with self._database.reading() as session:
            version, _demo = site_version(session)
            if version == self._seen and self._at is not None and now - self._at < INDEX_ANYWAY:
                return 0
            try:
                done = self._upkeep.catch_up(session)
            except IndexBusy:
                return 0  # somebody else is at it; the next round looks again
        self._seen, self._at = version, now
        return done


def _compare(database: Database, upkeep: Upkeep) -> int:
    """Compare every document with the database, and fill the index anew when one differs. Returns how many did.

    Of an index whose files are damaged, all do.
    """
    with database.reading() as session:
        try:
            held = upkeep.index.checksum()
        except IndexDamaged as damage:
            logger.warning("The index is damaged", extra={"fields": {"damage": str(damage)}})
            return upkeep.rebuild(session)
        gap = compare(held, upkeep.expected(session))
        if gap.count:
            logger.warning("The index differs from the database", extra={"fields": {"gap": gap.words}})
            upkeep.rebuild(session)
    return gap.count
