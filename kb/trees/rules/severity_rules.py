"""Rules about severity and facts: asked early, asked once, always there when the ticket needs them."""

import re
from collections.abc import Iterator
from heapq import heappop, heappush

from kb.trees.around import Around, Findings, error, warning
from kb.trees.graph import (
    Edge,
    always_known,
    always_said,
    answers_in,
    asked_by,
    edges,
    edges_of,
    maybe_known,
)
from kb.trees.tree import IMPACTS, RESERVED_FACTS, URGENCIES, Ask, Call, Collect, Fact, Hint, Tree, Try

RESERVED_PAGES = ("check", "contact", "end", "sent", "urgent")
LATEST_URGENT_PAGE = 2
"""Nurse triage asks the gravest question first; two pages may stand before it."""


def urgent_late(tree: Tree) -> Findings:
    """An answer that means "now" comes only after other questions."""
    far = _distances(tree)
    for node in tree.nodes.values():
        if not isinstance(node, Ask) or far.get(node.id, 0) <= LATEST_URGENT_PAGE:
            continue
        for option in answers_in(node):
            if option.hint.urgency == "now":
                message = "This is urgent but comes late. Ask it in the first three pages."
                yield error(option.line, "urgent-late", message, f"{node.id}.{option.id}")


def severity_undefined(tree: Tree) -> Findings:
    """A ticket that may be sent without impact or urgency."""
    known = always_known(tree)
    for outcome in tree.outcomes.values():
        if outcome.kind == "solved" or outcome.id not in known:
            continue
        for name, default in (("impact", outcome.impact), ("urgency", outcome.urgency)):
            if not default and f"!{name}" not in known[outcome.id]:
                message = f'A run can end here without "{name}". Give the outcome one.'
                yield error(outcome.line, "severity-undefined", message, outcome.id)


def lowered_severity(tree: Tree) -> Findings:
    """An answer or an end that is milder than what every way to it has said before."""
    said = always_said(tree)
    for line, where, own in _severities(tree):
        before = said.get(where.split(".")[0], Hint())
        for scale, mild, grave in (
            (IMPACTS, own.impact, before.impact),
            (URGENCIES, own.urgency, before.urgency),
        ):
            if mild and grave and scale.index(grave) > scale.index(mild):
                message = f'"{mild}" has no effect: every way here has said "{grave}" before.'
                yield warning(line, "lowered-severity", message, where)


def fact_maybe_missing(tree: Tree, around: Around) -> Findings:
    """A ticket names a fact that some way to it does not ask."""
    known = always_known(tree, around.library)
    for outcome in tree.outcomes.values():
        wanted = [*outcome.needs, *re.findall(r"\{([a-z][a-z0-9_]*)\}", outcome.subject)]
        for name in dict.fromkeys(wanted):
            if outcome.id in known and name not in known[outcome.id]:
                message = f'A run can end here without the fact "{name}".'
                yield error(outcome.line, "fact-maybe-missing", message, outcome.id)


def asked_twice(tree: Tree) -> Findings:
    """One way asks for the same fact two times."""
    before = maybe_known(tree)
    for node in tree.nodes.values():
        if isinstance(node, Call):
            continue
        for name in sorted(asked_by(node) & before.get(node.id, frozenset())):
            message = f'The fact "{name}" was asked before on some way to this page.'
            yield error(node.line, "asked-twice", message, node.id)


_PRIVATE = re.compile(
    r"social security|\bssn\b|driver'?s?'? licen[sc]e|licen[sc]e number|date of birth|birth ?date|birthday"
    r"|voter'?s? (name|id|number)|name of the voter|pass ?word|pass ?code|\bpin\b|sign-in code",
    re.IGNORECASE,
)


def private_data(tree: Tree) -> Findings:
    """A fact that asks for what a ticket must never hold, or for any length of text."""
    collected = {name for node in tree.nodes.values() if isinstance(node, Collect) for name in node.facts}
    for fact in tree.facts.values():
        if fact.name not in collected:
            continue
        if fact.type == "text" and not fact.max:
            message = 'Give the longest text allowed, such as "max: 80".'
            yield error(fact.line, "private-data", message, fact.name)
        if _PRIVATE.search(f"{fact.label} {fact.ask}"):
            message = "A ticket must not hold passwords, birth dates, ID numbers or names of voters."
            yield error(fact.line, "private-data", message, fact.name)
        yield from _fact_shape(fact)


def outcome_shape(tree: Tree) -> Findings:
    """An outcome without words, or a ticket without a group."""
    for outcome in tree.outcomes.values():
        if not outcome.say:
            yield error(outcome.line, "outcome-shape", 'The outcome has no "say".', outcome.id)
        if outcome.kind == "ticket" and not outcome.group:
            message = 'The ticket has no "group". Say who gets it.'
            yield error(outcome.line, "outcome-shape", message, outcome.id)
        if outcome.kind == "call_now" and not outcome.phone:
            yield error(outcome.line, "outcome-shape", 'Say which "line" to call.', outcome.id)


def reserved_facts(tree: Tree) -> Findings:
    """Someone waiting, and who else has it, are chosen from answers and never typed."""
    for name in RESERVED_FACTS:
        fact = tree.facts.get(name)
        if fact is not None and fact.type:
            message = f'"{name}" is a reserved fact. Ask it with answers to choose from.'
            yield error(fact.line, "reserved-fact", message, name)


def same_address(tree: Tree) -> Findings:
    """A typed fact and a page with one name, or a page named like one that every run has."""
    for node in tree.nodes.values():
        if node.id in RESERVED_PAGES:
            message = f'"{node.id}" is the name of a page that every run has. Rename this one.'
            yield error(node.line, "same-address", message, node.id)
    for node in tree.nodes.values():
        for name in node.facts if isinstance(node, Collect) else ():
            if name in tree.nodes:
                message = f'A page and a typed fact are both called "{name}". Rename one.'
                yield error(node.line, "same-address", message, node.id)


def _fact_shape(fact: Fact) -> Findings:
    if not fact.type:
        message = 'Say what is given here: "type: text" or "type: photo".'
        yield error(fact.line, "fact-shape", message, fact.name)
    if not fact.ask:
        yield error(fact.line, "fact-shape", 'Write the question as "ask".', fact.name)


def _severities(tree: Tree) -> Iterator[tuple[int, str, Hint]]:
    """What each answer and each end says, with its line and its place."""
    for edge in edges(tree):
        if not edge.is_retry:
            yield edge.line, f"{edge.source}.{edge.key}", edge.hint
    for outcome in tree.outcomes.values():
        yield outcome.line, outcome.id, Hint(outcome.impact, outcome.urgency)


def _distances(tree: Tree) -> dict[str, int]:
    """The fewest pages before each node."""
    far: dict[str, int] = {}
    waiting = [(0, tree.start)]
    while waiting:
        pages, name = heappop(waiting)
        if name in far:
            continue
        far[name] = pages
        node = tree.nodes.get(name)
        for edge in edges_of(node, {}) if node is not None else ():
            heappush(waiting, (pages + _pages_on(tree, edge), edge.target))
    return far


def _pages_on(tree: Tree, edge: Edge) -> int:
    """The pages of a node that is left this way: all steps when none helped, one for each detail.

    A call counts as one, the fewest: what it asks may be known already.
    """
    node = tree.nodes[edge.source]
    if isinstance(node, Try) and edge.key == "not_fixed":
        return len(node.steps)
    return len(node.facts) if isinstance(node, Collect) else 1
