"""Priority: the grid as shipped and as edited, and the sentence that explains it."""

from __future__ import annotations

import pytest

from portal.tickets.priority import Priority, higher, priority_of, raised_urgency, severity_from_form
from portal.vocabulary import URGENCIES


@pytest.mark.parametrize(
    ("impact", "levels"),
    [("high", ["P1", "P2", "P3"]), ("medium", ["P2", "P2", "P3"]), ("low", ["P2", "P3", "P4"])],
)
def test_the_grid_as_shipped(impact: str, levels: list[str]) -> None:
    found = [
        priority_of(None, impact=impact, urgency=urgency).level for urgency in ("now", "today", "this_week")
    ]
    assert found == levels


def test_someone_waiting_is_high_and_now_whatever_else_was_said() -> None:
    assert priority_of(None, impact="low", urgency="this_week", voter_waiting=True) == Priority(
        "P1", "voters or a court waiting"
    )


def test_an_edited_grid_is_used() -> None:
    grid = {"high": ["P1", "P1", "P1"], "medium": ["P2", "P2", "P2"], "low": ["P4", "P4", "P4"]}
    assert priority_of(grid, impact="low", urgency="now").level == "P4"


def test_the_reason_names_impact_urgency_and_a_busy_day() -> None:
    assert priority_of(None, impact="medium", urgency="today").reason == (
        "one office or several people, needed today"
    )
    busy = priority_of(None, impact="low", urgency="now", mode="election_day")
    assert busy.reason == "one person, needed now, Election Day"
    assert "Early" not in priority_of(None, impact="low", urgency="now", mode="early_voting").reason


def test_a_word_that_is_no_impact_is_a_mistake_in_the_code() -> None:
    with pytest.raises(KeyError):
        priority_of(None, impact="huge", urgency="now")


def test_urgency_rises_step_by_step_to_the_top() -> None:
    assert [raised_urgency(one) for one in URGENCIES] == ["today", "now", "now"]
    assert higher(URGENCIES, "today", "this_week") == "today"


@pytest.mark.parametrize(
    ("values", "severity"),
    [
        ({"waiting": "no", "reach": "me", "urgency": "this_week"}, ("low", "this_week", False)),
        ({"waiting": "yes", "reach": "office", "urgency": "today"}, ("medium", "today", True)),
        ({"waiting": "no", "reach": "others", "urgency": "now"}, ("high", "now", False)),
        ({"waiting": "no", "reach": "unknown", "urgency": ""}, ("low", "today", False)),
    ],
)
def test_plain_answers_become_a_severity(values: dict[str, str], severity: tuple[str, str, bool]) -> None:
    assert severity_from_form(values) == severity
