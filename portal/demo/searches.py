"""What the demo's offices searched in the last weeks: questions that found a guide, and questions that found none."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.offices import Office
from kb.articles import Article
from portal.demo.people import COUNTIES
from portal.reports.endings import record_none_helped, record_solved
from portal.reports.events import AnswerWanted, Asker, record_opening, record_search

# A round of working hours, in minutes after midnight in UTC: 8 am to 4 pm in the Mountain time zone.
FIRST_MINUTE, LAST_MINUTE = 14 * 60, 22 * 60


@dataclass(frozen=True)
class Searched:
    """One question: the ways it was typed, how many people asked it, what search showed, and how it ended.

    ``ends`` is taken in turn: "open" and "solved" mean the first page shown, "leave" and "none" mean no page.
    """

    words: tuple[str, ...]
    people: int
    shown: tuple[str, ...] = ()
    ends: tuple[str, ...] = ("leave",)
    used: str = ""
    waits: str = ""


SEARCHES = (
    Searched(
        ("labels are blank", "stickers are blank", "blank sticker labels"),
        14,
        ("labels-come-out-blank", "label-printer-wont-print"),
        ("solved", "open", "open", "leave"),
    ),
    Searched(
        ("label printer red light", "red light on label printer"),
        11,
        ("label-printer-wont-print", "the-label-printer-says-empty-but-the-roll-is-full"),
        ("open", "solved"),
    ),
    Searched(
        ("locked out of my account",),
        9,
        ("my-account-is-locked", "cannot-sign-in", "i-forgot-my-password"),
        ("solved", "open"),
    ),
    Searched(
        ("excel dropped the zeros", "lost zeros in excel"),
        8,
        ("my-list-lost-zeros-or-long-numbers-changed-in-excel", "send-a-voter-list-or-file-safely"),
        ("open", "solved", "open"),
    ),
    Searched(
        ("barcode reader beeps",),
        6,
        ("the-barcode-reader-beeps-but-nothing-happens", "scanner-or-barcode-reader"),
        ("open",),
    ),
    Searched(
        ("signature pad not working", "signature pad is not working", "signature pad stopped working"),
        12,
        (
            "the-signature-box-is-blank-or-shows-the-wrong-part-of-the-card",
            "how-to-record-a-missing-or-different-signature",
        ),
        ("leave", "leave", "none", "leave"),
    ),
    Searched(
        ("print envelopes from the list", "how to print envelopes from the list"),
        9,
        ("addresses-do-not-line-up-on-label-sheets-or-envelopes", "absentee-labels-take-forever-to-print"),
        ("leave", "none", "open", "leave"),
    ),
    Searched(
        ("second monitor black", "my second monitor is black"),
        7,
        ("the-scan-is-refused-or-the-file-is-too-big", "i-run-a-report-and-no-window-opens"),
        ("leave",),
    ),
    Searched(
        ("scan goes to the wrong folder", "scans go to the wrong folder"),
        5,
        ("the-scan-is-refused-or-the-file-is-too-big", "the-scanner-does-not-show-up"),
        ("leave", "none"),
    ),
    Searched(
        ("voter wants address kept private",),
        4,
        ("the-address-is-not-found", "send-a-voter-list-or-file-safely"),
        ("leave",),
    ),
    Searched(("laminator jammed",), 2, ("nothing-comes-out-of-the-printer",), ("leave",)),
    Searched(("mileage reimbursement",), 4, waits="clerk@demo.example"),
    Searched(
        ("timesheet",), 3, ("addresses-do-not-line-up-on-label-sheets-or-envelopes",), used="time sheet"
    ),
)


def add_searches(
    session: Session, offices: Mapping[str, Office], chance: random.Random, *, now: datetime
) -> None:
    """Some weeks of searches from several counties; nobody searches on a weekend."""
    ids = {row.slug: row.id for row in session.execute(select(Article.slug, Article.id))}
    counties = [offices[name.lower().replace(" ", "-")] for name in COUNTIES[:24]]
    days = _working_days(now)
    asked = [(question, number) for question in SEARCHES for number in range(question.people)]
    moments = sorted(
        (day + timedelta(minutes=chance.randint(FIRST_MINUTE, LAST_MINUTE)), place, chance.choice(counties))
        for place, day in enumerate(chance.choices(days, k=len(asked)))
    )
    chance.shuffle(asked)
    for (moment, place, county), (question, number) in zip(moments, asked, strict=True):
        by = Asker(f"demo-{place:04}".ljust(22, "-"), county.id)
        _ask(session, question, number, by, ids, moment)
    for question in SEARCHES:
        if question.waits:
            wanted = AnswerWanted(words=question.words[0], email=question.waits, shown=list(question.shown))
            wanted.at = now - timedelta(days=2)
            session.add(wanted)
    session.flush()


def _working_days(now: datetime) -> Sequence[datetime]:
    """The midnights of the working days of the last four weeks, without today."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (today - timedelta(days=number) for number in range(1, 29))
    return [day for day in days if day.weekday() < 5]


def _ask(
    session: Session, question: Searched, number: int, by: Asker, ids: Mapping[str, int], now: datetime
) -> None:
    """One person asks, and the question ends as its turn says."""
    words = question.words[number % len(question.words) if number % 3 else 0]
    shown = [slug for slug in question.shown if slug in ids]
    ending = question.ends[number % len(question.ends)]
    record_search(
        session, by=by, words=words, shown=shown, total=len(shown), corrected=question.used, now=now
    )
    if ending in ("open", "solved") and shown:
        record_opening(session, by=by, slug=shown[0], now=now + timedelta(seconds=20))
    if ending == "solved" and shown:
        later = now + timedelta(minutes=3)
        record_solved(session, by=by, article_id=ids[shown[0]], where="guide", now=later)
    if ending == "none":
        record_none_helped(session, by=by, words=words, now=now + timedelta(minutes=1))
