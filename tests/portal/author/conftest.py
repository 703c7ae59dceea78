"""A small newsroom: settings, topics, a picture, people of every role, guides, and browsers of the people who write."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from front_door import Browser, FrontDoor
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from auth.roles import Reader, Role
from auth.users import Group, GroupMember, User
from kb.articles import Article, Topic
from kb.pictures import add_picture
from kb.writing import go_live, save_revision, start_article
from portal.author.views import blueprint as author
from portal.site.settings import seed_settings
from portal.status.services import seed_services

SETTINGS: dict[str, Any] = {
    "desk.name": "Election help desk",
    "desk.phone": "406-555-0142",
    "time_zone": "America/Denver",
    "placeholders": {"absentee.label_required": "", "printer.model": "Model 4"},
}
SOURCE = """\
The roll is in upside down. Turn the roll over and print one label.

## What to do

1. **Turn the printer off.** Open the lid.
2. **Put the roll back.** Close the lid.
"""


class Newsroom:
    """People, guides and a short way to act as each person."""

    def __init__(self, door: FrontDoor) -> None:
        self.door = door
        with door.session() as session:
            seed_settings(session, SETTINGS)
            seed_services(session, [{"slug": "label-printing", "name": "Label printing"}])
            session.add_all(
                [
                    Topic(slug="printing", title="Printing and labels", position=1),
                    Topic(slug="signing-in", title="Signing in", position=2),
                    Group(slug="security", name="Security people"),
                ]
            )
            add_picture(session, "roll.png", png(), now=door.moment)
            session.commit()
        self.author = door.person("author", Role.AUTHOR)
        self.other_author = door.person("second", Role.AUTHOR)
        self.lead = door.person("lead", Role.LEAD)
        self.agent = door.person("agent", Role.AGENT)
        self.specialist = door.person("specialist", Role.SPECIALIST)
        self.clerk = door.person("clerk", Role.CLERK)

    def guide(
        self,
        title: str = "Labels come out blank",
        source: str = SOURCE,
        *,
        live: bool = True,
        author: User | None = None,
        **front: Any,
    ) -> str:
        """A guide, live unless said; its slug."""
        slug = title.lower().replace(" ", "-")
        fields = {"topic": "printing", "audience": "public", "review_by": "2027-03-01"} | front
        with self.door.session() as session:
            article = start_article(session, slug=slug, kind="guide", title=title, now=self.door.moment)
            revision = save_revision(
                session,
                article,
                title=title,
                front={"title": title} | fields,
                source=source,
                author_id=author.id if author else None,
                based_on=0,
                now=self.door.moment,
            )
            if live:
                go_live(session, article, revision, by_id=None, now=self.door.moment)
            session.commit()
        return slug

    def article(self, slug: str) -> Article:
        """The article as it is on disk, with its revisions loaded."""
        with self.door.session() as session:
            article = session.scalars(select(Article).where(Article.slug == slug)).one()
            assert article.latest is not None
            _ = article.published
            return article

    def join(self, user: User, group: str) -> None:
        """Put a person into a group."""
        with self.door.session() as session:
            found = session.scalars(select(Group).where(Group.slug == group)).one()
            session.add(GroupMember(user_id=user.id, group_id=found.id))
            session.commit()

    def browser(self, user: User) -> Browser:
        """A browser in which this person is signed in."""
        return self.door.signed_in(user)

    def reader(self, user: User) -> Reader:
        """The person as the doors of the house see them."""
        with self.door.session() as session:
            return session.get_one(User, user.id).as_reader()

    def send(self, browser: Browser, slug: str, **changes: Any) -> TestResponse:
        """Send the editor's form of a guide with everything as it is, but for these changes."""
        article = self.article(slug)
        latest = article.latest
        assert latest is not None
        front = latest.front
        fields: dict[str, Any] = {
            "title": latest.title,
            "source": latest.source.replace("\n", "\r\n"),
            "topic": front.get("topic", ""),
            "audience": front.get("audience", "public"),
            "owner": front.get("owner", ""),
            "review_by": front.get("review_by", ""),
            "symptoms": "\r\n".join(front.get("symptoms", [])),
            "tags": ", ".join(front.get("tags", [])),
            "services": front.get("services", []),
            "related": "\r\n".join(front.get("related", [])),
            "diagnostic": front.get("diagnostic", ""),
            "note": "",
            "based_on": str(latest.number),
            "action": "save",
        }
        if front.get("legal"):
            fields["legal"] = "yes"
        return browser.press(f"/author/guides/{slug}", **fields | changes)

    def later(self, **time: float) -> None:
        self.door.moment += timedelta(**time)


def png(color: str = "white") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Two browsers of one test must not share a request; see the plugin's fixture of this name."""


@pytest.fixture
def door(tmp_path: Path) -> FrontDoor:
    """A real set-up."""
    opened = FrontDoor(tmp_path)
    if "author" not in opened.application.blueprints:
        opened.application.register_blueprint(author)
    return opened


@pytest.fixture
def newsroom(door: FrontDoor) -> Newsroom:
    """Everything in its place."""
    return Newsroom(door)


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """The bytes of a small picture of one color."""
    return png
