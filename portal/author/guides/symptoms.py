"""The symptoms of a live article typed into search: the place at which each of them finds it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article
from kb.front_matter import understand
from portal.reader.finding import Finder
from portal.site.context import Site

MOST_SYMPTOMS = 12
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Symptom:
    """A symptom and its place, 0 when the article is not among the first ten."""

    words: str
    number: int

    @property
    def place(self) -> str:
        return PLACES[self.number - 1] if self.number else "not in the first 10"


def symptoms_found(
    session: Session, finder: Finder, site: Site, reader: Reader, article: Article
) -> list[Symptom]:
    """The article's own symptoms, as published. Nothing for a draft. One query and one search for each."""
    if article.status != "published" or article.published is None:
        return []
    words, found = finder.words(session, site), []
    for symptom in understand(article.published.front).symptoms[:MOST_SYMPTOMS]:
        slugs, _ = finder.slugs(session, site, reader, symptom, words, limit=len(PLACES))
        found.append(Symptom(symptom, slugs.index(article.slug) + 1 if article.slug in slugs else 0))
    return found
