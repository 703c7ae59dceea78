"""The page of evidence: measures, what each step is worth, plans by mode, and suggested orders with their reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auth.roles import Reader
from kb.articles import Article
from kb.trees.evidence import (
    STEP_VERDICT,
    candidates_of,
    evidence_at,
    guesses_of,
    minutes_of,
    steps_of,
)
from kb.trees.figures.chances import estimate
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
from kb.trees.figures.records import Record, records_of
from kb.trees.figures.suggesting import FEWEST_RUNS
from kb.trees.tree import Tree, Try
from portal.author.evidence.accepted import AcceptedOrder, accepted_orders
from portal.author.evidence.fixes import OtherFix, other_fixes
from portal.author.evidence.questions import QuestionWorth, places_of, questions_of
from portal.reports.call_minutes import call_minutes
from portal.vocabulary import MODE_NAMES

RANGES = {30: "the last 30 days", 90: "the last 90 days", 396: "the last 13 months"}
MOST_WAYS = 12
SOMETHING_ELSE = "something_else"
VERDICT_WORDS = {
    SOMETHING_ELSE: "Something else fixed it",
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
    """What is cheapest on one kind of day: these steps, then a person. ``runs`` are those of such days alone, or of all
    days while such days have too few."""

    mode: str
    runs: int
    is_alone: bool
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
    verdict_count: int
    fixes: Sequence[OtherFix]
    desk: DeskMeasured
    orders: Sequence[AcceptedOrder]
    suggestions: Sequence[OrderSuggestion]
    decided: Sequence[OrderSuggestion]


def evidence_of(
    session: Session, article: Article, tree: Tree, reader: Reader, *, days: int, mode: str, now: datetime
) -> Evidence:
    """The evidence on a diagnostic, in one mode or in all. Four queries, and two more when there is something to show.

    The runs on two orders are those of the longest time: the old order lies further back each day.
    """
    since, known = now - timedelta(days=days), suggestions_of(session, article.id)
    counts = by_place(tree, summed(session, article.id, since=since.date(), mode=mode))
    longest = now - timedelta(days=max(RANGES))
    older = records_of(session, article.id, since=longest if any(map(_was_accepted, known)) else since)
    every = [record for record in older if record.began >= since]
    records = _of_mode(every, mode)
    minutes = {each: call_minutes(session, each, now) for each in ("normal", "early_voting", "election_day")}
    pages, verdicts = pages_measured(tree, counts), verdicts_measured(counts)
    return Evidence(
        runs=counts.get(WHOLE_RUN, Counter())["runs"],
        ends=ends_measured(counts),
        pages=pages,
        steps=steps_measured(tree, counts),
        ways=ways_measured(tree, records)[:MOST_WAYS],
        places=[place_of(tree, node, records, every, minutes) for node in places_of(tree)],
        questions=questions_of(tree, records, pages, minutes["normal"]),
        verdicts={_verdict_words(tree, said): count for said, count in verdicts.items()},
        verdict_count=sum(verdicts.values()),
        fixes=other_fixes(session, article.id, reader) if SOMETHING_ELSE in verdicts else [],
        desk=desk_measured(counts),
        orders=accepted_orders(session, article, tree, known, _of_mode(older, mode), now),
        suggestions=[row for row in known if row.state == "open" and _still_fits(tree, row)],
        decided=[row for row in known if row.state == "kept" or _was_accepted(row)],
    )


def place_of(
    tree: Tree,
    node: Try,
    records: Sequence[Record],
    every: Sequence[Record],
    minutes: Mapping[str, float],
) -> Place:
    """One place with steps, as its runs show it; the plan of each kind of day from ``every`` run, whatever its kind."""
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
    plans = (plan_of(tree, node, every, mode, call) for mode, call in minutes.items())
    return Place(node.id, found.runs, worked, tuple(plan for plan in plans if plan is not None))


def plan_of(tree: Tree, node: Try, every: Sequence[Record], mode: str, call: float) -> PlanOfDay | None:
    """The cheapest plan in a mode, from its own runs if there are enough; None when the steps allow no order."""
    found, steps = evidence_at(tree, node, _of_mode(every, mode)), steps_of(tree, node)
    is_alone = found.runs >= FEWEST_RUNS
    if not is_alone:
        found = evidence_at(tree, node, every)
    candidates = candidates_of(steps, found, estimate(found.endings, guesses_of(steps)))
    try:
        plan = best_plan(candidates, call)
    except NoOrder:
        return None
    names = tuple(tree.steps[name].do for name in plan.steps)
    return PlanOfDay(
        MODE_NAMES[mode], found.runs, is_alone, call, names, plan.minutes, cost_of(candidates, call)
    )


def _still_fits(tree: Tree, row: OrderSuggestion) -> bool:
    """Whether readers still meet the steps in the order that the suggestion would change."""
    node = tree.nodes.get(row.node)
    return isinstance(node, Try) and list(node.steps) == row.before and set(row.after) <= tree.steps.keys()


def _of_mode(records: Sequence[Record], mode: str) -> list[Record]:
    return [record for record in records if mode in ("", record.mode)]


def _was_accepted(row: OrderSuggestion) -> bool:
    return row.state in ("accepted", "taken_back")


def _verdict_words(tree: Tree, said: str) -> str:
    step = tree.steps.get(said.removeprefix(STEP_VERDICT))
    return step.do if step is not None else VERDICT_WORDS.get(said, said)
