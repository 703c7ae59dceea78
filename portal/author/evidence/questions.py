"""What each question is worth before the steps; those that set how urgent it is are not weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.trees.answers import choice_of
from kb.trees.evidence import evidence_at, steps_of, worth_of_question
from kb.trees.figures.measures import FEWEST, PageMeasured
from kb.trees.figures.planning import NoOrder
from kb.trees.figures.records import Names, Record
from kb.trees.tree import Ask, Tree, Try


@dataclass(frozen=True)
class QuestionWorth:
    """What asking a question first saves at a place, in minutes, and what else it is good for.

    A question about danger or waiting voters is not weighed: ``stays_first``.
    """

    heading: str
    place: str
    runs: int
    saves: float
    also: str
    stays_first: bool = False


def questions_of(
    tree: Tree, records: Sequence[Record], pages: Sequence[PageMeasured], call: float
) -> list[QuestionWorth]:
    """What each question is worth at the place that most of its answers lead to; only where two answers do.

    One that sets how urgent it is comes first whatever it costs: it is named and not weighed.
    """
    names, seconds = Names(tree), {page.address: page.median for page in pages}
    found = []
    for node in tree.nodes.values():
        if not isinstance(node, Ask):
            continue
        groups: dict[str, list[Record]] = {}
        for record in records:
            said = next((e.option for a, e in record.answers().items() if names.place(a) == node.id), "")
            if said and choice_of(node, said):
                groups.setdefault(said, []).append(record)
        if sets_urgency(node):
            worth = _stays_first(node, groups)
        else:
            worth = _best_worth(tree, node, groups, call, seconds.get(node.id, 0.0) / 60)
        if worth is not None:
            found.append(worth)
    return found


def _stays_first(node: Ask, groups: Mapping[str, list[Record]]) -> QuestionWorth | None:
    """A question that is named and not weighed; None when nobody answered it."""
    runs = sum(map(len, groups.values()))
    return QuestionWorth(node.question, "", runs, 0.0, _also(node), stays_first=True) if runs else None


def _best_worth(
    tree: Tree, node: Ask, groups: Mapping[str, list[Record]], call: float, minutes: float
) -> QuestionWorth | None:
    best: QuestionWorth | None = None
    for place in places_of(tree):
        by_answer = {answer: evidence_at(tree, place, runs) for answer, runs in groups.items()}
        by_answer = {answer: found for answer, found in by_answer.items() if found.runs >= FEWEST}
        runs = sum(found.runs for found in by_answer.values())
        if len(by_answer) < 2 or (best is not None and runs <= best.runs):
            continue
        try:
            worth = worth_of_question(steps_of(tree, place), by_answer, call, question_minutes=minutes)
        except NoOrder:
            continue
        best = QuestionWorth(node.question, place.id, runs, worth.saves, _also(node))
    return best


def sets_urgency(node: Ask) -> bool:
    """Whether an answer says how urgent or how wide the trouble is: such a question comes first whatever it costs."""
    hints = [each.hint for each in (*node.options, node.none, node.not_sure) if each is not None]
    return any(hint.impact or hint.urgency for hint in hints)


def _also(node: Ask) -> str:
    """What a question does besides telling which step helps."""
    if sets_urgency(node):
        return "It sets how urgent the request is."
    if node.save:
        return "It also goes with the request."
    targets = {option.way.go for option in node.options}
    return "It also leads to different pages." if len(targets) > 1 else ""


def places_of(tree: Tree) -> list[Try]:
    """The places with an order: those with two steps or more."""
    return [node for node in tree.nodes.values() if isinstance(node, Try) and len(node.steps) > 1]
