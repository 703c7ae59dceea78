"""The forms of one request on the desk: the reply that goes to the clerk and the note that stays inside."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.desk.rules import moment, whole_number
from portal.forms import Field, Form, text, yes

LONGEST_TEXT = 10_000


def reply_form(*, now: datetime, zone: ZoneInfo) -> Form:
    """What goes to the clerk: words, when the next news comes, what the writer had read, whether it asks for facts."""
    return Form(
        (
            Field("text", text(longest=LONGEST_TEXT, lines=True)),
            Field("next_news", moment(now, zone)),
            Field("last_seen", whole_number),
            Field("asks", yes),
            Field("key", text(longest=60)),
        )
    )


def note_form() -> Form:
    """What stays inside."""
    return Form(
        (
            Field("text", text("Write a note", longest=LONGEST_TEXT, lines=True)),
            Field("key", text(longest=60)),
        )
    )
