"""One import under way: each file found, told apart, compared with what is here, and written or reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.roles import is_audience
from kb.arriving import FILE_ERRORS, Arrival, arrival_of, sentence_for
from kb.articles import Article, Revision, Topic
from kb.findings import Finding
from kb.folder import BadFile, Found, files_in
from kb.front_matter import FOREIGN_AUDIENCES, understand
from kb.pictures import add_picture
from kb.private_data import private_data_in
from kb.trees.checks import check
from kb.trees.parsing import TreeProblems, parse
from kb.words import import_words, rows_from
from kb.writing import go_live, save_revision, start_article, text_hash


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


def errors_in(revision: Revision) -> tuple[Finding, ...]:
    """What stands in the way of publishing a diagnostic, as far as its own text tells. About 10 ms."""
    try:
        tree = parse(revision.source)
    except TreeProblems as problems:
        return problems.findings
    return tuple(finding for finding in check(tree) if finding.level == "error")


class Import:
    """The state of one import. ``run`` takes the whole folder in; call it once."""

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
            changed = import_words(self._session, rows_from(found.text()), now=self._now)
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
        if revision.id != before:
            self._remark_on_private_data(arrival)
        self._settle_status(article, arrival, is_new=is_new, was_live=live)
        self._remember(article)
        self._taken.add(article.id)
        add_topics(self._session, {article.topic: arrival.found.topic_title(article.topic)})
        return "created" if is_new else "unchanged" if revision.id == before else "updated"

    def _remark_on_private_data(self, arrival: Arrival) -> None:
        for finding in private_data_in(arrival.source) if arrival.kind == "guide" else ():
            line = finding.line + arrival.body_line - 1
            self._report.remarks.append((arrival.found.path, f"Line {line}: {finding.message}"))

    def _is_live_text(self, article: Article, arrival: Arrival, front: dict[str, Any]) -> bool:
        """An export has the live text; a draft on top of it must not be undone by importing that again."""
        wanted = text_hash(arrival.kind, arrival.title, front, arrival.source)
        return article.published is not None and article.published.hash == wanted

    def _settle_status(self, article: Article, arrival: Arrival, *, is_new: bool, was_live: bool) -> None:
        """New ones as the file or the command says; a live one stays live with its new text.

        A diagnostic with errors leads people nowhere: it waits as a draft, and readers keep what they had.
        """
        wanted = (arrival.status or self._status) if is_new else ("published" if was_live else "")
        if wanted == "published" and article.latest is not None:
            if article.kind == "diagnostic" and (wrong := errors_in(article.latest)):
                more = f" {len(wrong) - 1} more." if len(wrong) > 1 else ""
                words = f"Kept as a draft. Line {wrong[0].line}: {wrong[0].message}{more}"
                self._report.remarks.append((arrival.found.path, words))
                return
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
