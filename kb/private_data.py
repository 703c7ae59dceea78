"""Numbers in a text that look like those of a person: Social Security, driver's license, date of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.findings import Finding
from kb.prose import Prose, prose_of

_SSN = re.compile(r"(?<![\d-])(?!000|666)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_LICENSE = re.compile(
    r"\b(?:licen[sc]e|driver|DL)\b.{0,40}?\b(?:[A-Z]{1,2}\d{6,12}|\d{9,13})\b", re.IGNORECASE
)
_BIRTH = re.compile(r"\b(?:born|birth|DOB)\b.{0,30}?\b\d{1,2}[/-]\d{1,2}[/-](?:19|20)\d{2}\b", re.IGNORECASE)


def private_data(prose: Prose) -> Iterator[Finding]:
    """What looks like a person's number, with its line: always an error, because it must not go out."""
    for number, line in enumerate(prose.lines, start=1):
        if _SSN.search(line):
            yield Finding(
                number, "private-data", "error", "This looks like a Social Security number. Take it out."
            )
        if _LICENSE.search(line):
            yield Finding(number, "private-data", "error", "This looks like a license number. Take it out.")
        if _BIRTH.search(line):
            yield Finding(number, "private-data", "error", "This looks like a date of birth. Take it out.")


def private_data_in(source: str) -> list[Finding]:
    """What looks like a person's number in a source; an import says so at once."""
    return list(private_data(prose_of(source)))
