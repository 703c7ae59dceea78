"""Where the boxes of a map stand: layers from left to right, few crossings, and lines as level as can be.

The layered method of Sugiyama, Tagawa and Toda (1981): layers by longest path, order by barycenters, then heights
by least squares under the distances that must be kept. Lines to one page that cross other layers share one rail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.trees.map.boxes import BOX_WIDTH, Box

COLUMN_GAP = 74.0
GAP, CHIP_GAP, RAIL_GAP = 22.0, 12.0, 12.0
MARGIN = 12.0
SWEEPS = 10
"""Rounds of putting in order and of leveling; more changes nothing on maps of 60 pages."""

Rail = tuple[str, int]
"""The place where the lines to a page pass through a layer."""

Spot = str | Rail


@dataclass(frozen=True)
class Link:
    """A line from a row of a box (by its place) to a box; `via` are the rails it passes."""

    source: str
    row: int
    key: str
    target: str
    via: tuple[Rail, ...]


@dataclass(frozen=True)
class Layout:
    """The map's measures in pixels. `places` are the left top corners of boxes; `rails` the heights of rails."""

    width: float
    height: float
    places: Mapping[str, tuple[float, float]]
    rails: Mapping[Rail, float]
    links: tuple[Link, ...]

    def column(self, rail: Rail) -> float:
        """The left edge of the layer a rail passes."""
        return _column(rail[1])


def laid_out(boxes: Mapping[str, Box]) -> Layout:
    """Places for all boxes. Costs about a millisecond for 10 pages and 40 for 60."""
    layers = _layers(boxes)
    links = tuple(_links(boxes, layers))
    rows = _rows(boxes, layers, links)
    arranged = _Arrangement(boxes, links, rows)
    arranged.sort()
    arranged.level()
    tops = arranged.tops
    lowest = min(tops.values(), default=0.0)
    places = {
        name: (_column(layer), tops[name] - lowest + MARGIN)
        for name, layer in layers.items()
        if name in boxes
    }
    rails = {spot: top - lowest + MARGIN for spot, top in tops.items() if isinstance(spot, tuple)}
    return Layout(
        width=_column(max(layers.values(), default=0)) + BOX_WIDTH + MARGIN,
        height=max((*(places[name][1] + box.height for name, box in boxes.items()), *rails.values()))
        + MARGIN,
        places=places,
        rails=rails,
        links=links,
    )


def _column(layer: int) -> float:
    return MARGIN + layer * (BOX_WIDTH + COLUMN_GAP)


def _layers(boxes: Mapping[str, Box]) -> dict[str, int]:
    """The layer of each box: as far right as the longest way to it. Ways back are chips, so there is no circle."""
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    for box in boxes.values():
        for row in box.rows:
            if row.target in boxes:
                before[row.target].add(box.id)
                after[box.id].add(row.target)
    layers: dict[str, int] = {}
    ready = [name for name in boxes if not before[name]]
    while ready:
        name = ready.pop()
        layers[name] = max((layers[each] + 1 for each in before[name]), default=0)
        for target in after[name]:
            if all(each in layers for each in before[target]):
                ready.append(target)
    return layers


def _links(boxes: Mapping[str, Box], layers: Mapping[str, int]) -> list[Link]:
    return [
        Link(
            box.id,
            place,
            row.key,
            row.target,
            tuple((row.target, layer) for layer in range(layers[box.id] + 1, layers[row.target])),
        )
        for box in boxes.values()
        for place, row in enumerate(box.rows)
        if row.target in boxes
    ]


def _rows(boxes: Mapping[str, Box], layers: Mapping[str, int], links: Sequence[Link]) -> list[list[Spot]]:
    """The spots of each layer, boxes and rails, in the order in which the outline comes to them."""
    rows: list[list[Spot]] = [[] for _ in range(max(layers.values(), default=0) + 1)]
    leading = defaultdict(list)
    for link in links:
        leading[link.source].append(link)
    placed: set[Spot] = set()
    for name in boxes:
        for link in leading[name]:
            for rail in link.via:
                if rail not in placed:
                    placed.add(rail)
                    rows[rail[1]].append(rail)
        if name not in placed:
            placed.add(name)
            rows[layers[name]].append(name)
    return rows


