"""Walks through the shipped diagnostics, page by page, as a person presses them."""

from __future__ import annotations

from grounds import Clock
from sqlalchemy import select
from visitor import Page, Visitor

from kb.articles import Article
from kb.writing import go_live, save_revision
from portal.database import Database
from portal.site.settings import touch_site

LABELS_SLUG = "label-printer-wont-print"
LABELS = f"/diagnose/{LABELS_SLUG}"
SUSPICIOUS = "/diagnose/something-suspicious"
CONTACT = {"office": "yellowstone", "name": "Casey of Yellowstone", "phone": "406-555-0117"}


def begin_labels(browser: Visitor) -> Page:
    """The first question about the label printer."""
    return browser.open(LABELS).press("Start now")


def walk_labels(browser: Visitor, *, place: str = "Front counter") -> Page:
    """Red light, three steps that do not help, the place, no photo: up to the page that asks whom to call back."""
    page = begin_labels(browser)
    page = page.press("Continue", answer="no_line")
    page = page.press("Continue", answer="red")
    for _ in range(3):
        assert "Did that fix it?" in page
        page = page.press("No, same problem")
    page = page.press("Continue", answer=place)
    return page.press("Continue")


def give_contact(page: Page, **more: str) -> Page:
    """Office, name and number."""
    return page.press("Continue", **CONTACT | more)


def send_labels(browser: Visitor, **more: str) -> Page:
    """The whole walk, up to the page with the number."""
    page = walk_labels(browser)
    if page.heading == "How we reach you":
        page = give_contact(page, **more)
    return page.press("Send to the help desk")


def ask_plainly(browser: Visitor, words: str, *, waiting: str = "no", **more: str) -> Page:
    """The plain request form, filled in and sent."""
    page = browser.open("/tickets/new")
    chosen = {"waiting": waiting, "reach": "me", "urgency": "today"} | CONTACT | more
    return page.press("Send to the help desk", words=words, **chosen)


def new_version(database: Database, *changes: tuple[str, str], clock: Clock, slug: str = LABELS_SLUG) -> None:
    """Publish a diagnostic, the label printer's unless told, with pieces of its text replaced."""
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == slug)).one()
        assert article.latest is not None
        source = article.latest.source
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        made = save_revision(
            session,
            article,
            title=article.title,
            front=article.latest.front,
            source=source,
            author_id=None,
            based_on=article.latest.number,
            now=clock(),
        )
        assert made.tree is not None
        go_live(session, article, made, by_id=None, now=clock())
        touch_site(session)
        session.commit()
