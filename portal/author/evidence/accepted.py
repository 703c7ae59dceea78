"""Orders that were accepted and published, beside the order from before, with the runs on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.trees.figures.orders import OrderSuggestion
from kb.trees.figures.records import Names, Record
from kb.trees.figures.two_orders import TwoOrders, order_in, renamed, two_orders
from kb.trees.tree import Tree, Try


@dataclass(frozen=True)
class AcceptedOrder:
    """One accepted order with its runs. ``may_go_back`` while readers and the latest text both have it."""

    row: OrderSuggestion
    runs: TwoOrders
    is_live: bool
    may_go_back: bool


def accepted_orders(
    session: Session,
    article: Article,
    tree: Tree,
    known: Sequence[OrderSuggestion],
    records: Sequence[Record],
    now: datetime,
) -> list[AcceptedOrder]:
    """The accepted orders that readers have, or had while these runs were walked. One query, none without any."""
    rows = _each_once([row for row in known if row.state in ("accepted", "taken_back")])
    trees = _trees(session, {each.revision_id for each in records}) if rows else {}
    draft = Tree.from_json(article.latest.tree) if rows and article.latest and article.latest.tree else None
    shown = [_shown(tree, draft, row, trees, records, now) for row in rows]
    return [each for each in shown if each is not None and (each.is_live or each.runs.after.whole)]


def _shown(
    tree: Tree,
    draft: Tree | None,
    row: OrderSuggestion,
    trees: Mapping[int, Tree],
    records: Sequence[Record],
    now: datetime,
) -> AcceptedOrder | None:
    """One of them; None when its place is gone."""
    names, node = Names(tree), tree.nodes.get(row.node)
    if not isinstance(node, Try):
        return None
    orders = {number: order_in(each, row.node, names) for number, each in trees.items()}
    after = renamed(row.node, row.after, names)
    latest = draft.nodes.get(row.node) if draft else None
    is_live = node.steps == after
    return AcceptedOrder(
        row,
        two_orders(node, names, records, orders, (row.before, row.after), now),
        is_live=is_live,
        may_go_back=is_live and isinstance(latest, Try) and list(latest.steps) == row.after,
    )


def _each_once(rows: Sequence[OrderSuggestion]) -> list[OrderSuggestion]:
    """The newest of those that made the same change."""
    newest: dict[tuple[str, ...], OrderSuggestion] = {}
    for row in rows:
        newest.setdefault((row.node, *row.before, "", *row.after), row)
    return list(newest.values())


def _trees(session: Session, ids: set[int]) -> dict[int, Tree]:
    rows = session.execute(select(Revision.id, Revision.tree).where(Revision.id.in_(ids)))
    return {row.id: Tree.from_json(row.tree) for row in rows if row.tree}
