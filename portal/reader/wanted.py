"""Telling people who found nothing that there is a guide now: one mail, and then their address is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import VISITOR
from portal.mail.outbox import post
from portal.reader.finding import Finder
from portal.reports.events import AnswerWanted, masked
from portal.site.context import Site
from search.index import Hit

LONGEST_WORDS = 260
# A new page further down than this is about something else.
NEW_AMONG = 3


def want_answer(
    session: Session, *, words: str, email: str, shown: Sequence[str] = (), now: datetime
) -> None:
    """Remember what was looked for, what was found then, and whom to tell. Asking twice is asking once."""
    kept = masked(words)[:LONGEST_WORDS]
    same = select(AnswerWanted.id).where(AnswerWanted.words == kept, AnswerWanted.email == email)
    if session.scalar(same) is None:
        session.add(AnswerWanted(words=kept, email=email, shown=list(shown), at=now))
        session.flush()


def tell_answers(session: Session, finder: Finder, site: Site, *, base_url: str, now: datetime) -> int:
    """Mail everybody whose words find something now, and delete their address. Returns how many were told.

    The mail names the guide, in its author's words, and nothing that was typed: the address may be anyone's.
    """
    told = 0
    for wanted in session.scalars(select(AnswerWanted).order_by(AnswerWanted.id)):
        hit = _answer_to(session, finder, site, wanted)
        if hit is not None:
            _tell(session, wanted, hit, base_url, now)
            session.delete(wanted)
            told += 1
    return told


def _answer_to(session: Session, finder: Finder, site: Site, wanted: AnswerWanted) -> Hit | None:
    """The best hit that was not there when they asked, if it is among the first.

    One that needs a correction is no answer.
    """
    results = finder.find(session, site, VISITOR, wanted.words, limit=NEW_AMONG).results
    new = (hit for hit in results.hits if hit.slug not in wanted.shown)
    return next(new, None) if results.corrected is None else None


def _tell(session: Session, wanted: AnswerWanted, hit: Hit, base_url: str, now: datetime) -> None:
    room = "diagnose" if hit.kind == "diagnostic" else "articles"
    post(
        session,
        to=wanted.email,
        subject="There is a guide now",
        text=(
            "You searched our help pages and found no answer. You asked us to write when there is a guide.\n\n"
            f"There is one now: {hit.title}\n{base_url}/{room}/{hit.slug}\n\n"
            "We have deleted your address. We do not write again.\n"
        ),
        kind="answer_found",
        now=now,
    )
