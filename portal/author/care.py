"""What makes an article need care: broken links, missing pictures, empty settings, No answers, dates, new versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Revision
from kb.page_pictures import picture_names
from kb.placeholders import names_in
from kb.trees.tree import Read, Tree

# Shares of fewer answers than this say more about the few people than about the guide.
LEAST_ANSWERS = 20
MOST_KEPT = 5000
# More than this of one sort says nothing new.
MOST_SAID = 3
# The audiences whose articles the readers of one audience may open, too.
WIDER = {"clerks": ("public",), "staff": ("public", "clerks"), "group": ("public",)}

_LINK = re.compile(r'href="/(?:articles|diagnose)/([a-z0-9-]+)')


@dataclass(frozen=True)
class Reason:
    """Why an article is in the list. ``rank`` puts the worst first; the level is "stop", "warn" or "info"."""

    rank: int
    level: str
    words: str


@dataclass(frozen=True)
class Mentions:
    """What a text points to: slugs of articles, names of placeholders and of pictures."""

    slugs: frozenset[str] = frozenset()
    placeholders: tuple[str, ...] = ()
    pictures: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Surely:
    """What is there today: the audience of each article that opens, placeholder values, pictures, and the day."""

    audiences: Mapping[str, str]
    values: Mapping[str, str]
    pictures: AbstractSet[str]
    today: date


# By the hash of the text, which never changes, so each text is taken apart once in a process.
_kept: dict[str, Mentions] = {}


def mentions(session: Session, hashes: Mapping[int, str]) -> dict[int, Mentions]:
    """What the revisions with these ids point to; ``hashes`` are their texts' hashes by id.

    One query for texts that this process has not seen (one more for each 500), none after.
    """
    unseen = [number for number, text_hash in hashes.items() if text_hash not in _kept]
    if len(_kept) + len(unseen) > MOST_KEPT:
        _kept.clear()
        unseen = list(hashes)
    for start in range(0, len(unseen), 500):
        query = select(Revision.hash, Revision.html, Revision.source, Revision.tree).where(
            Revision.id.in_(unseen[start : start + 500])
        )
        for row in session.execute(query):
            tree = Tree.from_json(row.tree) if row.tree else None
            _kept[row.hash] = _mentions_in(row.html, row.source, tree)
    return {number: _kept.get(text_hash, Mentions()) for number, text_hash in hashes.items()}


def reasons(
    found: Mentions, surely: Surely, *, audience: str, review_by: date | None, yes: int, no: int
) -> tuple[Reason, ...]:
    """Why a live article for this audience needs care, worst first."""
    said = [
        *_dead_links(slug for slug in found.slugs if not _opens(surely.audiences.get(slug), audience)),
        *_lost_pictures(found.pictures - surely.pictures),
        *_answers(yes, no),
        *_late(review_by, surely.today),
        *_empty(name for name in found.placeholders if not surely.values.get(name, "").strip()),
    ]
    return tuple(sorted(said, key=lambda reason: reason.rank))


EMPTY_FACT = 5
"""The rank of what the office, not the text, has to mend: it is listed apart, or it would drown the rest."""

NEW_VERSION = Reason(6, "info", "A new shipped version is available.")


def _mentions_in(html: str, source: str, tree: Tree | None) -> Mentions:
    read = {node.article for node in tree.nodes.values() if isinstance(node, Read)} if tree else set()
    return Mentions(
        slugs=frozenset(_LINK.findall(html)) | read,
        placeholders=tuple(names_in(source)),
        pictures=picture_names(html),
    )


def _opens(target: str | None, audience: str) -> bool:
    """Whether everybody who reads an article for this audience may open the one it leads to."""
    if target is None or target == audience:
        return target is not None
    return target in WIDER.get(audience.split(":")[0], ())


def _dead_links(slugs: Iterable[str]) -> list[Reason]:
    return [
        Reason(1, "stop", f"It leads to “{slug}”, which its readers cannot open.")
        for slug in sorted(slugs)[:MOST_SAID]
    ]


def _lost_pictures(names: AbstractSet[str]) -> list[Reason]:
    return [Reason(2, "stop", f"The picture “{name}” is missing.") for name in sorted(names)[:MOST_SAID]]


def _answers(yes: int, no: int) -> list[Reason]:
    """Numbers only from the least number of answers on; a few answers say only which side has more."""
    if no < 3 or no <= yes:
        return []
    if yes + no < LEAST_ANSWERS:
        return [Reason(3, "stop", "More readers said No than Yes.")]
    share = round(100 * yes / (yes + no))
    return [Reason(3, "stop", f"{share} % of {yes + no} say it helped.")]


def _late(review_by: date | None, today: date) -> list[Reason]:
    return [Reason(4, "warn", "The check date has passed.")] if review_by and review_by < today else []


def _empty(names: Iterable[str]) -> list[Reason]:
    listed = [f"“{name}”" for name in names]
    if not listed:
        return []
    said = ", ".join(listed[:MOST_SAID]) + (" and more" if len(listed) > MOST_SAID else "")
    verb = "is" if len(listed) == 1 else "are"
    return [Reason(EMPTY_FACT, "warn", f"{said} {verb} empty in settings: clerks see “Ask the help desk”.")]
