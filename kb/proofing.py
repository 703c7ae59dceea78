"""Proofing: every check of a guide in one call, the same for the editor, the import and ``check-content``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kb.findings import Finding
from kb.front_matter import Front, faults, first_heading, key_line, split, understand
from kb.grade import grade
from kb.jargon import jargon_in
from kb.links import Link, broken, is_vague, links_in
from kb.placeholders import PLACEHOLDER
from kb.plain_yaml import BadYaml
from kb.private_data import private_data
from kb.prose import Prose, prose_of

WARN_GRADE, MOST_GRADE = 7.0, 8.0
WARN_WORDS, MOST_WORDS = 20, 25
# A grade of fewer words than this says nothing.
LEAST_WORDS = 40

# The rules about the front matter; their findings name the key in ``where``.
FRONT_RULES = frozenset(
    {
        "front-matter",
        "title-missing",
        "topic-missing",
        "topic-unknown",
        "audience-unknown",
        "service-unknown",
        "related-unknown",
        "review-passed",
    }
)

_FILE_NAME = re.compile(r"[\w-]+\.(?:svg|png|jpe?g|gif|webp)", re.IGNORECASE)
_SAYS_PICTURE = re.compile(
    r"(?:an? )?(?:image|picture|photo|graphic|drawing|icon|screenshot) (?:of|showing)\b", re.IGNORECASE
)
_ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")
# Known to everybody at the counter, so they need no words.
_PLAIN_ACRONYMS = frozenset(
    [
        "AM",
        "CD",
        "DVD",
        "FAQ",
        "ID",
        "IT",
        "OK",
        "PC",
        "PDF",
        "PIN",
        "PM",
        "PO",
        "SSN",
        "TV",
        "UP",
        "US",
        "USB",
        "ZIP",
    ]
)


@dataclass(frozen=True)
class Known:
    """What a guide is checked against. A part that is None is not checked.

    ``slugs`` are all articles, guides and diagnostics; ``placeholders`` the names that settings have;
    ``pictures`` bare file names; ``groups`` the slugs an audience may name; ``avoid`` the words the office does
    not use, with the plain ones; ``today`` the day for review dates.
    """

    slugs: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    services: frozenset[str] | None = None
    placeholders: frozenset[str] | None = None
    pictures: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    avoid: Mapping[str, str] = field(default_factory=dict)
    today: date | None = None


NOTHING_KNOWN = Known()


def proof(
    front: dict[str, Any],
    source: str,
    *,
    known: Known = NOTHING_KNOWN,
    first_line: int = 1,
    strict: bool = False,
) -> list[Finding]:
    """Everything there is to say about a guide, by line. Errors block publishing.

    ``first_line`` is the line of the file on which the source begins. ``strict`` is for the guides we ship: a
    grade over 8 or a sentence over 25 words is an error. Front matter findings are on line 1 and name their key.
    """
    prose = prose_of(source)
    links = links_in(prose.lines)
    found = [*_about_front(front, known)]
    body = [
        *_about_structure(prose),
        *_about_links(links, known),
        *_about_pictures(links, known),
        *_about_placeholders(source, known),
        *private_data(prose),
        *_about_acronyms(prose),
        *_about_sentences(prose, strict),
        *_about_jargon(prose, known),
    ]
    found += [
        Finding(each.line + first_line - 1, each.rule, each.level, each.message, each.where) for each in body
    ]
    return sorted(found, key=lambda each: (each.line, each.rule))


def proof_file(text: str, *, known: Known = NOTHING_KNOWN, strict: bool = False) -> list[Finding]:
    """The findings of a guide's file, front matter included, each on its line of the file."""
    try:
        parts = split(text)
    except BadYaml as error:
        return [Finding(error.line, "front-matter", "error", error.message)]
    front = parts.front
    if not front.get("title"):
        front = {**front, "title": first_heading(parts.body)}
    found = proof(front, parts.body, known=known, first_line=parts.body_line, strict=strict)
    keys = {finding.where for finding in found if finding.rule in FRONT_RULES}
    lines = {key: key_line(text, key) for key in keys}
    placed = [replace(each, line=lines[each.where]) if each.rule in FRONT_RULES else each for each in found]
    return sorted(placed, key=lambda each: (each.line, each.rule))


def blocking(findings: list[Finding]) -> list[Finding]:
    """Those that stand in the way of publishing."""
    return [finding for finding in findings if finding.level == "error"]


def reading_grade(source: str) -> float:
    """The Flesch-Kincaid grade of the prose, technician blocks left out; 0 for too few words."""
    sentences = [sentence.text for sentence in prose_of(source).sentences]
    return grade(sentences) if sum(len(text.split()) for text in sentences) >= LEAST_WORDS else 0.0


def _about_front(front: dict[str, Any], known: Known) -> Iterator[Finding]:
    for key, message in faults(front):
        yield Finding(1, "front-matter", "error", message, key)
    read = understand(front)
    if not read.title:
        yield Finding(1, "title-missing", "error", "Give the guide a title.", "title")
    if not read.topic:
        yield Finding(
            1, "topic-missing", "warning", "Choose a topic, or nobody finds this guide in a list.", "topic"
        )
    elif known.topics is not None and read.topic not in known.topics:
        yield Finding(1, "topic-unknown", "error", f"There is no topic “{read.topic}”.", "topic")
    yield from _about_audience(read, known)
    for service in read.services:
        if known.services is not None and service not in known.services:
            yield Finding(1, "service-unknown", "error", f"There is no service “{service}”.", "services")
    for slug in filter(None, (*read.related, read.diagnostic)):
        if known.slugs is not None and slug not in known.slugs:
            yield Finding(1, "related-unknown", "error", f"There is no article “{slug}”.", "related")
    if known.today and read.review_by and read.review_by < known.today:
        message = f"The review date, {read.review_by.isoformat()}, has passed. Read the guide again and set a new one."
        yield Finding(1, "review-passed", "warning", message, "review_by")


