"""Trying a change of the word list before it is saved: beside the live list, never in it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.question_runs import latest_run
from kb.reading import titles
from kb.standings import GOOD, Standing
from kb.word_checks import notes_on
from kb.word_effect import (
    Effect,
    Find,
    Shown,
    effect_on_questions,
    effect_on_texts,
    is_untouched,
)
from kb.words import Synonym, row_of
from portal.author.heard import LOOKED_BACK, Heard, failed_words, overheard, searches_since
from portal.author.questions.asking import CLERK, ask_all, readers_for
from portal.reader.finding import Finder
from portal.site.context import Site
from search.words import Words, words_from

# More of each is more than anybody reads, and each is searched twice.
MOST_SAYINGS, MOST_FAILED = 8, 100


@dataclass(frozen=True)
class Tried:
    """What a change would do. ``names`` are titles by slug, of the articles that the person who looks may read.

    ``failed`` are searches that came to nothing and read differently now, with the browsers they came from;
    ``failed_hidden`` counts those of too few browsers, and ``hidden_better`` those of them
    that find other pages.
    """

    questions: Effect
    own: tuple[Shown, ...]
    failed: tuple[tuple[Shown, Heard], ...]
    failed_hidden: int
    hidden_better: int
    notes: tuple[str, ...]
    names: dict[str, str]
    took_ms: int

    def titles(self, slugs: Iterable[str]) -> list[str]:
        """The titles of these articles; one that this person may not read is not named."""
        return [self.names[slug] for slug in slugs if slug in self.names]


def try_words(
    session: Session,
    finder: Finder,
    site: Site,
    reader: Reader,
    synonym: Synonym | None,
    row: dict[str, Any] | None,
    *,
    active: Sequence[Synonym],
    now: datetime,
) -> Tried:
    """Work out what writing ``row`` in the place of ``synonym`` would do; no row takes it out, no synonym adds one.

    ``active`` are the rows in use. Six queries, and two searches for each text that the change can touch.
    """
    began = time.perf_counter()
    others = [each for each in active if synonym is None or each.id != synonym.id]
    before = words_from([row_of(each) for each in active])
    after = words_from([*(row_of(each) for each in others), *([row] if row else [])])
    standings = _standings(session, finder, site, before)
    readers = readers_for(session, [each.question for each in standings])

    def find_as(who: Reader) -> Find:
        return lambda text, words: finder.slugs(session, site, who, text, words)

    questions = effect_on_questions(
        standings, before, after, lambda each: find_as(readers[each.question.ask])
    )
    own = effect_on_texts(_sayings(synonym, row), before, after, find_as(CLERK))
    failed, hidden, better = _failed(session, before, after, find_as(CLERK), now)
    shown = [*questions.changed, *own, *(one for one, _ in failed)]
    return Tried(
        questions=questions,
        own=tuple(own),
        failed=tuple(failed),
        failed_hidden=hidden,
        hidden_better=better,
        notes=tuple(
            notes_on(row, others, questions=[each.question.ask for each in standings]) if row else ()
        ),
        names=_names(session, reader, shown),
        took_ms=round(1000 * (time.perf_counter() - began)),
    )


def _standings(session: Session, finder: Finder, site: Site, words: Words) -> Sequence[Standing]:
    """The places as the worker kept them last; on a new system they are looked up now, in about a second."""
    run = latest_run(session)
    return run.standings if run is not None else ask_all(session, finder, site, words)


def _sayings(synonym: Synonym | None, row: dict[str, Any] | None) -> list[str]:
    """What is or was said in the row, what is new first."""
    old = list(synonym.say) if synonym is not None and synonym.active else []
    new = list(row["say"]) if row else []
    ordered = [text for text in new if text not in old] + [text for text in old if text not in new] + new
    return list(dict.fromkeys(ordered))[:MOST_SAYINGS]


def _failed(
    session: Session, before: Words, after: Words, find: Find, now: datetime
) -> tuple[list[tuple[Shown, Heard]], int, int]:
    """The failed searches that read differently: those to show, the number of the others, and how many gain."""
    heard = [
        one
        for one in failed_words(searches_since(session, now - LOOKED_BACK))
        if not is_untouched(one.words, "", before, after)
    ]
    listed = overheard(heard)
    known = {one.words for one in listed.shown}
    quiet = [one for one in heard if one.words not in known][:MOST_FAILED]
    shown = effect_on_texts([one.words for one in listed.shown[:MOST_FAILED]], before, after, find)
    changed = effect_on_texts([one.words for one in quiet], before, after, find)
    times = {one.words: one.times for one in quiet}
    better = sum(times[one.text] for one in changed if one.differs and one.after)
    return list(zip(shown, listed.shown, strict=False)), listed.hidden, better


def _names(session: Session, reader: Reader, shown: Iterable[Shown]) -> dict[str, str]:
    slugs = {slug for one in shown for slug in (*one.before[:GOOD], *one.after[:GOOD])}
    return {each.slug: each.title for each in titles(session, sorted(slugs), reader)}
