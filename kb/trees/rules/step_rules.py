"""Rules about what is shown: steps and their order, pictures and guides."""

import re
from pathlib import PurePosixPath

from kb.trees.around import Around, Findings, error, warning
from kb.trees.tree import Ask, Picture, Read, Step, Tree, Try

FEWEST_LINES, MOST_LINES = 3, 7
LONGEST_ALT = 150
LARGEST_PICTURE = 300 * 1024

_CHECK = re.compile(
    r"\b(it worked|look|check|see if|see whether|print|test|open|try|listen|sign in|watch)\b", re.I
)
_TWO_ACTIONS = re.compile(r";|,? (and )?then\b", re.I)


def steps_shape(tree: Tree) -> Findings:
    """A step with too many lines, two actions in a line, or no last line that tells how to check."""
    for step in tree.steps.values():
        if not FEWEST_LINES <= len(step.how) <= MOST_LINES:
            message = f"The step has {len(step.how)} lines. Use {FEWEST_LINES} to {MOST_LINES}."
            yield warning(step.line, "steps-shape", message, step.id)
        for line in step.how:
            if _TWO_ACTIONS.search(line):
                message = f'"{line}" holds two actions. Make it two lines.'
                yield warning(step.line, "steps-shape", message, step.id)
        if step.how and not _CHECK.search(step.how[-1]):
            message = "The last line does not tell how to check that it worked."
            yield warning(step.line, "steps-shape", message, step.id)


def risky_before_safe(tree: Tree) -> Findings:
    """A step that can lose work stands before a safe one, without a pin and its reason."""
    for node in tree.nodes.values():
        steps = (
            [tree.steps[name] for name in node.steps if name in tree.steps] if isinstance(node, Try) else []
        )
        for place, step in enumerate(steps):
            pinned = step.pin == "first" and step.why
            if step.risk == "loses_work" and not pinned and any(s.risk == "none" for s in steps[place + 1 :]):
                message = f'"{step.do}" can lose work. Put the safe steps before it.'
                yield error(step.line, "risky-before-safe", message, f"{node.id}.{step.id}")


def step_order(tree: Tree) -> Findings:
    """A step stands before one that it must follow, or a pinned one stands elsewhere."""
    for node in tree.nodes.values():
        names = node.steps if isinstance(node, Try) else ()
        for place, name in enumerate(names):
            step = tree.steps.get(name, Step(name, ""))
            if set(step.after) & set(names[place + 1 :]):
                message = f'"{step.do}" must come after {", ".join(step.after)}.'
                yield error(step.line, "step-order", message, f"{node.id}.{name}")
            if (step.pin == "first" and place > 0) or (step.pin == "last" and place < len(names) - 1):
                message = f'"{step.do}" is pinned {step.pin} but stands elsewhere.'
                yield error(step.line, "step-order", message, f"{node.id}.{name}")


def pictures(tree: Tree, around: Around) -> Findings:
    """A picture that is missing, too large, or that has no words for those who cannot see it."""
    for where, line, picture in _pictures(tree):
        problem = _alt_problem(picture)
        if problem:
            yield error(line, "picture", problem, where)
        if picture.beside > _lines_of(tree, where):
            yield error(
                line, "picture", f"There is no line {picture.beside} for the picture to stand beside.", where
            )
        if around.pictures is None:
            continue
        if picture.file not in around.pictures:
            yield error(line, "picture", f'The picture "{picture.file}" is not there.', where)
        elif around.pictures[picture.file] > LARGEST_PICTURE:
            yield warning(line, "picture", f'"{picture.file}" is larger than 300 kB.', where)


def broken_article(tree: Tree, around: Around) -> Findings:
    """A guide that is not published, or whose review date has passed."""
    if around.guides is None:
        return
    for node in tree.nodes.values():
        if not isinstance(node, Read):
            continue
        if node.article not in around.guides:
            message = f'The guide "{node.article}" is not published.'
            yield error(node.line, "broken-article", message, node.id)
        elif node.article in around.overdue:
            message = f'The guide "{node.article}" is past its review date.'
            yield warning(node.line, "broken-article", message, node.id)
    for slug in tree.front.related:
        if slug not in around.guides and slug not in (around.library or {}) and slug != tree.slug:
            yield warning(1, "broken-article", f'"{slug}" in "related" is not published.', "related")


def _pictures(tree: Tree) -> list[tuple[str, int, Picture]]:
    asks = [(each.id, each.line, each.picture) for each in tree.nodes.values() if isinstance(each, Ask)]
    steps = [(each.id, each.line, each.picture) for each in tree.steps.values()]
    return [(where, line, picture) for where, line, picture in (*asks, *steps) if picture is not None]


def _lines_of(tree: Tree, where: str) -> int:
    """How many lines a picture can stand beside: those of its step. A question has none."""
    return len(tree.steps[where].how) if where in tree.steps and where not in tree.nodes else 0


def _alt_problem(picture: Picture) -> str:
    alt = picture.alt.casefold()
    if not alt or alt in (picture.file.casefold(), PurePosixPath(picture.file).stem.casefold()):
        return 'Say in "alt" what the picture shows.'
    if re.match(r"(an? )?(image|picture|photo|drawing) of\b", alt):
        return 'Leave out "picture of" in "alt". Say what is shown.'
    if len(alt) > LONGEST_ALT:
        return f'"alt" is longer than {LONGEST_ALT} letters.'
    return (
        "" if re.fullmatch(r"[\w.-]+\.(svg|png|jpg|webp)", picture.file) else "Name the picture's file alone."
    )
