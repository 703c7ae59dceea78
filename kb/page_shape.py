"""The shape of a guide's page: headings, steps, figures, boxes and folded parts, made from sanitised HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kb.dialect import CLOSE_MARK, OPEN_MARK
from kb.page_links import Addresses
from kb.page_pictures import with_figures
from kb.page_tables import with_table_regions
from kb.page_tree import Element, holds_blocks, is_blank, quoted, text_of

WHY = "why this happens"
TECHNICIANS = "More detail for technicians"
TECHNICIANS_ANCHOR = "s-for-technicians"
WAITING = "Is a voter waiting?"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_ALERT = re.compile(r"\[!(?:note|tip|important|warning|caution)\]", re.IGNORECASE)


@dataclass
class Shape:
    """A page being shaped: its tree, its addresses and the anchors given so far."""

    root: Element
    title: str
    addresses: Addresses = field(default_factory=Addresses)


def shaped(root: Element, title: str) -> Shape:
    """The page in our shape. Costs a few walks over the tree; changes the tree it was given."""
    shape = Shape(root, title)
    _without_wrappers(root)
    with_figures(root, shape.addresses)
    _with_headings(root, title)
    shape.addresses.settle(root)
    _with_boxes(root)
    _with_folded_reason(root)
    _with_alerts(root)
    _with_steps(root)
    with_table_regions(root, title)
    _with_authors_folds(root)
    _with_short_answer(root)
    _with_unique_ids(root)
    return shape


def _without_wrappers(parent: Element) -> None:
    """Authors' div elements go; what stood in them stays, as a paragraph where it was bare text."""
    children: list[Element | str] = []
    for child in parent.children:
        if isinstance(child, Element):
            _without_wrappers(child)
        if isinstance(child, Element) and child.tag == "div":
            children += child.children if holds_blocks(child) else [Element("p", {}, child.children)]
        elif not (isinstance(child, Element) and _is_empty_paragraph(child)):
            children.append(child)
    parent.children = children


def _is_empty_paragraph(element: Element) -> bool:
    empty = element.tag in ("p", *HEADINGS) and not text_of(element)
    return empty and not any(each.tag == "img" for each in element.walk())


def _with_headings(root: Element, title: str) -> None:
    """Level 2 at the top and no level skipped; a first heading that repeats the title goes."""
    first = next((child for child in root.elements() if child.tag in HEADINGS), None)
    if first and first.tag == "h1" and _same_words(text_of(first), title):
        root.children.remove(first)
    headings = [element for element in root.walk() if element.tag in HEADINGS]
    shift = 1 if sum(element.tag == "h1" for element in headings) > 1 else 0
    level = 1
    for element in headings:
        level = min(max(2, int(element.tag[1]) + shift), level + 1, 6)
        element.tag = f"h{level}"


def _same_words(one: str, other: str) -> bool:
    return [*filter(str.isalnum, one.casefold())] == [*filter(str.isalnum, other.casefold())]


def _with_boxes(root: Element) -> None:
    """What stands between two marks becomes a box; a mark that lost its partner becomes its text again."""
    children: list[Element | str] = []
    waiting: list[tuple[str, int]] = []
    for child in root.children:
        mark = _mark_of(child)
        if mark is None:
            children.append(child)
        elif mark:
            waiting.append((mark, len(children)))
        elif waiting:
            name, start = waiting.pop()
            children[start:] = [_BOXES[name](_trimmed(children[start:]))]
    root.children = children
    _without_stray_marks(root)


def _mark_of(child: Element | str) -> str | None:
    if not isinstance(child, Element) or child.tag != "p":
        return None
    text = text_of(child)
    if text == CLOSE_MARK:
        return ""
    name = text.strip(OPEN_MARK)
    return name if text == f"{OPEN_MARK}{name}{OPEN_MARK}" and name in _BOXES else None


def _without_stray_marks(parent: Element) -> None:
    for at, child in enumerate(parent.children):
        if isinstance(child, Element):
            _without_stray_marks(child)
        elif OPEN_MARK in child or CLOSE_MARK in child:
            pieces = child.replace(CLOSE_MARK, ":::").split(OPEN_MARK)
            parent.children[at] = "".join(
                f"::: {piece}" if index % 2 else piece for index, piece in enumerate(pieces)
            )


def _waiting_box(children: list[Element | str]) -> Element:
    first = next((child for child in children if isinstance(child, Element)), None)
    if first is None or first.tag != "p":
        children = [Element("p", {}, [Element("b", {}, [WAITING])]), *children]
    elif lead := _bold_lead(first):
        lead.tag = "b"
    else:
        first.children = [Element("b", {}, [WAITING]), " ", *first.children]
    return Element("div", {"class": "sp-waiting"}, [Element("div", {}, children)])


def _technician_box(children: list[Element | str]) -> Element:
    return folded(TECHNICIANS, children, TECHNICIANS_ANCHOR)


def _note_box(children: list[Element | str]) -> Element:
    return Element("div", {"class": "sp-note"}, children)


_BOXES: dict[str, Callable[[list[Element | str]], Element]] = {
    "voter-waiting": _waiting_box,
    "technician": _technician_box,
    "note": _note_box,
}


