"""Readiness: whether this process can answer people now, and if not, what is in the way."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.site.settings import site_version
from search.index import Index, IndexDamaged

# Below this a database cannot be trusted to write: journal, index and a few attachments need room.
LEAST_FREE = 200 * 1024 * 1024


def problems(session: Session, index: Index, folder: Path) -> dict[str, str]:
    """What is in the way, by part: database, index, disk. Empty when the process is ready. One query."""
    found = {
        "database": database_problem(session),
        "index": index_problem(index),
        "disk": disk_problem(folder),
    }
    return {part: problem for part, problem in found.items() if problem}


def database_problem(session: Session) -> str:
    """Why the database cannot be used, or nothing."""
    try:
        version, _demo = site_version(session)
    except SQLAlchemyError:
        return "The database does not answer, or is not set up."
    return "" if version else "The database is empty. Run signpost setup."


def index_problem(index: Index) -> str:
    """Why the index cannot be read, or nothing."""
    try:
        index.documents()
    except (IndexDamaged, OSError):
        return "The search index cannot be read. The worker fills it anew."
    return ""


def disk_problem(folder: Path) -> str:
    """Why the data folder cannot take more, or nothing."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as problem:
        return f"The data folder cannot be read: {problem.strerror}."
    if free < LEAST_FREE:
        return f"Only {free // (1024 * 1024)} MB are free in the data folder."
    return ""
