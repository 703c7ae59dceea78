"""An upgrade of the content while somebody walks: the run keeps the questions it began with."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from grounds import Clock
from visitor import Visitor
from walks import begin_labels

from kb.loading import load_shipped
from portal.database import Database
from portal.files import content_folder
from portal.site.settings import touch_site

Visit = Callable[..., Visitor]
OLD, NEW = "What color is the light on the front of the printer?", "Which color does the small light show?"


def test_a_run_keeps_its_questions_and_a_new_one_gets_the_new(
    visit: Visit, database: Database, clock: Clock, tmp_path: Path
) -> None:
    walker = visit()
    page = begin_labels(walker)
    upgrade(database, clock, tmp_path)
    page = page.press("Continue", answer="no_line")
    assert page.heading == OLD
    again = begin_labels(visit()).press("Continue", answer="no_line")
    assert again.heading == NEW


def test_what_was_answered_before_the_upgrade_is_still_there(
    visit: Visit, database: Database, clock: Clock, tmp_path: Path
) -> None:
    walker = visit()
    page = begin_labels(walker).press("Continue", answer="no_line").press("Continue", answer="red")
    upgrade(database, clock, tmp_path)
    back = walker.open(page.address)
    assert "Red or orange" in back.main


def upgrade(database: Database, clock: Clock, tmp_path: Path) -> None:
    """What the set-up of a new release does with its content."""
    folder = Path(shutil.copytree(content_folder(), tmp_path / "content"))
    file = folder / "diagnostics" / "label-printer-wont-print.yaml"
    text = file.read_text("utf-8")
    assert OLD in text
    file.write_text(text.replace(OLD, NEW), "utf-8")
    with database.writing() as session:
        assert load_shipped(session, folder, now=clock()).updated == ["label-printer-wont-print"]
        touch_site(session)
        session.commit()
