"""A draft that waits for its author in the demo: an edit after which three kept test walks end differently."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.users import User
from kb.articles import Article
from kb.writing import save_revision

SLUG = "scanner-or-barcode-reader"
NOTE = "An office where nobody can scan calls us now. Last week three of them waited hours for an answer."
# Where several people of an office cannot scan, a call takes the place of a request; its tests give no place any more.
SEVERAL = "say: Other people in my office, ticket: {impact: medium}, go: "
EDITS = (
    (f"{SEVERAL}details}}", f"{SEVERAL}call_us}}"),
    (f"{SEVERAL}system_details}}", f"{SEVERAL}call_us}}"),
    ("reach: my_office\n      place: Back room, Canon\n", "reach: my_office\n"),
    ("reach: my_office\n      place: Front counter, Fujitsu fi-7160\n", "reach: my_office\n"),
    ("reach: my_office\n      place: Front counter\n", "reach: my_office\n"),
)


def add_draft(session: Session, author: User, *, now: datetime) -> None:
    """The draft of this author on top of what readers see. A text that has other words is left as it is."""
    article = session.scalars(select(Article).where(Article.slug == SLUG)).first()
    latest = article.latest if article is not None else None
    if article is None or latest is None or any(latest.source.count(old) != 1 for old, _new in EDITS):
        return
    source = latest.source
    for old, new in EDITS:
        source = source.replace(old, new)
    save_revision(
        session,
        article,
        title=article.title,
        front=latest.front,
        source=source,
        author_id=author.id,
        based_on=latest.number,
        note=NOTE,
        now=now,
    )
