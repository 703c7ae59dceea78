"""A run that is open in the demo: the demo's clerk is at the second step, and an agent answered one question."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.users import User
from kb.articles import Article
from kb.trees.runs import answer, begin

SLUG = "label-printer-wont-print"
# Typed at the desk, it opens the run; it holds for a day after the demo was made.
CODE = "H4M7QD"


def add_shared_run(session: Session, clerk: User, agent: User, *, now: datetime) -> None:
    """The run of Casey Clerk, with a code that the handbook can name. The caller commits."""
    article = session.scalars(select(Article).where(Article.slug == SLUG)).first()
    if article is None or article.published_id is None:
        return
    began = now - timedelta(minutes=6)
    run = begin(
        session,
        article_id=article.id,
        revision_id=article.published_id,
        user_id=clerk.id,
        office_id=clerk.office_id,
        now=began,
    )
    run.code, run.code_until = CODE, now + timedelta(hours=24)
    answer(session, run, "line", "no_line", now=began + timedelta(minutes=1))
    answer(session, run, "light", "red", now=began + timedelta(minutes=3), by_id=agent.id)
    answer(session, run, "quick_fixes.off_and_on", "not_fixed", now=began + timedelta(minutes=5))
