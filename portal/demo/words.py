"""The demo's word list and test questions: words typed in vain, two changes of the list, and what each moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.audit import record
from auth.roles import VISITOR
from auth.users import User, user_by_email
from kb.articles import Article
from kb.word_changes import add_word, change_word
from kb.words import Synonym, row_of
from kb.writing import go_live, save_revision
from portal.author.questions.asking import ask_now
from portal.database import Database
from portal.reader.finding import Finder
from portal.reports.endings import record_solved
from portal.reports.events import Asker, record_opening, record_search
from portal.site.context import Site, build_site
from portal.site.settings import all_settings, site_version, touch_site

PUBLISHED = "a-voter-says-no-ballot-came"
AUTHOR, LEAD = "author@demo.example", "lead@demo.example"
# What was typed in vain, by how many browsers; then what some of them typed next, and the guide they opened.
IN_VAIN = (
    ("the clicker wont beep", 5, 3, "barcode reader beeps", "the-barcode-reader-beeps-but-nothing-happens"),
    ("clicker not reading", 3, 2, "barcode reader", "the-barcode-reader-beeps-but-nothing-happens"),
    (
        "doohickey for labels is blinking",
        4,
        3,
        "label printer light",
        "the-label-printer-says-empty-but-the-roll-is-full",
    ),
    ("jabber wont ring", 4, 0, "", ""),
)
# What was typed, by how many browsers, and the guide of which each then said that it solved it.
SOLVED = (
    ("labels are coming out totally white", 4, "labels-come-out-blank"),
    ("ballot never got to the voter", 3, PUBLISHED),
)
# Rows of the shipped list are named by their first saying.
CHANGED, MORE = "excel", "worksheet"
ADDED = (
    {"say": ["germany", "abroad"], "means": ["overseas voter"]},
    {
        "say": ["chromebook", "chrome book"],
        "means": ["laptop", "computer"],
        "note": "courts have them since spring",
    },
)
SYMPTOM = "the ballot got lost in the mail"


def fill_words(database: Database, finder: Finder, now: datetime) -> None:
    """Ask the questions as they came, then after each of two changes; and write down what clerks typed in vain."""
    first, second = now - timedelta(days=12), now - timedelta(days=3)
    ask(database, finder, now - timedelta(days=21))
    with database.writing() as session:
        tell_searches(session, finder, site_of(database, now), now)
        publish_symptom(session, first)
        add(session, ADDED[0], LEAD, first)
        touch_site(session)
        session.commit()
    ask(database, finder, first)
    with database.writing() as session:
        change(session, AUTHOR, second)
        add(session, ADDED[1], LEAD, second)
        touch_site(session)
        session.commit()
    ask(database, finder, second)


def ask(database: Database, finder: Finder, moment: datetime) -> None:
    """Ask the questions as the worker would have at this moment, just after the change."""
    ask_now(database, finder, site_of(database, moment), moment + timedelta(minutes=1))


def site_of(database: Database, now: datetime) -> Site:
    with database.reading() as session:
        version, _ = site_version(session)
        return build_site(all_settings(session), (), now, version=version)


def publish_symptom(session: Session, moment: datetime) -> None:
    """The author adds a symptom to a guide and publishes it."""
    article = session.scalars(select(Article).where(Article.slug == PUBLISHED)).one()
    latest = article.latest
    if latest is None:
        raise LookupError(PUBLISHED)
    author = person(session, AUTHOR)
    revision = save_revision(
        session,
        article,
        title=latest.title,
        front=latest.front | {"symptoms": [*latest.front.get("symptoms", []), SYMPTOM]},
        source=latest.source,
        author_id=author.id,
        based_on=latest.number,
        note="One more symptom, from the phone",
        now=moment,
    )
    go_live(session, article, revision, by_id=author.id, now=moment)
    details = {"version": revision.number, "audience": article.audience}
    record(session, author.id, "article published", f"article {article.slug}", details, moment)


def change(session: Session, email: str, moment: datetime) -> None:
    """A row of the shipped list gets one word more."""
    row, by = session.scalars(select(Synonym).where(Synonym.key == CHANGED)).one(), person(session, email)
    more = row_of(row) | {"say": [*row.say, MORE]}
    change_word(session, row, more, based_on=row.number, by_id=by.id, now=moment)
    tell(session, by, "words changed", row, moment)


def add(session: Session, row: dict[str, Any], email: str, moment: datetime) -> None:
    """A row of our own."""
    by = person(session, email)
    tell(session, by, "words added", add_word(session, row, by_id=by.id, now=moment), moment)


def tell(session: Session, by: User, action: str, row: Synonym, moment: datetime) -> None:
    record(
        session, by.id, action, f"words {row.key}", {"say": list(row.say), "means": list(row.means)}, moment
    )


def person(session: Session, email: str) -> User:
    found = user_by_email(session, email)
    if found is None:
        raise LookupError(email)
    return found


def tell_searches(session: Session, finder: Finder, site: Site, now: datetime) -> None:
    """Each search from a browser of its own, some days apart; who searched again opened a guide a minute later."""
    known = finder.words(session, site)
    for line, (words, browsers, again, other, slug) in enumerate(IN_VAIN):
        shown, _ = finder.slugs(session, site, VISITOR, words, known)
        for number in range(browsers):
            by = Asker(visitor=f"demo-words-{line}-{number}")
            moment = now - timedelta(days=2 + 3 * line + number, minutes=17 * number)
            record_search(session, by=by, words=words, shown=shown, total=len(shown), now=moment)
            if number < again:
                later = moment + timedelta(minutes=1)
                record_search(session, by=by, words=other, shown=[slug], total=1, now=later)
                record_opening(session, by=by, slug=slug, now=later + timedelta(seconds=20))
    for line, (words, browsers, slug) in enumerate(SOLVED):
        article_id = session.scalars(select(Article.id).where(Article.slug == slug)).one()
        for number in range(browsers):
            by, moment = (
                Asker(visitor=f"demo-solved-{line}-{number}"),
                now - timedelta(days=4 + line + 2 * number),
            )
            made = record_search(session, by=by, words=words, shown=[slug], total=1, now=moment)
            later = moment + timedelta(minutes=4)
            record_opening(session, by=by, slug=slug, now=moment + timedelta(minutes=1))
            record_solved(session, by=by, article_id=article_id, where="guide", search_id=made.id, now=later)
