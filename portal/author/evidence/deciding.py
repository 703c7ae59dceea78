"""A person decides on a suggested order: a new draft with the reason as its note, or the order stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article, Revision
from kb.trees.editing.changing import CannotChange, changed
from kb.trees.figures.orders import OrderSuggestion, decide
from kb.trees.parsing import TreeProblems, parse
from kb.trees.source import Unreadable
from kb.trees.tree import Tree, Try
from portal.author.drafts import Text, latest_of, save
from portal.errors import Missing


class CannotReorder(Exception):
    """The latest text has another order of these steps by now, or cannot be read."""


def suggestion_to_decide(session: Session, article: Article, number: int) -> OrderSuggestion:
    """An open suggestion for this article. Raises ``Missing``. One query."""
    row = session.get(OrderSuggestion, number)
    if row is None or row.article_id != article.id or row.state != "open":
        raise Missing
    return row


def accept(
    session: Session, article: Article, row: OrderSuggestion, *, by: Reader, now: datetime
) -> Revision:
    """Write the new order into a draft; its comments stay. Raises ``CannotReorder``. Readers see nothing of it yet."""
    latest = latest_of(article)
    tree = _readable(latest.source, article.slug)
    node = tree.nodes.get(row.node)
    if not isinstance(node, Try) or list(node.steps) != row.before:
        raise CannotReorder
    try:
        source = changed(latest.source, ["nodes", row.node, "try"], list(row.after))
    except (CannotChange, Unreadable) as problem:
        raise CannotReorder from problem
    text = Text(latest.title, {}, source, note_of(tree, row), latest.number)
    revision = save(session, article, text, by=by, now=now)
    decide(row, "accepted", by_id=by.user_id, now=now)
    return revision


def keep(row: OrderSuggestion, *, reason: str, by: Reader, now: datetime) -> None:
    """Leave the order as it is. It is not suggested again for a season."""
    decide(row, "kept", reason=reason, by_id=by.user_id, now=now)


def reason_of(tree: Tree, row: OrderSuggestion) -> str:
    """Why the new order is better, in one sentence with its figures."""
    first, second = (tree.steps[name].do for name in row.moved)
    sure = "more than 99" if row.sure > 0.99 else f"{100 * row.sure:.0f}"
    return (
        f"Moving “{first}” before “{second}” should save about {row.minutes_saved:.1f} minutes per clerk "
        f"({sure} % sure, {row.runs} runs)."
    )


def note_of(tree: Tree, row: OrderSuggestion) -> str:
    """The note of the new version."""
    return f"New order of steps. {reason_of(tree, row)}"[:500]


def _readable(source: str, slug: str) -> Tree:
    try:
        return parse(source, slug)
    except TreeProblems as problems:
        raise CannotReorder from problems
