"""One guide's page from its Markdown: safe HTML in our shape, its sections, links, pictures and placeholders."""

from __future__ import annotations

import re
from typing import Any

from kb.dialect import plain_source, sanitise, to_html
from kb.page_shape import HEADINGS, TECHNICIANS, shaped
from kb.page_tree import Element, parse, serialise, text_of

PLACEHOLDER = re.compile(r"\{\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\}\}")


def page_of(source: str, title: str) -> dict[str, Any]:
    """The page as plain values: html, outline, links, pictures, placeholders. May take long: see ``rendering``."""
    plain = plain_source(source)
    # The shape is made of what the sanitiser left, so nothing an author writes can look like ours.
    shape = shaped(parse(sanitise(to_html(plain))), title)
    return {
        "html": serialise(shape.root),
        "outline": _outline(shape.root),
        "links": list(dict.fromkeys(shape.addresses.links)),
        "pictures": list(dict.fromkeys(shape.addresses.pictures)),
        "placeholders": list(dict.fromkeys(PLACEHOLDER.findall(plain))),
    }


def _outline(root: Element) -> list[dict[str, str]]:
    """The sections in order. What stands before the first heading has neither anchor nor heading."""
    sections: list[dict[str, str]] = [{"anchor": "", "heading": "", "text": ""}]
    for child in root.children:
        _into(sections, child)
    return [section for section in sections if section["text"] or section["heading"]]


def _into(sections: list[dict[str, str]], child: Element | str) -> None:
    if isinstance(child, str):
        _add(sections, text_of(Element("", {}, [child])))
    elif child.tag in HEADINGS:
        sections.append({"anchor": child.attributes.get("id", ""), "heading": text_of(child), "text": ""})
    elif child.tag == "details":
        _fold_into(sections, child)
    elif child.attributes.get("class") == "sp-short":
        _add(sections, text_of(list(child.elements())[-1]))
    else:
        _add(sections, text_of(child))


def _fold_into(sections: list[dict[str, str]], details: Element) -> None:
    summary, inside = list(details.elements())[:2]
    anchor = inside.attributes.get("id", "")
    if anchor or text_of(summary) == TECHNICIANS:
        sections.append({"anchor": anchor, "heading": text_of(summary), "text": ""})
    else:
        _add(sections, text_of(summary))
    for child in inside.children:
        _into(sections, child)


def _add(sections: list[dict[str, str]], text: str) -> None:
    section = sections[-1]
    section["text"] = f"{section['text']} {text}".strip()
