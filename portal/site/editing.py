"""Editing settings: how each is typed, what is checked, and the sentence when it will not do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.site.typed import (
    plain,
    read_dated,
    read_days,
    read_days_or_never,
    read_email,
    read_grid,
    read_lines,
    read_modes,
    read_months,
    read_needed_phone,
    read_phone,
    read_promises,
    read_text,
    read_week,
    read_windows,
    read_words,
    read_yes,
    read_zone,
    show_dated,
    show_grid,
    show_lines,
    show_modes,
    show_promises,
    show_week,
    show_windows,
    show_words,
    show_yes,
)
from portal.vocabulary import MODE_NAMES


@dataclass(frozen=True)
class Editable:
    """One setting as a form shows it. ``show`` and ``read`` turn the value into text and back."""

    name: str
    label: str
    show: Callable[[Any], str]
    read: Callable[[str], Any]
    hint: str = ""
    lines: int = 1


@dataclass(frozen=True)
class Group:
    """Settings that are changed together."""

    slug: str
    title: str
    words: str
    settings: tuple[Editable, ...]


def groups_of(settings: dict[str, Any]) -> list[Group]:
    """The groups, in the order of the page. The facts of the guides are as many as there are placeholders."""
    who: dict[str, str] = settings.get("placeholders.who") or {}
    facts = tuple(
        Editable(name, short, plain, read_text, hint=str(who.get(short, "")))
        for name, short in ((name, name.removeprefix("placeholder.")) for name in sorted(settings))
        if short != name
    )
    return [*GROUPS, Group("facts", "Facts that guides name", FACTS_WORDS, facts)]


MODE_LIST = ", ".join(f"{slug} ({name})" for slug, name in MODE_NAMES.items())
FACTS_WORDS = (
    "Guides name these facts in double braces. An empty one reads “ask your help desk” with the phone number. "
    "Facts that begin with rule. are law or procedure: elections staff fill them in. Write them without a last period."
)
GROUPS = (
    Group(
        "desk",
        "Help desk",
        "Name, numbers and address, as every page shows them.",
        (
            Editable("desk.name", "Line under the mark", plain, read_text),
            Editable("desk.office_name", "Office in the footer", plain, read_text),
            Editable("desk.phone", "Phone", plain, read_needed_phone),
            Editable("desk.phone_electionday", "Phone on Election Day", plain, read_phone),
            Editable(
                "desk.oncall", "On-call phone", plain, read_phone, "Shown only inside its times, when closed."
            ),
            Editable("elections.phone", "Elections staff, for rule questions", plain, read_phone),
            Editable("desk.email", "E-mail", plain, read_email),
        ),
    ),
    Group(
        "hours",
        "Hours",
        "When a person answers. Promises and “Answering now” come from here.",
        (
            Editable("time_zone", "Time zone", plain, read_zone),
            Editable(
                "hours.weekly",
                "Weekly hours",
                show_week,
                read_week,
                "One line a day, like monday: 08:00-17:00. A day left out is closed.",
                7,
            ),
            Editable(
                "hours.dated",
                "Days that differ",
                show_dated,
                read_dated,
                "One line each: 2026-11-26 closed Thanksgiving, or 2026-11-03 05:00-23:00 Election Day.",
                5,
            ),
            Editable(
                "oncall.windows",
                "On-call times",
                show_windows,
                read_windows,
                "One line each: 2026-11-03T17:00 2026-11-03T22:00.",
                4,
            ),
        ),
    ),
    Group(
        "modes",
        "Modes",
        "What kind of day it is. In a busy mode the phone comes first.",
        (
            Editable(
                "modes",
                "Days with a mode",
                show_modes,
                read_modes,
                f"One line each: 2026-11-03T05:00 2026-11-04T01:00 election_day. Modes: {MODE_LIST}.",
                6,
            ),
        ),
    ),
    Group(
        "order",
        "Order and promises",
        "How priority is found, and by when a person answers.",
        (
            Editable(
                "priority.grid",
                "Priority",
                show_grid,
                read_grid,
                "For each impact the priority when it is needed now, today, this week.",
                3,
            ),
            Editable(
                "promises",
                "First answer",
                show_promises,
                read_promises,
                "One line each, like P1 15 minutes or P3 4 working hours. One left out is not promised.",
                4,
            ),
            Editable(
                "tickets.close_after_days", "Close a solved request after so many days", plain, read_days
            ),
            Editable(
                "runs.keep_days",
                "Delete the answers of a run nobody sent after so many days",
                plain,
                read_days,
                "Counts stay. What was sent stays with its request.",
            ),
            Editable(
                "runs.sent_keep_days",
                "Delete the answers of a run so many days after its request closed (0: never)",
                plain,
                read_days_or_never,
                "The request keeps what was sent. Follow your records schedule.",
            ),
            Editable(
                "events.keep_months",
                "Delete searches after so many months",
                plain,
                read_months,
                "Figures and unanswered questions reach no further back.",
            ),
            Editable(
                "offline.off",
                "Keep nothing in browsers for a day without a network (yes or no)",
                show_yes,
                read_yes,
                "Yes takes the kept storm kit out of each browser at its next visit.",
            ),
            Editable(
                "second_person.required",
                "A second person publishes every article (yes or no)",
                show_yes,
                read_yes,
                "Articles about law always need a second person.",
            ),
        ),
    ),
    Group(
        "home",
        "Home page",
        "What clerks see first.",
        (
            Editable("home.diagnostics", "Diagnostics", show_lines, read_lines, "One short name a line.", 6),
            Editable(
                "home.good_places",
                "Good places to start",
                show_lines,
                read_lines,
                "One short name a line.",
                6,
            ),
            Editable("home.examples", "Examples under the search", show_lines, read_lines, "One a line.", 3),
        ),
    ),
    Group(
        "words",
        "Plain words",
        "The writing check points to these words in guides and diagnostics.",
        (
            Editable(
                "words.avoid",
                "Words to avoid",
                show_words,
                read_words,
                "One line each, like utilize: use. Leave the plain word empty where the word says nothing.",
                12,
            ),
        ),
    ),
)