class _Arrangement:
    """The spots of all layers being put in order and leveled."""

    def __init__(self, boxes: Mapping[str, Box], links: Sequence[Link], rows: list[list[Spot]]) -> None:
        self.boxes, self.rows = boxes, rows
        # Each piece of a line joins two spots of neighboring layers; how far below the top it leaves is kept.
        self.pieces: dict[tuple[Spot, Spot], list[float]] = defaultdict(list)
        for link in links:
            spots: list[Spot] = [link.source, *link.via, link.target]
            out = boxes[link.source].row_middle(link.row)
            self.pieces[spots[0], spots[1]].append(out)
            for first, second in pairwise(spots[1:]):
                self.pieces[first, second] = [0.0]
        self.before: dict[Spot, list[tuple[Spot, float]]] = defaultdict(list)
        self.after: dict[Spot, list[tuple[Spot, float]]] = defaultdict(list)
        for (first, second), outs in self.pieces.items():
            for out in outs:
                self.before[second].append((first, out))
                self.after[first].append((second, out))
        self.tops: dict[Spot, float] = {}
        for row in rows:
            self._pack(row)

    def sort(self) -> None:
        """Put each layer in the order of what it is joined to, left to right and back; keep the best."""
        best, fewest = [list(row) for row in self.rows], self._crossings()
        for sweep in range(SWEEPS):
            rightward = sweep % 2 == 0
            rows = self.rows[1:] if rightward else self.rows[-2::-1]
            for row in rows:
                self._order(row, self.before if rightward else self.after)
            found = self._crossings()
            if found < fewest:
                best, fewest = [list(row) for row in self.rows], found
        self.rows = best
        for row in self.rows:
            self._pack(row)

    def level(self) -> None:
        """Move boxes so that lines run level, as far as the order and the distances let them."""
        for sweep in range(SWEEPS):
            for row in self.rows[1:]:
                self._settle(row, [self._wish_before(spot) for spot in row])
            if sweep < SWEEPS - 1:
                for row in self.rows[-2::-1]:
                    self._settle(row, [self._wish_after(spot) for spot in row])

    def _order(self, row: list[Spot], joined: Mapping[Spot, list[tuple[Spot, float]]]) -> None:
        middle = {spot: self.tops[spot] + self._height(spot) / 2 for spot in row}

        def wanted(spot: Spot) -> float:
            near = joined[spot]
            if not near:
                return middle[spot]
            heights = [
                self.tops[other] + (out if joined is self.before else self._entry(other) - out)
                for other, out in near
            ]
            return sum(heights) / len(heights)

        row.sort(key=wanted)
        self._pack(row)

    def _crossings(self) -> int:
        """How many pieces of lines cross, by the heights at which they leave and arrive."""
        at = {spot: place for row in self.rows for place, spot in enumerate(row)}
        layer = {spot: number for number, row in enumerate(self.rows) for spot in row}
        by_layer: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
        for (first, second), outs in self.pieces.items():
            by_layer[layer[first]] += [(at[first], out, at[second]) for out in outs]
        count = 0
        for pieces in by_layer.values():
            pieces.sort()
            for place, one in enumerate(pieces):
                count += sum(1 for other in pieces[place + 1 :] if other[2] < one[2])
        return count

    def _pack(self, row: Sequence[Spot]) -> None:
        top = 0.0
        for place, spot in enumerate(row):
            top += self._gap(row[place - 1], spot) if place else 0.0
            self.tops[spot] = top
            top += self._height(spot)

    def _wish_before(self, spot: Spot) -> float:
        near = self.before[spot]
        if not near:
            return self.tops[spot]
        return sum(self.tops[other] + out for other, out in near) / len(near) - self._entry(spot)

    def _wish_after(self, spot: Spot) -> float:
        near = self.after[spot]
        if not near:
            return self.tops[spot]
        return sum(self.tops[other] + self._entry(other) - out for other, out in near) / len(near)

    def _settle(self, row: Sequence[Spot], wishes: Sequence[float]) -> None:
        """Tops nearest to the wishes in least squares, in this order: pool adjacent violators."""
        offsets, total = [], 0.0
        for place, spot in enumerate(row):
            total += self._height(row[place - 1]) + self._gap(row[place - 1], spot) if place else 0.0
            offsets.append(total)
        pools: list[list[float]] = []  # mean, weight, members
        for spot, wish, offset in zip(row, wishes, offsets, strict=True):
            pools.append([wish - offset, 4.0 if isinstance(spot, tuple) else 1.0, 1])
            while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
                mean, weight, members = pools.pop()
                joined = pools[-1][1] + weight
                pools[-1][0] = (pools[-1][0] * pools[-1][1] + mean * weight) / joined
                pools[-1][1], pools[-1][2] = joined, pools[-1][2] + members
        settled = [mean for mean, _, members in pools for _ in range(int(members))]
        for spot, base, offset in zip(row, settled, offsets, strict=True):
            self.tops[spot] = base + offset

    def _height(self, spot: Spot) -> float:
        return 0.0 if isinstance(spot, tuple) else self.boxes[spot].height

    def _entry(self, spot: Spot) -> float:
        return 0.0 if isinstance(spot, tuple) else self.boxes[spot].entry

    def _gap(self, first: Spot, second: Spot) -> float:
        if isinstance(first, tuple) or isinstance(second, tuple):
            return RAIL_GAP
        return CHIP_GAP if self.boxes[first].is_chip and self.boxes[second].is_chip else GAP
