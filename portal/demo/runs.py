"""What the demo's offices walked in the last weeks: invented runs of two diagnostics, for the page of evidence."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.trees.answers import NOT_SURE, SKIPPED
from kb.trees.evidence import STEP_VERDICT
from kb.trees.runs import ASKED_FOR_MORE, CODE_LENGTH, CODE_LETTERS, Run, RunEvent
from kb.trees.tree import Ask, Tree, Try
from kb.trees.walk import Page
from kb.trees.walking import resolve
from portal.reports.run_results import count_days, renew_suggestions, settle_runs
from portal.site.settings import all_settings

WEEKS = 6
# Fresh runs would make a real request of the same office look like the second one of the day.
DAYS_LEFT_ALONE = 2
FIRST_MINUTE, LAST_MINUTE = 14 * 60, 22 * 60
LEAVES, CANNOT, GOES_BACK, LOOKS = 0.02, 0.05, 0.04, 0.18
KNOWS_OFFICE, HAS_VERDICT = 0.15, 0.5
HAS_REPLY, ASKS, IS_RANKED = 0.7, 0.3, 0.15
DESK_TAKES = timedelta(minutes=50)


@dataclass(frozen=True)
class Trouble:
    """One diagnostic: how many walked it, how answers are weighed by page, and which step is the fix how often."""

    slug: str
    runs: int
    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    fixes: Mapping[str, float] = field(default_factory=dict)
    seconds: Mapping[str, int] = field(default_factory=dict)


TROUBLES = (
    Trouble(
        "label-printer-wont-print",
        320,
        {
            "line": {"no_line": 88, "waiting": 10, NOT_SURE: 2},
            "light": {"red": 46, "green": 34, "dark": 8, NOT_SURE: 12},
            "signs": {"nothing": 40, "blank": 20, "drift": 15, "empty": 10, "many_pcs": 10, NOT_SURE: 5},
            "chosen": {"label_printer": 42, "other": 8, NOT_SURE: 50},
        },
        # Cleared lists fix far more than their author guessed, and rolls put back far less.
        {"off_and_on": 0.18, "reload": 0.04, "clear_queue": 0.42, "plug": 0.4, "other_outlet": 0.1},
        {"off_and_on": 130, "reload": 290, "clear_queue": 140},
    ),
    Trouble(
        "scanner-or-barcode-reader",
        90,
        fixes={
            "click_box": 0.35,
            "right_election": 0.15,
            "clean_label": 0.1,
            "scanner_cable": 0.3,
            "restart": 0.2,
        },
    ),
)


def add_runs(session: Session, office_ids: Sequence[int], chance: random.Random, *, now: datetime) -> None:
    """Six weeks of runs with their events, counted as a night would. About half a second."""
    for trouble in TROUBLES:
        row = session.execute(
            select(Article.id, Article.published_id, Revision.tree)
            .join(Revision, Revision.id == Article.published_id)
            .where(Article.slug == trouble.slug)
        ).first()
        if row is None or not row.tree:
            continue
        runs, events = [], []
        for began in _moments(trouble.runs, chance, now):
            walker = _Walker(trouble, Tree.from_json(row.tree), chance, began)
            walker.walk()
            office = chance.choice(office_ids) if chance.random() < KNOWS_OFFICE else None
            runs.append(walker.row(row.id, row.published_id, office))
            events += walker.events
        session.execute(insert(Run), runs)
        session.execute(insert(RunEvent), events)
    count_days(session, now, settle_runs(session, now))
    renew_suggestions(session, all_settings(session), now)


def _moments(count: int, chance: random.Random, now: datetime) -> list[datetime]:
    """Moments in the working hours of the last weeks, the oldest first."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=number) for number in range(DAYS_LEFT_ALONE, WEEKS * 7)]
    working = [day for day in days if day.weekday() < 5]
    minutes = [chance.randint(FIRST_MINUTE, LAST_MINUTE) for _ in range(count)]
    return sorted(
        day + timedelta(minutes=minute)
        for day, minute in zip(chance.choices(working, k=count), minutes, strict=True)
    )


