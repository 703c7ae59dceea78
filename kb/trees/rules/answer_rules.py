"""Rules about questions and their answers: not sure, none of these, doubles, order, number."""

import re
from itertools import combinations

from kb.trees.around import Findings, error, warning
from kb.trees.graph import answers_in, edges_of
from kb.trees.tree import IMPACTS, URGENCIES, Ask, Hint, Node, Option, Outcome, Step, Tree, Try

MOST_ANSWERS, ANSWERS_TO_WARN = 12, 7
SHORTEST_REASON = 10
ALIKE = 0.8
"""Share of common words (Jaccard) from which two labels look the same at a glance."""

_QUOTED = re.compile(
    r'"[^"]*"|“[^”]*”'
    # An apostrophe inside a word neither begins nor ends a quotation.
    r"|(?<!\w)'(?:[^']|(?<=\w)'(?=\w))*'(?!\w)|‘(?:[^’]|(?<=\w)’(?=\w))*’"
)


def missing_not_sure(tree: Tree) -> Findings:
    """A question without "I'm not sure" and without a reason for that."""
    for node in _questions(tree):
        if node.not_sure is None:
            message = 'Add "not_sure". Nobody should have to guess.'
            yield error(node.line, "missing-not-sure", message, node.id)
        elif node.not_sure.never and len(node.not_sure.never) < SHORTEST_REASON:
            message = f"Say in {SHORTEST_REASON} letters or more why nobody can be unsure."
            yield error(node.not_sure.line, "missing-not-sure", message, node.id)


def not_sure_traps(tree: Tree) -> Findings:
    """ "I'm not sure" leads back here, to a happy end, or to a step that can cost work."""
    for node in _questions(tree):
        if node.not_sure is None or node.not_sure.never:
            continue
        reason = _trap(tree, node, node.not_sure.way.go)
        if reason:
            yield error(node.not_sure.line, "not-sure-traps", reason, node.id)


def missing_none(tree: Tree) -> Findings:
    """A page with tick boxes and no "None of these"."""
    for node in _questions(tree):
        if node.many and node.none is None:
            message = 'Add "none". Not every list holds the answer.'
            yield error(node.line, "missing-none", message, node.id)


def duplicate_answer(tree: Tree) -> Findings:
    """Two answers of one question that read the same, or nearly the same."""
    for node in _questions(tree):
        for first, second in combinations(answers_in(node), 2):
            one, other = _words(first.say), _words(second.say)
            if one == other:
                message = f'"{second.say}" says the same as "{first.say}".'
                yield error(second.line, "duplicate-answer", message, f"{node.id}.{second.id}")
            elif _likeness(one, other) >= ALIKE:
                message = f'"{second.say}" looks like "{first.say}".'
                yield warning(second.line, "duplicate-answer", message, f"{node.id}.{second.id}")


def outranked_answer(tree: Tree) -> Findings:
    """A milder answer before a graver one where the first ticked answer decides the way."""
    for node in _questions(tree):
        for first, second in combinations(node.options if node.many else (), 2):
            if first.way.go != second.way.go and _gravity(second.hint) > _gravity(first.hint):
                message = f'Move "{second.say}" above "{first.say}". Ticking both follows the first.'
                yield error(second.line, "outranked-answer", message, f"{node.id}.{second.id}")


def too_many_answers(tree: Tree) -> Findings:
    """A question with more answers than one can compare."""
    for node in _questions(tree):
        count = len(node.options)
        if count > ANSWERS_TO_WARN:
            level = error if count > MOST_ANSWERS else warning
            message = f"{count} answers are many. Use {ANSWERS_TO_WARN} or fewer."
            yield level(node.line, "too-many-answers", message, node.id)


def pointless_question(tree: Tree) -> Findings:
    """A question whose answers change nothing."""
    for node in _questions(tree):
        found = edges_of(node, {})
        if node.save or any(edge.hint != Hint() for edge in found):
            continue
        if len({edge.target for edge in found}) == 1 and len(found) > 1:
            message = "All answers lead to the same page, and none is kept. Leave the question out."
            yield warning(node.line, "pointless-question", message, node.id)


