"""Tables on a guide's page: a labelled region that scrolls, and header cells that say what they head."""

from __future__ import annotations

from kb.page_tree import Element, quoted, text_of

HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def with_table_regions(root: Element, title: str) -> None:
    """Wrap each table in a region that a keyboard can reach, labelled by its caption or the heading above it."""
    _Regions(title).wrap(root)


class _Regions:
    def __init__(self, title: str) -> None:
        self._heading = title
        self._labels: dict[str, int] = {}

    def wrap(self, parent: Element) -> None:
        for at, child in enumerate(parent.children):
            if isinstance(child, str):
                continue
            if child.tag in HEADINGS:
                self._heading = text_of(child)
            if child.tag == "table":
                _with_scopes(child)
                parent.children[at] = self._region(child)
            else:
                self.wrap(child)

    def _region(self, table: Element) -> Element:
        caption = next((child for child in table.elements() if child.tag == "caption"), None)
        label = text_of(caption) if caption else f"Table: {self._heading}"
        count = self._labels[label] = self._labels.get(label, 0) + 1
        # Two regions of one name could not be told apart in a list of landmarks.
        label = label if count == 1 else f"{label} ({count})"
        table.attributes = {"class": "usa-table"}
        region = {"class": "sp-table", "role": "region", "aria-label": quoted(label), "tabindex": "0"}
        return Element("div", region, [table])


def _with_scopes(table: Element) -> None:
    for part in list(table.elements()):
        if part.tag != "thead":
            continue
        if not text_of(part):
            table.children.remove(part)
            continue
        for cell in part.walk():
            if cell.tag == "th" and not text_of(cell):
                cell.tag = "td"
            elif cell.tag == "th":
                cell.attributes.setdefault("scope", "col")
