"""Taking an answer, from the clerk or from the desk for the clerk: kept, or held until somebody says yes to it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from auth.roles import Reader
from kb.trees.answers import RESULT_WORDS, choice_of
from kb.trees.runs import TYPED, answer
from kb.trees.sharing import hold, let_go, was_overtaken
from kb.trees.tree import Ask
from kb.trees.walk import Page, Stop
from kb.trees.walking import would_drop
from portal.diagnose.running import CHANGE, DESK_CHANGE, OURS, Walked, walked
from portal.diagnose.sending import end_of_walk
from portal.request import db, now, site


@dataclass(frozen=True)
class Reply:
    """One answer, ready to keep: at which page, its value, and what was typed beside it."""

    address: str
    value: str
    said: str = ""
    typed: bool = False


@dataclass(frozen=True)
class Held:
    """An answer that waits for a yes: because it drops later answers, or because somebody answered meanwhile."""

    reply: Reply
    page: Page
    words: str
    lost: tuple[Stop, ...]
    met: str = ""
    by_desk: bool = False


@dataclass(frozen=True)
class Hand:
    """Who gives an answer: the clerk, or with ``by_id`` and the clerk's own ``walker`` somebody of the desk."""

    by_id: int | None = None
    walker: Reader | None = None

    @property
    def change(self) -> str:
        return CHANGE if self.by_id is None else DESK_CHANGE


CLERK = Hand()


def turn_in(text: str) -> int | None:
    """The turn that our own page put into a hidden field; None for a page or a program that brings none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def take(
    state: Walked, page: Page, reply: Reply, hand: Hand = CLERK, *, seen: int | None = None
) -> Walked | None:
    """Keep an answer and replay; None when it is held because it needs a yes first. The caller commits.

    ``seen`` is the turn at which the page was shown: an answer that somebody else gave since then is not replaced
    without a word. Five queries.
    """
    if was_overtaken(state.given, page.address, reply.value, seen=seen) or _lost(state, page, reply):
        hold(db(), state.run, hand.change, json.dumps(asdict(reply) | {"seen": seen}), now=now())
        return None
    return keep(state, reply, hand)


def keep(state: Walked, reply: Reply, hand: Hand = CLERK) -> Walked:
    """Keep an answer whatever it drops; at an end, do what the end needs. The caller commits."""
    let_go(db(), state.run, hand.change)
    state.run.mode = site().mode.slug
    if state.run.state == "solved":
        state.run.state = "walking"
    value, said = (TYPED, reply.value) if reply.typed else (reply.value, reply.said)
    page = state.walk.page(reply.address)
    is_result = page is not None and page.kind in ("try", "read")
    answer(db(), state.run, reply.address, value, said, now=now(), by_id=hand.by_id, is_result=is_result)
    after = walked(state.run)
    if after.walk.ends:
        end_of_walk(after, walker=hand.walker)
    return after


def held_in(state: Walked, hand: Hand = CLERK) -> Held | None:
    """The answer that waits for a yes, judged against the run as it is now; None when there is nothing to ask."""
    text = state.said.get(hand.change, "")
    if not text:
        return None
    stored = json.loads(text)
    seen = stored.pop("seen")
    reply = Reply(**stored)
    page = state.walk.page(reply.address)
    if page is None:
        return None
    met = was_overtaken(state.given, page.address, reply.value, seen=seen)
    lost = _lost(state, page, reply)
    if not met and not lost:
        return None
    return Held(
        reply,
        page,
        words_of(page, reply),
        lost,
        _kept_words(state, page) if met else "",
        page.address in state.given.by,
    )


def words_of(page: Page, reply: Reply) -> str:
    """An answer as a person reads it."""
    if isinstance(page.node, Ask):
        choice = choice_of(page.node, reply.value)
        return choice.words if choice else reply.value
    if reply.said.startswith("{"):
        return str(json.loads(reply.said)["name"])
    return RESULT_WORDS.get(reply.value, "Left empty" if reply.value == "skipped" else reply.value)


def _lost(state: Walked, page: Page, reply: Reply) -> tuple[Stop, ...]:
    """The later answers that a change would drop; nothing for a first answer or for the same again."""
    if state.answers.get(page.address) in (None, reply.value):
        return ()
    answers = {address: value for address, value in state.answers.items() if address not in OURS}
    mode = site().mode.slug
    return would_drop(state.tree, answers, page.address, reply.value, mode, library=state.library)


def _kept_words(state: Walked, page: Page) -> str:
    stop = state.walk.stop(page.address)
    return (stop.words or "Left empty") if stop else ""
