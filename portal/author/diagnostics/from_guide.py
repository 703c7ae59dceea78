"""A diagnostic begun from a guide: each line of its numbered lists becomes a step, in the guide's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from kb.articles import Article, Revision
from kb.front_matter import understand
from kb.page_tree import Element, parse, text_of
from kb.trees.editing.yaml_text import entry
from portal.author.diagnostics.beginning import FIRST_CHECK, without_places

# Fifteen pages on a way block publishing. A draft of twelve steps leaves room for questions before them.
MOST_STEPS = 12
LONGEST_ID = 40
# Nobody has timed the steps yet. Two minutes is what a short step takes; the runs say it better later.
FIRST_MINUTES = 2

_SENTENCE = re.compile(r"(?<=[.!?”])\s+(?=[A-Z“{0-9])")
_PICTURES = "/pictures/"
# The help desk stands at the end of every diagnostic, so a line that only names it is no step.
_CALLS_THE_DESK = re.compile(r"\{\{\s*desk\.phone\s*\}\}")


@dataclass(frozen=True)
class FirstStep:
    """One line of a guide as a step: what to do, the sentences that say how, and its picture with its words."""

    do: str
    how: tuple[str, ...]
    picture: tuple[str, str] | None = None


@dataclass(frozen=True)
class FromGuide:
    """What a draft takes from a guide. ``left_out`` counts the lines for which there was no room."""

    slug: str
    title: str
    topic: str
    audience: str
    services: tuple[str, ...]
    steps: tuple[FirstStep, ...]
    left_out: int


def from_guide(guide: Article, text: Revision) -> FromGuide | None:
    """What a guide's text gives, or None when it has no numbered lines."""
    steps = steps_in(text.html)
    if not steps:
        return None
    front = understand(text.front)
    return FromGuide(
        slug=guide.slug,
        title=text.title,
        topic=guide.topic,
        # A draft may be for fewer people than what is live. Its steps are for the fewest.
        audience=front.audience or guide.audience,
        services=front.services,
        steps=steps[:MOST_STEPS],
        left_out=max(len(steps) - MOST_STEPS, 0),
    )


def steps_in(html: str) -> tuple[FirstStep, ...]:
    """The steps of a guide's page: the lines of the numbered lists at its top level, in their order.

    Lists inside boxes and folds are for other readers or other cases, and a line that says to call is left out.
    """
    items = [item for listed in parse(html).elements() if _is_steps(listed) for item in listed.elements()]
    return tuple(step for item in items if (step := _step(item)) is not None)


def source_from(guide: FromGuide, title: str, topic: str, *, today: date) -> str:
    """The YAML of a new diagnostic that tries the guide's steps one after the other, for the guide's readers."""
    steps = dict(zip(_names(guide.steps), guide.steps, strict=True))
    parts = [
        _front(guide, title, topic, today),
        _pages(steps),
        _steps(steps),
        _ends(title),
        _walks(list(steps)),
    ]
    return (
        "\n\n".join("\n".join(entry(key, value, 0) for key, value in part.items()) for part in parts) + "\n"
    )


def note_of(guide: FromGuide | None) -> str:
    """Why the first version: where its steps come from."""
    return f"Begun from the guide “{guide.title}”" if guide else "First version"


def _is_steps(element: Element) -> bool:
    return element.tag == "ol" and element.attributes.get("class") == "sp-steps"


def _step(item: Element) -> FirstStep | None:
    if _CALLS_THE_DESK.search(said := text_of(item)) or not said.strip():
        return None
    lead = next((child for child in item.elements() if child.tag == "b"), None)
    pictures = [_picture(each) for each in item.walk() if each.tag == "img"]
    around = Element(
        "li", children=[child for child in item.children if child is not lead and not _is_figure(child)]
    )
    rest = _sentences(text_of(around))
    do = " ".join(unescape(text_of(lead)).split()) if lead else rest[0]
    how = rest if lead else rest[1:]
    return FirstStep(do.rstrip(".:"), how or (do,), next(iter(pictures), None))


def _is_figure(child: Element | str) -> bool:
    return isinstance(child, Element) and child.tag == "figure"


def _sentences(text: str) -> tuple[str, ...]:
    said = " ".join(unescape(text).split())
    return tuple(filter(None, _SENTENCE.split(said)))


def _picture(image: Element) -> tuple[str, str]:
    file = image.attributes.get("src", "").removeprefix(_PICTURES)
    return unescape(file), unescape(image.attributes.get("alt", ""))


def _names(steps: tuple[FirstStep, ...]) -> Iterator[str]:
    """An id for each step, made of its words; one that is taken gets a number."""
    taken: set[str] = set()
    for place, step in enumerate(steps, start=1):
        words = re.sub(r"[^a-z0-9]+", "_", step.do.lower()).strip("_")
        if len(words) > LONGEST_ID:
            words = words[:LONGEST_ID].rpartition("_")[0]
        name = words if re.match(r"[a-z]", words) and words not in taken else f"step_{place}"
        taken.add(name)
        yield name


def _front(guide: FromGuide, title: str, topic: str, today: date) -> dict[str, Any]:
    about = {
        "title": title,
        "topic": topic,
        "audience": guide.audience,
        "symptoms": [title],
        "services": list(guide.services),
        "owner": "help-desk",
        "review_by": (today + FIRST_CHECK).isoformat(),
        "related": [guide.slug],
        "note": note_of(guide),
    }
    return {key: value for key, value in about.items() if value}


def _pages(steps: dict[str, FirstStep]) -> dict[str, Any]:
    return {
        "start": "try_these",
        "nodes": {"try_these": {"try": list(steps), "fixed": "solved", "not_fixed": "send"}},
    }


def _steps(steps: dict[str, FirstStep]) -> dict[str, Any]:
    return {"steps": {name: _block(step) for name, step in steps.items()}}


def _block(step: FirstStep) -> dict[str, Any]:
    block: dict[str, Any] = {"do": step.do, "how": list(step.how)}
    if step.picture:
        block["picture"] = dict(zip(("file", "alt"), step.picture, strict=True))
    return block | {"minutes": FIRST_MINUTES}


def _ends(title: str) -> dict[str, Any]:
    send = {
        "kind": "ticket",
        "group": "help-desk",
        "subject": without_places(title),
        "say": "We have what we need. Look at your answers and send them to us.",
        "impact": "low",
        "urgency": "today",
    }
    return {"outcomes": {"solved": {"kind": "solved", "say": "Good. It works again."}, "send": send}}


def _walks(names: list[str]) -> dict[str, Any]:
    helps = {"name": "The first step helps", "answers": {f"try_these.{names[0]}": "fixed"}, "ends": "solved"}
    nothing = {f"try_these.{name}": "not_fixed" for name in names}
    return {"walks": [helps, {"name": "Nothing helps", "answers": nothing, "ends": "send"}]}
