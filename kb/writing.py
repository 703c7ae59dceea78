"""Writing articles: every save a revision, publishing only what passes, retiring without losing anything."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth.roles import Reader, is_audience
from kb.articles import Article, Publication, Revision
from kb.diagnostic_source import DiagnosticText, diagnostic_text
from kb.findings import Finding
from kb.front_matter import understand
from kb.proofing import NOTHING_KNOWN, Known, blocking, proof
from kb.rendering import Rendered, render
from kb.trees.around import NOTHING_AROUND, Around
from kb.trees.checks import check
from kb.trees.length import about_minutes
from kb.trees.parsing import TreeProblems, parse
from kb.trees.tree import Tree


class Outdated(Exception):
    """Somebody saved in between. ``theirs`` is the latest revision; nothing was written."""

    def __init__(self, theirs: Revision) -> None:
        super().__init__(f"revision {theirs.number} was saved in between")
        self.theirs = theirs


class CannotPublish(Exception):
    """The text has errors. ``findings`` names each."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = findings


class MayNotPublish(Exception):
    """This person may not publish this article, or not alone. The message is a sentence."""


class SlugTaken(Exception):
    """Another article has this slug already."""


@dataclass(frozen=True)
class Checks:
    """What a text is checked against before it goes live: guides by ``known``, diagnostics by ``around``."""

    known: Known = NOTHING_KNOWN
    around: Around = NOTHING_AROUND


def start_article(session: Session, *, slug: str, kind: str, title: str, now: datetime) -> Article:
    """A new, empty article in draft. Raises ``SlugTaken``. Save a first revision next, based on 0."""
    if session.scalar(select(Article.id).where(Article.slug == slug)) is not None:
        raise SlugTaken(slug)
    article = Article(slug=slug, kind=kind, title=title[:200], created_at=now, status="draft")
    session.add(article)
    session.flush()
    return article


def save_revision(
    session: Session,
    article: Article,
    *,
    title: str,
    front: dict[str, Any],
    source: str,
    author_id: int | None,
    based_on: int,
    note: str = "",
    now: datetime,
) -> Revision:
    """The revision that holds this text: the latest one when nothing changed, else a new one.

    ``based_on`` is the number of the revision that was opened for writing, 0 for a new article. Raises ``Outdated``
    when another one was saved since, and ``TooHard`` when the text cannot be rendered. A diagnostic with
    mistakes is kept as a draft without a tree.
    """
    title, front, source = _in_one_form(article.kind, title, front, source)
    text_hash = hash_of(article.kind, title, front, source)
    latest = article.latest
    if latest is not None and latest.hash == text_hash:
        return latest
    if latest is not None and latest.number != based_on:
        raise Outdated(latest)
    revision = _revision(article, title, front, source)
    revision.number = latest.number + 1 if latest else 1
    revision.hash, revision.note, revision.author_id, revision.created_at = (
        text_hash,
        note[:500],
        author_id,
        now,
    )
    _add_or_yield(session, article, revision)
    if article.published_id is None:
        _repeat(article, revision)
    session.flush()
    return revision


def publish(
    session: Session,
    article: Article,
    revision: Revision,
    *,
    by: Reader,
    now: datetime,
    checks: Checks | None = None,
    second_person: bool = False,
    reason: str = "",
) -> None:
    """Make a revision the live one. Raises ``MayNotPublish`` and ``CannotPublish``.

    ``reason`` is kept with the version: why it goes live although the check has warnings.
    ``second_person`` asks for another person than the author for every article; legal ones always need one.
    """
    _ask_leave(article, revision, by, second_person=second_person)
    problems = blocking(findings_of(article, revision, checks or Checks()))
    if problems:
        raise CannotPublish(problems)
    go_live(session, article, revision, by_id=by.user_id, now=now, reason=reason)


