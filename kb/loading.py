"""Bringing content in: a folder of somebody's Markdown, or what comes with the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.roles import is_audience
from kb.arriving import FILE_ERRORS, Arrival, arrival_of, sentence_for
from kb.articles import Article, Topic
from kb.folder import BadFile, Found, files_in
from kb.front_matter import FOREIGN_AUDIENCES, understand
from kb.pictures import add_picture
from kb.plain_yaml import read
from kb.words import import_words, rows_from, ship_words
from kb.writing import go_live, save_revision, start_article, text_hash

SITE_BYTES = 256 * 1024


@dataclass
class ImportReport:
    """What an import did. ``read`` counts articles and word lists; pictures are counted apart.

    ``failed`` has a path and a sentence for each file that did not go in; ``remarks`` the same for files that did.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    pictures: int = 0

    def count(self, outcome: str) -> None:
        """Count one article or word list: created, updated or unchanged."""
        setattr(self, outcome, getattr(self, outcome) + 1)


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
        _Import(session, report, status, audience or "public", now, by).run(folder)
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


def add_topics(session: Session, topics: dict[str, str]) -> None:
    """Add the topics, slug and title, that are not here yet, in order after the last one."""
    present = set(session.scalars(select(Topic.slug)))
    last = session.scalar(select(func.max(Topic.position))) or 0
    for slug, title in topics.items():
        if slug and slug not in present:
            last += 1
            present.add(slug)
            session.add(Topic(slug=slug, title=title[:120], position=last))
    session.flush()


class _Import:
    """One import under way."""

    def __init__(
        self,
        session: Session,
        report: ImportReport,
        status: str,
        audience: str,
        now: datetime,
        by: int | None,
    ) -> None:
        self._session = session
        self._report = report
        self._status = status
        self._audience = audience
        self._now = now
        self._by = by
        self._taken: set[int] = set()
        self._by_path: dict[str, Article] = {}
        self._by_slug: dict[str, Article] = {}

    def run(self, folder: Path) -> None:
        for article in self._session.scalars(select(Article)):
            self._remember(article)
        for found in files_in(folder):
            if found.kind != "picture":
                self._report.read += 1
            try:
                with self._session.begin_nested():
                    self._take(found)
            except FILE_ERRORS as error:
                self._report.failed.append((found.path, sentence_for(error)))

    def _remember(self, article: Article) -> None:
        self._by_slug[article.slug] = article
        if article.import_path:
            self._by_path[article.import_path] = article

    def _take(self, found: Found) -> None:
        if found.kind == "picture":
            add_picture(self._session, found.name, found.body(), now=self._now)
            self._report.pictures += 1
        elif found.kind == "words":
            changed = import_words(self._session, rows_from(found.text()))
            self._report.count("updated" if changed else "unchanged")
        elif found.kind == "refused":
            raise BadFile(found.reason)
        else:
            self._report.count(self._article(arrival_of(found)))

    def _article(self, arrival: Arrival) -> str:
        article = self._known(arrival)
        front = self._completed(arrival, article)
        if article is not None and self._is_live_text(article, arrival, front):
            self._taken.add(article.id)
            return "unchanged"
        is_new = article is None
        if article is None:
            article = start_article(
                self._session,
                slug=self._free_slug(arrival),
                kind=arrival.kind,
                title=arrival.title,
                now=self._now,
            )
        before = article.latest_id
        live = article.status == "published" and article.published_id == before
        revision = save_revision(
            self._session,
            article,
            title=arrival.title,
            front=front,
            source=arrival.source,
            author_id=self._by,
            based_on=article.latest.number if article.latest else 0,
            note=understand(front).note or "Imported",
            now=self._now,
        )
        if not article.import_path:
            article.import_path = arrival.found.path[:400]
        self._settle_status(article, arrival, is_new=is_new, was_live=live)
        self._remember(article)
        self._taken.add(article.id)
        add_topics(self._session, {article.topic: arrival.found.topic_title(article.topic)})
        return "created" if is_new else "unchanged" if revision.id == before else "updated"

    def _is_live_text(self, article: Article, arrival: Arrival, front: dict[str, Any]) -> bool:
        """An export has the live text; a draft on top of it must not be undone by importing that again."""
        wanted = text_hash(arrival.kind, arrival.title, front, arrival.source)
        return article.published is not None and article.published.hash == wanted

    def _settle_status(self, article: Article, arrival: Arrival, *, is_new: bool, was_live: bool) -> None:
        """New ones as the file or the command says; a live one stays live with its new text."""
        wanted = (arrival.status or self._status) if is_new else ("published" if was_live else "")
        if wanted == "published" and article.latest is not None:
            go_live(self._session, article, article.latest, by_id=self._by, now=self._now)
        elif wanted == "retired":
            article.status = "retired"
            article.published = article.latest
            article.replaced_by = arrival.replaced_by

    def _known(self, arrival: Arrival) -> Article | None:
        """The article that this file is: by its own slug, else by its path."""
        if arrival.slug:
            found = self._by_slug.get(arrival.slug)
        else:
            found = self._by_path.get(arrival.found.path)
        if found is not None and (found.id in self._taken or found.kind != arrival.kind):
            raise BadFile(f"Another file of this folder is the article “{found.slug}” already.")
        return found

    def _free_slug(self, arrival: Arrival) -> str:
        """The file's own slug, else its name, with the parent folder's before it when the name is taken."""
        if arrival.slug:
            return arrival.slug
        for slug in arrival.found.slugs():
            if slug not in self._by_slug:
                return slug
        raise BadFile("No free name was found for this file. Give it a slug in its front matter.")

    def _completed(self, arrival: Arrival, article: Article | None) -> dict[str, Any]:
        """The front matter with what the file leaves open: topic and audience."""
        if arrival.kind == "diagnostic":
            return dict(arrival.front)
        front = dict(arrival.front)
        # For a known article the choice was made when it came in.
        kept = understand(article.latest.front) if article and article.latest else None
        if not understand(front).topic:
            front["topic"] = kept.topic if kept and kept.topic else arrival.found.topic
        said = understand(front).audience
        if not is_audience(said):
            if said:
                front["audience_elsewhere"] = said
            front["audience"] = kept.audience if kept and kept.audience else self._audience_for(said, arrival)
        return front

    def _audience_for(self, said: str, arrival: Arrival) -> str:
        if not said or said.casefold() in FOREIGN_AUDIENCES:
            return self._audience
        # "stafff" must not be shown to everybody because of a slip.
        remark = f"“{said}” is no audience. Only staff see this article until an author chooses one."
        self._report.remarks.append((arrival.found.path, remark))
        return "staff"


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
        report.words = ship_words(session, rows_from(found.text()))
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
