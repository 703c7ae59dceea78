"""The test walks of a draft, each with its end today, what is wrong with it, and what changed since it went live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kb.trees.editing.accepted import AcceptedWalk, accepted
from kb.trees.rules.walk_rules import Change, Ending, changed_walks, ending
from kb.trees.tree import Walkthrough
from portal.author.drafts import names_of
from portal.author.parts.opened import Opened

IMPACTS = {
    "low": "One person",
    "medium": "One office or several people",
    "high": "Voters or a court waiting, or several offices",
}
URGENCIES = {"this_week": "This week", "today": "Today", "now": "Now"}


@dataclass(frozen=True)
class Difference:
    """One line of two endings side by side."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class ChangedWalk:
    """A walk that ends differently now, side by side; ``by`` is who accepted it, empty while nobody has."""

    change: Change
    lines: tuple[Difference, ...]
    by: str

    @property
    def name(self) -> str:
        return self.change.name


@dataclass(frozen=True)
class Test:
    """One test walk. ``wrong`` says what is wrong with it, empty when it ends as it should."""

    walk: Walkthrough
    ending: Ending
    wrong: str


def changed_in(session: Session, draft: Opened) -> tuple[ChangedWalk, ...]:
    """The walks of what readers see that end differently in the draft. One query, two when some were accepted."""
    if draft.before is None:
        return ()
    changes = changed_walks(draft.before, draft.tree, draft.library)
    return side_by_side(session, draft.article.id, changes)


def side_by_side(session: Session, article_id: int, changes: Iterable[Change]) -> tuple[ChangedWalk, ...]:
    """Changes as the page shows them, with the names of those who accepted them."""
    listed = tuple(changes)
    known: Mapping[str, AcceptedWalk] = accepted(session, article_id, listed)
    names = names_of(session, {row.by_id for row in known.values()})
    return tuple(
        ChangedWalk(
            change,
            lines_of(change),
            names.get(known[change.name].by_id, "Somebody") if change.name in known else "",
        )
        for change in listed
    )


def lines_of(change: Change) -> tuple[Difference, ...]:
    """The end, who is affected, how soon, and each fact: before and after."""
    before = {label: (value, words) for _, label, value, words in change.was.facts}
    after = {label: (value, words) for _, label, value, words in change.now.facts}
    facts = [_fact(label, before.get(label), after.get(label)) for label in dict.fromkeys((*before, *after))]
    return (
        Difference("Ends at", _end(change.was), _end(change.now)),
        Difference(
            "Who is affected", *(IMPACTS.get(each.impact, "not said") for each in (change.was, change.now))
        ),
        Difference(
            "How soon", *(URGENCIES.get(each.urgency, "not said") for each in (change.was, change.now))
        ),
        *facts,
    )


def tests_of(draft: Opened) -> tuple[Test, ...]:
    """The test walks of the draft in its own order. No query."""
    wrong = {
        each.where: each.message
        for each in draft.findings
        if each.rule in ("walk-fails", "walk-unused-answer")
    }
    return tuple(
        Test(walk, ending(draft.tree, walk, draft.library), wrong.get(walk.name, ""))
        for walk in draft.tree.walks
    )


def _fact(label: str, before: tuple[str, str] | None, after: tuple[str, str] | None) -> Difference:
    """A fact on both sides. An answer that was only reworded is the same answer."""
    if before and after and before[0] == after[0]:
        return Difference(label, after[1], after[1])
    return Difference(label, before[1] if before else "not asked", after[1] if after else "not asked")


def _end(ending: Ending) -> str:
    return ending.words if ending.outcome else f"It waits at {ending.words}"
