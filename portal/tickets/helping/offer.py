"""What is offered to somebody who writes a request: at most four known problems, guides and diagnostics that fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.placeholders import fill
from kb.reading import open_article
from kb.short_answers import ShortAnswer, short_answers
from portal.formatting import plural
from portal.reader.finding import Finder
from portal.reader.suggesting import page_address
from portal.site.context import Site
from portal.status.cards import cards_for
from search.index import Hit

# Four are read; a fifth is scrolled past. Two known problems leave room for two guides.
MOST, MOST_NOTICES = 4, 2
# Of the 341 questions of content/questions.yaml, 300 are shown a right page with these two numbers, 2.8 pages
# each; of twenty sentences that no page answers, eleven are shown nothing.
LEAST_SCORE, LEAST_SHARE = 5.0, 0.6
# Search itself uses 256 letters; a few more, because it cuts after it has cleaned them.
MOST_LETTERS = 600
MOST_WITHOUT = 30
NOTHING = Markup("")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,159}")


@dataclass(frozen=True)
class Row:
    """One thing that may help: ``answer`` is its short answer or best passage, ``whole`` a guide that is read."""

    kind: str
    slug: str
    title: str
    url: str
    answer: Markup
    minutes: int = 0
    whole: Markup = NOTHING
    too_url: str = ""


@dataclass(frozen=True)
class Offer:
    """The rows, whether any words were looked for, and the slugs that are never shown again on this form."""

    rows: tuple[Row, ...] = ()
    searched: bool = False
    without: tuple[str, ...] = ()
    note: str = ""

    @property
    def slugs(self) -> tuple[str, ...]:
        """The guides and diagnostics shown, best first."""
        return tuple(row.slug for row in self.rows if row.kind != "notice")

    @property
    def sentence(self) -> str:
        """What there is, as it is shown and said: such as "3 guides may help"."""
        guides, problems = len(self.slugs), len(self.rows) - len(self.slugs)
        if guides and problems:
            return f"{plural(problems, 'known problem')}, {plural(guides, 'guide')}"
        if problems:
            return f"{plural(problems, 'known problem')} now"
        if guides:
            return f"{plural(guides, 'guide')} may help"
        return "No guide fits these words. A person will answer." if self.searched else ""

    @property
    def titles(self) -> str:
        """All titles in one line."""
        return " · ".join(row.title for row in self.rows)

    @property
    def is_read(self) -> bool:
        """Whether one of the guides is shown whole."""
        return any(row.whole for row in self.rows)


def offer_for(
    session: Session,
    finder: Finder,
    site: Site,
    reader: Reader,
    words: str,
    *,
    now: datetime,
    without: Sequence[str] = (),
    read: str = "",
) -> Offer:
    """What may help with these words, and what this reader may see of it. At most four queries, two without ``read``.

    Only the first letters count, as in a search. Without words, the problems of now. ``without`` names what is
    left out, and ``read`` the guide that is shown whole.
    """
    words = words[:MOST_LETTERS].strip()
    notices = [_notice_row(card) for card in _cards(site, now, words)][:MOST_NOTICES]
    if not words:
        return Offer(tuple(notices), without=tuple(without))
    found = finder.find(session, site, reader, words, limit=MOST + len(without)).results
    hits = [hit for hit in worthwhile(found.hits) if hit.slug not in without][: MOST - len(notices)]
    answers = short_answers(session, [hit.slug for hit in hits], reader)
    whole = _whole(session, site, reader, read) if read in answers else NOTHING
    rows = [
        _row(site, hit, answers[hit.slug], whole if hit.slug == read else NOTHING)
        for hit in hits
        if hit.slug in answers
    ]
    return Offer((*notices, *rows), searched=True, without=tuple(without))


def worthwhile(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that hold enough of the words to be worth a look, and are not far behind the best one."""
    best = hits[0].score if hits else 0.0
    return [hit for hit in hits if hit.score >= max(LEAST_SCORE, LEAST_SHARE * best)]


def slugs_in(text: str) -> tuple[str, ...]:
    """The slugs in a hidden field or an address, whatever stands in it. Never raises."""
    return tuple(dict.fromkeys(SLUG.findall(text[: MOST_WITHOUT * 80])))[:MOST_WITHOUT]


def _cards(site: Site, now: datetime, words: str) -> Iterable[Mapping[str, Any]]:
    """The notices that speak of the words; before any words, the problems of now."""
    if words:
        return cards_for(site, now, matching=words)
    return [card for card in cards_for(site, now) if card["too_url"]]


def _notice_row(card: Mapping[str, Any]) -> Row:
    answer = Markup("").join(
        Markup("<p><b>{}</b> {}</p>").format(label, card[name])
        for name, label in (("do_now", "Do this now:"), ("may_see", "What you may see:"))
        if card[name]
    )
    return Row("notice", "", str(card["title"]), str(card["url"]), answer, too_url=str(card["too_url"]))


def _row(site: Site, hit: Hit, found: ShortAnswer, whole: Markup) -> Row:
    passage = Markup("<p>{}</p>").format(Markup(hit.snippet_html))  # noqa: S704 - escaped by search.marks
    answer = _filled(site, found.html) if found.html else passage
    return Row(
        hit.kind, hit.slug, hit.title, page_address(hit.kind, hit.slug), answer, found.minutes, whole=whole
    )


def _whole(session: Session, site: Site, reader: Reader, slug: str) -> Markup:
    """The guide's own text; nothing for a diagnostic, or for one that was taken back a moment ago."""
    try:
        return _filled(site, open_article(session, slug, reader).html)
    except LookupError:
        return NOTHING


def _filled(site: Site, html: str) -> Markup:
    filled = fill(html, site.placeholders, phone=site.line.phone, tel=site.line.tel)
    return Markup(filled)  # noqa: S704 - sanitised when it was saved; values are escaped as they are filled in
