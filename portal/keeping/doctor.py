"""The doctor: one look at everything that the two people who run this must know, in sentences with what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.config import Config
from portal.database import Database
from portal.keeping import checkup_data, checkup_machine
from portal.keeping.checkup import BAD, GOOD, WARNING, Check, bad
from portal.keeping.checkup_diagnostics import check_diagnostics
from portal.offline.checkup import check_offline_kit
from portal.running.index_upkeep import Upkeep
from portal.site.settings import all_settings, site_version
from portal.storm.checkup import check_storm_kit

WORDS = {GOOD: "Everything is well.", WARNING: "It works; look at the warnings.", BAD: "Something is wrong."}


def examine(config: Config, database: Database, upkeep: Upkeep, now: datetime) -> list[Check]:
    """Look at everything. Changes nothing, connects to the mail server, and never raises: a check that fails says so.

    What lies in the database is looked at only when the database answers and is up to date.
    """
    checks = [_safely(name, look) for name, look in _machine(config, now)]
    found = _safely("database", lambda: checkup_data.check_database(database))
    checks.append(found)
    if found.state == GOOD:
        try:
            with database.reading() as session:
                checks += [_safely(name, look) for name, look in _kept(session, config, upkeep, now)]
        except SQLAlchemyError as problem:
            checks.append(bad("database", f"The database cannot be read: {problem}", "Look at its log."))
    return checks


def worst(checks: Sequence[Check]) -> str:
    """The worst state of all: bad, warning or good."""
    states = {check.state for check in checks}
    return next((state for state in (BAD, WARNING) if state in states), GOOD)


def as_json(checks: Sequence[Check]) -> dict[str, Any]:
    """The report for a machine."""
    return {"state": worst(checks), "checks": [asdict(check) for check in checks]}


def as_text(checks: Sequence[Check]) -> str:
    """The report for a person: a line for each check, what to do below it, and a last line that sums up."""
    lines = []
    for check in checks:
        lines.append(f"{check.state:8} {check.name:18} {check.sentence}")
        if check.advice:
            lines.append(f"{'':27} {check.advice}")
    return "\n".join([*lines, WORDS[worst(checks)]])


def _machine(config: Config, now: datetime) -> list[tuple[str, Callable[[], Check]]]:
    return [
        ("settings", lambda: checkup_machine.check_settings(config)),
        ("versions", lambda: checkup_machine.check_versions(config)),
        ("disk", lambda: checkup_machine.check_disk(config)),
        ("clock", lambda: checkup_machine.check_clock(config, now)),
        ("secret key", lambda: checkup_machine.check_key(config)),
        ("search by meaning", checkup_machine.check_meaning),
    ]


def _kept(
    session: Session, config: Config, upkeep: Upkeep, now: datetime
) -> list[tuple[str, Callable[[], Check]]]:
    settings = all_settings(session)
    _version, demo = site_version(session)
    return [
        ("backup", lambda: checkup_machine.check_backup(config, now, demo=demo)),
        ("index", lambda: checkup_data.check_index(session, upkeep)),
        ("mail", lambda: checkup_data.check_mail(session, config, now)),
        ("worker", lambda: checkup_data.check_worker(session, now)),
        ("questions", lambda: checkup_data.check_questions(session, upkeep.index.flavour, now)),
        ("storm kit", lambda: check_storm_kit(session, config, now)),
        ("offline kit", lambda: check_offline_kit(session, config, now)),
        ("runs", lambda: checkup_data.check_runs(session, now)),
        ("files", lambda: checkup_data.check_files(session, config, now)),
        ("diagnostics", lambda: check_diagnostics(session, settings)),
        ("time zone", lambda: checkup_data.check_time_zone(session, settings, now)),
        ("demo", lambda: checkup_data.check_demo(demo)),
        ("second factor", lambda: checkup_data.check_second_factors(session, demo=demo)),
    ]


def _safely(name: str, look: Callable[[], Check]) -> Check:
    """A check that breaks is a bad line of the report, not the end of it."""
    try:
        return look()
    except Exception as problem:
        return bad(
            name,
            f"This could not be checked: {type(problem).__name__}: {problem}",
            "Send this line to support.",
        )
