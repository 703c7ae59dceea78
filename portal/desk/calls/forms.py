"""The form of a call: office, caller, waiting, words, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.offices import Office, office_by_code
from auth.roles import Reader
from portal.desk.calls.call import ENDINGS, SOLVED, Call
from portal.desk.closing import CHOOSE_CAUSE, SAY_WHAT, chosen_guide
from portal.desk.finding import offices_with
from portal.desk.rules import moment, whole_number
from portal.forms import Field, Form, choice, phone, text
from portal.tickets.opening import Draft
from portal.vocabulary import CAUSES

CHOOSE_OFFICE = "Choose an office, or type “other”"
OTHER_OFFICE = "other"
REACH = {"me": "Only the caller", "office": "Others in the office too", "others": "Other offices too"}
IMPACT_OF_REACH = {"": "low", "me": "low", "office": "medium", "others": "high"}


@dataclass(frozen=True)
class Typed:
    """The office that was typed: the row, or None for one that is not listed."""

    office: Office | None
    problem: str = ""


def call_form(*, now: datetime, zone: ZoneInfo) -> Form:
    """A call. What only a solved call needs is judged in ``call_of``."""
    return Form(
        (
            Field("office", text(CHOOSE_OFFICE, longest=120)),
            Field("name", text("Enter the caller's name", longest=120)),
            Field("phone", phone()),
            Field(
                "waiting",
                choice(("yes", "no", "unknown"), "Select whether a voter, judge or jury is waiting"),
            ),
            Field("words", text("Write what happened, in the caller's words", longest=5000, lines=True)),
            Field("reach", choice(REACH, "Select who has this problem", empty=True)),
            Field("ended", choice(ENDINGS, "Select how the call ended")),
            Field("resolution", text(longest=2000, lines=True)),
            Field("cause", choice(CAUSES, CHOOSE_CAUSE, empty=True)),
            Field("guide", text(longest=160)),
            Field("other_guide", text(longest=300)),
            Field("verdict", text(longest=200)),
            Field("next_news", moment(now, zone)),
            Field("code", text(longest=20)),
            Field("key", text(longest=60)),
            Field("started", whole_number),
        )
    )


def call_of(session: Session, form: Form, reader: Reader, *, run: Draft | None = None) -> Call | None:
    """The call as it was written down; None, with problems on the form, when something is missing."""
    typed = office_typed(session, form.typed["office"]) if form.typed["office"] else Typed(None)
    if typed.problem:
        form.fail("office", typed.problem)
    guide = _closing(session, form, reader) if form.values.get("ended") == SOLVED else ""
    if not form.good:
        return None
    values: dict[str, Any] = form.values
    return Call(
        office=typed.office,
        office_words="" if typed.office else "Office not listed",
        name=values["name"],
        phone=values["phone"] or (typed.office.phone if typed.office else ""),
        waiting=values["waiting"] == "yes",
        impact=IMPACT_OF_REACH[values["reach"]],
        words=values["words"],
        ended=values["ended"],
        resolution=values["resolution"],
        cause=values["cause"],
        guide=guide,
        next_news_at=values["next_news"],
        run=run,
    )


def office_typed(session: Session, words: str) -> Typed:
    """The office behind a code, a name, two letters that only one office has, or a phone number."""
    if words.strip().lower() == OTHER_OFFICE:
        return Typed(None)
    exact = office_by_code(session, words)
    if exact is not None and exact.active:
        return Typed(exact)
    found = offices_with(session, words) if len(words.strip()) >= 2 else []
    named = [one for one in found if one.name.lower() == words.strip().lower()]
    began = [one for one in found if one.name.lower().startswith(words.strip().lower())]
    for some in (named, began, found):
        if len(some) == 1:
            return Typed(some[0])
    names = ", ".join(one.name for one in (began or found)[:4])
    return Typed(
        None, f"More than one office fits: {names}. Type more of the name" if names else CHOOSE_OFFICE
    )


def _closing(session: Session, form: Form, reader: Reader) -> str:
    if not form.values.get("resolution"):
        form.fail("resolution", SAY_WHAT)
    if not form.values.get("cause"):
        form.fail("cause", CHOOSE_CAUSE)
    return chosen_guide(session, form, reader)
