"""Two orders of the same steps: which runs met which, how many of them were solved for good, and what was moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.trees.evidence import ending_of
from kb.trees.figures.measures import Share
from kb.trees.figures.records import Names, Record
from kb.trees.figures.results import CONFIRMED_AFTER
from kb.trees.tree import Tree, Try

KNOWN_AFTER = CONFIRMED_AFTER + timedelta(days=1)
"""A request is known at once, a fix after three days and a night: younger runs make any new order look bad."""

Order = tuple[str, ...]


@dataclass(frozen=True)
class TwoOrders:
    """Of the runs that came to a place in each order, those that were solved for good."""

    before: Share
    after: Share

    @property
    def is_told(self) -> bool:
        """Whether there are enough runs on each order to say anything."""
        return self.before.is_shown and self.after.is_shown

    @property
    def fell(self) -> bool:
        """Whether fewer are solved with the new order, with the ranges apart."""
        return self.is_told and self.after.between[1] < self.before.between[0]

    @property
    def rose(self) -> bool:
        return self.is_told and self.after.between[0] > self.before.between[1]


def two_orders(
    node: Try,
    names: Names,
    records: Iterable[Record],
    orders: Mapping[int, Order],
    moved: tuple[Sequence[str], Sequence[str]],
    now: datetime,
) -> TwoOrders:
    """The runs at a place that met the first or the second of two orders. ``orders`` holds the order by revision."""
    before, after = (renamed(node.id, steps, names) for steps in moved)
    counts: dict[Order, Counter[str]] = {before: Counter(), after: Counter()}
    for record in records:
        count = counts.get(orders.get(record.revision_id, ()))
        if count is None or record.began > now - KNOWN_AFTER or ending_of(node, record, names) is None:
            continue
        count.update(["runs", record.result])
    shares = (Share(counts[order]["solved"], counts[order]["runs"]) for order in (before, after))
    return TwoOrders(*shares)


def order_in(tree: Tree, place: str, names: Names) -> Order:
    """The steps of a place in another version, under the names of today; empty when it was not there."""
    for node in tree.nodes.values():
        if isinstance(node, Try) and names.place(node.id) == place:
            return renamed(node.id, node.steps, names)
    return ()


def renamed(place: str, steps: Iterable[str], names: Names) -> Order:
    """Steps under their names of today."""
    return tuple(names.step_at(names.place(f"{place}.{step}")) for step in steps)


def reordered(live: Tree, draft: Tree) -> list[str]:
    """The places in a draft where steps that both versions have stand in another order, if runs may suggest one there.

    A step that is new or gone moves nothing by itself.
    """
    names, found = Names(draft), []
    for node in live.nodes.values():
        now = draft.nodes.get(names.place(node.id))
        if not isinstance(node, Try) or not isinstance(now, Try) or "suggest" not in (node.order, now.order):
            continue
        before = [step for step in renamed(node.id, node.steps, names) if step in now.steps]
        if before != [step for step in now.steps if step in before]:
            found.append(now.id)
    return found
