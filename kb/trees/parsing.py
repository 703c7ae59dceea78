"""From the YAML text of a diagnostic to its tree, or to a list of everything that does not fit."""

from datetime import date

from kb.findings import Finding
from kb.trees.fields import SLUG, Fields, Problems
from kb.trees.nodes import read_node
from kb.trees.source import Unreadable, Value, read
from kb.trees.tree import (
    IMPACTS,
    URGENCIES,
    Fact,
    Front,
    Outcome,
    Step,
    Tree,
    Walkthrough,
)
from kb.trees.ways import read_picture, read_quiet, read_was

MODES = ("normal", "early_voting", "deadline_day", "election_day", "court_in_session")


class TreeProblems(Exception):
    """The text is not a diagnostic; `findings` names each problem with its line, in file order."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"line {each.line}: {each.message}" for each in findings))
        self.findings = findings


def parse(text: str, slug: str = "") -> Tree:
    """The tree of a YAML text; `slug` is the file's name. Raises `TreeProblems`.

    The text may still break rules of `checks`: a draft is allowed to be unfinished.
    """
    problems = Problems()
    try:
        tree = _tree(Fields(read(text), "", problems), slug)
    except Unreadable as unreadable:
        raise TreeProblems((unreadable.finding,)) from None
    if problems.found:
        raise TreeProblems(tuple(sorted(problems.found, key=lambda each: each.line)))
    return tree


def _tree(top: Fields, slug: str) -> Tree:
    named = {
        "facts": {name: _fact(name, each) for name, each in top.blocks("facts").items()},
        "nodes": {name: read_node(name, each) for name, each in top.blocks("nodes").items()},
        "steps": {name: _step(name, each) for name, each in top.blocks("steps").items()},
        "outcomes": {name: _outcome(name, each) for name, each in top.blocks("outcomes").items()},
    }
    tree = Tree(slug=slug, front=_front(top), start=top.name("start"), walks=_walks(top), **named)  # type: ignore[arg-type]
    for key in ("title", "start", "nodes", "outcomes"):
        if not top.has(key):
            top.problems.add(1, f'The file has no "{key}".')
    top.close()
    return tree


def _front(top: Fields) -> Front:
    front = Front(
        title=top.text("title"),
        topic=top.text("topic"),
        audience=top.text("audience"),
        symptoms=top.texts("symptoms"),
        tags=top.texts("tags"),
        services=top.texts("services"),
        owner=top.text("owner"),
        review_by=_day(top, "review_by"),
        related=top.texts("related"),
        have=top.texts("have"),
        note=top.text("note"),
        legal=top.switch("legal"),
        storm=top.switch("storm"),
    )
    top.text("slug"), top.text("status")  # written by an export; the database holds them
    return front


def _day(top: Fields, key: str) -> str:
    text = top.text(key)
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        value = top.value(key)
        top.problems.add(value.line if value else 1, f'"{key}" needs a day such as 2027-03-01.')
        return ""


def _fact(name: str, block: Fields) -> Fact:
    fact = Fact(
        name=name,
        label=block.text("label"),
        ask=block.text("ask"),
        help=block.text("help"),
        type=block.choice("type", ("text", "photo")),
        max=int(block.number("max", 0, low=1, high=2000)),
        optional=block.switch("optional"),
        quiet=read_quiet(block),
        line=block.line,
    )
    if not fact.label:
        block.problems.add(block.line, "The fact has no label. The ticket shows it.", name)
    block.close()
    return fact


def _step(name: str, block: Fields) -> Step:
    step = Step(
        id=name,
        do=block.text("do"),
        how=block.texts("how"),
        minutes=block.number("minutes", 1, low=0, high=240),
        guess=block.number("guess", 0, low=0, high=1),
        pin=block.choice("pin", ("first", "last")),
        after=block.texts("after"),
        place=block.text("place"),
        risk=block.choice("risk", ("none", "interrupts", "loses_work"), "none"),
        insult=block.number("insult", 0, low=0, high=30),
        why=block.text("why"),
        picture=read_picture(block),
        was=read_was(block),
        quiet=read_quiet(block),
        line=block.line,
    )
    if not step.do:
        block.problems.add(block.line, 'The step has no "do".', name)
    block.close()
    return step


def _outcome(name: str, block: Fields) -> Outcome:
    outcome = Outcome(
        id=name,
        kind=block.choice("kind", ("solved", "ticket", "call_now")),
        say=block.text("say"),
        next=block.text("next"),
        meanwhile=block.texts("meanwhile"),
        group=block.text("group"),
        subject=block.text("subject"),
        impact=block.choice("impact", IMPACTS),
        urgency=block.choice("urgency", URGENCIES),
        needs=block.texts("needs"),
        busy=block.text("busy"),
        phone=block.choice("line", ("help_desk", "security", "elections", "emergency")),
        ticket_too=block.switch("ticket_too"),
        restricted=block.switch("restricted"),
        quiet=read_quiet(block),
        line=block.line,
    )
    if not outcome.kind:
        block.problems.add(block.line, 'The outcome has no "kind".', name)
    block.close()
    return outcome


def _walks(top: Fields) -> tuple[Walkthrough, ...]:
    value = top.value("walks")
    if value is None:
        return ()
    if not isinstance(value.of, list):
        top.problems.add(value.line, '"walks" needs a list.', "walks")
        return ()
    return tuple(_walk(item, top.problems) for item in value.of)


def _walk(item: Value, problems: Problems) -> Walkthrough:
    block = Fields(item, "walks", problems)
    given = block.value("answers")
    answers = Fields(given, "walks", problems) if given is not None else None
    walk = Walkthrough(
        name=block.text("name"),
        answers={key: answers.text(key) for key in answers.names()} if answers else {},
        ends=block.text("ends"),
        mode=block.choice("mode", MODES, "normal"),
        line=item.line,
    )
    block.close()
    if not SLUG.fullmatch(walk.ends.replace("_", "-")):
        problems.add(item.line, 'The walk has no "ends".', walk.name)
    return walk