class _Walker:
    """One invented clerk, from the first page to an end or to leaving."""

    def __init__(self, trouble: Trouble, tree: Tree, chance: random.Random, began: datetime) -> None:
        self.trouble, self.tree, self.chance = trouble, tree, chance
        self.id = f"demo-{chance.getrandbits(96):024x}"
        self.began = self.at = began
        self.state = "walking"
        self.answers: dict[str, str] = {}
        self.events: list[dict[str, Any]] = []
        self.place = self.fix = ""

    def walk(self) -> None:
        before = ""
        while (page := resolve(self.tree, self.answers).current) is not None:
            self._note("view", page.address)
            self._look(page)
            if self.chance.random() < LEAVES:
                return
            if before and self.chance.random() < GOES_BACK:
                self._look_back(page.address, before)
            self._answer(page)
            before = page.address
        self._end()

    def row(self, article_id: int, revision_id: int, office_id: int | None) -> dict[str, Any]:
        return {
            "id": self.id,
            "article_id": article_id,
            "revision_id": revision_id,
            "office_id": office_id,
            "mode": "normal",
            "state": self.state,
            "created_at": self.began,
            "touched_at": self.at,
            "code": "".join(self.chance.choices(CODE_LETTERS, k=CODE_LENGTH)),
            "code_until": self.began + timedelta(hours=24),
            "result": "",
            "turn": len(self.answers),
        }

    def _answer(self, page: Page) -> None:
        value, kind = self._said(page), "answer"
        if page.step is not None or page.kind == "read":
            kind = "step_result"
        usual = self.trouble.seconds.get(
            page.step.id if page.step else "", 60 * (page.step.minutes if page.step else 0.3)
        )
        self.at += timedelta(seconds=round(usual * self.chance.uniform(0.5, 1.7)))
        self._note(kind, page.address, "" if page.fact is not None and value != SKIPPED else value)
        self.answers[page.address] = value

    def _said(self, page: Page) -> str:
        if isinstance(page.node, Ask):
            weights = self.trouble.answers.get(page.node.id) or {each.id: 1 for each in page.node.options}
            return self.chance.choices(list(weights), list(weights.values()))[0]
        if page.fact is not None:
            return SKIPPED if page.fact.optional else "Front counter"
        if self.chance.random() < CANNOT:
            return "could_not"
        if page.step is None:
            return "fixed" if self.chance.random() < 0.4 else "not_fixed"
        return "fixed" if page.step.id == self._cause(page.node) else "not_fixed"

    def _cause(self, node: object) -> str:
        """What the fix is at a place with steps, thrown once when the clerk comes there."""
        if isinstance(node, Try) and node.id != self.place:
            chances = {step: self.trouble.fixes.get(step, 0.1) for step in node.steps}
            rest = max(0.1, 1 - sum(chances.values()))
            self.place, self.fix = (
                node.id,
                self.chance.choices([*chances, ""], [*chances.values(), rest])[0],
            )
        return self.fix

    def _look(self, page: Page) -> None:
        """Open the lesson of a question now and then, by a die of its own: the walks stay as they are without it."""
        dice = random.Random(f"{self.id} {page.address}")  # noqa: S311 - invents a demo, guards nothing
        if isinstance(page.node, Ask) and page.node.look and dice.random() < LOOKS:
            self._note("help_open", page.address)

    def _look_back(self, here: str, before: str) -> None:
        self.at += timedelta(seconds=20)
        self._note("back", here)
        self._note("view", before)
        self.at += timedelta(seconds=15)
        self._note("view", here)

    def _end(self) -> None:
        outcome = resolve(self.tree, self.answers).outcome
        if outcome is None:
            return
        self.state = {"solved": "solved", "ticket": "sent"}.get(outcome.kind, "walking")
        option = "called" if outcome.kind == "call_now" else self.state
        self._note("outcome", outcome.id, option)
        if self.state == "sent" and self.chance.random() < HAS_VERDICT:
            steps = [f"{STEP_VERDICT}{self.fix}"] if self.fix else []
            others = ["something_else", "not_fixable", "unknown"]
            self._note("desk_verdict", "", self.chance.choice(steps or others))
        if self.state == "sent":
            self._come_to_the_desk()

    def _come_to_the_desk(self) -> None:
        """What the desk does with the request, by dice of its own: the walks stay as they are without it."""
        dice = random.Random(self.id)  # noqa: S311 - invents a demo, guards nothing
        if dice.random() < HAS_REPLY:
            option = ASKED_FOR_MORE if dice.random() < ASKS else ""
            self._note("desk_reply", "", option, after=DESK_TAKES)
        if dice.random() < IS_RANKED:
            self._note("desk_ranked", "", after=DESK_TAKES)
        self._note("desk_closed", "", after=DESK_TAKES)

    def _note(self, kind: str, address: str, option: str = "", *, after: timedelta = timedelta()) -> None:
        self.events.append(
            {
                "run_id": self.id,
                "seq": len(self.events) + 1,
                "at": self.at + after,
                "address": address,
                "kind": kind,
                "option": option,
                "mode": "normal",
            }
        )
