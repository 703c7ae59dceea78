"""Addresses on a guide's page: anchors for its headings, links to other guides, and what a link may be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from kb.page_tree import Element, quoted, text_of

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ABSOLUTE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{[a-z0-9_.]+\}\}")
_PICTURE = re.compile(r"[\w.()+ -]+\.(?:svg|png|jpe?g|gif|webp)", re.IGNORECASE)


def slug_of(text: str) -> str:
    """A title, a file's name or a heading as a slug: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['’`]", "", plain)))[:150].strip("-")


def picture_name(source: str) -> str:
    """The bare file name that a picture's source means, or empty when it is no picture of ours."""
    if _ABSOLUTE.match(source) or source.startswith(("//", "data:")):
        return ""
    name = unquote(source.split("?")[0].split("#")[0]).replace("\\", "/").rsplit("/", 1)[-1].strip()
    return re.sub(r"\s+", "-", name) if _PICTURE.fullmatch(name) and not name.startswith(".") else ""


def address_of(href: str) -> str:
    """Where a link of a source leads on our site, or empty when it leads nowhere.

    ``other-guide``, ``../x/other-guide.md#part`` and ``/articles/other-guide`` all mean the same guide.
    """
    if _ABSOLUTE.match(href) or _PLACEHOLDER.fullmatch(href):
        return href
    if href.startswith("//"):
        return f"https:{href}"
    path, _, part = href.partition("#")
    part = f"#{anchor_of(part)}" if part else ""
    if not path:
        return part
    if path.startswith("/"):
        return path.removesuffix(".md") + part
    if name := picture_name(path):
        return f"/pictures/{name}"
    stem = unquote(path.split("?")[0]).rstrip("/").rsplit("/", 1)[-1]
    if stem.lower().endswith(".md"):
        return f"/articles/{slug_of(stem[:-3])}{part}"
    return f"/articles/{path}{part}" if _SLUG.fullmatch(path) else ""


def anchor_of(words: str) -> str:
    """The anchor of a heading. The prefix keeps it apart from the ids of the page around the guide."""
    slug = slug_of(unquote(words))
    return slug if slug.startswith("s-") else f"s-{slug or 'part'}"


@dataclass
class Addresses:
    """The addresses met on one page: links out, pictures shown, anchors given."""

    links: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)

    def settle(self, root: Element) -> None:
        """Give every heading its anchor, and every link its address; a link to nowhere becomes its words."""
        for element in root.walk():
            if element.tag in HEADINGS:
                element.attributes["id"] = self._free_anchor(text_of(element))
        self._settle_links(root)

    def _free_anchor(self, words: str) -> str:
        anchor = anchor_of(words)
        count = self.anchors[anchor] = self.anchors.get(anchor, 0) + 1
        return anchor if count == 1 else f"{anchor}-{count}"

    def _settle_links(self, parent: Element) -> None:
        children: list[Element | str] = []
        for child in parent.children:
            if isinstance(child, str):
                children.append(child)
                continue
            self._settle_links(child)
            href = address_of(unescape(child.attributes.get("href", ""))) if child.tag == "a" else ""
            if child.tag != "a":
                children.append(child)
            elif href and child.children:
                child.attributes = {"href": quoted(href), **_kept(child.attributes)}
                self.links.append(href)
                children.append(child)
            else:
                children += child.children
        parent.children = children


def _kept(attributes: dict[str, str]) -> dict[str, str]:
    return {name: attributes[name] for name in ("title", "rel") if name in attributes}
