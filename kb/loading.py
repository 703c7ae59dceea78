"""Bringing content in: a folder of somebody's Markdown, or what comes with the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.arriving import FILE_ERRORS, Arrival, arrival_of, sentence_for
from kb.articles import Article
from kb.folder import BadFile, Found, files_in
from kb.front_matter import understand
from kb.importing import Import, ImportReport, add_topics
from kb.pictures import add_picture
from kb.plain_yaml import read
from kb.words import rows_from, ship_words
from kb.writing import go_live, save_revision, start_article, text_hash

SITE_BYTES = 256 * 1024


@dataclass
class ShippedReport:
    """What a load of the shipped content did, by slug. ``waiting`` were edited here and kept."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    words: int = 0
    pictures: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything is different from before."""
        return bool(self.created or self.updated or self.waiting or self.words or self.pictures)


def import_folder(
    session: Session,
    folder: Path,
    *,
    status: str = "draft",
    audience: str | None = None,
    dry_run: bool = False,
    now: datetime,
    by: int | None = None,
) -> ImportReport:
    """Bring in a folder, recursively. ``status`` and ``audience`` are for new articles that do not say themselves.

    A published article whose text changed is published again; a retired one keeps the text as a draft. ``dry_run``
    does the same and undoes it. Raises ``NotADirectoryError``. About 10 ms for a new article, 3 for a known one.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder.")
    report = ImportReport()
    with session.begin_nested() as everything:
        Import(session, report, status, audience or "public", now, by).run(folder)
        if dry_run:
            everything.rollback()
    return report


def load_shipped(session: Session, folder: Path, *, now: datetime) -> ShippedReport:
    """Bring in the content folder of the product. A second run changes nothing.

    Live text that equals the last shipped one is renewed; text edited here is kept and the new one waits beside
    it; what was retired stays retired. Words follow the same rule. Raises nothing for a bad file: it is reported.
    """
    report = ShippedReport()
    add_topics(session, _topics(folder))
    for found in files_in(folder):
        if found.path.split("/")[0] not in ("articles", "diagnostics", "pictures", "words.yaml"):
            continue
        try:
            with session.begin_nested():
                _take(session, found, report, now)
        except FILE_ERRORS as error:
            report.failed.append((found.path, sentence_for(error)))
    return report


def _topics(folder: Path) -> dict[str, str]:
    """The topics of ``site.yaml`` in their order, titles by slug."""
    site = folder / "site.yaml"
    value: Any = read(site.read_text("utf-8"), cap_bytes=SITE_BYTES) if site.is_file() else None
    listed = value.get("topics") if isinstance(value, dict) else None
    return {str(topic["slug"]): str(topic["title"]) for topic in listed or ()}


def _take(session: Session, found: Found, report: ShippedReport, now: datetime) -> None:
    if found.kind == "picture":
        report.pictures += add_picture(session, found.name, found.body(), now=now) != "unchanged"
    elif found.kind == "words":
        report.words = ship_words(session, rows_from(found.text()), now=now)
    elif found.kind == "refused":
        raise BadFile(found.reason)
    else:
        _article(session, arrival_of(found), found, report, now)


def _article(session: Session, arrival: Arrival, found: Found, report: ShippedReport, now: datetime) -> None:
    shipped = text_hash(arrival.kind, arrival.title, arrival.front, arrival.source)
    slug = arrival.slug or next(found.slugs())
    article = session.scalar(select(Article).where(Article.slug == slug))
    if article is None:
        article = start_article(session, slug=slug, kind=arrival.kind, title=arrival.title, now=now)
        _renew(session, article, arrival, now)
        report.created.append(slug)
    elif article.kind != arrival.kind:
        raise BadFile(f"The article “{slug}” is here already, as a {article.kind}.")
    elif article.shipped_hash != shipped:
        _upgrade(session, article, arrival, found, shipped, report, now)
    article.shipped_hash = shipped
    session.flush()


def _upgrade(
    session: Session,
    article: Article,
    arrival: Arrival,
    found: Found,
    shipped: str,
    report: ShippedReport,
    now: datetime,
) -> None:
    if article.status == "retired":
        return
    ours = article.published or article.latest
    if ours is not None and ours.hash == shipped:
        article.shipped_waiting = ""
    elif article.status == "published" and ours is not None and ours.hash == article.shipped_hash:
        _renew(session, article, arrival, now)
        report.updated.append(article.slug)
    else:
        article.shipped_waiting = found.text()
        report.waiting.append(article.slug)


def _renew(session: Session, article: Article, arrival: Arrival, now: datetime) -> None:
    revision = save_revision(
        session,
        article,
        title=arrival.title,
        front=arrival.front,
        source=arrival.source,
        author_id=None,
        based_on=article.latest.number if article.latest else 0,
        note=understand(arrival.front).note or "Came with the product",
        now=now,
    )
    go_live(session, article, revision, by_id=None, now=now)
    article.shipped_waiting = ""
