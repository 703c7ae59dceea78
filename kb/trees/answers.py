"""Reading one stored answer against its node: is it valid, what are its words, where does it lead."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb.trees.tree import Ask, Call, Collect, Fact, Hint, Node, Option, Read, Step, Tree, Try, Way

NOT_SURE = "not_sure"
NONE = "none"
SKIPPED = "skipped"
"""The stored answer of an optional fact that was left empty."""

LONGEST_FACT = 2000

NOT_SURE_WORDS = "I'm not sure"
RESULT_WORDS = {
    "fixed": "Yes, it is fixed",
    "not_fixed": "No, same problem",
    "could_not": "I could not do this step",
    "other": "Something else is happening now",
}

_VISIT = re.compile(r"~[2-9]$")


@dataclass(frozen=True)
class Choice:
    """A valid answer to a question."""

    value: str
    words: str
    way: Way
    hints: tuple[tuple[Hint, str], ...]
    tell: str = ""


@dataclass(frozen=True)
class Place:
    """What an address points at, in which tree."""

    tree: Tree
    node: Node
    step: Step | None = None
    fact: Fact | None = None


def choice_of(node: Ask, value: str) -> Choice | None:
    """The answer that a stored value stands for, or None when the question does not offer it."""
    if value == NOT_SURE:
        return _not_sure(node)
    if value == NONE and node.many and node.none is not None:
        return _chosen((node.none,), NONE)
    wanted = set(value.split("+")) if node.many else {value}
    options = tuple(option for option in node.options if wanted & {option.id, *option.was})
    if len(options) != len(wanted):
        return None
    return _chosen(options, "+".join(option.id for option in options))


def _not_sure(node: Ask) -> Choice | None:
    if node.not_sure is None or node.not_sure.never:
        return None
    given = node.not_sure
    return Choice(NOT_SURE, NOT_SURE_WORDS, given.way, ((given.hint, NOT_SURE_WORDS),), given.tell)


def _chosen(options: tuple[Option, ...], value: str) -> Choice:
    """The first ticked option in the list's order decides where we go; the hints of all count."""
    hints = tuple((option.hint, option.say) for option in options)
    return Choice(value, ", ".join(option.say for option in options), options[0].way, hints)


def typed_words(fact: Fact, value: str) -> str | None:
    """The words of a typed fact, empty when an optional one was skipped, None when they will not do."""
    if fact.optional and value in ("", SKIPPED):
        return ""
    text = value.strip()
    return text if text and len(text) <= (fact.max or LONGEST_FACT) else None


def place_of(tree: Tree, address: str, library: Mapping[str, Tree]) -> Place | None:
    """What a dotted address points at, through calls and steps; None when there is nothing."""
    first, _, rest = address.partition(".")
    name = _VISIT.sub("", first)
    node = node_called(tree, name)
    if isinstance(node, Call):
        called = library.get(node.tree)
        return place_of(called, rest, library) if called and rest else None
    if isinstance(node, Try):
        step = _step_called(tree, node, rest)
        return Place(tree, node, step=step) if step else None
    if isinstance(node, Ask | Read) and not rest:
        return Place(tree, node)
    return None if rest else _place_of_fact(tree, name)


def node_called(tree: Tree, name: str) -> Node | None:
    """The node of that id, or the one that once had it."""
    if name in tree.nodes:
        return tree.nodes[name]
    return next((node for node in tree.nodes.values() if name in node.was), None)


def _step_called(tree: Tree, node: Try, name: str) -> Step | None:
    """The step of this `try` of that id, or the one that once had it."""
    steps = [tree.steps[each] for each in node.steps if each in tree.steps]
    return next((step for step in steps if name in (step.id, *step.was)), None)


def words_at(place: Place, value: str) -> str | None:
    """The words of a stored answer at a place, or None when it is not valid there."""
    if isinstance(place.node, Ask):
        choice = choice_of(place.node, value)
        return choice.words if choice else None
    if place.fact is not None:
        return typed_words(place.fact, value)
    return RESULT_WORDS.get(value)


def _place_of_fact(tree: Tree, name: str) -> Place | None:
    for node in _collecting(tree):
        if name in node.facts and name in tree.facts:
            return Place(tree, node, fact=tree.facts[name])
    return None


def _collecting(tree: Tree) -> Iterator[Collect]:
    return (node for node in tree.nodes.values() if isinstance(node, Collect))
