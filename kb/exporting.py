"""Exporting everything as files: guides and diagnostics, words and pictures, ready to be imported again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Picture, Revision
from kb.front_matter import join
from kb.local_questions import file_of as questions_file
from kb.local_questions import local_questions
from kb.words import file_of, words_in_order

FOLDERS = {"guide": ("articles", "md"), "diagnostic": ("diagnostics", "yaml")}


@dataclass(frozen=True)
class ExportReport:
    """How many files were written."""

    articles: int
    pictures: int
    words: int


def export_to(session: Session, folder: Path) -> ExportReport:
    """Write all articles with their front matter, slug and status, the word list, pictures and own questions.

    A published article is written as it is live, any other as it was saved last. Files of the same name are
    overwritten; others in the folder stay. Raises ``OSError``.
    """
    articles = 0
    for article in session.scalars(select(Article).order_by(Article.slug)):
        revision = article.published or article.latest
        if revision is not None:
            _write_article(folder, article, revision)
            articles += 1
    words = len(words_in_order(session))
    if words:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "words.yaml").write_text(file_of(session), encoding="utf-8", newline="\n")
    if own := local_questions(session):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "questions.yaml").write_text(questions_file(own), encoding="utf-8", newline="\n")
    return ExportReport(articles, _write_pictures(session, folder), words)


def file_text(article: Article, revision: Revision) -> str:
    """A revision as a file that an import reads back as the same text."""
    own = {"slug": article.slug, "status": article.status}
    if article.replaced_by:
        own["replaced_by"] = article.replaced_by
    if article.kind == "diagnostic":
        return "".join(f"{key}: {value}\n" for key, value in own.items()) + revision.source
    return join({**revision.front, **own}, revision.source)


def _write_article(folder: Path, article: Article, revision: Revision) -> None:
    name, ending = FOLDERS[article.kind]
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    # Slugs are letters, digits and hyphens, so the name cannot lead out of the folder.
    (place / f"{article.slug}.{ending}").write_text(
        file_text(article, revision), encoding="utf-8", newline="\n"
    )


def _write_pictures(session: Session, folder: Path) -> int:
    names = list(session.scalars(select(Picture.name).order_by(Picture.name)))
    if names:
        (folder / "pictures").mkdir(parents=True, exist_ok=True)
    for name in names:
        # One at a time: together they may be larger than the memory.
        picture = session.get_one(Picture, name)
        (folder / "pictures" / Path(name).name).write_bytes(picture.body)
        session.expire(picture)
    return len(names)
