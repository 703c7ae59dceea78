"""What every page of a run is made with: the run, where Back leads, and how the desk's help is shown."""

from __future__ import annotations

from typing import Any

from kb.trees.tree import Ask
from kb.trees.walk import Page
from portal.diagnose.running import Walked, place


def back_of(state: Walked, address: str) -> str:
    """Where Back leads: the page before on the trail, or the start page."""
    before = state.walk.before(address)
    return place(state.run, before) if before else f"/diagnose/{state.slug}"


def name_of(state: Walked, page: Page) -> str:
    """A short name of a page, to say on the phone with the code: what it is about, or the step to do."""
    if page.step is not None:
        return page.step.do
    tree = state.tree if page.slug == state.tree.slug else state.library.get(page.slug, state.tree)
    fact = page.fact or tree.facts.get(page.node.save if isinstance(page.node, Ask) else "")
    return fact.label if fact else page.heading


def frame_of(state: Walked, address: str) -> dict[str, Any]:
    """What the frame of a page of a run takes."""
    return {"state": state, "back": back_of(state, address), "turn": state.run.turn}
