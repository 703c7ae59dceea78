"""Checks of what is kept: database, index, mail, worker, files, time zone, demo and second factors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from auth.roles import STAFF
from auth.users import User, UserRole
from kb.question_runs import last_change
from kb.questions import BadQuestions
from kb.trees.runs import Run
from portal.author.questions.asking import are_due
from portal.config import Config
from portal.database import Database
from portal.formatting import plural
from portal.keeping.checkup import Check, bad, good, warning
from portal.keeping.loose_files import loose_files
from portal.mail.delivery import waiting_and_quarantined
from portal.mail.mailers import ServerUnreachable, SmtpMailer, mailer_for
from portal.mail.outbox import OutgoingMail
from portal.running import lease
from portal.running.index_upkeep import Upkeep, compare
from portal.schema import current_revision, head_revision
from portal.tickets.ticket import Ticket
from search.index import IndexDamaged, Lacking

# A mail that waits this long means that something is wrong with the worker or the server.
LATE_MAIL_MINUTES = 15
# The worker asks the test questions within a minute of a change.
LATE_QUESTIONS = timedelta(minutes=15)
# A run is over a week after its last answer, and each night counts; two nights may have been missed.
LATE_RESULTS = timedelta(days=9)


def check_database(database: Database) -> Check:
    """Whether it answers and stands where this release wants it."""
    try:
        stands = current_revision(database.engine)
    except SQLAlchemyError as problem:
        words = str(problem).splitlines()[0]
        return bad("database", f"The database does not answer: {words}", "Check SIGNPOST_DATABASE_URL.")
    wanted = head_revision()
    if stands != wanted:
        return bad("database", f"The database stands at {stands}, not at {wanted}.", "Run signpost setup.")
    return good(
        "database", f"The {database.engine.dialect.name} database answers and is up to date ({stands})."
    )


def check_index(session: Session, upkeep: Upkeep) -> Check:
    """Every document against the database. Reads everything."""
    advice = "Run signpost reindex."
    try:
        held = upkeep.index.checksum()
    except (IndexDamaged, OSError) as problem:
        return bad("index", f"The index cannot be read: {problem}", advice)
    gap = compare(held, upkeep.expected(session))
    if gap.count:
        return warning("index", f"The index differs from the database: {gap.words}.", advice)
    lacks = upkeep.index.lacks() if isinstance(upkeep.index, Lacking) else ()
    if lacks:
        return warning("index", f"{plural(len(held), 'document')}, all as in the database.", " ".join(lacks))
    return good("index", f"{plural(len(held), 'document')}, all as in the database.")


def check_mail(session: Session, config: Config, now: datetime) -> Check:
    """Where mail goes, what waits and what was refused."""
    counts = waiting_and_quarantined(session)
    where = "to the mail server" if config.mail_works else "into a folder, and to nobody"
    words = f"Mail goes {where}. {counts['waiting']} wait, {counts['quarantine']} were set aside."
    mailer = mailer_for(config)
    if isinstance(mailer, SmtpMailer):
        try:
            mailer.greet()
        except ServerUnreachable as problem:
            return bad("mail", f"{words} {problem}", "Check SIGNPOST_MAIL_URL and the mail server.")
    if counts["quarantine"]:
        return warning("mail", words, "Look at the reasons in the table outgoing_mail, state quarantine.")
    late = _minutes_waiting(session, now)
    if late > LATE_MAIL_MINUTES:
        return warning("mail", f"{words} The oldest waits {late} minutes.", "See whether the worker runs.")
    return good("mail", words)


def check_worker(session: Session, now: datetime) -> Check:
    """Whether a worker holds the lease."""
    holder = lease.holder_of(session, lease.WORKER, now)
    if not holder:
        return warning("worker", "No worker runs.", "Start signpost serve, or signpost worker.")
    return good("worker", f"A worker runs ({holder.rsplit(':', 1)[0]}).")


def check_questions(session: Session, way: str, now: datetime) -> Check:
    """Whether the test questions were asked since the last change of what search reads."""
    advice = "See whether the worker runs, and what its log says of the step “questions”."
    try:
        due = are_due(session, way)
    except (BadQuestions, OSError) as problem:
        return bad(
            "questions", f"The test questions cannot be read: {problem}", "Install this release again."
        )
    newest = last_change(session)
    if due and newest is not None and now - newest > LATE_QUESTIONS:
        return warning("questions", "The test questions were not asked since the last change.", advice)
    return good(
        "questions", "The test questions wait to be asked." if due else "The test questions are asked."
    )


def check_runs(session: Session, now: datetime) -> Check:
    """Whether the nights say how runs ended. One query."""
    late = select(func.count()).where(Run.result == "", Run.touched_at < now - LATE_RESULTS)
    left = session.scalar(late) or 0
    if left:
        return warning(
            "runs",
            f"Nobody counted how {plural(left, 'run')} ended.",
            "See whether the worker runs at night, and what its log says of the step “evidence”.",
        )
    return good("runs", "It is known how every run ended that is over.")


def check_files(session: Session, config: Config, now: datetime) -> Check:
    """Whether files lie in the store that belong to nothing. The worker deletes them every hour. Two queries."""
    loose = len(loose_files(session, config, now))
    if loose:
        return warning(
            "files",
            f"{plural(loose, 'file')} in the store {'belongs' if loose == 1 else 'belong'} to no request and no run.",
            "The worker deletes them every hour: see whether it runs, and what its log says of the step “files”.",
        )
    return good("files", "Every file in the store belongs to a request or a run, or is less than a day old.")


def check_time_zone(session: Session, settings: dict[str, Any], now: datetime) -> Check:
    """Whether the desk's zone is known and nothing was written in the future."""
    name = str(settings.get("time_zone") or "")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return bad("time zone", f"The time zone {name!r} is not known.", "Set it, such as America/Denver.")
    newest = session.scalar(select(func.max(Ticket.changed_at)))
    if newest is not None and newest > now:
        return warning(
            "time zone",
            f"A request was changed at {newest:%Y-%m-%d %H:%M} UTC, which is still to come.",
            "Check the clock of this machine: it was ahead, or is behind now.",
        )
    return good("time zone", f"It is {now.astimezone(zone):%A, %H:%M} at the desk ({name}).")


def check_demo(demo: bool) -> Check:
    """Whether this is a demo."""
    if demo:
        return warning(
            "demo", "This is a demo. Its passwords are known to everyone.", "Do not use it for real."
        )
    return good("demo", "This is not a demo.")


def check_second_factors(session: Session, *, demo: bool) -> Check:
    """How many of the staff sign in with a password alone."""
    if demo:
        return good("second factor", "Demo staff need no second factor.")
    without = session.scalar(
        select(func.count(func.distinct(User.id)))
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.active, User.totp_confirmed_at.is_(None), UserRole.role.in_(sorted(STAFF)))
    )
    if without:
        return warning(
            "second factor",
            f"{plural(without, 'person')} of the staff {'has' if without == 1 else 'have'} none yet.",
            "They are asked to set one up when they sign in next.",
        )
    return good("second factor", "Everyone on the staff has one.")


def _minutes_waiting(session: Session, now: datetime) -> int:
    oldest = session.scalar(select(func.min(OutgoingMail.created_at)).where(OutgoingMail.state == "waiting"))
    return int((now - oldest).total_seconds() // 60) if oldest else 0
