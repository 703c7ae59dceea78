"""How long a diagnostic takes, as the start page and the tiles say it."""

from __future__ import annotations

from kb.trees.tree import Ask, Tree, Try

# Reading a question, looking at the thing and choosing an answer.
MINUTES_A_QUESTION = 0.4
SHORTEST = 2


def about_minutes(tree: Tree) -> int:
    """Whole minutes that a walk takes: its questions, and the steps of its longest list until one is likely to help.

    A step that comes after others counts only for those whom the earlier ones did not help, by the author's guesses.
    """
    questions = sum(isinstance(node, Ask) for node in tree.nodes.values())
    lists = [_expected(tree, node) for node in tree.nodes.values() if isinstance(node, Try)]
    return max(SHORTEST, round(min(questions, 5) * MINUTES_A_QUESTION + max(lists, default=0.0)))


def _expected(tree: Tree, node: Try) -> float:
    minutes, left = 0.0, 1.0
    for name in node.steps:
        step = tree.steps.get(name)
        if step is not None:
            minutes += left * step.minutes
            left = max(0.0, left - step.guess)
    return minutes
