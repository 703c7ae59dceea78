"""What runs say about the steps of one place of a diagnostic: chances, costs, and which questions pay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from kb.trees.figures.chances import NOTHING, PRIOR_RUNS, Chances, Ending, estimate
from kb.trees.figures.planning import Candidate, Plan, best_plan, candidate, cost_of, step_minutes
from kb.trees.figures.records import Names, Record, seconds_at, step_results
from kb.trees.tree import Step, Tree, Try

STEP_VERDICT = "step:"
"""What the desk's verdict begins with when it names a step."""

VERDICTS = ("something_else", "not_fixable", "not_a_fault", "unknown")
"""The other verdicts: none of the steps, nothing a clerk can do, nothing was broken, and not known."""

MOST_STEP_SECONDS, MOST_QUESTION_SECONDS = 30 * 60.0, 10 * 60.0
"""Who takes longer was called away: the time counts as this much."""


@dataclass
class StepTally:
    """How often a step gave each result, and how many seconds it took."""

    results: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How often it was really done, whether it helped or not."""
        return self.results["fixed"] + self.results["not_fixed"]

    @property
    def cannot(self) -> float:
        """The share of those who met it and could not do it."""
        met = sum(self.results.values())
        return self.results["could_not"] / met if met else 0.0


class Visit(NamedTuple):
    """What a run says about one place: how it ended there, and the last result of each step."""

    ending: Ending
    results: tuple[tuple[str, str], ...] = ()


@dataclass
class TryEvidence:
    """The runs that came to one place with steps: how they ended, each step by its id, and how often each visit was."""

    endings: Counter[Ending] = field(default_factory=Counter)
    steps: dict[str, StepTally] = field(default_factory=dict)
    visits: Counter[Visit] = field(default_factory=Counter)

    @property
    def runs(self) -> int:
        return self.endings.total()


def evidence_at(tree: Tree, node: Try, records: Iterable[Record]) -> TryEvidence:
    """The evidence at one place. Runs that never came there say nothing about it."""
    names = Names(tree)
    visits, seconds = Counter[Visit](), dict[str, list[float]]()
    for record in records:
        ending = ending_of(node, record, names)
        if ending is None:
            continue
        said = ((_step_at(node, place, names), each) for place, each in step_results(record, names).items())
        visits[Visit(ending, tuple((step, result) for step, result in said if step))] += 1
        for place, took in seconds_at(record, names):
            seconds.setdefault(_step_at(node, place, names), []).append(min(took, MOST_STEP_SECONDS))
    return added_up(node.steps, visits, seconds)


def added_up(steps: Iterable[str], visits: Counter[Visit], seconds: Mapping[str, list[float]]) -> TryEvidence:
    """The evidence in these visits, with the seconds that each step took."""
    found = TryEvidence(Counter(), {name: StepTally(seconds=seconds.get(name, [])) for name in steps}, visits)
    for visit, count in visits.items():
        found.endings[visit.ending] += count
        for step, result in visit.results:
            found.steps[step].results[result] += count
    return found


def _step_at(node: Try, place: str, names: Names) -> str:
    """The step of this place that an address names; empty for any other address."""
    step = names.step_at(place) if place.startswith(f"{node.id}.") else ""
    return step if step in node.steps else ""


def ending_of(node: Try, record: Record, names: Names) -> Ending | None:
    """How one run ended at a place with steps; None when it did not come there.

    A step that fixed it, and then the trouble was back within three days, was done and did not fix it. "Something
    else is happening now" says nothing sure about the step, so the step counts as not done.
    """
    results = step_results(record, names)
    here = {names.step_at(place) for place in results if place.startswith(f"{node.id}.")}
    if not here and not any(names.place(event.address).startswith(f"{node.id}.") for event in record.events):
        return None
    said = {names.step_at(place): result for place, result in results.items() if names.step_at(place)}
    done = {step for step, result in said.items() if result == "not_fixed" and step in node.steps}
    fixed_by = next((step for step in here if said[step] == "fixed"), None)
    if fixed_by is not None and record.result != "reopened":
        return Ending(fixed_by)
    if fixed_by is not None:
        done.add(fixed_by)
    return Ending(_cause_by_desk(node, record.verdict), frozenset(done))


def _cause_by_desk(node: Try, verdict: str) -> str | None:
    """The cause that the desk named, as this place knows it; None when the desk did not say."""
    if verdict in ("", "unknown"):
        return None
    step = verdict.removeprefix(STEP_VERDICT)
    return step if verdict.startswith(STEP_VERDICT) and step in node.steps else NOTHING


def steps_of(tree: Tree, node: Try) -> list[Step]:
    """The steps of a place, in its order."""
    return [tree.steps[name] for name in node.steps if name in tree.steps]


def guesses_of(steps: Sequence[Step]) -> dict[str, float]:
    """The authors' guesses by step."""
    return {step.id: step.guess for step in steps}


def candidates_of(steps: Sequence[Step], found: TryEvidence, chances: Chances) -> list[Candidate]:
    """The steps for planning, with the minutes and the chances that the runs show."""
    return [
        candidate(
            step,
            chances[step.id],
            minutes=minutes_of(step, found.steps.get(step.id, StepTally())),
            cannot=found.steps[step.id].cannot if step.id in found.steps else 0.0,
        )
        for step in steps
    ]


def minutes_of(step: Step, tally: StepTally) -> float:
    """What a step costs in minutes: measured and guessed, and more when it is risky."""
    middle = median(tally.seconds) / 60 if tally.seconds else 0.0
    return step_minutes(step, middle, len(tally.seconds))


def by_guess(tree: Tree, node: Try, call_minutes: float) -> tuple[float, Plan]:
    """The minutes to expect in the order written, and the best order, from the author's guesses alone.

    Raises `NoOrder`.
    """
    steps = steps_of(tree, node)
    chances = estimate({}, guesses_of(steps))
    written = candidates_of(steps, TryEvidence(), chances)
    return cost_of(written, call_minutes), best_plan(written, call_minutes, to_the_end=True)


@dataclass(frozen=True)
class Worth:
    """What a question is worth before some steps: minutes with it, its own included, and minutes without it."""

    with_it: float
    without_it: float

    @property
    def saves(self) -> float:
        return self.without_it - self.with_it


def worth_of_question(
    steps: Sequence[Step],
    by_answer: Mapping[str, TryEvidence],
    call_minutes: float,
    *,
    question_minutes: float,
) -> Worth:
    """Breese and Heckerman's value of asking first: what may be done better once the answer is known.

    Each answer's chances start from those of all runs together, which weigh as much as twenty runs. Without the
    question the chances are those of the answers mixed, so that a question that tells nothing is worth nothing.
    """
    pooled = Counter[Ending]()
    for found in by_answer.values():
        pooled.update(found.endings)
    everyone = estimate(pooled, guesses_of(steps))
    whole = pooled.total()
    mixed, minutes = dict.fromkeys(everyone, 0.0), question_minutes
    for found in by_answer.values():
        share = found.runs / whole if whole else 1 / len(by_answer)
        chances = estimate(found.endings, {step.id: everyone[step.id] for step in steps}, strength=PRIOR_RUNS)
        mixed = {step: mixed[step] + share * chances[step] for step in mixed}
        minutes += share * _least_minutes(steps, chances, call_minutes)
    return Worth(minutes, _least_minutes(steps, mixed, call_minutes))


def _least_minutes(steps: Sequence[Step], chances: Chances, call_minutes: float) -> float:
    return best_plan(candidates_of(steps, TryEvidence(), chances), call_minutes).minutes
