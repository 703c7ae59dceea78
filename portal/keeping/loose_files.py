"""Loose files: pictures of runs that were forgotten or replaced, and what a crash left; no row names them any more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.trees.runs import RunAnswer
from portal.config import Config
from portal.keeping.restoring import set_aside_at
from portal.tickets.store import NAMES_A_FILE, Store, files_named_in
from portal.tickets.ticket import Attachment

# Bytes are written before the row that names them, and no request to the server lasts this long.
ROW_COMES_WITHIN = timedelta(days=1)
# The database from before a restore may be put back in this time, and then its files are needed again.
GOING_BACK = timedelta(days=30)

logger = logging.getLogger("signpost.files")


def loose_files(session: Session, config: Config, now: datetime) -> list[str]:
    """The files that are a day old and that no row names. At most two queries; looks at every file.

    Runs are asked first: a picture that becomes a request's between the two queries is seen in the second.
    """
    aside = set_aside_at(config)
    if aside is not None and now - aside < GOING_BACK:
        return []
    old = Store(config.attachments_folder).old_files(now - ROW_COMES_WITHIN)
    if not old:
        return []
    named = {*_named_in_runs(session), *session.scalars(select(Attachment.storage_name))}
    return [name for name in old if name not in named]


def remove_loose_files(session: Session, config: Config, now: datetime) -> int:
    """Delete them, and say how many. A file that cannot be deleted stays for the next round."""
    store, gone = Store(config.attachments_folder), 0
    for name in loose_files(session, config, now):
        try:
            gone += store.discard(name, before=now - ROW_COMES_WITHIN)
        except OSError as problem:
            logger.warning("A loose file stays", extra={"fields": {"file": name, "problem": str(problem)}})
    return gone


def _named_in_runs(session: Session) -> Iterator[str]:
    """The pictures of answers, and of answers that wait for a yes, where the note lies within another one."""
    notes = session.scalars(select(RunAnswer.said).where(RunAnswer.said.like(NAMES_A_FILE)))
    return (name for note in notes for name in files_named_in(note))
