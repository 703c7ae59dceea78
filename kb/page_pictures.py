"""Pictures on a guide's page: their address, their figure with a caption, and what stands for a missing one."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape

from kb.page_links import Addresses, picture_name
from kb.page_tree import Element, is_blank, quoted

_SHOWN = re.compile(r'<img src="/pictures/([^"]+)" alt="([^"]*)"[^>]*>')


def with_figures(root: Element, addresses: Addresses) -> None:
    """Settle every picture, and make figures of those that stand on a line of their own."""
    _settle(root, addresses)
    _lift_figures(root)


def picture_names(html: str) -> frozenset[str]:
    """The names of the pictures that a stored page shows."""
    return frozenset(unescape(name) for name, _ in _SHOWN.findall(html))


def with_words_for_missing(html: str, present: Collection[str]) -> str:
    """A stored page with the alt text in the place of each picture that we do not have."""

    def replaced(match: re.Match[str]) -> str:
        if unescape(match.group(1)) in present:
            return match.group(0)
        return f'<span class="sp-no-picture">Picture: {match.group(2) or match.group(1)}</span>'

    return _SHOWN.sub(replaced, html)


def _settle(parent: Element, addresses: Addresses) -> None:
    for at, child in enumerate(parent.children):
        if isinstance(child, str):
            continue
        if child.tag == "img":
            parent.children[at] = _settled(child, addresses)
        else:
            _settle(child, addresses)


def _settled(picture: Element, addresses: Addresses) -> Element | str:
    """A picture of ours, or the words of one from elsewhere: a page asks no other server for anything."""
    name = picture_name(unescape(picture.attributes.get("src", "")))
    alt = picture.attributes.get("alt", "")
    if not name:
        return f"Picture: {alt}" if alt else ""
    addresses.pictures.append(name)
    caption = picture.attributes.get("title", "")
    settled = {"src": quoted(f"/pictures/{name}"), "alt": alt, "loading": "lazy"}
    return Element("img", settled | ({"title": caption} if caption else {}))


def _lift_figures(parent: Element) -> None:
    children: list[Element | str] = []
    for child in parent.children:
        if isinstance(child, Element) and child.tag not in ("table", "figure"):
            _lift_figures(child)
        if isinstance(child, Element) and child.tag == "p":
            children += _split(child)
        else:
            children.append(child)
    parent.children = children
    if parent.tag == "li":
        parent.children = _figured(parent.children)


def _split(paragraph: Element) -> list[Element | str]:
    """A paragraph, its figures taken out and set after the words before them."""
    split: list[Element | str] = []
    words: list[Element | str] = []
    for child in [*_figured(paragraph.children), None]:
        figure = isinstance(child, Element) and child.tag == "figure"
        if child is not None and not figure:
            words.append(child)
            continue
        if any(not is_blank(word) for word in words):
            split.append(Element("p", paragraph.attributes, words))
        words = []
        if child is not None:
            split.append(child)
    return split


def _figured(children: list[Element | str]) -> list[Element | str]:
    figured: list[Element | str] = []
    for at, child in enumerate(children):
        picture = _only_picture(child)
        if picture is None or not ("title" in picture.attributes or _on_its_own_line(children, at)):
            figured.append(child)
            continue
        if figured and isinstance(figured[-1], str):
            figured[-1] = figured[-1].rstrip()
        figured.append(_figure(picture))
    return figured


def _only_picture(child: Element | str) -> Element | None:
    """The picture itself, also out of a link around it that only showed it larger."""
    if isinstance(child, str):
        return None
    if child.tag == "a":
        inside = [each for each in child.children if not is_blank(each)]
        enlarges = picture_name(unescape(child.attributes.get("href", "")))
        return _only_picture(inside[0]) if len(inside) == 1 and enlarges else None
    return child if child.tag == "img" else None


def _on_its_own_line(children: list[Element | str], at: int) -> bool:
    before = children[at - 1] if at else "\n"
    after = children[at + 1] if at + 1 < len(children) else "\n"
    starts = (isinstance(before, str) and "\n" in before[len(before.rstrip()) :]) or _is_break(before)
    ends = (isinstance(after, str) and "\n" in after[: len(after) - len(after.lstrip())]) or _is_break(after)
    alone = at == 0 and len(children) == 1
    return alone or (starts and (ends or at == len(children) - 1))


def _is_break(child: Element | str) -> bool:
    return isinstance(child, Element) and child.tag in ("br", "figure", "p", "ul", "ol", "img")


def _figure(picture: Element) -> Element:
    caption = picture.attributes.pop("title", "")
    inside: list[Element | str] = [picture]
    if caption:
        inside.append(Element("figcaption", {}, [caption]))
    return Element("figure", {"class": "sp-fig"}, inside)
