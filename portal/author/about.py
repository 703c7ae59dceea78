"""About this guide: the fields beside the text, and how they become front matter without losing what others wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from auth.roles import Reader, is_audience
from kb.articles import Article, Revision
from kb.front_matter import Front, day_of, understand
from kb.page_links import slug_of
from portal.author.surroundings import Surroundings, audiences_for
from portal.forms import UNSEEN, Field, Form, Problem, Rule, choice, text, yes

MOST_LINES = 60
LONGEST_LINE = 200

_ADDRESS = re.compile(r"/(?:articles|diagnose)/([a-z0-9-]+)")


@dataclass(frozen=True)
class Choices:
    """What each list of the form offers, words by value; what the text names now is always among it."""

    topics: Mapping[str, str]
    audiences: Mapping[str, str]
    services: Mapping[str, str]
    diagnostics: Mapping[str, str]
    related: Mapping[str, str]


def choices_for(near: Surroundings, reader: Reader, article: Article, front: Front) -> Choices:
    """The choices of one article. ``related`` gives the slug for each slug and title that may be named."""
    diagnostics = {other.slug: other.title for other in near.articles.values() if other.kind == "diagnostic"}
    named = {other.title.casefold(): other.slug for other in near.articles.values()}
    named |= {slug: slug for slug in (*near.articles, *front.related)}
    return Choices(
        topics=_with(near.topics, front.topic),
        audiences=audiences_for(near, reader, shown_audience(article, front)),
        services=_with(near.services, *front.services),
        diagnostics=_with(diagnostics, front.diagnostic),
        related=named,
    )


def about_form(choices: Choices) -> Form:
    """The fields beside the text of a guide, with the note for this change."""
    return Form(
        (
            Field("title", text("Give the guide a title")),
            Field("topic", choice(dict(choices.topics), "Choose a topic from the list", empty=True)),
            Field("audience", choice(dict(choices.audiences), "Choose who can read it")),
            Field("owner", text(longest=120)),
            Field("review_by", day("Enter a day, like 2027-03-01")),
            Field("symptoms", several("symptoms")),
            Field("tags", several("tags", commas=True)),
            Field("services", choice(dict(choices.services), "Choose services from the list"), many=True),
            Field("related", _articles(choices.related)),
            Field(
                "diagnostic",
                choice(dict(choices.diagnostics), "Choose a diagnostic from the list", empty=True),
            ),
            Field("legal", yes),
            Field("storm", yes),
            Field("note", text(longest=500)),
        )
    )


def note_form() -> Form:
    """The note alone, for a diagnostic: everything else stands in its text."""
    return Form((Field("note", text(longest=500)),))


def typed_of(article: Article, revision: Revision) -> dict[str, Any]:
    """What the form shows for a revision."""
    front = understand(revision.front)
    return {
        "title": revision.title,
        "topic": front.topic,
        "audience": shown_audience(article, front),
        "owner": front.owner,
        "review_by": front.review_by.isoformat() if front.review_by else "",
        "symptoms": "\n".join(front.symptoms),
        "tags": ", ".join(front.tags),
        "services": list(front.services),
        "related": "\n".join(front.related),
        "diagnostic": front.diagnostic,
        "legal": "yes" if front.legal else "",
        "storm": "yes" if front.storm else "",
        "note": "",
    }


def shown_audience(article: Article, front: Front) -> str:
    """The audience that the form shows: a word that is none shows as staff, an absent one as the article's."""
    if not front.audience:
        return article.audience
    return front.audience if is_audience(front.audience) else "staff"


def front_with(old: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The front matter with these values. Keys whose meaning did not change keep their place and their form."""
    front, read = dict(old), understand(dict(old))
    before: dict[str, Any] = {
        "title": read.title,
        "topic": read.topic,
        "audience": read.audience or "public",
        "owner": read.owner,
        "review_by": read.review_by,
        "symptoms": read.symptoms,
        "tags": read.tags,
        "services": read.services,
        "related": read.related,
        "diagnostic": read.diagnostic,
        "legal": read.legal,
        "storm": read.storm,
    }
    for key, was in before.items():
        if key in values and _comparable(values[key]) != was:
            _put(front, key, values[key])
    return front


def cleaned_source(sent: str) -> str:
    """The text as it was typed, without what no page shows; its outer space stays, as it may mean something."""
    return UNSEEN.sub("", sent.replace("\r\n", "\n").replace("\r", "\n"))


def day(wrong: str) -> Rule:
    """A day, or nothing."""

    def rule(value: str) -> date | None:
        if not value:
            return None
        found = day_of(value)
        if found is None or not 2000 <= found.year <= 2200:
            raise Problem(wrong)
        return found

    return rule


def several(name: str, *, commas: bool = False) -> Rule:
    """Several texts, one a line (or between commas), each once."""

    def rule(value: str) -> tuple[str, ...]:
        parts = re.split(r"[,\n]" if commas else r"\n", value)
        found = tuple(dict.fromkeys(filter(None, (" ".join(part.split()) for part in parts))))
        if len(found) > MOST_LINES:
            raise Problem(f"Use at most {MOST_LINES} {name}. These are {len(found)}.")
        if any(len(each) > LONGEST_LINE for each in found):
            raise Problem(f"Use at most {LONGEST_LINE} letters in a line")
        return found

    return rule


def _articles(named: Mapping[str, str]) -> Rule:
    """Articles by slug, title or address, one a line."""

    def rule(value: str) -> tuple[str, ...]:
        found: list[str] = []
        for line in several("articles")(value):
            address = _ADDRESS.search(line)
            slug = named.get(address[1] if address else line.casefold()) or named.get(slug_of(line))
            if slug is None:
                raise Problem(f"We have no article named “{line}”. Use its title or its address")
            found.append(slug)
        return tuple(dict.fromkeys(found))

    return rule


def _with(listed: Mapping[str, str], *current: str) -> dict[str, str]:
    return dict(listed) | {slug: slug for slug in current if slug and slug not in listed}


def _comparable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _put(front: dict[str, Any], key: str, value: Any) -> None:
    if not value:
        front.pop(key, None)
    elif isinstance(value, list | tuple):
        front[key] = list(value)
    else:
        front[key] = value.isoformat() if isinstance(value, date) else value
