"""Words to add, proposed from what clerks typed in vain: what search knows, and what is nearest by meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article
from kb.word_suggestions import Suggestion, suggestions
from portal.author.heard import LOOKED_BACK, searches_since
from portal.author.questions.asking import CLERK
from portal.reader.finding import Finder
from portal.site.context import Site
from search.meaning import Meaning
from search.tokens import STOP_WORDS, tokens

# Under this two words have little to do with each other: "sytrix" and "printer" have .2, "jpeg" and "picture" .5.
NEAR_ENOUGH = 0.45


def proposals(
    session: Session, finder: Finder, site: Site, reader: Reader, *, now: datetime, meaning: Meaning | None
) -> list[Suggestion]:
    """The words typed in vain in the last 90 days, with proposals that name articles this reader may read.

    Four queries and a search for each different word that was typed in vain.
    """
    named = _titles(session, reader)
    words = finder.words(session, site)

    def is_known(word: str) -> bool:
        # A word that stands alone is found as typed or not at all: a search for it tells whether a page has it.
        return words.knows(word) or finder.holds(session, site, CLERK, word)

    return suggestions(
        searches_since(session, now - LOOKED_BACK),
        is_known=is_known,
        title_of=lambda slug: named.get(slug, ""),
        nearest=nearest_of(list(named.values()), meaning),
    )


def nearest_of(titles: Sequence[str], meaning: Meaning | None) -> Callable[[str], str]:
    """Gives the words of titles that are nearest to a word by meaning; nothing where meaning is not installed."""
    phrases = sorted({phrase for title in titles for phrase in _phrases(title)})
    if meaning is None or not phrases:
        return lambda _word: ""
    stack = meaning.stack([meaning.packed([phrase]) for phrase in phrases])

    def nearest(word: str) -> str:
        cosines = stack.nearness(meaning.vectors([word])[0])
        best = max(range(len(cosines)), key=lambda place: (cosines[place], phrases[stack.numbers[place]]))
        return phrases[stack.numbers[best]] if cosines[best] >= NEAR_ENOUGH else ""

    return nearest


def _titles(session: Session, reader: Reader) -> dict[str, str]:
    """The titles of what is live and for this reader, by slug. One query."""
    live = select(Article.slug, Article.title).where(
        Article.status == "published", Article.audience.in_(sorted(reader.audiences))
    )
    return {row.slug: row.title for row in session.execute(live)}


def _phrases(title: str) -> list[str]:
    """The telling words of a title, and its pairs of neighbours."""
    row = [token.word for token in tokens(title)]
    words = [word for word in row if word not in STOP_WORDS and len(word) > 2]
    pairs = [f"{one} {two}" for one, two in pairwise(row) if one not in STOP_WORDS and two not in STOP_WORDS]
    return [*words, *pairs]