def folded(summary: str, children: list[Element | str], anchor: str = "") -> Element:
    """A part that opens on a press. The anchor lies inside, so that a link to it opens the part."""
    inside = Element("div", {"id": anchor} if anchor else {}, children)
    return Element("details", {"class": "sp-more"}, [Element("summary", {}, [summary]), inside])


def _with_folded_reason(root: Element) -> None:
    """The section "Why this happens" is folded, up to the next heading or box."""
    at = next((i for i, child in enumerate(root.children) if _is_reason(child)), None)
    if at is None:
        return
    heading = root.children[at]
    assert isinstance(heading, Element)
    end = at + 1
    while end < len(root.children) and not _ends_a_section(root.children[end], int(heading.tag[1])):
        end += 1
    inside = _trimmed(root.children[at + 1 : end])
    root.children[at:end] = (
        [folded(quoted(text_of(heading)), inside, heading.attributes.get("id", ""))] if inside else []
    )


def _is_reason(child: Element | str) -> bool:
    return (
        isinstance(child, Element) and child.tag in HEADINGS and text_of(child).casefold().rstrip(".?") == WHY
    )


def _ends_a_section(child: Element | str, level: int) -> bool:
    if isinstance(child, str):
        return False
    return (child.tag in HEADINGS and int(child.tag[1]) <= level) or child.attributes.get(
        "class"
    ) == "sp-more"


def _with_alerts(parent: Element) -> None:
    """Quotes that begin with [!NOTE] and the like, as other systems write them, become notes."""
    children: list[Element | str] = []
    for child in parent.children:
        if isinstance(child, Element):
            _with_alerts(child)
        if isinstance(child, Element) and child.tag == "blockquote":
            children += _notes_of(child)
        else:
            children.append(child)
    parent.children = children


def _notes_of(quote: Element) -> list[Element | str]:
    """A quote, cut before each alert in it: Markdown joins quotes with only a blank line between them."""
    parts: list[Element] = [Element("blockquote")]
    for child in quote.children:
        if word := _alert_of(child):
            assert isinstance(child, Element) and isinstance(child.children[0], str)
            rest = child.children[0].lstrip()[len(word) :].lstrip()
            child.children[0:1] = [Element("b", {}, [f"{word[2:-1].capitalize()}:"]), f" {rest}"]
            parts.append(Element("div", {"class": "sp-note"}))
        parts[-1].children.append(child)
    return [part for part in parts if any(not is_blank(child) for child in part.children)]


def _alert_of(child: Element | str) -> str:
    first = child.children[0] if isinstance(child, Element) and child.tag == "p" and child.children else None
    found = _ALERT.match(first.lstrip()) if isinstance(first, str) else None
    return found.group(0) if found else ""


def _with_steps(root: Element) -> None:
    """Numbered lists at the top are steps: the bold beginning of each says what to do."""
    for listed in root.elements():
        # A list that goes on from another number keeps the browser's own numbers.
        if listed.tag != "ol" or listed.attributes.get("start", "1") != "1":
            continue
        listed.attributes = {"class": "sp-steps"}
        for item in listed.elements():
            _with_lead(item)


def _with_lead(item: Element) -> None:
    item.children = _trimmed(item.children)
    first = item.children[0] if item.children else None
    if isinstance(first, Element) and first.tag == "p":
        item.children[0:1] = first.children
    if lead := _bold_lead(item):
        lead.tag, lead.attributes = "b", {"class": "do"}
        after = item.children.index(lead) + 1
        if after < len(item.children) and isinstance(text := item.children[after], str):
            # A browser drops the blank; a copy as plain text needs it.
            item.children[after] = f" {text.lstrip()}" if text.strip() else text.strip()


def _bold_lead(element: Element) -> Element | None:
    first = next((child for child in element.children if not is_blank(child)), None)
    return first if isinstance(first, Element) and first.tag in ("strong", "b") else None


def _with_authors_folds(root: Element) -> None:
    for element in root.walk():
        if element.tag == "details" and "class" not in element.attributes:
            summary = next((child for child in element.elements() if child.tag == "summary"), None)
            words: list[Element | str] = [quoted(text_of(summary)) if summary else "More detail"]
            rest = [child for child in element.children if child is not summary]
            element.attributes = {"class": "sp-more"}
            element.children = [Element("summary", {}, words), Element("div", {}, rest)]


def _with_short_answer(root: Element) -> None:
    root.children = _trimmed(root.children)
    first = root.children[0] if root.children else None
    if isinstance(first, Element) and first.tag == "p":
        label = Element("span", {"class": "k"}, ["Short answer"])
        root.children[0] = Element("div", {"class": "sp-short"}, [label, first])


def _with_unique_ids(root: Element) -> None:
    seen: dict[str, int] = {}
    for element in root.walk():
        if anchor := element.attributes.get("id"):
            count = seen[anchor] = seen.get(anchor, 0) + 1
            element.attributes["id"] = anchor if count == 1 else f"{anchor}-again-{count}"


def _trimmed(children: list[Element | str]) -> list[Element | str]:
    start, end = 0, len(children)
    while start < end and is_blank(children[start]):
        start += 1
    while end > start and is_blank(children[end - 1]):
        end -= 1
    return children[start:end]
