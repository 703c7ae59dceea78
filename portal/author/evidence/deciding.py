"""A person decides on a suggested order: a draft with the reason as its note, or the order stays, or comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article, Revision
from kb.trees.editing.changing import CannotChange, changed
from kb.trees.figures.orders import OrderSuggestion, decide, take_back
from kb.trees.parsing import TreeProblems, parse
from kb.trees.source import Unreadable
from kb.trees.tree import Tree, Try
from portal.author.drafts import Text, latest_of, save
from portal.errors import Missing
from portal.vocabulary import MODE_NAMES


class CannotReorder(Exception):
    """The latest text has another order of these steps by now, or cannot be read."""


def suggestion_to_decide(session: Session, article: Article, number: int) -> OrderSuggestion:
    """An open suggestion for this article. Raises ``Missing``. One query."""
    row = session.get(OrderSuggestion, number)
    if row is None or row.article_id != article.id or row.state != "open":
        raise Missing
    return row


def suggestion_to_undo(session: Session, article: Article, number: int) -> OrderSuggestion:
    """A suggestion for this article that was accepted. Raises ``Missing``. One query."""
    row = session.get(OrderSuggestion, number)
    if row is None or row.article_id != article.id or row.state not in ("accepted", "taken_back"):
        raise Missing
    return row


def accept(
    session: Session, article: Article, row: OrderSuggestion, *, by: Reader, now: datetime
) -> Revision:
    """Write the new order into a draft; its comments stay. Raises ``CannotReorder``. Readers see nothing of it yet."""
    revision = _with_order(session, article, row, (row.before, row.after), note_of, by=by, now=now)
    decide(row, "accepted", by_id=by.user_id, now=now)
    return revision


def put_back(
    session: Session, article: Article, row: OrderSuggestion, *, by: Reader, now: datetime
) -> Revision:
    """Write the old order into a draft. Raises ``CannotReorder``. Readers keep the new one until it is published."""
    revision = _with_order(session, article, row, (row.after, row.before), note_back, by=by, now=now)
    take_back(row, by_id=by.user_id, now=now)
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
        f"({sure} % sure, {row.runs} runs, {days_of(row)})."
    )


def days_of(row: OrderSuggestion) -> str:
    """Which days' runs a suggestion comes from."""
    return f"{MODE_NAMES[row.mode]} only" if row.mode in MODE_NAMES else "all kinds of day together"


def note_of(tree: Tree, row: OrderSuggestion) -> str:
    """The note of the new version."""
    return f"New order of steps. {reason_of(tree, row)}"[:500]


def note_back(tree: Tree, row: OrderSuggestion) -> str:
    """The note of the version with the old order."""
    new, old = (tree.steps[name].do for name in row.moved)
    return f"The old order of steps is back: “{old}” before “{new}”, as before it was suggested."[:500]


def _with_order(
    session: Session,
    article: Article,
    row: OrderSuggestion,
    orders: tuple[list[str], list[str]],
    note: Callable[[Tree, OrderSuggestion], str],
    *,
    by: Reader,
    now: datetime,
) -> Revision:
    """A draft in which the second order stands where the first one stood. Raises ``CannotReorder``."""
    latest = latest_of(article)
    tree = _readable(latest.source, article.slug)
    node = tree.nodes.get(row.node)
    if not isinstance(node, Try) or list(node.steps) != orders[0]:
        raise CannotReorder
    try:
        source = changed(latest.source, ["nodes", row.node, "try"], orders[1])
    except (CannotChange, Unreadable) as problem:
        raise CannotReorder from problem
    text = Text(latest.title, {}, source, note(tree, row), latest.number)
    return save(session, article, text, by=by, now=now)


def _readable(source: str, slug: str) -> Tree:
    try:
        return parse(source, slug)
    except TreeProblems as problems:
        raise CannotReorder from problems
