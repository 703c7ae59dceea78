"""Noting which pages of a run were opened, after the answer: looking at a page never waits for the disk."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kb.trees.figures.seeing import note_looked, note_seen
from kb.trees.tree import Read
from portal.diagnose.running import Walked
from portal.request import after_answer, now

CHECK = "check"


def note_page(state: Walked, address: str) -> None:
    """Write down after the answer that this page of the run was opened. Nothing typed is in it."""
    run_id, moment = state.run.id, now()
    page = state.walk.page(address)
    was_answered = page is not None and page.address in state.answers
    also = []
    if page is not None and isinstance(page.node, Read):
        also.append(("article_open", page.node.article))
    if address == CHECK and not state.walk.ends:
        also.append(("person_clicked", ""))

    def write(session: Session) -> None:
        note_seen(session, run_id, address, was_answered=was_answered, also=also, now=moment)

    after_answer(write)


def note_lesson(run_id: str, address: str) -> None:
    """Write down after the answer that the lesson of this question was opened."""
    moment = now()
    after_answer(lambda session: note_looked(session, run_id, address, now=moment))