def go_live(
    session: Session,
    article: Article,
    revision: Revision,
    *,
    by_id: int | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Make a revision live without asking: for the import and for what comes with the product."""
    if article.status == "published" and article.published_id == revision.id:
        return
    article.published = revision
    article.published_at = now
    article.status = "published"
    article.replaced_by = ""
    _repeat(article, revision)
    event = Publication(article_id=article.id, revision_id=revision.id, action="published", by_id=by_id)
    event.at, event.reason = now, reason[:500]
    session.add(event)
    session.flush()


def retire(session: Session, article: Article, *, by: Reader, replaced_by: str = "", now: datetime) -> None:
    """Take an article out of use. Old addresses lead to ``replaced_by``, a slug. Retiring twice is once."""
    if not may_publish(article.audience, by):
        raise MayNotPublish("You may not take this article out of use.")
    if article.status == "retired" and article.replaced_by == replaced_by:
        return
    article.status = "retired"
    article.replaced_by = replaced_by
    event = Publication(article_id=article.id, revision_id=article.published_id, action="retired", at=now)
    event.by_id = by.user_id
    session.add(event)
    session.flush()


def restore(
    session: Session, article: Article, number: int, *, author_id: int | None, now: datetime
) -> Revision:
    """A new revision with the text of an old one. Raises ``LookupError`` for a number that does not exist."""
    old = revision_numbered(session, article, number)
    return save_revision(
        session,
        article,
        title=old.title,
        front=old.front,
        source=old.source,
        author_id=author_id,
        based_on=article.latest.number if article.latest else 0,
        note=f"Back to version {number}",
        now=now,
    )


def revisions(session: Session, article: Article) -> list[Revision]:
    """All revisions of an article, newest first. One query."""
    query = select(Revision).where(Revision.article_id == article.id).order_by(Revision.number.desc())
    return list(session.scalars(query))


def revision_numbered(session: Session, article: Article, number: int) -> Revision:
    """One revision by its number. Raises ``LookupError``."""
    query = select(Revision).where(Revision.article_id == article.id, Revision.number == number)
    found = session.scalar(query)
    if found is None:
        raise LookupError(f"There is no version {number}.")
    return found


def publications(session: Session, article: Article) -> list[Publication]:
    """Who published and retired this article and when, newest first. One query."""
    query = select(Publication).where(Publication.article_id == article.id).order_by(Publication.id.desc())
    return list(session.scalars(query))


def may_publish(audience: str, by: Reader) -> bool:
    """Whether this person may publish to this audience."""
    return by.may("publish to clerks" if audience in ("public", "clerks") else "publish to staff")


def findings_of(article: Article, revision: Revision, checks: Checks) -> list[Finding]:
    """What there is to say about a revision of a guide or a diagnostic."""
    if article.kind == "guide":
        return proof(revision.front, revision.source, known=checks.known)
    try:
        return list(check(parse(revision.source, article.slug), checks.around))
    except TreeProblems as problems:
        return list(problems.findings)


def text_hash(kind: str, title: str, front: dict[str, Any], source: str) -> str:
    """The hash that a revision of this text would have."""
    return hash_of(kind, *_in_one_form(kind, title, front, source))


def hash_of(kind: str, title: str, front: dict[str, Any], source: str) -> str:
    """The SHA-256 of a text with its front matter, the same for the same text on every machine."""
    whole = [kind, title, front, source] if kind == "guide" else [kind, source]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _in_one_form(
    kind: str, title: str, front: dict[str, Any], source: str
) -> tuple[str, dict[str, Any], str]:
    """One kind of line end, one line end at the end, and no second place for the title, slug and status."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip("\n") + "\n"
    if kind == "diagnostic":
        text = diagnostic_text(source)
        return (text.title or title)[:200], text.front, source
    kept = {key: value for key, value in front.items() if key not in ("slug", "status")}
    return title[:200], {**kept, "title": title}, source


def _revision(article: Article, title: str, front: dict[str, Any], source: str) -> Revision:
    revision = Revision(article_id=article.id, title=title, front=front, source=source)
    if article.kind == "diagnostic":
        text: DiagnosticText = diagnostic_text(source, article.slug)
        revision.html, revision.tree, revision.outline = "", text.tree, text.outline
    else:
        page: Rendered = render(source, title=title)
        revision.html, revision.tree, revision.outline = page.html, None, page.outline
    return revision


def _add_or_yield(session: Session, article: Article, revision: Revision) -> None:
    """Add the revision; when another process used its number first, ours is outdated."""
    try:
        with session.begin_nested():
            session.add(revision)
            session.flush()
            article.latest = revision
    except IntegrityError:
        session.refresh(article)
        if article.latest is None:
            raise
        raise Outdated(article.latest) from None


def _repeat(article: Article, revision: Revision) -> None:
    """Repeat a revision's front matter in the columns that lists read."""
    article.minutes = about_minutes(Tree.from_json(revision.tree)) if revision.tree else 0
    front = understand(revision.front)
    article.title = revision.title
    article.topic = front.topic[:80]
    # A word that is no audience must not open an article: staff see it, and put it right.
    article.audience = (
        front.audience if is_audience(front.audience) else ("staff" if front.audience else "public")
    )
    article.legal = front.legal
    article.owner = front.owner[:120]
    article.review_by = front.review_by


def _ask_leave(article: Article, revision: Revision, by: Reader, *, second_person: bool) -> None:
    audience = understand(revision.front).audience or "public"
    # Taking a public page away from its readers needs the same right as giving it to them.
    wide = [audience, article.audience] if article.status == "published" else [audience]
    if not all(may_publish(each, by) for each in wide):
        raise MayNotPublish("You may not publish to these readers. Ask an author or the lead.")
    alone = revision.author_id is not None and revision.author_id == by.user_id
    if alone and (second_person or understand(revision.front).legal or article.legal):
        raise MayNotPublish("A second person must publish this. Ask an author or the lead to read it.")
