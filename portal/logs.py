"""Logs: one line of JSON for each event, without secrets, so that a machine can read them too."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

# The keys of private links, sign-in and reset links give rights; a log must not.
SECRET_PATHS = (
    (re.compile(r"(/tickets/R-\d+/)[0-9a-f]{32}"), r"\1…"),
    (re.compile(r"(/reset/)[^/?\s\"]+"), r"\1…"),
    (re.compile(r"(/runs/)[A-Za-z0-9_-]{22}"), r"\1…"),
    (re.compile(r"([?&](?:q|words|about|token|key|email)=)[^&\s\"]*"), r"\1…"),
)


class OneLine(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": without_secrets(record.getMessage()),
        }
        extra = getattr(record, "fields", None)
        if isinstance(extra, dict):
            line |= {name: without_secrets(str(value)) for name, value in extra.items()}
        if record.exc_info:
            line["trace"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def without_secrets(text: str) -> str:
    """The text with the keys of private links taken out."""
    for pattern, instead in SECRET_PATHS:
        text = pattern.sub(instead, text)
    return text


def start_logging(level: int = logging.INFO) -> None:
    """Send every log of this process to standard error, one line each. Calling it again changes nothing."""
    root = logging.getLogger()
    if any(isinstance(kept.formatter, OneLine) for kept in root.handlers):
        return
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(OneLine())
    root.handlers[:] = [out]
    root.setLevel(level)
    # Alembic says at every look at the schema which database it met.
    logging.getLogger("alembic").setLevel(logging.WARNING)
