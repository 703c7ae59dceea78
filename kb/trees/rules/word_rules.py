"""Rules about words: questions, labels and hints that can be taken in at a glance, in plain language."""

import re

from kb.grade import grade, words_of
from kb.jargon import jargon_in
from kb.placeholders import names_in
from kb.prose import prose_of
from kb.trees.around import Around, Findings, error, warning
from kb.trees.tree import Ask, Tree

LONGEST_QUESTION, LONGEST_LABEL, LONGEST_HELP_WORDS = 120, 90, 120
LONGEST_SENTENCE_WORDS, LONGEST_SHIPPED_WORDS = 20, 25
GRADE_TO_WARN, HIGHEST_SHIPPED_GRADE, HIGHEST_GRADE = 7, 8, 10
"""What ships is held to 8. Above 10 a text cannot be taken in at a counter, so nothing is published."""

FEWEST_WORDS_TO_GRADE = 100
"""A grade of a few short labels says nothing, so all words of a diagnostic are graded together."""


def long_words(tree: Tree) -> Findings:
    """A question, label or hint that is too long to take in at a glance."""
    for node in tree.nodes.values():
        if not isinstance(node, Ask):
            continue
        if len(node.question) > LONGEST_QUESTION:
            message = f"The question is longer than {LONGEST_QUESTION} letters."
            yield warning(node.line, "long-sentence", message, node.id)
        for option in node.options:
            if len(option.say) > LONGEST_LABEL:
                message = f"The answer is longer than {LONGEST_LABEL} letters."
                yield warning(option.line, "long-sentence", message, f"{node.id}.{option.id}")
        if len(node.help.split()) > LONGEST_HELP_WORDS:
            yield warning(node.line, "wall-of-text", "The help is too long to read at a counter.", node.id)
        if re.search(r"[.?!] +[A-Z]", node.why):
            message = "A hint is one sentence."
            yield warning(node.line, "hint-too-long", message, node.id)


def why_asked(tree: Tree) -> Findings:
    """A question that sets the severity without saying why it is asked."""
    for node in tree.nodes.values():
        if isinstance(node, Ask) and not node.why and any(o.hint.urgency == "now" for o in node.options):
            message = 'Say in one line why this is asked, as "why".'
            yield warning(node.line, "why-asked", message, node.id)


def plain_language(tree: Tree, around: Around) -> Findings:
    """A sentence of more than 20 words, or a diagnostic that reads above grade 7."""
    sentences = []
    for line, where, text in prose(tree):
        for sentence in prose_of(text).sentences:
            sentences.append(sentence.text)
            count = len(words_of(sentence.text))
            if count > LONGEST_SENTENCE_WORDS:
                level = error if around.strict and count > LONGEST_SHIPPED_WORDS else warning
                message = f"This sentence has {count} words. Use {LONGEST_SENTENCE_WORDS} or fewer."
                yield level(line, "long-sentence", message, where)
    if sum(len(words_of(each)) for each in sentences) >= FEWEST_WORDS_TO_GRADE:
        yield from _graded(grade(sentences), around)


def jargon(tree: Tree, around: Around) -> Findings:
    """A word that the office avoids, with the plain one."""
    for line, where, text in prose(tree):
        for _word, message in jargon_in(text, around.avoid):
            yield warning(line, "jargon", message, where)


def placeholder(tree: Tree, around: Around) -> Findings:
    """A placeholder that no setting fills: a clerk would read "ask your help desk" for ever."""
    if around.placeholders is None:
        return
    labels = [(fact.line, fact.name, fact.label) for fact in tree.facts.values()]
    subjects = [(end.line, end.id, end.subject) for end in tree.outcomes.values()]
    for line, where, text in (*prose(tree), *labels, *subjects):
        for name in names_in(text):
            if name not in around.placeholders:
                message = f"There is no placeholder “{name}”. Settings lists the names."
                yield error(line, "placeholder", message, where)


def link_in_text(tree: Tree) -> Findings:
    """A link in a text: a run shows texts as they are, and a guide inside the run keeps the clerk in it."""
    for line, where, text in prose(tree):
        if "](" in text:
            message = "Links do not work in a diagnostic. Show the guide with “read”."
            yield warning(line, "link-in-text", message, where)


def prose(tree: Tree) -> tuple[tuple[int, str, str], ...]:
    """All words a clerk reads, as (line, where, text), for the checks of plain language."""
    found = [(1, "have", text) for text in tree.front.have]
    for node in tree.nodes.values():
        if isinstance(node, Ask):
            tell = node.not_sure.tell if node.not_sure else ""
            found += [
                (node.line, node.id, text) for text in (node.question, node.why, node.help, tell, *node.look)
            ]
            found += [(option.line, f"{node.id}.{option.id}", option.say) for option in node.options]
    for step in tree.steps.values():
        found += [(step.line, step.id, text) for text in (step.do, step.why, *step.how)]
    for fact in tree.facts.values():
        found += [(fact.line, fact.name, text) for text in (fact.ask, fact.help)]
    for end in tree.outcomes.values():
        found += [(end.line, end.id, text) for text in (end.say, end.next, *end.meanwhile)]
    return tuple((line, where, text) for line, where, text in found if text)


def _graded(reached: float, around: Around) -> Findings:
    """What the grade of all words is worth saying."""
    highest = HIGHEST_SHIPPED_GRADE if around.strict else HIGHEST_GRADE
    if reached > GRADE_TO_WARN:
        level = error if reached > highest else warning
        message = f"It reads at grade {reached:.1f}. Aim for {GRADE_TO_WARN} or lower."
        yield level(1, "reading-grade", message, "")
