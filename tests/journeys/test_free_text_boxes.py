"""Every box of a run that takes free words says what to leave out, whatever help its author wrote."""

from __future__ import annotations

from collections.abc import Callable

from cast import Cast
from visitor import Visitor
from walks import begin_labels

Visit = Callable[..., Visitor]
LEAVE_OUT = "Do not type voter names, dates of birth or ID numbers."
HELP = "Name the office or polling place, and the desk."


def test_a_fact_says_it_beside_the_help_of_its_author(visit: Visit, cast: Cast) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="red")
    for _ in range(3):
        page = page.press("No, same problem")
    assert HELP in page and LEAVE_OUT in page
    desk = visit(cast.agent).open(f"/desk/runs/{page.address.split('/')[2]}")
    assert HELP in desk and LEAVE_OUT in desk
    photo = page.press("Continue", answer="Front counter")
    assert "Keep papers of voters out of the picture." in photo and LEAVE_OUT not in photo


def test_something_else_says_it_too(visit: Visit, cast: Cast) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="red")
    assert LEAVE_OUT not in page
    assert LEAVE_OUT in page.press("Something else is happening now")
    desk = visit(cast.agent).open(f"/desk/runs/{page.address.split('/')[2]}?now=other")
    assert LEAVE_OUT in desk
