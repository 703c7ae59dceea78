"""What runs say against a page: a step that never helps, a question that people cannot answer. Notes, never more."""

from __future__ import annotations

from collections import Counter

from kb.findings import Finding
from kb.trees.around import Around, Findings
from kb.trees.figures.measures import FEWEST, by_place
from kb.trees.tree import Ask, Tree, Try

FEWEST_TRIES = 50
"""So many clerks did the step, and it helped none of them."""

MOST_CANNOT = 0.30
FEWEST_ANSWERS = 40
MOST_NOT_SURE, MOST_BACK = 0.25, 0.15


def stale_step(tree: Tree, around: Around) -> Findings:
    """A step that fixed it for nobody in fifty tries, or that three in ten could not do."""
    measured = by_place(tree, around.measured)
    for node in tree.nodes.values():
        for name in node.steps if isinstance(node, Try) else ():
            count = measured.get(f"{node.id}.{name}", Counter())
            tried = count["fixed"] + count["not_fixed"]
            met = tried + count["could_not"] + count["other"]
            if name not in tree.steps:
                continue
            if tried >= FEWEST_TRIES and not count["fixed"]:
                message = f"It fixed it for none of the {tried} clerks who did this step. Is it still needed?"
                yield Finding(tree.steps[name].line, "stale-step", "note", message, f"{node.id}.{name}")
            elif met >= FEWEST and count["could_not"] > MOST_CANNOT * met:
                message = f"{count['could_not']} of {met} clerks could not do this step. Say how, or show it."
                yield Finding(tree.steps[name].line, "stale-step", "note", message, f"{node.id}.{name}")


def confusing_node(tree: Tree, around: Around) -> Findings:
    """A question that a quarter cannot answer, or that one in seven goes back from."""
    measured = by_place(tree, around.measured)
    for node in tree.nodes.values():
        if not isinstance(node, Ask):
            continue
        count = measured.get(node.id, Counter())
        if count["answered"] >= FEWEST_ANSWERS and count["not_sure"] > MOST_NOT_SURE * count["answered"]:
            unsure = f"{count['not_sure']} of {count['answered']} clerks were not sure."
            advice = "Say how to look, or ask another way."
            yield Finding(node.line, "confusing-node", "note", f"{unsure} {advice}", node.id)
        if count["viewed"] >= FEWEST_ANSWERS and count["back"] > MOST_BACK * count["viewed"]:
            said = f"{count['back']} of {count['viewed']} clerks went back from here. Do the answers before it overlap?"
            yield Finding(node.line, "confusing-node", "note", said, node.id)