def _about_audience(read: Front, known: Known) -> Iterator[Finding]:
    group = read.audience.removeprefix("group:")
    if read.audience.startswith("group:") and known.groups is not None and group not in known.groups:
        yield Finding(1, "audience-unknown", "error", f"There is no group “{group}”.", "audience")


def _about_structure(prose: Prose) -> Iterator[Finding]:
    first = next((number for number, line in enumerate(prose.lines, 1) if line.strip()), 0)
    headings = {heading.line: heading for heading in prose.headings}
    if first in headings and headings[first].level == 1:
        first = next((n for n, line in enumerate(prose.lines, 1) if n > first and line.strip()), 0)
    if not first or first in headings or prose.lines[first - 1].lstrip().startswith(":::"):
        message = "Begin with the short answer: one to three sentences that say what to do first."
        yield Finding(max(first, 1), "short-answer-missing", "error", message)
    for line in prose.unclosed:
        yield Finding(
            line, "block-unclosed", "error", "This block is not closed. Put ::: on a line after it."
        )
    level = 1
    for heading in prose.headings:
        if not heading.text:
            yield Finding(heading.line, "heading-empty", "error", "This heading has no words.")
        elif heading.level > level + 1:
            message = f"This heading skips a level. Use {'#' * (level + 1)} here."
            yield Finding(heading.line, "heading-order", "error", message)
        level = heading.level


def _about_links(links: list[Link], known: Known) -> Iterator[Finding]:
    for link in links:
        if link.is_picture:
            continue
        if message := broken(link, known.slugs):
            yield Finding(link.line, "link-broken", "error", message)
        if is_vague(link):
            message = f"“{link.words}” does not say where the link leads. Use the name of the page."
            yield Finding(link.line, "link-vague", "error", message)
        if not link.words:
            yield Finding(link.line, "link-empty", "error", "This link has no words.")


def _about_pictures(links: list[Link], known: Known) -> Iterator[Finding]:
    for link in links:
        if not link.is_picture:
            continue
        name = link.picture
        if not name:
            message = (
                "This picture is not one of ours, so pages show only its words. Add the file to the pictures."
            )
            yield Finding(link.line, "picture-outside", "error", message, link.target)
        elif known.pictures is not None and name not in known.pictures:
            yield Finding(link.line, "picture-missing", "error", f"There is no picture “{name}”.", name)
        yield from _about_alt(link)


def _about_alt(link: Link) -> Iterator[Finding]:
    if not link.words:
        message = "Say in words what the picture shows. People who cannot see it read these words."
        yield Finding(link.line, "alt-missing", "error", message, link.picture)
    elif _FILE_NAME.fullmatch(link.words):
        message = "The words for this picture are a file name. Say what it shows."
        yield Finding(link.line, "alt-file-name", "error", message, link.picture)
    elif _SAYS_PICTURE.match(link.words):
        message = "Leave out “picture of” and the like. Say what it shows."
        yield Finding(link.line, "alt-says-picture", "warning", message, link.picture)


def _about_placeholders(source: str, known: Known) -> Iterator[Finding]:
    if known.placeholders is None:
        return
    for number, line in enumerate(source.split("\n"), start=1):
        for name in PLACEHOLDER.findall(line):
            if name not in known.placeholders:
                message = f"There is no placeholder “{name}”. Settings lists the names."
                yield Finding(number, "placeholder-unknown", "error", message, name)


def _about_acronyms(prose: Prose) -> Iterator[Finding]:
    said: set[str] = set()
    whole = "\n".join(prose.lines)
    for sentence in prose.sentences:
        for word in _ACRONYM.findall(sentence.text):
            if word in said or word in _PLAIN_ACRONYMS or sentence.text.strip("*_ ") == word:
                continue
            said.add(word)
            if f"({word})" not in whole and f"{word} (" not in whole and not sentence.text.isupper():
                yield Finding(
                    sentence.line, "acronym", "note", f"Say in words what {word} means, once.", word
                )


def _about_jargon(prose: Prose, known: Known) -> Iterator[Finding]:
    for sentence in prose.sentences:
        for word, message in jargon_in(sentence.text, known.avoid):
            yield Finding(sentence.line, "jargon", "warning", message, word)


def _about_sentences(prose: Prose, strict: bool) -> Iterator[Finding]:
    for sentence in prose.sentences:
        count = len(re.findall(r"\w[\w'’.-]*", sentence.text))
        if count > WARN_WORDS:
            level = "error" if strict and count > MOST_WORDS else "warning"
            message = f"This sentence has {count} words. Make two of it; {WARN_WORDS} is the most."
            yield Finding(sentence.line, "sentence-long", level, message, sentence.text[:60])
    texts = [sentence.text for sentence in prose.sentences]
    if sum(len(text.split()) for text in texts) < LEAST_WORDS:
        return
    reached = grade(texts)
    if reached > WARN_GRADE:
        level = "error" if strict and reached > MOST_GRADE else "warning"
        message = f"This reads at grade {reached:.1f}. Grade {WARN_GRADE:.0f} is the aim: use shorter words."
        yield Finding(1, "grade", level, message)
