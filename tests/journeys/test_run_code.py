"""The code of a run, which a clerk reads out on the phone: it holds for a day, and the next answer renews it."""

from __future__ import annotations

from collections.abc import Callable

from grounds import Clock
from visitor import Visitor
from walks import begin_labels

Visit = Callable[..., Visitor]
SAY = "Say this code"


def test_a_code_that_holds_no_more_is_not_shown_and_the_next_answer_gives_a_new_one(
    visit: Visit, clock: Clock
) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    assert SAY in page
    clock.later(hours=25)
    page = clerk.open(page.address)
    assert SAY not in page
    page = page.press("Continue", answer="no_line")
    assert SAY in page
