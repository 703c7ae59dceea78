"""A small tree of sanitised HTML: enough to give a guide its own shape after the sanitiser has spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape

VOID = frozenset({"br", "hr", "img"})
BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl pre blockquote table hr div details figure section".split()  # noqa: SIM905
)

# The sanitiser writes every attribute in double quotes and escapes the quotes inside.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass(eq=False)
class Element:
    """One element. Text children and attribute values are kept as they stand in the HTML, still escaped."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """The child elements, without the text between them."""
        return (child for child in self.children if isinstance(child, Element))

    def walk(self) -> Iterator[Element]:
        """All elements below this one, in the order of the page. The tree may be changed while walking down."""
        for child in list(self.elements()):
            yield child
            yield from child.walk()


def parse(html: str) -> Element:
    """The tree of HTML that came out of nh3, under a root without a name. Linear in the length."""
    root = Element("")
    open_elements = [root]
    position = 0
    for tag in _TAG.finditer(html):
        if tag.start() > position:
            open_elements[-1].children.append(html[position : tag.start()])
        position = tag.end()
        _take(tag, open_elements)
    if position < len(html):
        open_elements[-1].children.append(html[position:])
    return root


def serialise(element: Element) -> str:
    """The HTML of the children of this element."""
    pieces: list[str] = []
    _write(element.children, pieces)
    return "".join(pieces)


def text_of(element: Element) -> str:
    """The words of an element, unescaped, with runs of white space made one space."""
    pieces: list[str] = []
    _collect(element, pieces)
    return " ".join(unescape("".join(pieces)).split())


def paragraph(html: str, **attributes: str) -> Element:
    """A paragraph around HTML that is safe already."""
    return Element("p", dict(attributes), [html])


def quoted(text: str) -> str:
    """Plain text made ready for an attribute value or a text child."""
    return escape(text, quote=True)


def is_blank(child: Element | str) -> bool:
    """Whether a child is white space only."""
    return isinstance(child, str) and not child.strip()


def holds_blocks(element: Element) -> bool:
    """Whether an element has block elements among its children."""
    return any(child.tag in BLOCKS for child in element.elements())


def _take(tag: re.Match[str], open_elements: list[Element]) -> None:
    closing, name, attributes = tag.groups()
    if closing:
        if any(element.tag == name for element in open_elements[1:]):
            while open_elements.pop().tag != name:
                pass
        return
    element = Element(name, dict(_ATTRIBUTE.findall(attributes)))
    open_elements[-1].children.append(element)
    if name not in VOID:
        open_elements.append(element)


def _write(children: list[Element | str], pieces: list[str]) -> None:
    for child in children:
        if isinstance(child, str):
            pieces.append(child)
            continue
        attributes = "".join(f' {name}="{value}"' for name, value in child.attributes.items())
        pieces.append(f"<{child.tag}{attributes}>")
        if child.tag not in VOID:
            _write(child.children, pieces)
            pieces.append(f"</{child.tag}>")


def _collect(element: Element, pieces: list[str]) -> None:
    for child in element.children:
        if isinstance(child, str):
            pieces.append(child)
        elif child.tag == "img":
            pieces.append(f" {child.attributes.get('alt', '')} ")
        else:
            # A word must not run into the next block, or search would index "lid.Lift".
            gap = "" if child.tag in INLINE else " "
            pieces.append(gap)
            _collect(child, pieces)
            pieces.append(gap)


INLINE = frozenset(
    "a abbr b code del em i ins kbd mark q s samp small strong sub sup u var cite span".split()  # noqa: SIM905
)
