"""The forms that move a request: whom to give it to, how long to wait, how urgent it is."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from portal.desk.moments import read_day
from portal.desk.rules import whole_number
from portal.forms import Field, Form, Problem, choice, text
from portal.vocabulary import IMPACTS, URGENCIES

CHOOSE_WHEN = "Choose when to ask again"
# A day to ask again means the start of the working day.
ASK_AGAIN_AT = time(9)


def waiting_form(*, now: datetime, zone: ZoneInfo) -> Form:
    """For whom we wait, and the day to ask again; there is no waiting without one."""

    def day(value: str) -> datetime:
        if not value:
            raise Problem(CHOOSE_WHEN)
        return read_day(value, now=now, zone=zone, clock=ASK_AGAIN_AT)

    return Form((Field("ask_again", day), Field("waiting_for", text(longest=200))))


def severity_form() -> Form:
    """How many people, how soon, whether someone waits, and why it changes."""
    return Form(
        (
            Field("impact", choice(IMPACTS, "Choose how many people have it")),
            Field("urgency", choice(URGENCIES, "Choose how soon it is needed")),
            Field("waiting", choice(("yes", "no"), "Select yes if a voter, judge or jury is waiting")),
            Field("reason", text("Say why it changes", longest=200)),
        )
    )


def giving_form() -> Form:
    """A person, nobody, or a group with a hand-off note; ``seen`` is who had it when the page was made."""
    return Form(
        (
            Field("to", text("Choose a person or a group", longest=80)),
            Field("note", text(longest=2000, lines=True)),
            Field("seen", whole_number),
        )
    )
