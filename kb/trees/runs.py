"""Runs of diagnostics: who walks, what was answered, what happened when; rows that a walk is replayed from."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base

STATES = ("walking", "sent", "solved", "stopped")

CODE_LETTERS = "CDFGHJKMNPQRTVWX34679"
"""No vowels, so that no code spells a word; no 0 1 2 5 8 and no B I L O S Z, which sound or look alike."""

CODE_LENGTH = 6
CODE_HOURS = 24
RESUME_DAYS = 7
TYPED = "typed"
"""The stored value of a fact that was typed; its text stands in `said`."""


class Run(Base):
    """One walk through one published revision of a diagnostic.

    ``id`` is 128 random bits and is all that opens the run in a browser, so it is never logged. ``visitor`` is
    the cookie of someone not signed in. ``code`` is what a clerk reads out on the phone; staff only, 24 hours.
    ``result`` is worked out at night, see ``results``: empty while it cannot be known.
    ``turn`` counts the changes; ``helper_id`` is the person of the desk who has the run open, see ``sharing``.
    """

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    visitor: Mapped[str | None] = mapped_column(String(64), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    mode: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="walking")
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    code_until: Mapped[datetime]
    ticket_id: Mapped[int | None]
    result: Mapped[str] = mapped_column(String(20), default="", server_default="")
    turn: Mapped[int] = mapped_column(default=0)
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    helped_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_runs_code", "code"),
        Index("ix_runs_article_created", "article_id", "created_at"),
        Index("ix_runs_result_touched", "result", "touched_at"),
    )


class RunAnswer(Base):
    """The present answer at one address of a run; `said` holds what was typed.

    ``by_id`` is the person of the desk who gave it for the clerk, ``turn`` the run's count when it was given.
    """

    __tablename__ = "run_answers"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(String(300), primary_key=True)
    value: Mapped[str] = mapped_column(String(500))
    said: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    turn: Mapped[int] = mapped_column(default=0)


class RunEvent(Base):
    """Something that happened in a run; append only, without any typed text, for the figures."""

    __tablename__ = "run_events"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    option: Mapped[str] = mapped_column(String(500), default="")
    mode: Mapped[str] = mapped_column(String(20))


EVENT_KINDS = (
    "view",
    "answer",
    "back",
    "change",
    "help_open",
    "article_open",
    "step_result",
    "person_clicked",
    "outcome",
    "reopened",
    "desk_verdict",
    "desk_reply",
    "desk_ranked",
    "desk_closed",
)

ASKED_FOR_MORE = "asks"
"""The option of the desk's first reply when it asks for facts that the request did not bring."""


def begin(
    session: Session,
    *,
    article_id: int,
    revision_id: int,
    now: datetime,
    mode: str = "normal",
    visitor: str | None = None,
    user_id: int | None = None,
    office_id: int | None = None,
) -> Run:
    """A new run, pinned to a revision. One or two queries: the code must be free for the next 24 hours."""
    run = Run(
        id=secrets.token_urlsafe(16),
        article_id=article_id,
        revision_id=revision_id,
        visitor=visitor,
        user_id=user_id,
        office_id=office_id,
        mode=mode,
        state="walking",
        created_at=now,
        touched_at=now,
        code=_free_code(session, now),
        code_until=now + timedelta(hours=CODE_HOURS),
        ticket_id=None,
        turn=0,
    )
    session.add(run)
    session.flush()
    return run


def find(session: Session, run_id: str) -> Run | None:
    """The run of that id. The id is the key: whoever has it may walk on."""
    return session.get(Run, run_id)


