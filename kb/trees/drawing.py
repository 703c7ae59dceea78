"""A diagnostic drawn as a map: SVG made on the server, each page a link, each kind told by shape, sign and color.

Colors and sizes are attributes, not styles, so a page with a strict content policy shows the map, and the file that
is downloaded looks the same. The numbered outline says the same in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import escape

from kb.trees.answers import NOT_SURE
from kb.trees.map.boxes import BACK, HEAD, LINE, PADDING, Box, boxes_of, ways_back
from kb.trees.map.layout import Layout, Link, laid_out
from kb.trees.outline import outline
from kb.trees.tree import Tree

INK, QUIET, RULE, WHITE = "#171716", "#5a5955", "#a9a79f", "#ffffff"
WAY, WAY_FIXED, WAY_WALKED = "#76766a", "#0b4b3f", "#005ea2"
FONT = "Public Sans Web, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
CORNER = 12.0
SPREAD = 34.0
"""How far a line runs level before it bends, in pixels: half the gap between two layers."""


@dataclass(frozen=True)
class Look:
    """How a kind is told apart: its word, its sign, the color of its head and its outline."""

    word: str
    sign: str
    fill: str
    edge: str
    ink: str = INK


LOOKS = {
    "ask": Look("Question", "?", "#eef6fb", "#005ea2"),
    "try": Look("Steps", "✓", "#eaf6f1", "#0b4b3f"),
    "read": Look("Guide", "≡", "#f5f1fb", "#54278f"),
    "collect": Look("Details to collect", "✎", "#fff8e1", "#776017"),
    "call": Look("Other diagnostic", "⇄", "#f0f0ec", "#454540"),
    "solved": Look("Solved", "✓", "#0b4b3f", "#0b4b3f", WHITE),
    "ticket": Look("Send to the help desk", "✉", "#1a4480", "#1a4480", WHITE),
    "call_now": Look("Call us now", "☎", "#8b0a03", "#8b0a03", WHITE),
    BACK: Look("Back to", "↺", "#ffffff", "#76766a"),
    "nowhere": Look("Leads nowhere", "!", "#ffffff", "#b50909", "#8b0a03"),
}


@dataclass(frozen=True)
class Shown:
    """What a map shows besides the diagnostic itself.

    `marks` hold findings by page or end ("error", "warning" or "note"), `traffic` how many runs took each answer by
    (page, answer), `walked` the pages and ends of one run, `walked_ways` its answers as (page, answer).
    """

    marks: Mapping[str, str] = field(default_factory=dict)
    traffic: Mapping[tuple[str, str], int] = field(default_factory=dict)
    walked: AbstractSet[str] = frozenset()
    walked_ways: AbstractSet[tuple[str, str]] = frozenset()


NOTHING_MORE = Shown()


def unlinked(_name: str) -> str:
    """No address for anything: a map to look at."""
    return ""


def drawn(
    tree: Tree,
    link: Callable[[str], str],
    shown: Shown = NOTHING_MORE,
    *,
    titles: Mapping[str, str] | None = None,
    alone: bool = False,
) -> str:
    """The map as one SVG element. `link` gives the address of a page or end by its id, empty for none.

    `titles` gives guides their titles by slug. `alone` makes it a whole file. Costs about 4 ms for 15 pages.
    """
    plan = outline(tree, titles)
    boxes = boxes_of(tree, plan, ways_back(tree, plan))
    layout = laid_out(boxes)
    parts = [
        *(_line(each, boxes, layout, shown) for each in _walked_last(layout.links, shown)),
        *(_box(box, layout.places[box.id], link(box.name), shown) for box in boxes.values()),
        *(_counts(box, layout.places[box.id], shown) for box in boxes.values() if not box.is_chip),
    ]
    size = f'width="{layout.width:.0f}" height="{layout.height:.0f}"'
    space = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
    about = f"{escape(tree.title)}: a map of {len(tree.nodes)} pages. The outline says the same in words."
    return (
        f'<svg{space} {size} viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" role="group" '
        f'aria-label="{escape(about, quote=True)}" font-family="{FONT}" font-size="13">'
        f"{f'<title>{about}</title>' if alone else ''}{''.join(parts)}</svg>"
    )


def _walked_last(links: tuple[Link, ...], shown: Shown) -> list[Link]:
    """The lines of the walked way lie over the others."""
    return sorted(links, key=lambda each: (each.source, each.key) in shown.walked_ways)


def _line(link: Link, boxes: Mapping[str, Box], layout: Layout, shown: Shown) -> str:
    source, target = boxes[link.source], boxes[link.target]
    left, top = layout.places[link.source]
    x, y = left + source.width, top + source.row_middle(link.row)
    path = f"M{x:.0f} {y:.1f}"
    for rail in link.via:
        start, height = layout.column(rail), layout.rails[rail]
        path += _bend(x, y, start, height) + f"H{start + source.width:.0f}"
        x, y = start + source.width, height
    end, arrival = layout.places[link.target][0], layout.places[link.target][1] + target.entry
    path += _bend(x, y, end - 7, arrival)
    is_walked = (link.source, link.key) in shown.walked_ways
    color = WAY_WALKED if is_walked else WAY_FIXED if link.key == "fixed" else WAY
    dashes = ' stroke-dasharray="5 4"' if link.key == NOT_SURE else ""
    width = 3.5 if is_walked else _width(shown, link)
    arrow = f"M{end:.0f} {arrival:.1f}l-8 -4.5v9z"
    return (
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width:g}"{dashes}/>'
        f'<path d="{arrow}" fill="{color}"/>'
    )


def _bend(x: float, y: float, to_x: float, to_y: float) -> str:
    reach = min(SPREAD, max((to_x - x) / 2, 8))
    return f"C{x + reach:.0f} {y:.1f} {to_x - reach:.0f} {to_y:.1f} {to_x:.0f} {to_y:.1f}"


def _width(shown: Shown, link: Link) -> float:
    """From 1.5 to 5 pixels: the busier a way, the wider."""
    busiest = max(shown.traffic.values(), default=0)
    share = shown.traffic.get((link.source, link.key), 0) / busiest if busiest else 0.0
    return round(1.5 + 3.5 * share, 1)


def _box(box: Box, place: tuple[float, float], address: str, shown: Shown) -> str:
    """A box; its link holds number, kind and title, which are its name. The rows let clicks through to the link."""
    look = LOOKS[box.kind]
    body = _chip(box, place, look, shown) if box.is_chip else _page(box, place, look, shown)
    rows = f'<g pointer-events="none">{_rows(box, place, look)}</g>' if box.rows else ""
    if not address:
        return f"<g>{body}</g>{rows}"
    mark = shown.marks.get(box.name, "")
    about = f"{box.whole} ({MARK_WORDS[mark]})" if mark else box.whole
    return f'<a href="{escape(address, quote=True)}"><desc>{escape(about)}</desc>{body}</a>{rows}'


def _page(box: Box, place: tuple[float, float], look: Look, shown: Shown) -> str:
    left, top = place
    is_walked = box.name in shown.walked
    edge, width = (WAY_WALKED, 3) if is_walked else (look.edge, 1.5)
    return "".join(
        [
            _shape(box, left, top, fill=WHITE, edge=edge, width=width),
            _head(box, left, top, look),
            _text(
                left + PADDING,
                top + PADDING + 11,
                f"{box.mark}  {look.sign}  {look.word}",
                look.edge,
                11.5,
                700,
            ),
            _lines(left + PADDING, top + PADDING + HEAD + 12, box.title, INK, 700),
            _mark(box, left + box.width - 14, top + 14, shown),
        ]
    )


def _rows(box: Box, place: tuple[float, float], look: Look) -> str:
    """The answers, each with the knob its line begins at; steps and facts without one."""
    left, top = place
    parts: list[str] = []
    for number, row in enumerate(box.rows):
        middle = top + box.row_middle(number)
        parts.append(
            _lines(left + PADDING, middle - row.height / 2 + 15, row.lines, INK if row.key else QUIET, 400)
        )
        if row.key:
            parts.append(f'<circle cx="{left + box.width:.0f}" cy="{middle:.1f}" r="3" fill="{look.edge}"/>')
    return "".join(parts)


def _counts(box: Box, place: tuple[float, float], shown: Shown) -> str:
    """How many runs took each answer, beside its box and outside of the link: they are no part of its name."""
    left, top = place
    counted = [
        (number, shown.traffic.get((box.name, row.key))) for number, row in enumerate(box.rows) if row.key
    ]
    return "".join(
        _text(left + box.width + 6, top + box.row_middle(number) - 5, str(count), QUIET, 11, 400)
        for number, count in counted
        if count is not None
    )


def _chip(box: Box, place: tuple[float, float], look: Look, shown: Shown) -> str:
    left, top = place
    inset = 14 if box.title else 12
    edge, width = (WAY_WALKED, 4) if box.name in shown.walked else (look.edge, 1.5)
    said = f"{box.mark}  {look.sign}  {look.word}".strip()
    return "".join(
        [
            _shape(box, left, top, fill=look.fill, edge=edge, width=width),
            _text(
                left + inset,
                top + (PADDING + 11 if box.title else box.height / 2 + 4),
                said,
                look.ink,
                11.5,
                700,
            ),
            _lines(left + 14, top + PADDING + HEAD + 12, box.title, look.ink, 400),
            _mark(box, left + box.width - 14, top + 14, shown),
        ]
    )


def _shape(box: Box, left: float, top: float, *, fill: str, edge: str, width: float) -> str:
    """Pages are square or round at the corners; an end that is solved is a pill, a call has its corners cut."""
    style = f'fill="{fill}" stroke="{edge}" stroke-width="{width:g}"'
    if box.kind in ("call_now", "try"):
        return f'<path d="{_cut(left, top, box.width, box.height)}" {style}/>'
    radius = {"ask": 8.0, "collect": 8.0, "solved": box.height / 2}.get(box.kind, 2.0)
    dashes = ' stroke-dasharray="6 4"' if box.kind in (BACK, "call") else ""
    return (
        f'<rect x="{left:.0f}" y="{top:.1f}" width="{box.width:.0f}" height="{box.height:.1f}" '
        f'rx="{radius:g}" {style}{dashes}/>'
    )


def _cut(left: float, top: float, width: float, height: float) -> str:
    """A rectangle without its corners."""
    right, bottom, cut = left + width, top + height, CORNER * 0.75
    return (
        f"M{left + cut:.1f} {top:.1f}H{right - cut:.1f}L{right:.1f} {top + cut:.1f}V{bottom - cut:.1f}"
        f"L{right - cut:.1f} {bottom:.1f}H{left + cut:.1f}L{left:.1f} {bottom - cut:.1f}V{top + cut:.1f}z"
    )


def _head(box: Box, left: float, top: float, look: Look) -> str:
    """The colored part with number, kind and title, inside the outline."""
    return (
        f'<path d="M{left + CORNER:.0f} {top + 1:.1f}h{box.width - 2 * CORNER:.0f}l{CORNER - 1.5:g} {CORNER:g}'
        f"v{box.head_height - CORNER - 2:.1f}h-{box.width - 3:.0f}v-{box.head_height - CORNER - 2:.1f}z"
        f'" fill="{look.fill}"/>'
    )


MARK_WORDS = {"error": "must be mended", "warning": "has a warning", "note": "has a note"}


def _mark(box: Box, x: float, y: float, shown: Shown) -> str:
    """A triangle with a sign on what the check has something to say about."""
    level = shown.marks.get(box.name, "")
    if not level or box.kind == BACK:
        return ""
    color = {"error": "#b50909", "warning": "#ffbe2e", "note": "#dfe1e2"}[level]
    ink = WHITE if level == "error" else INK
    return (
        f'<path d="M{x:.0f} {y - 8:.0f}l9 16h-18z" fill="{color}" stroke="{INK}" stroke-width="0.75"/>'
        f'<text x="{x:.0f}" y="{y + 6:.0f}" fill="{ink}" font-size="11" font-weight="700" '
        f'text-anchor="middle">!</text>'
    )


def _lines(x: float, y: float, lines: tuple[str, ...], color: str, weight: int) -> str:
    return "".join(_text(x, y + LINE * place, line, color, 13, weight) for place, line in enumerate(lines))


def _text(x: float, y: float, said: str, color: str, size: float, weight: int) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.1f}" fill="{color}" font-size="{size:g}" '
        f'font-weight="{weight}" xml:space="preserve">{escape(said)} </text>'
    )
