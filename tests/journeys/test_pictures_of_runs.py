"""Pictures of runs: they go with a run that is never sent, and stay with a request, on both databases."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cast import Cast
from flask import Flask
from grounds import Clock
from PIL import Image
from visitor import Page, Visitor
from walks import begin_labels, give_contact

from portal.config import Config
from portal.database import Database
from portal.mail.mailers import MemoryMailer
from portal.running.index_upkeep import upkeep_of
from portal.running.worker import run_worker, standing_work
from search.memory_index import MemoryIndex

Visit = Callable[..., Visitor]
on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)


def picture(color: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(drawn, "PNG")
    return drawn.getvalue()


def walk_to_photo(clerk: Visitor) -> Page:
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="red")
    for _ in range(3):
        page = page.press("No, same problem")
    return page.press("Continue", answer="Front counter")


def files(config: Config) -> list[Path]:
    return sorted(config.attachments_folder.glob("??/*"))


def a_round(app: Flask, config: Config, database: Database, clock: Clock) -> None:
    """What the worker does in one round, with files as old as the clock of the test makes them."""
    for file in files(config):
        moment = clock().timestamp() - 25 * 3600
        os.utime(file, (moment, moment))
    upkeep = upkeep_of(MemoryIndex(), app.extensions["signpost"].sites)
    work = standing_work(config, database, MemoryMailer(), upkeep)
    steps = [step for step in work if step.name in ("runs", "files")]
    assert [step.name for step in steps] == ["runs", "files"]
    assert run_worker(steps, database, once=True, clock=clock)


@on_both
def test_the_picture_of_a_run_that_is_never_sent_goes_with_it(
    app: Flask, visit: Visit, config: Config, database: Database, clock: Clock, base: str
) -> None:
    walk_to_photo(visit()).press("Continue", files={"answer": (picture("red"), "front.png")})
    clock.later(days=29)
    a_round(app, config, database, clock)
    assert len(files(config)) == 1
    clock.later(days=2)
    a_round(app, config, database, clock)
    assert files(config) == []


@on_both
def test_a_picture_that_was_replaced_goes_and_the_other_is_sent_and_stays(
    app: Flask, visit: Visit, cast: Cast, config: Config, database: Database, clock: Clock, base: str
) -> None:
    clerk = visit()
    page = walk_to_photo(clerk)
    page.press("Continue", files={"answer": (picture("red"), "first.png")})
    contact = clerk.open(page.address).press("Continue", files={"answer": (picture("blue"), "second.png")})
    (_, second) = sorted(files(config), key=lambda file: file.stat().st_mtime_ns)
    a_round(app, config, database, clock)
    assert files(config) == [second]
    sent = give_contact(contact).press("Send to the help desk")
    clock.later(days=300)
    a_round(app, config, database, clock)
    assert files(config) == [second]
    number = re.search(r"R-\d+", sent.main)
    assert number is not None
    assert "second.png" in visit(cast.agent).open(f"/desk/tickets/{number[0]}")


def test_a_request_is_sent_without_a_picture_that_is_gone(visit: Visit, config: Config) -> None:
    contact = walk_to_photo(visit()).press("Continue", files={"answer": (picture("red"), "front.png")})
    (file,) = files(config)
    file.unlink()
    assert give_contact(contact).press("Send to the help desk").heading == "We have your request"