def answer(
    session: Session,
    run: Run,
    address: str,
    value: str,
    said: str = "",
    *,
    now: datetime,
    by_id: int | None = None,
    is_result: bool = False,
) -> RunAnswer:
    """Keep an answer, in place of the one before. Saving the same answer again changes nothing but the time.

    ``by_id`` is the person of the desk who gave it for the clerk. ``is_result`` tells a step's result from an answer.
    A typed fact is kept as `TYPED` with its text in `said`. Raises ValueError for what does not fit a row:
    a page checks the answer against its question first.
    """
    if len(address) > 300 or len(value) > 500 or len(said) > 4000:
        raise ValueError("the answer is too long to keep")
    kept = session.get(RunAnswer, (run.id, address))
    is_change = kept is not None and (kept.value, kept.said) != (value, said)
    if kept is None:
        kept = RunAnswer(run_id=run.id, address=address, value=value, said=said, at=now, by_id=by_id)
        session.add(kept)
    if is_change or kept.turn is None:
        run.turn += 1
        kept.turn, kept.by_id = run.turn, by_id
    kept.value, kept.said, kept.at = value, said, now
    run.touched_at = now
    run.result = ""  # whoever answers has not left, and what was solved may not be solved
    note(
        session,
        run,
        "step_result" if is_result else "change" if is_change else "answer",
        address,
        now=now,
        option="" if value == TYPED else value,
    )
    return kept


def forget(session: Session, run: Run, address: str, *, now: datetime) -> None:
    """Take an answer back, as if it had not been given; nothing happens when there is none."""
    kept = session.get(RunAnswer, (run.id, address))
    if kept is not None:
        session.delete(kept)
        run.touched_at = now
        run.turn += 1
        note(session, run, "change", address, now=now)


def answers_of(session: Session, run: Run) -> dict[str, str]:
    """The answers by address, as `walking.resolve` takes them: a typed fact is its text. One query."""
    rows = session.scalars(select(RunAnswer).where(RunAnswer.run_id == run.id))
    return {row.address: row.said if row.value == TYPED else row.value for row in rows}


def note(
    session: Session, run: Run, kind: str, address: str, *, now: datetime, option: str = "", mode: str = ""
) -> RunEvent:
    """Append an event. One query for its number; `option` is an id or a result, never typed text."""
    if kind not in EVENT_KINDS:
        raise ValueError(f"{kind!r} is no kind of event")
    last = session.scalar(select(func.max(RunEvent.seq)).where(RunEvent.run_id == run.id)) or 0
    event = RunEvent(
        run_id=run.id, seq=last + 1, at=now, address=address, kind=kind, option=option, mode=mode or run.mode
    )
    session.add(event)
    session.flush()
    return event


def finish(
    session: Session, run: Run, state: str, *, now: datetime, outcome: str = "", ticket_id: int | None = None
) -> None:
    """End a run as sent, solved or stopped. A run that was sent stays sent."""
    if state not in STATES:
        raise ValueError(f"{state!r} is no state of a run")
    if run.state == "sent":
        return
    run.state, run.touched_at = state, now
    run.turn += 1
    if ticket_id is not None:
        run.ticket_id = ticket_id
    note(session, run, "outcome", outcome, now=now, option=state)


def find_by_code(session: Session, code: str, now: datetime) -> Run | None:
    """The run whose code was read out, while the code holds; spaces and case do not matter. For staff only."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    if len(plain) != CODE_LENGTH:
        return None
    found = select(Run).where(Run.code == plain, Run.code_until > now).order_by(Run.created_at.desc())
    return session.scalars(found.limit(1)).first()


def renew_code(session: Session, run: Run, now: datetime) -> str:
    """A code that holds for 24 hours from now: the same while it holds for another hour, else a new one."""
    if run.code_until < now + timedelta(hours=1):
        run.code, run.code_until = _free_code(session, now), now + timedelta(hours=CODE_HOURS)
    return run.code


def spoken(code: str) -> str:
    """The code in two groups, as it is shown and read out."""
    return f"{code[:3]} {code[3:]}"


def unfinished(
    session: Session, *, now: datetime, visitor: str | None = None, user_id: int | None = None
) -> list[Run]:
    """The runs that this person may carry on with, newest first: walked in the last seven days. One query."""
    owner: list[Any] = []
    if user_id is not None:
        owner.append(Run.user_id == user_id)
    elif visitor:
        owner += [Run.visitor == visitor, Run.user_id.is_(None)]
    else:
        return []
    since = now - timedelta(days=RESUME_DAYS)
    found = select(Run).where(*owner, Run.state == "walking", Run.touched_at > since)
    return list(session.scalars(found.order_by(Run.touched_at.desc())))


def _free_code(session: Session, now: datetime) -> str:
    """A code that no run holds now. There are 86 million, so the first try is free almost always."""
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        taken = select(Run.id).where(Run.code == code, Run.code_until > now)
        if session.scalar(taken) is None:
            return code
