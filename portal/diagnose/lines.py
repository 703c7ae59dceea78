"""The number to call at the end of a run: whose it is, what to say when the line is closed, and the number after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.trees.tree import Outcome
from portal.formatting import tel
from portal.site.context import Site

EMERGENCY = "911"
NUMBER = re.compile(r"\+?1?[-. ]?\(?[2-9]\d{2}\)?[-. ]?\d{3}[-. ]\d{4}(?!\d)")
LEAVE_A_MESSAGE = "Leave one message. We call back when we open."


@dataclass(frozen=True)
class CallLine:
    """One number: ``who`` answers there. ``now`` and ``open`` are known for the help desk's line only."""

    who: str
    phone: str
    tel: str
    now: str = ""
    open: bool | None = None
    wait: str = ""

    @property
    def is_emergency(self) -> bool:
        return self.phone == EMERGENCY


@dataclass(frozen=True)
class Lines:
    """The number to call first and the one after it; ``stands_in`` when the first one should be another's."""

    first: CallLine
    second: CallLine | None = None
    stands_in: str = ""


def lines_of(outcome: Outcome, site: Site) -> Lines:
    """The numbers of an outcome. A number that nobody has filled in is the help desk's, and says so."""
    desk = _desk(site)
    if outcome.phone == "emergency":
        return Lines(CallLine("Emergency", EMERGENCY, EMERGENCY), desk)
    if outcome.phone == "elections":
        number = site.elections_phone
        first = CallLine("Elections staff", number, tel(number)) if number else None
        return _first_or_desk(first, desk, "elections staff")
    if outcome.phone == "security":
        first = _security(str(site.settings.get("placeholder.security.contact") or ""))
        return _first_or_desk(first, desk, "the security contact")
    return Lines(desk)


def _first_or_desk(first: CallLine | None, desk: CallLine, who: str) -> Lines:
    return Lines(first, desk) if first else Lines(desk, stands_in=who)


def _desk(site: Site) -> CallLine:
    line = site.line
    wait = LEAVE_A_MESSAGE if line.phone and line.open is False else ""
    return CallLine(line.label, line.phone, line.tel, line.now, line.open, wait)


def _security(contact: str) -> CallLine | None:
    """The setting holds a name and a number in one line, such as "Dana Reyes, 406-555-0177"."""
    found = NUMBER.search(contact)
    if found is None:
        return None
    name = " ".join(f"{contact[: found.start()]} {contact[found.end() :]}".split()).strip(" ,;:.()")
    return CallLine(f"Security contact{f', {name}' if name else ''}", found[0].strip(), tel(found[0]))
