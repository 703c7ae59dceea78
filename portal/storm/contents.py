"""What one storm kit holds, for one audience and one day: guides, sheets, pictures and numbers, ready to be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape

from markupsafe import Markup
from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Picture
from kb.page_pictures import with_words_for_missing
from kb.placeholders import fill
from kb.reading import OpenArticle
from kb.storm import StormArticles, storm_articles
from kb.trees.filling import filled
from kb.trees.paper import Paper, paper_of
from kb.trees.tree import Tree
from kb.words import search_words
from portal.diagnose.lines import CallLine, lines_of
from portal.formatting import tel
from portal.site.context import Site
from search.words import Words

# An office that made its kit before early voting still has it on Election Day; older ones ask to be made anew.
GOOD_DAYS = 30

FOR_WHOM = {
    "public": "everyone",
    "clerks": "people of an office",
    "staff": "staff",
}

Address = Callable[[str], str]


@dataclass(frozen=True)
class KitGuide:
    """A guide as the kit shows it: ``html`` is safe, filled in, and its links lead inside the kit."""

    article: OpenArticle
    html: Markup


@dataclass(frozen=True)
class KitSheet:
    """A diagnostic as the kit shows it: its sheet, its tree with today's facts, and the number of each end."""

    article: OpenArticle
    paper: Paper
    tree: Tree
    calls: Mapping[str, CallLine]


@dataclass(frozen=True)
class Numbers:
    """The numbers to call. ``busy`` is the line of Election Day, empty when it is the same."""

    desk: str
    busy: str
    hours: str


@dataclass(frozen=True)
class Kit:
    """Everything in it. ``until`` is the last day on which it should be used without making a new one."""

    audience: str
    made: date
    until: date
    numbers: Numbers
    guides: tuple[KitGuide, ...]
    sheets: tuple[KitSheet, ...]
    pictures: Mapping[str, Picture]
    words: Words
    base_url: str

    @property
    def for_whom(self) -> str:
        return FOR_WHOM[self.audience]

    @property
    def is_empty(self) -> bool:
        """Whether nothing that this audience may read is marked for it."""
        return not self.sheets and not self.guides

    @property
    def review_first(self) -> date | None:
        """The earliest day on which something in it should have been checked again."""
        articles = [*(each.article for each in self.guides), *(each.article for each in self.sheets)]
        days = [article.front.review_by for article in articles]
        return min((day for day in days if day is not None), default=None)


def kit_of(session: Session, reader: Reader, site: Site, *, today: date, base_url: str) -> Kit:
    """The kit of a reader. Costs what ``storm_articles`` costs and one query for the words: keep it."""
    articles = storm_articles(session, reader)
    inside = {each.slug: each.kind for each in (*articles.guides, *articles.diagnostics)}
    address = inner_address(inside, base_url)
    titles = {each.slug: each.title for each in (*articles.guides, *articles.diagnostics)}
    return Kit(
        audience=audience_of(reader),
        made=today,
        until=today + timedelta(days=GOOD_DAYS),
        numbers=numbers_of(site),
        guides=tuple(_guide(article, articles, site, address) for article in articles.guides),
        sheets=tuple(
            sheet_of(article, articles.trees[article.slug], site, titles) for article in articles.diagnostics
        ),
        pictures=articles.pictures,
        words=search_words(session),
        base_url=base_url,
    )


def audience_of(reader: Reader) -> str:
    """The widest audience that the reader belongs to: staff, clerks or public."""
    return next(name for name in ("staff", "clerks", "public") if name in reader.audiences)


def sheet_of(article: OpenArticle, tree: Tree, site: Site, titles: Mapping[str, str]) -> KitSheet:
    """The sheet of a diagnostic, in the words and with the numbers of an ordinary day."""
    plain = for_paper(site)
    today = filled(tree, plain.placeholders, phone=plain.line.phone)
    calls = {name: lines_of(outcome, plain).first for name, outcome in today.outcomes.items()}
    return KitSheet(article, paper_of(today, titles), today, calls)


def for_paper(site: Site) -> Site:
    """The site with the desk's own number, whatever line is open at this minute: paper outlives the minute."""
    phone = site.desk_phone or site.line.phone
    return replace(
        site, line=replace(site.line, label="Help desk", phone=phone, tel=tel(phone), now="", open=None)
    )


def numbers_of(site: Site) -> Numbers:
    """The numbers that stand on every sheet."""
    desk = site.desk_phone or site.line.phone
    busy = str(site.settings.get("desk.phone_electionday") or "")
    return Numbers(desk, busy if busy != desk else "", site.hours_words)


def inner_address(inside: Mapping[str, str], base_url: str) -> Address:
    """Where a link of a guide leads inside the kit; what is not in it leads to the site, for when the line is back."""

    def address(path: str) -> str:
        found = re.fullmatch(r"/(?:articles|diagnose)/([^/#]+)(?:#.*)?", path)
        if found and found[1] in inside:
            return f"#{'guide' if inside[found[1]] == 'guide' else 'sheet'}-{found[1]}"
        return f"{base_url}{path}"

    return address


_PATH = re.compile(r'href="(/[^"]*)"')
_ANCHOR = re.compile(r'(id|href)="(#?)(s-[^"]*)"')


def _guide(article: OpenArticle, articles: StormArticles, site: Site, address: Address) -> KitGuide:
    plain = for_paper(site)
    html = with_words_for_missing(article.html, frozenset(articles.pictures))
    html = fill(html, plain.placeholders, phone=plain.line.phone, tel=plain.line.tel)
    html = _PATH.sub(lambda match: f'href="{escape(address(match[1]), quote=True)}"', html)
    # Many guides on one page: their anchors must not meet.
    html = _ANCHOR.sub(rf'\1="\2{article.slug}--\3"', html)
    return KitGuide(article, Markup(html))  # noqa: S704 - sanitised when saved; addresses are escaped above
