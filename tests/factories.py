"""Factories: requests, notices, runs and tokens that are there before a test begins, each with plain values."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth import sessions, tokens
from auth.offices import office_by_code
from auth.roles import Reader
from auth.sessions import Stage
from auth.users import User
from kb.articles import Article
from kb.trees.runs import begin
from portal.database import Database
from portal.request import Wiring
from portal.site.settings import touch_site
from portal.status.notices import Notice
from portal.tickets.opening import Draft, open_ticket
from portal.tickets.store import Store
from portal.tickets.ticket import Ticket, link_key


class Factory:
    """Makes rows as the pages would, commits each, and gives it back detached."""

    def __init__(self, app: Flask, database: Database) -> None:
        self._parts: Wiring = app.extensions["signpost"]
        self._database = database
        self._keys = count()

    def sign_in(self, person: User) -> str:
        """A session for this person; returns what the cookie holds."""
        with self._database.writing() as session:
            raw_id = sessions.begin(
                session, self._own(session, person), stage=Stage.OPEN, now=self._parts.clock()
            )
            session.commit()
        return raw_id

    def ticket(
        self,
        subject: str = "The label printer does not print",
        *,
        by: User | None = None,
        office: str = "yellowstone",
        worker: User | None = None,
        **more: Any,
    ) -> Ticket:
        """A request of Yellowstone County, from a visitor unless ``by`` says who."""
        own = {name: more.pop(name) for name in list(more) if name not in Draft.__dataclass_fields__}
        fields = {
            "description": "It says the cover is open.",
            "name": "Casey of Yellowstone",
            "phone": "406-555-0117",
            "email": "casey@county.example.gov",
            "office_words": "",
            "impact": "low",
            "urgency": "today",
            "voter_waiting": False,
            "channel": "portal",
        } | more
        with self._database.writing() as session:
            opened = open_ticket(
                session,
                Draft(subject=subject, office=office_by_code(session, office), **fields),
                by=by.as_reader() if by else Reader(),
                key=f"test:{next(self._keys)}",
                site=self._parts.sites.site(self._parts.clock()),
                store=Store(self._parts.config.attachments_folder),
                secret_key=self._parts.config.secret_key,
                base_url=self._parts.config.base_url,
                now=self._parts.clock(),
            )
            if worker is not None:
                opened.ticket.worker_id, opened.ticket.state = worker.id, "working"
            for name, value in own.items():
                setattr(opened.ticket, name, value)
            session.commit()
            return opened.ticket

    def link(self, ticket: Ticket) -> str:
        """The private link of a request, as a path."""
        return f"/tickets/{ticket.reference}/{link_key(self._parts.config.secret_key, ticket)}"

    def notice(self, title: str = "Absentee labels print slowly", **more: Any) -> Notice:
        """A slow service, known for an hour and a half."""
        began = self._parts.clock() - timedelta(minutes=90)
        fields = {
            "kind": "slow",
            "do_now": "Print each batch once only.",
            "starts_at": began,
            "created_at": began,
        }
        with self._database.writing() as session:
            notice = Notice(title=title, **fields | more)
            session.add(notice)
            touch_site(session)
            session.commit()
            return notice

    def run(self, slug: str = "label-printer-wont-print") -> str:
        """A run that has just begun; returns its id."""
        with self._database.writing() as session:
            article = session.scalars(select(Article).where(Article.slug == slug)).one()
            assert article.published_id is not None
            run = begin(
                session, article_id=article.id, revision_id=article.published_id, now=self._parts.clock()
            )
            session.commit()
            return run.id

    def token(self, person: User, *scopes: str) -> str:
        """The text of an API token of this person."""
        with self._database.writing() as session:
            issued = tokens.issue(session, self._own(session, person), scopes, now=self._parts.clock())
            session.commit()
            return issued.text

    def _own(self, session: Session, person: User) -> User:
        return session.get_one(User, person.id)
