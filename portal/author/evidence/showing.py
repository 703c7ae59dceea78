"""The page of evidence: measures, what each step is worth, plans by mode, and suggested orders with their reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kb.articles import Article
from kb.trees.answers import choice_of
from kb.trees.evidence import (
    STEP_VERDICT,
    TryEvidence,
    candidates_of,
    evidence_at,
    guesses_of,
    minutes_of,
    steps_of,
    worth_of_question,
)
from kb.trees.figures.chances import Chances, estimate
from kb.trees.figures.day_counts import WHOLE_RUN, summed
from kb.trees.figures.measures import (
    FEWEST,
    DeskMeasured,
    PageMeasured,
    Share,
    StepMeasured,
    WayMeasured,
    by_place,
    desk_measured,
    ends_measured,
    pages_measured,
    steps_measured,
    verdicts_measured,
    ways_measured,
)
from kb.trees.figures.orders import OrderSuggestion, suggestions_of
from kb.trees.figures.planning import NoOrder, best_plan, cost_of
from kb.trees.figures.records import Names, Record, records_of
from kb.trees.tree import Ask, Tree, Try
from portal.reports.call_minutes import call_minutes
from portal.vocabulary import MODE_NAMES

RANGES = {30: "the last 30 days", 90: "the last 90 days", 396: "the last 13 months"}
MOST_WAYS = 12
VERDICT_WORDS = {
    "something_else": "Something else fixed it",
    "not_fixable": "A clerk cannot fix it",
    "not_a_fault": "It was not a fault",
    "unknown": "Not known",
}


@dataclass(frozen=True)
class Worked:
    """One step at a place: the chance that it is the fix, whatever was tried before, and its minutes."""

    heading: str
    tried: int
    chance: float
    guess: float
    minutes: float
    written_minutes: float


@dataclass(frozen=True)
class PlanOfDay:
    """What is cheapest on one kind of day: these steps, then a person."""

    mode: str
    call_minutes: float
    steps: tuple[str, ...]
    minutes: float
    as_written: float


@dataclass(frozen=True)
class Place:
    """One place with steps, with what its runs say."""

    node: str
    runs: int
    steps: tuple[Worked, ...]
    plans: tuple[PlanOfDay, ...]

    @property
    def is_shown(self) -> bool:
        return self.runs >= FEWEST


@dataclass(frozen=True)
class QuestionWorth:
    """What asking a question first saves at a place, in minutes, and what else it is good for."""

    heading: str
    place: str
    runs: int
    saves: float
    also: str


@dataclass(frozen=True)
class Evidence:
    """Everything that the page shows. Counts reach to last night; the rest to this moment."""

    runs: int
    ends: Mapping[str, Share]
    pages: Sequence[PageMeasured]
    steps: Sequence[StepMeasured]
    ways: Sequence[WayMeasured]
    places: Sequence[Place]
    questions: Sequence[QuestionWorth]
    verdicts: Mapping[str, int]
    desk: DeskMeasured
    suggestions: Sequence[OrderSuggestion]
    decided: Sequence[OrderSuggestion]


def evidence_of(
    session: Session, article: Article, tree: Tree, *, days: int, mode: str, now: datetime
) -> Evidence:
    """The evidence on a diagnostic, in one mode or in all. Four queries."""
    since = now - timedelta(days=days)
    counts = by_place(tree, summed(session, article.id, since=since.date(), mode=mode))
    records = [record for record in records_of(session, article.id, since=since) if mode in ("", record.mode)]
    minutes = {each: call_minutes(session, each, now) for each in ("normal", "early_voting", "election_day")}
    known = suggestions_of(session, article.id)
    return Evidence(
        runs=counts.get(WHOLE_RUN, Counter())["runs"],
        ends=ends_measured(counts),
        pages=pages_measured(tree, counts),
        steps=steps_measured(tree, counts),
        ways=ways_measured(tree, records)[:MOST_WAYS],
        places=[place_of(tree, node, records, minutes) for node in _places(tree)],
        questions=questions_of(tree, records, pages_measured(tree, counts), minutes["normal"]),
        verdicts={_verdict_words(tree, said): count for said, count in verdicts_measured(counts).items()},
        desk=desk_measured(counts),
        suggestions=[row for row in known if row.state == "open" and _still_fits(tree, row)],
        decided=[row for row in known if row.state in ("accepted", "kept")],
    )


def place_of(tree: Tree, node: Try, records: Sequence[Record], minutes: Mapping[str, float]) -> Place:
    """One place with steps, as its runs show it."""
    found, steps = evidence_at(tree, node, records), steps_of(tree, node)
    chances = estimate(found.endings, guesses_of(steps))
    worked = tuple(
        Worked(
            step.do,
            found.steps[step.id].tried,
            chances[step.id],
            step.guess,
            minutes_of(step, found.steps[step.id]),
            step.minutes,
        )
        for step in steps
    )
    plans = (plan_of(tree, node, found, chances, mode, call) for mode, call in minutes.items())
    return Place(node.id, found.runs, worked, tuple(plan for plan in plans if plan is not None))


def plan_of(
    tree: Tree, node: Try, found: TryEvidence, chances: Chances, mode: str, call: float
) -> PlanOfDay | None:
    """The cheapest plan in a mode; None when the rules of the steps allow no order."""
    candidates = candidates_of(steps_of(tree, node), found, chances)
    try:
        plan = best_plan(candidates, call)
    except NoOrder:
        return None
    names = tuple(tree.steps[name].do for name in plan.steps)
    return PlanOfDay(MODE_NAMES[mode], call, names, plan.minutes, cost_of(candidates, call))


def questions_of(
    tree: Tree, records: Sequence[Record], pages: Sequence[PageMeasured], call: float
) -> list[QuestionWorth]:
    """What each question is worth at the place that most of its answers lead to; only where two answers do."""
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
        worth = _best_worth(tree, node, groups, call, seconds.get(node.id, 0.0) / 60)
        if worth is not None:
            found.append(worth)
    return found


def _best_worth(
    tree: Tree, node: Ask, groups: Mapping[str, list[Record]], call: float, minutes: float
) -> QuestionWorth | None:
    best: QuestionWorth | None = None
    for place in _places(tree):
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


def _also(node: Ask) -> str:
    """What a question does besides telling which step helps."""
    if any(option.hint.impact or option.hint.urgency for option in node.options):
        return "It also sets how urgent the request is."
    if node.save:
        return "It also goes with the request."
    targets = {option.way.go for option in node.options}
    return "It also leads to different pages." if len(targets) > 1 else ""


def _places(tree: Tree) -> list[Try]:
    return [node for node in tree.nodes.values() if isinstance(node, Try) and len(node.steps) > 1]


def _still_fits(tree: Tree, row: OrderSuggestion) -> bool:
    """Whether readers still meet the steps in the order that the suggestion would change."""
    node = tree.nodes.get(row.node)
    return isinstance(node, Try) and list(node.steps) == row.before and set(row.after) <= tree.steps.keys()


def _verdict_words(tree: Tree, said: str) -> str:
    step = tree.steps.get(said.removeprefix(STEP_VERDICT))
    return step.do if step is not None else VERDICT_WORDS.get(said, said)
