"""What a text is checked against and chooses from: topics, services, groups, other articles and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.roles import Reader
from auth.users import Group
from kb.articles import Article, Picture, Topic
from kb.proofing import Known
from kb.trees.around import Around
from kb.trees.tree import Tree
from kb.writing import Checks
from portal.author.evidence.measuring import measured_lately
from portal.diagnose.shelf import published_trees
from portal.site.context import Site
from portal.status.services import services_in_order

AUDIENCE_WORDS = {
    "public": "Public: everyone, no sign-in",
    "clerks": "Clerks: everyone who signs in",
    "staff": "Staff: the help desk and specialists",
}
WHO_WILL_SEE = {
    "public": "everyone, no sign-in",
    "clerks": "clerks and staff who sign in",
    "staff": "the help desk and specialists who sign in",
}


@dataclass(frozen=True)
class Other:
    """Another article that a text may name."""

    slug: str
    title: str
    kind: str
    status: str
    replaced_by: str
    review_by: date | None

    @property
    def can_be_named(self) -> bool:
        return self.status != "retired" or bool(self.replaced_by)


@dataclass(frozen=True)
class Surroundings:
    """Names by slug. ``articles`` are those this person may read; ``pictures`` have their size in bytes."""

    topics: Mapping[str, str]
    services: Mapping[str, str]
    groups: Mapping[str, str]
    articles: Mapping[str, Other]
    pictures: Mapping[str, int]

    def known(self, site: Site, today: date) -> Known:
        """What a guide is checked against."""
        return Known(
            slugs=frozenset(slug for slug, other in self.articles.items() if other.can_be_named),
            topics=frozenset(self.topics),
            services=frozenset(self.services),
            placeholders=frozenset(site.placeholders),
            pictures=frozenset(self.pictures),
            groups=frozenset(self.groups),
            avoid=site.settings.get("words.avoid") or {},
            today=today,
        )

    def around(
        self,
        library: Mapping[str, Tree],
        *,
        avoid: Mapping[str, str],
        today: date | None,
        before: Tree | None = None,
        placeholders: frozenset[str] | None = None,
    ) -> Around:
        """What a diagnostic is checked against."""
        live = [
            other for other in self.articles.values() if other.status == "published" and other.kind == "guide"
        ]
        late = today and {
            other.slug for other in live if other.review_by is not None and other.review_by < today
        }
        return Around(
            library={name: tree for name, tree in library.items() if name in self.articles},
            guides=frozenset(other.slug for other in live),
            overdue=late or frozenset(),
            pictures=self.pictures,
            avoid=avoid,
            placeholders=placeholders,
            today=today,
            before=before,
        )


def surroundings(session: Session, reader: Reader) -> Surroundings:
    """What is around a text of this reader. Five queries."""
    topics = session.execute(select(Topic.slug, Topic.title).order_by(Topic.position, Topic.title))
    groups = session.execute(select(Group.slug, Group.name).order_by(Group.name))
    sizes = session.execute(select(Picture.name, func.length(Picture.body).label("size")))
    return Surroundings(
        topics={row.slug: row.title for row in topics},
        services={service.slug: service.name for service in services_in_order(session)},
        groups={row.slug: row.name for row in groups},
        articles=_others(session, reader),
        pictures={row.name: row.size for row in sizes},
    )


def checks_for(
    session: Session, site: Site, reader: Reader, article: Article, *, today: date, publishing: bool
) -> Checks:
    """What an article is checked against. Five queries for a guide, seven for a diagnostic.

    ``publishing`` adds what only a live diagnostic needs: a review date ahead, and walks that end as they did.
    """
    near = surroundings(session, reader)
    if article.kind == "guide":
        return Checks(known=near.known(site, today))
    before = article.published.tree if article.published else None
    measured = measured_lately(session, article.id, today)
    around = near.around(
        published_trees(session),
        avoid=site.settings.get("words.avoid") or {},
        placeholders=frozenset(site.placeholders),
        today=today if publishing else None,
        before=Tree.from_json(before) if before and publishing else None,
    )
    return Checks(around=replace(around, measured=measured))


def audiences_for(near: Surroundings, reader: Reader, current: str = "") -> dict[str, str]:
    """The audiences this person may give a text, with the words of each: all of them readable to the person."""
    words = AUDIENCE_WORDS | {
        f"group:{slug}": f"Only the group: {name}" for slug, name in near.groups.items()
    }
    return {name: said for name, said in words.items() if name in reader.audiences or name == current}


def who_will_see(audience: str, groups: Mapping[str, str]) -> str:
    """The words after "Who will see this:"."""
    slug = audience.removeprefix("group:")
    return WHO_WILL_SEE.get(audience) or f"only the people of the group {groups.get(slug, slug)}"


def _others(session: Session, reader: Reader) -> dict[str, Other]:
    query: Any = (
        select(
            Article.slug, Article.title, Article.kind, Article.status, Article.replaced_by, Article.review_by
        )
        .where(Article.audience.in_(sorted(reader.audiences)))
        .order_by(func.lower(Article.title))
    )
    return {row.slug: Other(*row) for row in session.execute(query)}
