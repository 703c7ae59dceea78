"""Random walks through every diagnostic: the pages lead where the command says, for whatever a clerk answers.

Twenty walks through each in a usual run, a thousand in ``make soak``: all 17,000 took seven minutes on two cores.
A walk that differs names its seed and its answers.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from visitor import HOME, Visitor

from kb.trees.answers import SKIPPED
from kb.trees.walking import rehearse
from portal.commands.walking import library_of, walk_as_json
from portal.database import Database

Visit = Callable[..., Visitor]
pytestmark = pytest.mark.slow

WALKS = 1000 if os.environ.get("SIGNPOST_SOAK") == "1" else 20
SLUGS = sorted(path.stem for path in (Path(__file__).parents[3] / "content" / "diagnostics").glob("*.yaml"))
ENDS = ("contact", "check", "end", "sent")
# No diagnostic has more pages on a way; a walk that goes on longer does not end.
MOST_PAGES = 60


class Walker:
    """A person who answers at random, sees only the pages, and remembers what was said where."""

    def __init__(self, browser: Visitor, seed: int) -> None:
        self.browser, self.chance = browser, random.Random(seed)
        self.answers: dict[str, str] = {}

    def walk(self, slug: str) -> str:
        """From the start page to an end; the address of the end without the run's id."""
        start = f"/diagnose/{slug}"
        place = self.send(start, {"csrf": self.token(self.browser.ask("GET", start).text)})
        for _ in range(MOST_PAGES):
            address = place.rsplit("/", 1)[1]
            if address in ENDS:
                onward = self.browser.ask("GET", place).headers.get("Location", place)
                return onward.rsplit("/", 1)[1]
            place = self.answer_page(place, address)
        raise AssertionError(f"{slug} does not end: {self.answers}")

    def answer_page(self, place: str, address: str) -> str:
        html = self.browser.ask("GET", place).text
        fields: dict[str, str | list[str]] = {"csrf": self.token(html)}
        boxes = re.findall(r'<input[^>]*type="(radio|checkbox)"[^>]*name="answer"[^>]*value="([^"]+)"', html)
        if boxes:
            fields["answer"] = self.choice(boxes)
        elif 'type="file"' in html:
            return self.said(place, address, SKIPPED, fields)
        elif 'id="answer"' in html:
            fields["answer"] = f"Room {self.chance.randrange(100)}"
        else:
            fields["answer"] = self.chance.choice(["fixed", "not_fixed", "not_fixed", "could_not", "other"])
            if fields["answer"] == "other":
                fields["note"] = "It beeps now"
        answer = fields["answer"]
        return self.said(place, address, "+".join(answer) if isinstance(answer, list) else answer, fields)

    def choice(self, boxes: list[tuple[str, str]]) -> list[str]:
        values = [value for _, value in boxes]
        if boxes[0][0] == "radio":
            return [self.chance.choice(values)]
        several = [value for value in values if value not in ("none", "not_sure")]
        alone = [[value] for value in values if value in ("none", "not_sure")]
        some = self.chance.sample(several, self.chance.randint(1, len(several)))
        return self.chance.choice([sorted(some, key=values.index), *alone])

    def said(self, place: str, address: str, value: str, fields: dict[str, str | list[str]]) -> str:
        self.answers[address] = value
        return self.send(place, fields)

    def send(self, place: str, fields: dict[str, str | list[str]]) -> str:
        answer = self.browser.ask("POST", place, data=fields, headers={"Origin": HOME})
        assert answer.status_code == 303, f"{place}: {answer.status_code} for {self.answers}"
        return answer.headers["Location"]

    def token(self, html: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', html)
        assert found
        return found[1]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("mode", ["normal", "election_day"])
def test_the_pages_lead_where_the_command_says(
    app: Flask, visit: Visit, database: Database, monkeypatch: pytest.MonkeyPatch, slug: str, mode: str
) -> None:
    if mode != "normal":
        monkeypatch.setattr(app.extensions["signpost"].sites, "_mode_override", mode)
    with database.reading() as session:
        library = library_of(session)
    for seed in range(WALKS // 2):
        walker = Walker(visit(), seed)
        end = walker.walk(slug)
        told = walk_as_json(library[slug], rehearse(library[slug], walker.answers, mode, library=library))
        about = f"seed {seed}: {walker.answers}"
        assert [stop["node"] for stop in told["trail"]] == list(walker.answers), about
        assert told["node"] is None, about
        outcome = library[slug].outcomes[told["outcome"]]
        assert (end == "end") == (outcome.kind != "ticket"), about