def double_question(tree: Tree) -> Findings:
    """Two questions in one, or a yes-or-no question asked the wrong way round."""
    for node in _questions(tree):
        asked = _QUOTED.sub("", node.question)
        if asked.endswith("?") and re.search(r" and | or |and/or|/", asked):
            yield warning(node.line, "double-question", "Ask one thing at a time.", node.id)
        answers = {option.say.split(",")[0].casefold() for option in node.options}
        if re.search(r"\b(not|never|without)\b|n['’]t\b", asked) and {"yes", "no"} <= answers:
            message = "A question with not is easy to answer the wrong way round."
            yield warning(node.line, "negative-question", message, node.id)


def id_changed(tree: Tree, before: Tree) -> Findings:
    """An id that is gone without `was:`, so that runs and figures would lose it."""
    for old in before.nodes.values():
        new = _now(tree, old)
        if new is None:
            message = f'The page "{old.id}" is gone. Write "was: [{old.id}]" on the page that follows it.'
            yield error(1, "id-changed", message, old.id)
        elif isinstance(old, Ask) and isinstance(new, Ask):
            yield from _options_changed(old, new)
    yield from _steps_changed(tree, before)


def _questions(tree: Tree) -> tuple[Ask, ...]:
    return tuple(node for node in tree.nodes.values() if isinstance(node, Ask))


def _trap(tree: Tree, node: Ask, go: str) -> str:
    target: Node | Outcome | None = tree.nodes.get(go) or tree.outcomes.get(go)
    if go == node.id:
        return '"I\'m not sure" leads back to the same question.'
    if isinstance(target, Outcome) and target.kind == "solved":
        return '"I\'m not sure" cannot end as solved.'
    if isinstance(target, Try) and target.steps:
        first = tree.steps.get(target.steps[0])
        if first is not None and first.risk != "none":
            return f'"{first.do}" is too risky for someone who is not sure.'
    return ""


def _words(label: str) -> tuple[str, ...]:
    plain = re.sub(r"[^\w\s]", "", label.casefold())
    return tuple(word for word in plain.split() if word not in ("a", "an", "the"))


def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    both = set(one) | set(other)
    return len(set(one) & set(other)) / len(both) if both else 1


def _gravity(hint: Hint) -> tuple[int, int]:
    urgency = URGENCIES.index(hint.urgency) if hint.urgency else -1
    return (urgency, IMPACTS.index(hint.impact) if hint.impact else -1)


def _now(tree: Tree, old: Node) -> Node | None:
    if old.id in tree.nodes:
        return tree.nodes[old.id]
    return next((node for node in tree.nodes.values() if old.id in node.was), None)


def _options_changed(old: Ask, new: Ask) -> Findings:
    known = {name for option in new.options for name in (option.id, *option.was)}
    for option in old.options:
        if option.id not in known:
            message = _advice(option, new)
            yield error(new.line, "id-changed", message, f"{new.id}.{option.id}")


def _steps_changed(tree: Tree, before: Tree) -> Findings:
    """Steps with another id than before. One that was taken out without a successor is no change of an id.

    Another step must not inherit its results: nobody did that one.
    """
    known = {name for step in tree.steps.values() for name in (step.id, *step.was)}
    fresh = [step for step in tree.steps.values() if not {step.id, *step.was} & before.steps.keys()]
    for old in before.steps.values():
        for step in fresh if old.id not in known else ():
            if step.do == old.do:
                message = f'"{old.do}" had the id "{old.id}". Keep it, or write "was: [{old.id}]".'
                yield error(step.line, "id-changed", message, step.id)
            elif _share_a_list(old, step, before, tree):
                message = f'Is this "{old.do}" in other words? Then write "was: [{old.id}]".'
                yield warning(step.line, "id-changed", message, step.id)


def _share_a_list(old: Step, new: Step, before: Tree, after: Tree) -> bool:
    """Did the old step stand in a `try` where the new one stands now?"""
    lists = [node for node in before.nodes.values() if isinstance(node, Try) and old.id in node.steps]
    return any(isinstance(now := _now(after, node), Try) and new.id in now.steps for node in lists)


def _advice(option: Option, new: Ask) -> str:
    same = next((each for each in new.options if each.say == option.say), None)
    if same is not None:
        return f'"{option.say}" had the id "{option.id}". Keep it, or write "was: [{option.id}]".'
    return f'The answer "{option.id}" is gone. Write "was: [{option.id}]" on the answer that follows it.'
